//! Rotating the keys of a bucket.

use std::sync::Arc;

use super::{AsRequest, Bucket, RawBucket};
use crate::body::Body;
use crate::declare::Encrypted;
use crate::encryption::rotation::{BucketJob, Guard, Rotate, RotateBy};
use crate::grant::CanRotate;

impl<D, G> Bucket<D, G> {
    /// Encrypts a page of objects anew that are not under the primary key: how keys are rotated. Awaiting it
    /// gives a [`RotationPage`](crate::rotation::RotationPage); go on while it has a cursor.
    ///
    /// Only what an object begins with tells which key it is under, not the id that is noted beside it. Metadata
    /// that is sealed under another key is sealed anew too; HTTP metadata, metadata, checksums and the storage
    /// class stay as they are.
    ///
    /// It can be killed at any point and called again, also by several at once: each object is written in one
    /// step, and only if it is still the one that was read, so a write of somebody else always wins. An object
    /// that can't be read or written does not stop it: it is counted, and the first few are named. Objects over
    /// 4.995 GiB are among those, because R2 has no conditional write of more.
    ///
    /// A page takes one listing, one read of 56 bytes for each object, and a read and a write for each that is
    /// rotated. To have all pages done from outside: [`rotate_by`](Self::rotate_by).
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is not 1 to 300 or the
    /// cursor is not one of a rotation, and what the listing fails with.
    ///
    /// # Examples
    ///
    /// ```
    /// #[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS"))]
    /// pub struct Vault;
    ///
    /// #[storage::app(name = "notary")]
    /// pub struct App {
    ///     pub vault: storage::Bucket<Vault>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// let app = App::memory();
    /// app.vault.put("will.txt", "to my cat").await?;
    ///
    /// let mut done = app.vault.rotate().await?;
    /// while done.cursor.is_some() {
    ///     done.append(app.vault.rotate().cursor(done.cursor.clone()).await?);
    /// }
    /// assert_eq!((done.current, done.rotated, done.unreadable), (1, 0, 0)); // in memory there is one key
    /// assert_eq!(done.keys["none"], 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn rotate(&self) -> Rotate
    where
        D: Encrypted,
        G: CanRotate,
    {
        self.raw.rotate()
    }

    /// Answers a request of `cargo storage rotate`, which rotates page by page until the end. Awaiting it gives
    /// a [`Served`](super::Served).
    ///
    /// | the request | the answer |
    /// | --- | --- |
    /// | any method but `POST` | 405 |
    /// | it has no token, or not one that was made with the primary key for this body in the last five minutes | 403 |
    /// | its body has more than 64 KiB | 403 |
    /// | a `POST` with a token | 200, what came of a page, as JSON |
    ///
    /// The token is all the authentication there is, and needs no other secret: `cargo storage rotate` makes it
    /// from the keys themselves, which stay where they are. Served over HTTPS, the route can be public. It does not
    /// say which host it is for, so give each environment keys of its own.
    ///
    /// # Examples
    ///
    /// With axum:
    ///
    /// ```
    /// # #[cfg(feature = "axum")]
    /// # mod example {
    /// use axum::extract::State;
    /// use axum::http::request::Parts;
    /// use storage::{Body, bucket::Served};
    /// # #[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS"))]
    /// # pub struct Vault;
    /// # #[storage::app(name = "notary")]
    /// # #[derive(Clone)]
    /// # pub struct App { vault: storage::Bucket<Vault> }
    ///
    /// async fn rotate(State(app): State<App>, request: Parts, body: Body) -> storage::Result<Served> {
    ///     app.vault.rotate_by(&request, body).await
    /// }
    /// # fn router(app: App) -> axum::Router {
    /// #     axum::Router::new().route("/rotate", axum::routing::post(rotate)).with_state(app)
    /// # }
    /// # }
    /// ```
    ///
    /// With the `worker` crate:
    ///
    /// ```text
    /// let served = app.vault.rotate_by(&request, &request).await;
    /// Ok(served.map_or_else(Response::from, Response::from))
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited: those of [`rotate`](Self::rotate), and
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) if the body is not a request for a page.
    pub fn rotate_by(&self, request: &impl AsRequest, body: impl Into<Body>) -> RotateBy
    where
        D: Encrypted,
        G: CanRotate,
    {
        RotateBy::new(self.raw.rotate(), self.raw.rotation_guard(), request, body.into())
    }
}

impl RawBucket {
    /// What rotates a page.
    pub(crate) fn rotate(&self) -> Rotate {
        let job = self.sealer.as_ref().and_then(|sealer| {
            sealer.parts().job(|stored, cipher| Arc::new(BucketJob::new(stored, cipher)))
        });
        Rotate::new(job, self.place("rotate"))
    }

    /// What says who may.
    pub(crate) fn rotation_guard(&self) -> Option<Arc<dyn Guard>> {
        self.sealer.as_ref().and_then(|sealer| sealer.parts().guard())
    }
}
