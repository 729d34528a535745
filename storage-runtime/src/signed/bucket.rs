//! What a bucket with links can do.

use super::{SignUrl, SignedUrls};
use crate::bucket::Bucket;
use crate::declare::Signed;
use crate::grant::CanLink;
use crate::key::ToKey;

/// Links, of declarations with `signed_urls(..)` or `s3(..)`.
impl<D, G> Bucket<D, G> {
    /// Makes a link to an object, for whoever has it and as long as it is good. Awaiting it gives a
    /// [`SignedUrl`](super::SignedUrl). Nothing is looked up: the object need not be there.
    ///
    /// It reads unless [`write`](SignUrl::write) is said, is good for an hour unless
    /// [`expires_in`](SignUrl::expires_in) says otherwise, and allows what its other setters say: a
    /// content type, a size. Links that lead to the Worker have to be answered there, by
    /// [`handle`](super::handle()).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// #[storage::bucket(name = "user-assets", signed_urls(secret = "LINK_KEYS", host = "files.example.com"))]
    /// pub struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { assets: storage::Bucket<UserAssets> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// let link = app.assets
    ///     .signed_url("avatars/1.png")
    ///     .write()
    ///     .content_type("image/png")
    ///     .max_size(1024 * 1024)
    ///     .expires_in(Duration::from_secs(600))
    ///     .await?;
    ///
    /// assert!(link.url().starts_with("https://files.example.com/.storage/"));
    /// assert_eq!(link.method(), "PUT");
    /// assert_eq!(link.headers()["content-type"], "image/png");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidKey`](crate::ErrorKind::InvalidKey);
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) for what can't be in a link;
    /// [`Misconfigured`](crate::ErrorKind::Misconfigured) for one that leads nowhere, without a `host` in the
    /// declaration and an [`origin`](SignUrl::origin); [`Forbidden`](crate::ErrorKind::Forbidden) for one that allows what this handle
    /// [may not do](crate::grant) itself.
    pub fn signed_url(&self, key: impl ToKey) -> SignUrl<G>
    where
        D: Signed,
        G: CanLink,
    {
        SignUrl::new(self.raw().clone(), key.to_key())
    }

    /// The links of this bucket: to revoke them.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[storage::bucket(name = "user-assets", signed_urls(secret = "LINK_KEYS", host = "files.example.com"))]
    /// # pub struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { assets: storage::Bucket<UserAssets> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// let link = app.assets.signed_url("avatars/1.png").revocable().await?;
    /// app.assets.signed_urls().revoke(&link).await?;
    ///
    /// let now = std::time::SystemTime::now();
    /// app.assets.signed_urls().revoke_before(now, "avatars/").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn signed_urls(&self) -> SignedUrls
    where
        D: Signed,
        G: CanLink,
    {
        SignedUrls::new(self.raw().clone())
    }
}
