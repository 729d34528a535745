//! Asking for a page.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use storage_core::ErrorKind;

use super::cursor::Cursor;
use super::{Ask, Job, RotationPage};
use crate::error::{Error, Place, Result};
use crate::key::ToPrefix;

/// Most entries of a page: three calls of the platform each, of the 1,000 that a request has.
const LIMIT_MAX: u32 = 300;
const LIMIT: u32 = 100;

/// A page of a rotation. Made by [`Bucket::rotate`](crate::Bucket::rotate) and
/// [`Kv::rotate`](crate::Kv::rotate).
#[must_use = "nothing is rotated until the request is awaited"]
pub struct Rotate {
    job: Option<Arc<dyn Job>>,
    options: RotateOptions,
    /// Why what was asked for can't be.
    refusal: Option<Error>,
    place: Place,
}

/// Which page to rotate, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RotateOptions {
    /// Only keys that start with it.
    pub prefix: Option<String>,
    /// At most so many entries: 1 to 300, and 100 if it is left out.
    pub limit: Option<u32>,
    /// The cursor of the page before.
    pub cursor: Option<String>,
    /// What becomes of entries that are not encrypted.
    pub plain: Plain,
}

/// What becomes of entries that are not encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plain {
    /// They are encrypted: see [`Rotate::encrypt_plain`].
    Encrypt,
    /// They are counted, and stay as they are.
    #[default]
    Leave,
}

impl Rotate {
    pub(crate) fn new(job: Option<Arc<dyn Job>>, place: Place) -> Self {
        Self { job, options: RotateOptions::default(), refusal: None, place }
    }

    /// From where another page ended: its [cursor](RotationPage::cursor). Without one, from the beginning.
    pub fn cursor(mut self, cursor: impl Into<Option<String>>) -> Self {
        self.options.cursor = cursor.into();
        self
    }

    /// At most so many entries: 1 to 300, and 100 unless said otherwise. A page that has encrypted 64 MiB
    /// ends before that.
    pub fn limit(mut self, limit: u32) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Only keys that start with it: text, or the [prefix](crate::Key::prefix) of a typed key.
    pub fn prefix(mut self, prefix: impl ToPrefix) -> Self {
        match prefix.to_prefix() {
            Ok(prefix) => self.options.prefix = Some(prefix),
            Err(error) => self.refusal = Some(error),
        }
        self
    }

    /// Encrypts what is not encrypted as well: how a plain bucket becomes an encrypted one.
    ///
    /// Only if asked, and once: whoever can write to the storage, but has no key, could put plaintext there,
    /// and have it made something that reads as if it were yours.
    ///
    /// An entry is plain if no key of the ring has sealed it and nothing is noted beside it: what may have
    /// been sealed with a key that is gone is never encrypted a second time.
    pub fn encrypt_plain(mut self) -> Self {
        self.options.plain = Plain::Encrypt;
        self
    }

    /// Takes all options at once, in place of those set so far.
    pub fn options(mut self, options: RotateOptions) -> Self {
        self.options = options;
        self.refusal = None;
        self
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    async fn send(self) -> Result<RotationPage> {
        let Self { job, options, refusal, place: _ } = self;
        if let Some(error) = refusal {
            return Err(error);
        }
        let RotateOptions { prefix, limit, cursor, plain } = options;
        let limit = crate::list::check_limit(Some(limit.unwrap_or(LIMIT)), LIMIT_MAX)?;
        let cursor = cursor.map_or_else(|| Ok(Cursor::default()), |text| Cursor::read(&text))?;
        let job = job.ok_or_else(not_encrypted)?;
        job.page(Ask { prefix, limit, cursor, plain }).await
    }
}

impl IntoFuture for Rotate {
    type Output = Result<RotationPage>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.place;
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

impl fmt::Debug for Rotate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rotate").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Only a declaration that was written by hand says that it is encrypted when it is not.
fn not_encrypted() -> Error {
    Error::new(ErrorKind::Unsupported, "what is not encrypted has no keys to rotate")
}
