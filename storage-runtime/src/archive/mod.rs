//! Records in order of time, kept in a bucket: logs, events, audit trails.
//!
//! An [`Archive`] is a way to use a bucket, whatever that is declared with: encryption, `delete_after_days`.
//! Records are appended in batches. Each batch becomes objects that never change, *segments*: compressed
//! JSON lines of one hour (or one day), under keys that say from when they are. So any number of writers
//! append at once and overwrite nothing, and what was appended can be read at once, by a range of time.
//!
//! An archive takes of its bucket what it does: [`Archive`] says which grants.
//!
//! The format is documented in `docs/archive.md`, with a reader in a few lines of Python.
//!
//! ```
//! use futures_util::TryStreamExt;
//! use serde::{Deserialize, Serialize};
//! use storage::archive::{Archive, TimeRange, at_millis};
//!
//! /// Requests, kept for a month.
//! #[storage::bucket(name = "logs", encryption(secret = "LOG_KEYS"), delete_after_days = 30)]
//! pub struct Logs;
//!
//! #[storage::app(name = "shop")]
//! pub struct App {
//!     pub logs: storage::Bucket<Logs>,
//! }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct Request {
//!     path: String,
//!     status: u16,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> storage::Result<()> {
//! let app = App::memory();
//! let archive = Archive::new(&app.logs);
//! let request = |path: &str, status| Request { path: path.to_owned(), status };
//! let noon = at_millis(1_795_262_400_000);
//! archive.append([(noon, request("/", 200)), (noon, request("/cart", 500))]).await?;
//!
//! let records: Vec<_> = archive.read::<Request>(TimeRange::hour_of(noon)).stream().try_collect().await?;
//! assert_eq!(records[1].record, request("/cart", 500));
//! # Ok(())
//! # }
//! ```
//!
//! # What there is no guard against
//!
//! An append that fails with [`Unavailable`](crate::ErrorKind::Unavailable) may have been written, so who
//! tries again may have records twice; a [`Writer`] that flushes again has not. Times are those that the
//! records are given: two writers whose clocks differ have records that are in the order of those clocks.

mod append;
mod batch;
mod damage;
mod layout;
mod merge;
mod read;
mod segment;
mod segments;
#[cfg(test)]
mod tests;
mod time;
mod writer;

use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

use futures_util::Stream;
use futures_util::StreamExt;
use serde::Serialize;

pub use append::{Append, Appended, BATCH_BYTES_MAX};
pub use damage::Damage;
use layout::Layout;
pub use layout::Partition;
pub use read::{Read, Recorded};
pub use segment::{RECORD_BYTES_MAX, SEGMENT_BYTES_MAX, Segment};
pub use time::{TimeRange, at_millis, millis, now};
pub use writer::Writer;

use crate::bucket::{Bucket, RawBucket};
use crate::error::Result;
use crate::grant::{All, CanList, CanRead, CanWrite};

/// An archive in the bucket that `D` declares: all of it, or what is under a [prefix](Self::prefix).
///
/// Cheap to make and to clone. Everything under its prefix belongs to it: what else is there, reads say
/// is damage.
///
/// It may do what the handle may that it is made of: `G`, the [grants](crate::grant) of that. To append takes
/// [`Write`](crate::grant::Write) and nothing else, to read [`Read`](crate::grant::Read) and
/// [`List`](crate::grant::List).
///
/// [The module](self) has an example.
///
/// # Examples
///
/// ```
/// use futures_util::TryStreamExt;
/// use storage::Bucket;
/// use storage::archive::{Archive, Appended, now};
/// use storage::grant::{List, Read, Write};
///
/// #[storage::bucket(name = "audit")]
/// pub struct Audit;
///
/// /// A service may add to the trail, and neither see nor change what is there.
/// async fn note(audit: &Bucket<Audit, Write>, what: &str) -> storage::Result<Appended> {
///     Archive::new(audit).append([(now(), what)]).await
/// }
///
/// /// Who looks into it can't add to it.
/// async fn trail(audit: &Bucket<Audit, (Read, List)>) -> storage::Result<Vec<String>> {
///     let notes = Archive::new(audit).read(..).stream();
///     notes.map_ok(|note| note.record).try_collect().await
/// }
/// # #[storage::app(name = "shop")]
/// # struct App { audit: Bucket<Audit> }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// # let app = App::memory();
/// # note(&app.audit.with_grants(), "login").await?;
/// # assert_eq!(trail(&app.audit.with_grants()).await?, ["login"]);
/// # Ok(())
/// # }
/// ```
pub struct Archive<D, G = All> {
    raw: RawArchive,
    declaration: PhantomData<fn() -> (D, G)>,
}

impl<D, G> Archive<D, G> {
    /// The archive that is all of that bucket, with a folder for each hour.
    #[must_use]
    pub fn new(bucket: &Bucket<D, G>) -> Self {
        let raw = RawArchive { bucket: bucket.raw().clone(), layout: Layout::default() };
        Self { raw, declaration: PhantomData }
    }

    /// The archive that is under this prefix: names with a slash between them, `logs/web`. A bucket has as
    /// many archives as it has prefixes that do not begin with one another.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.raw.layout.prefix = prefix.into();
        self
    }

    /// The same with folders for days, or for hours. Readers and writers have to agree: to the other kind,
    /// the segments are foreign.
    #[must_use]
    pub fn partition(mut self, partition: Partition) -> Self {
        self.raw.layout.partition = partition;
        self
    }

    /// Appends records, each with its time: a segment for each hour (or day) that they are from, and for
    /// each 4 MiB.
    ///
    /// In any order, from any time: late records are records like any other. Awaiting it gives what was
    /// [`Appended`]; no records are no segment. All are checked before anything is written. If the
    /// platform fails, some of the segments may be there, and are whole.
    ///
    /// A segment is an object, which R2 charges for by the write: gather records for some seconds, or use
    /// a [`writer`](Self::writer).
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) if a time is before 1970 or after
    /// November 2286, or the prefix can't be one; [`EncodeFailed`](crate::ErrorKind::EncodeFailed) if a
    /// record can't be JSON; [`ValueTooLarge`](crate::ErrorKind::ValueTooLarge) if one is over 1 MiB or all
    /// over 16 MiB; [`InvalidKey`](crate::ErrorKind::InvalidKey) if the prefix is too long; and those of
    /// the platform.
    pub fn append<T: Serialize>(&self, records: impl IntoIterator<Item = (SystemTime, T)>) -> Append
    where
        G: CanWrite,
    {
        Append::new(self.raw.clone(), records)
    }

    /// A writer, for records that come one by one, or of which there are too many for a batch.
    pub fn writer(&self) -> Writer<D>
    where
        G: CanWrite,
    {
        Writer::new(self.raw.clone())
    }

    /// Reads the records of that time: `from..to`, `from..`, `..to`, `..`, or
    /// [one hour or day](TimeRange::hour_of). See [`Read::stream`].
    ///
    /// What was appended before the read began is in it. What is appended while it goes on may be.
    pub fn read<T>(&self, range: impl Into<TimeRange>) -> Read<T>
    where
        G: CanRead + CanList,
    {
        Read::new(self.raw.clone(), range.into())
    }

    /// The segments that have records of that time, in the order of their first records. The listing says
    /// all that there is to say of them: none is read.
    ///
    /// # Errors
    ///
    /// As [`Read::stream`], of what can be found by a listing; the first ends the stream.
    pub fn segments(
        &self,
        range: impl Into<TimeRange>,
    ) -> impl Stream<Item = Result<Segment>> + Send + Unpin + 'static
    where
        G: CanList,
    {
        let place = self.raw.bucket.place("segments");
        let segments = self.raw.segments(range.into());
        let segments = segments.map(move |segment| segment.map_err(|error| error.at(place)));
        read::until_failed(segments.boxed(), false)
    }
}

impl<D, G> Clone for Archive<D, G> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), declaration: PhantomData }
    }
}

impl<D, G> fmt::Debug for Archive<D, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Archive").field(&self.raw).finish()
    }
}

/// An archive without its type.
#[derive(Clone, Debug)]
struct RawArchive {
    bucket: RawBucket,
    layout: Layout,
}
