//! Handles that may do less: [`BucketReader`], [`KvWriter`] and the like.
//!
//! A handle has a second parameter, its grants, which is [`All`] where it is left out. With less, the other
//! verbs are not there:
//!
//! | alias | grants | verbs |
//! | --- | --- | --- |
//! | [`BucketReader<D>`](BucketReader) | `(Read, Links)` | `get`, `head`, `serve`, `signed_url` of links that read, `copy` into another bucket |
//! | [`BucketWriter<D>`](BucketWriter) | `(Write, Delete)` | `put`, `upload`, `resume_upload`, `delete`, `delete_many`, and what is copied into it |
//! | [`BucketLister<D>`](BucketLister) | `List` | `list`, `head` |
//! | [`KvReader<D>`](KvReader) | `Read` | `get`, `get_many`, `head` |
//! | [`KvWriter<D>`](KvWriter) | `(Write, Delete)` | `put`, `delete`, `delete_many` |
//! | [`KvLister<D>`](KvLister) | `List` | `list`, `head` |
//!
//! Any others are a tuple, in any order: `Bucket<Assets, (Read, List)>`. `delete_prefix` takes
//! `(List, Delete)`, `rename` `(Read, Write, Delete)`, `rotate` [`Rotate`], links that write and those for parts of an
//! upload `(Links, Write)`.
//!
//! What a type lacks the compiler refuses, in this code. It is no wall against this code: see
//! [`with_grants`](Bucket::with_grants). A field that goes by a storage Worker
//! (`#[storage(via = "media-storage")]`) has its grants written into the configuration of the app, too, by
//! `cargo storage generate`, and there it is that Worker which refuses the rest
//! ([`Forbidden`](crate::ErrorKind::Forbidden)), whatever this one asks for.
//!
//! # Examples
//!
//! ```
//! use storage::grant::{List, Read};
//! use storage::{Bucket, BucketReader, KvReader};
//!
//! #[storage::bucket(name = "reports")]
//! pub struct Reports;
//!
//! #[storage::bucket(name = "archive")]
//! pub struct Archive;
//!
//! #[storage::kv(name = "flags")]
//! pub struct Flags;
//!
//! /// What a public site takes: it changes nothing.
//! #[storage::app(name = "site")]
//! pub struct Site {
//!     pub reports: BucketReader<Reports>,
//!     pub archive: Bucket<Archive, (Read, List)>,
//!     pub flags: KvReader<Flags>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> storage::Result<()> {
//! let site = Site::memory();
//! site.reports.with_grants::<storage::grant::All>().put("2026.txt", "fine").await?; // in a test
//!
//! let report = site.reports.get("2026.txt").await?.expect("it was just written");
//! assert_eq!(report.text().await?, "fine");
//! assert!(site.archive.list().await?.items.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! ```compile_fail
//! # #[storage::bucket(name = "reports")]
//! # pub struct Reports;
//! # #[storage::app(name = "site")]
//! # pub struct Site { pub reports: storage::BucketReader<Reports> }
//! # let site = Site::memory();
//! site.reports.put("2026.txt", "fine"); // error: the grants of this handle, `(Read, Links)`, do not include `Write`
//! ```

mod can;
mod sealed;

pub use can::{CanDelete, CanHead, CanLink, CanList, CanRead, CanRotate, CanWrite};

use crate::bucket::Bucket;
use crate::kv::Kv;

/// A handle that reads a bucket: `get`, `head`, `serve`, and links that read (`signed_url`).
///
/// # Examples
///
/// ```
/// #[storage::bucket(name = "reports")]
/// pub struct Reports;
///
/// async fn report(reports: &storage::BucketReader<Reports>, name: &str) -> storage::Result<String> {
///     match reports.get(name).await? {
///         Some(report) => report.text().await,
///         None => Ok("there is none".to_owned()),
///     }
/// }
/// ```
pub type BucketReader<D> = Bucket<D, (Read, Links)>;

/// A handle that writes a bucket: `put`, `upload`, `delete`, and what is copied into it from another.
///
/// What is there it neither reads nor lists. Whether a key is taken it does learn, from `put(..).if_not_exists()`.
///
/// # Examples
///
/// ```
/// #[storage::bucket(name = "inbox")]
/// pub struct Inbox;
///
/// async fn receive(inbox: &storage::BucketWriter<Inbox>, mail: String) -> storage::Result<()> {
///     inbox.put("1.eml", mail).content_type("message/rfc822").if_not_exists().await?;
///     Ok(())
/// }
/// ```
pub type BucketWriter<D> = Bucket<D, (Write, Delete)>;

/// A handle that sees what there is in a bucket: `list`, `head`. It reads no body.
///
/// # Examples
///
/// ```
/// #[storage::bucket(name = "uploads")]
/// pub struct Uploads;
///
/// async fn bytes_stored(uploads: &storage::BucketLister<Uploads>) -> storage::Result<u64> {
///     let page = uploads.list().await?;
///     Ok(page.items.iter().map(|object| object.size()).sum())
/// }
/// ```
pub type BucketLister<D> = Bucket<D, List>;

/// A handle that reads a KV namespace: `get`, `get_many`, `head`.
///
/// # Examples
///
/// ```
/// #[storage::kv(name = "flags", value = bool)]
/// pub struct Flags;
///
/// async fn is_on(flags: &storage::KvReader<Flags>, flag: &str) -> storage::Result<bool> {
///     Ok(flags.get(flag).await?.unwrap_or_default())
/// }
/// ```
pub type KvReader<D> = Kv<D, Read>;

/// A handle that writes a KV namespace: `put`, `delete`, `delete_many`.
///
/// What is there it neither reads nor lists. Whether a key is taken it does learn, from `put(..).if_not_exists()`,
/// which looks first: KV has no such write.
///
/// # Examples
///
/// ```
/// #[storage::kv(name = "flags", value = bool)]
/// pub struct Flags;
///
/// async fn switch_on(flags: &storage::KvWriter<Flags>, flag: &str) -> storage::Result<()> {
///     flags.put(flag, true).await?;
///     Ok(())
/// }
/// ```
pub type KvWriter<D> = Kv<D, (Write, Delete)>;

/// A handle that sees what there is in a KV namespace: `list`, `head`. It reads no value.
///
/// # Examples
///
/// ```
/// #[storage::kv(name = "sessions")]
/// pub struct Sessions;
///
/// async fn are_there_any(sessions: &storage::KvLister<Sessions>) -> storage::Result<bool> {
///     Ok(!sessions.list().limit(1).await?.items.is_empty())
/// }
/// ```
pub type KvLister<D> = Kv<D, List>;

/// What a handle may do: [`All`], one of [`Read`], [`Write`], [`Delete`], [`List`], [`Links`] and [`Rotate`], or
/// a tuple of up to six of them. Nothing else is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a grant, nor several of them",
    label = "not grants",
    note = "help: grants are `Read`, `Write`, `Delete`, `List`, `Links` and `Rotate` of `storage::grant`, and tuples of them: `storage::Bucket<Assets, (Read, List)>`"
)]
pub trait Grants: sealed::Grants {}

/// Everything: what a handle has that does not say.
#[derive(Debug)]
pub enum All {}

/// To read: `get`, `get_many`, `head`, `serve`.
#[derive(Debug)]
pub enum Read {}

/// To write, in place of what is there too: `put`, `upload`.
#[derive(Debug)]
pub enum Write {}

/// To delete: `delete`, `delete_many`.
#[derive(Debug)]
pub enum Delete {}

/// To see which keys there are, and what is kept beside them: `list`, `head`.
#[derive(Debug)]
pub enum List {}

/// To make signed URLs, and to revoke them: with [`Read`] such as read, with [`Write`] such as write.
#[derive(Debug)]
pub enum Links {}

/// To encrypt anew what is under old keys: `rotate`.
#[derive(Debug)]
pub enum Rotate {}
