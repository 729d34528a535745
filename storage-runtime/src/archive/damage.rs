//! What is in the bucket and can't be read as a part of the archive.

use std::error::Error as StdError;
use std::fmt;

use storage_core::ErrorKind;

use crate::error::Error;
use crate::observe::in_the_log;

type Source = Box<dyn StdError + Send + Sync>;

/// What of an archive can't be read: an object, or one line of it.
///
/// It is the [source](StdError::source) of errors of a [`Read`](super::Read) that are not the platform's,
/// and found by [`Damage::of`].
///
/// # Examples
///
/// ```
/// use futures_util::StreamExt;
/// use storage::archive::{Archive, Damage};
/// # #[storage::bucket(name = "logs")]
/// # struct Logs;
/// # #[storage::app(name = "shop")]
/// # struct App { logs: storage::Bucket<Logs> }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// # let app = App::memory();
/// app.logs.put("notes.txt", "who put this here?").await?;
///
/// let mut records = Archive::new(&app.logs).read::<String>(..).lenient().stream();
/// let error = records.next().await.unwrap().unwrap_err();
/// let damage = Damage::of(&error).expect("it is not the platform's");
/// assert_eq!((damage.key(), damage.line()), ("notes.txt", None));
/// # Ok(())
/// # }
/// ```
pub struct Damage {
    key: String,
    line: Option<u64>,
    what: &'static str,
    source: Option<Source>,
}

impl Damage {
    /// What an error of a read is about, if it is about one object.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }

    /// The key of the object.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The line of the object, as editors count: the first record is in line 2. `None` if no line of the
    /// object can be read.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.line
    }
}

impl fmt::Debug for Damage {
    /// Without the key: the log has it only as far as it may.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key: _, line, what, source } = self;
        let mut debug = f.debug_struct("Damage");
        debug.field("line", line).field("what", what).field("source", source);
        debug.finish_non_exhaustive()
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for Damage {}

/// What is wrong with an object, before it is known which.
pub(super) struct Flaw {
    what: &'static str,
    source: Option<Source>,
}

impl Flaw {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, source: None }
    }

    pub(super) fn because(what: &'static str, source: impl Into<Source>) -> Self {
        Self { what, source: Some(source.into()) }
    }

    /// The error of an object that no archive wrote there.
    pub(super) fn foreign(self, key: &str) -> Error {
        self.error(
            ErrorKind::DecodeFailed,
            "the archive has an object that is no part of it",
            key,
            None,
        )
    }

    /// The error of a segment of which nothing can be read.
    pub(super) fn segment(self, key: &str) -> Error {
        self.error(ErrorKind::DecodeFailed, "a segment of the archive is damaged", key, None)
    }

    /// The error of one line.
    pub(super) fn line(self, key: &str, line: u64) -> Error {
        let message = "a record of the archive can't be read";
        self.error(ErrorKind::DecodeFailed, message, key, Some(line))
    }

    fn error(self, kind: ErrorKind, message: &str, key: &str, line: Option<u64>) -> Error {
        let Self { what, source } = self;
        let line_of = line.map(|line| format!("line {line}"));
        let detail = line_of.into_iter().chain(in_the_log(key)).collect::<Vec<_>>().join("; ");
        let error = Error::new(kind, message);
        let error = if detail.is_empty() { error } else { error.with_detail(detail) };
        error.with_source(Damage { key: key.to_owned(), line, what, source })
    }
}

/// The error of a segment that could not be had. If that is because of what is stored, it is the segment's.
pub(super) fn unreadable(error: Error, key: &str) -> Error {
    match error.kind() {
        kind @ ErrorKind::DecryptionFailed => {
            let message = error.message().to_owned();
            Flaw::because("it could not be decrypted", error).error(kind, &message, key, None)
        }
        _ => error,
    }
}
