//! A page of a listing.

use storage_core::ErrorKind;

use crate::error::{Error, Place};
use crate::observe::in_the_log;

/// One page of a listing.
///
/// A page may hold fewer items than asked for, even none, and still have a successor: go on while
/// there is a [`cursor`](Self::cursor).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What this page holds, in ascending order of the keys' bytes.
    pub items: Vec<T>,
    /// What the keys that were left out start with, in ascending order: of a listing of a bucket with
    /// a delimiter.
    pub prefixes: Vec<String>,
    /// What is there and can't be told of, in ascending order of the keys' bytes: items whose encrypted
    /// metadata was changed, or was sealed with a key that is gone. They are not among the
    /// [`items`](Self::items). Always empty unless the declaration says `metadata = "encrypted"`.
    pub unreadable: Vec<Unreadable>,
    /// Where the next page starts; `None` at the end. Opaque, and only good for the same listing.
    pub cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of those items. For backends.
    #[must_use]
    pub fn new(items: Vec<T>, cursor: Option<String>) -> Self {
        Self { items, prefixes: Vec::new(), unreadable: Vec::new(), cursor }
    }

    /// The same with prefixes. For backends.
    #[must_use]
    pub fn with_prefixes(mut self, prefixes: Vec<String>) -> Self {
        self.prefixes = prefixes;
        self
    }

    /// The same, where it was asked for.
    pub(crate) fn at(mut self, place: Place) -> Self {
        for unreadable in &mut self.unreadable {
            unreadable.place = Some(place);
        }
        self
    }
}

/// An item of a listing that can't be told of, since its encrypted metadata does not open.
///
/// It can be deleted, or written again. Its body may be fine, but is not given without what was written
/// with it.
///
/// # Examples
///
/// A listing goes on without it. Who needs every item says so:
///
/// ```
/// # #[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS", metadata = "encrypted"))]
/// # struct Vault;
/// # #[storage::app(name = "notary")]
/// # struct App { vault: storage::Bucket<Vault> }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// # let app = App::memory();
/// # app.vault.put("will.txt", "to my cat").metadata("by", "me").await?;
/// let page = app.vault.list().await?;
/// if let Some(unreadable) = page.unreadable.first() {
///     return Err(unreadable.error());
/// }
/// assert_eq!(page.items.len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    key: String,
    place: Option<Place>,
}

impl Unreadable {
    pub(crate) fn new(key: String) -> Self {
        Self { key, place: None }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What reading it fails with: [`DecryptionFailed`](ErrorKind::DecryptionFailed). In the log it names the key, as
    /// [`set_keys`](crate::observe::set_keys) says.
    #[must_use]
    pub fn error(&self) -> Error {
        let message = "the stored metadata could not be decrypted";
        let error = Error::new(ErrorKind::DecryptionFailed, message);
        let error = match in_the_log(&self.key) {
            Some(key) => error.with_detail(key),
            None => error,
        };
        match self.place {
            Some(place) => error.at(place),
            None => error,
        }
    }
}
