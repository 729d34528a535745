//! Storage for Rust on Cloudflare Workers, declared as types.
//!
//! A unit struct with an attribute is a declaration; a struct of handles is an application. The
//! handlers below run on Workers (R2 and KV), and natively (on disk or in memory), without a change.
//!
//! ```
//! use storage::{Body, Bucket, Kv};
//!
//! /// Files that users upload.
//! #[storage::bucket(name = "user-assets", access = "private")]
//! pub struct UserAssets;
//!
//! /// Settings, forgotten after a day.
//! #[storage::kv(name = "app-configs", ttl_seconds = 86_400)]
//! pub struct AppConfigs;
//!
//! #[storage::app(name = "media-api")]
//! #[derive(Clone)]
//! pub struct App {
//!     pub assets: Bucket<UserAssets>,
//!     pub configs: Kv<AppConfigs>,
//! }
//!
//! async fn welcome(app: &App, user: &str) -> storage::Result<String> {
//!     let greeting = app.configs.get("greeting").await?;
//!     let greeting = match greeting {
//!         Some(entry) => entry.text().await?,
//!         None => "Hello".to_owned(),
//!     };
//!     app.assets.put(format!("{user}/welcome.txt"), greeting.as_str()).if_not_exists().await?;
//!     Ok(greeting)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> storage::Result<()> {
//! let app = App::memory(); // on Workers: App::open(&env)?, on disk: App::local(".storage")?
//! app.configs.put("greeting", "Welcome").await?;
//! assert_eq!(welcome(&app, "ada").await?, "Welcome");
//!
//! let error = welcome(&app, "ada").await.unwrap_err();
//! assert_eq!(error.code(), "storage_key_already_exists");
//! # Ok(())
//! # }
//! ```
//!
//! # The few types there are
//!
//! * [`#[bucket]`](macro@bucket) and [`#[kv]`](macro@kv) declare a resource,
//!   [`#[app]`](macro@app) gathers handles to them and gives the struct `open`, `local` and
//!   `memory`.
//! * [`Bucket<D>`](Bucket) and [`Kv<D>`](Kv) are the handles. Their verbs (`put`, `get`, `head`,
//!   `delete`, `list`) return requests: set options on them, then `.await`.
//! * [`BucketReader<D>`](BucketReader), [`KvWriter<D>`](KvWriter) and the like have [fewer](grant).
//! * [`#[worker]`](macro@worker) declares a storage Worker, which holds resources for other Workers:
//!   `#[storage(via = "..")]` on a field goes by it.
//! * [`#[derive(Key)]`](macro@Key) declares a typed key, where text is not enough.
//! * [`Body`] is what is written; [`bucket::Object`] and [`kv::Entry`] are what is read.
//! * [`Error`] has a [kind](ErrorKind), a stable code and an HTTP status, and is itself a response: of
//!   axum (`IntoResponse`, feature `axum`), and on Workers of the `worker` crate
//!   (`worker::Response::from(error)`). By `?` it turns into a `worker::Error` too, which Workers answer
//!   with a plain 500.
//!
//! Every future is `Send`, on Workers too, so axum handlers need no attribute.
//!
//! # What it does not do
//!
//! It does not hide that the platform is what it is: Workers KV is eventually consistent and has no
//! conditional write ([`kv::Put::if_not_exists`] says what that means), and R2 and KV take about one
//! write a second to one key.
//!
//! # On disk
//!
//! With the feature `local`, `App::local(folder)` keeps everything in a folder, natively and with any
//! async runtime. What was acknowledged is there when the folder is opened again, also by other
//! processes, and at the same time.
//!
//! ```
//! # #[cfg(feature = "local")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> storage::Result<()> {
//! # #[storage::bucket(name = "user-assets")]
//! # pub struct UserAssets;
//! # #[storage::app(name = "media-api")]
//! # pub struct App { assets: storage::Bucket<UserAssets> }
//! # let temporary = tempfile::tempdir().unwrap();
//! # let folder = temporary.path().join(".storage");
//! let app = App::local(&folder)?; // is made if it is not there
//! app.assets.put("hello.txt", "Hello").await?;
//! drop(app);
//!
//! let again = App::local(&folder)?;
//! assert!(again.assets.head("hello.txt").await?.is_some());
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "local"))]
//! # fn main() {}
//! ```
//!
//! It fails with [`ErrorKind::FolderUnusable`] if the folder can't be read or written, is damaged, or
//! was written by a newer version of this library; nothing is changed then.
//!
//! # Signed URLs
//!
//! A bucket that is declared with `signed_urls(..)` or `s3(..)` makes links, by which a client reads or
//! writes one object without an API in between: [`Bucket::signed_url`], and [`signed`] for the Worker
//! that answers them. Which lead where is in `docs/signed-urls.md`.
//!
//! # Encryption
//!
//! A bucket or a namespace that is declared with `encryption(secret = "...")` holds ciphertext, and its
//! handle reads and writes plaintext. What is stored is C2SP chunked encryption (Cobblestone-256), bound
//! to its key. What differs, what it guards against, and what not, is in `docs/encryption.md`.
//!
//! ```
//! #[storage::bucket(name = "vault", encryption(secret = "VAULT_KEYS"))]
//! pub struct Vault;
//!
//! #[storage::app(name = "notary")]
//! pub struct App {
//!     pub vault: storage::Bucket<Vault>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> storage::Result<()> {
//! let app = App::memory(); // needs no secret; the other two fail without it
//! let written = app.vault.put("will.txt", "to my cat").await?;
//! assert_eq!(written.size(), 9);
//! let will = app.vault.get("will.txt").range(6..).await?.expect("it was just written");
//! assert_eq!(will.text().await?, "cat");
//! # Ok(())
//! # }
//! ```
//!
//! [`Bucket::rotate`] and [`Kv::rotate`] encrypt anew what is not under the first key of the secret, and
//! `cargo storage rotate` drives them: [`rotation`].
//!
//! # Observability
//!
//! A declaration with `observability = true` writes a line of JSON to the log for each of its operations:
//! what was done, to which key (as a hash), how many bytes, what came of it and how long it took.
//! [`observe`] has more, and `docs/observability.md` all of it.
//!
//! # Features
//!
//! * `archive`: records in order of time, in a bucket, `archive::Archive`.
//! * `axum`: [`Error`], [`bucket::Object`] and [`bucket::Served`] are axum responses (`IntoResponse`), and
//!   [`Bucket::serve`] answers its requests. On Workers the function `serve` of [`edge`] is the body of a
//!   Worker's `fetch`.
//! * `local`: storage on disk, natively; it compiles SQLite.
//! * `rest`: KV over REST, `rest::KvServer`; `jwt`: JWTs for it.
//! * `conformance`: the cases that every backend is run through.
//! * `tracing`: a span of each operation, for the subscriber of your own: [`observe`].
//!
//! # A name clash
//!
//! In a crate that has a module called `storage` at its root, write `#[::storage::bucket(..)]`.

extern crate self as storage;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "archive")]
pub mod archive;
#[cfg(feature = "axum")]
mod axum;
pub mod backend;
mod body;
pub mod bucket;
#[cfg(feature = "conformance")]
pub mod conformance;
mod content;
mod declare;
mod encryption;
mod error;
pub mod grant;
mod here;
mod hex;
pub mod key;
pub mod kv;
mod list;
pub mod observe;
mod page;
mod pieces;
#[cfg(feature = "rest")]
pub mod rest;
mod rpc;
pub mod signed;
mod write;

pub use backend::Env;
#[doc(inline)]
pub use backend::edge;
pub use body::Body;
pub use bucket::Bucket;
pub use declare::{Encrypted, Signed};
pub use encryption::rotation;
pub use error::{Error, Result};
pub use grant::{BucketLister, BucketReader, BucketWriter, KvLister, KvReader, KvWriter};
pub use key::{Key, ToKey};
pub use kv::Kv;
pub use page::{Page, Unreadable};
pub use rpc::{Requests, batch};
pub use storage_core::limits;
pub use storage_core::{ErrorKind, checksum};

/// Declares an application: the struct of handles that request handlers use.
///
/// The struct is left as it is. It gains `App::open(&env)`, which opens every field on the bindings of
/// a Worker, `App::memory()`, which opens them empty in the memory of the process, for tests, and
/// `App::local(folder)`, which opens them [on disk](crate#on-disk) (natively, feature `local`). And the
/// artifact gains a section `storage.manifest` that says what the Worker needs, from which
/// `cargo storage generate` writes the wrangler configuration. Put the struct into the crate that
/// becomes the Worker.
///
/// `app.batch(..)` makes several requests at the same time, as [`batch`](fn@batch) does.
///
/// | option | type | required | default | rule |
/// | --- | --- | --- | --- | --- |
/// | `name` | text | yes | | the Worker's name: 1 to 63 lowercase letters, digits and hyphens |
/// | `crate` | path | no | `::storage` | where this library is, if it was renamed |
///
/// Every field is a [`Bucket`] or a [`Kv`] of a declaration, or one with [fewer grants](grant), and no two
/// claim one binding, one bucket or one KV namespace. A `#[cfg]` on a field is honoured everywhere, in the
/// manifest too.
///
/// A field is bound to its bucket or namespace, unless `#[storage(via = "..")]` stands on it: then it goes by
/// a [storage Worker](macro@worker), with the same type and the same verbs. Natively there is no other Worker,
/// and it is opened as all others are, and kept to its prefix.
///
/// | on a field, in `#[storage(..)]` | type | required | default | rule |
/// | --- | --- | --- | --- | --- |
/// | `via` | text | yes | | the name of the storage Worker that the field goes by: it holds the declaration, and this app is bound to it alone |
/// | `prefix` | text | no | all keys | what every key of the field starts with, `tenant-a/`: 1 to 1,023 bytes (KV: 511) with a mark at the end |
///
/// # Examples
///
/// ```
/// #[storage::kv(name = "sessions")]
/// struct Sessions;
///
/// #[storage::app(name = "shop")]
/// #[derive(Clone)]
/// struct App {
///     sessions: storage::Kv<Sessions>,
/// }
///
/// let app = App::memory();
/// ```
///
/// With a field that goes by a storage Worker, which lets this app read one tenant's keys and no more:
///
/// ```
/// #[storage::bucket(name = "reports", encryption(secret = "REPORT_KEYS"))]
/// pub struct Reports;
///
/// #[storage::app(name = "tenant-a-site")]
/// struct Site {
///     #[storage(via = "media-storage", prefix = "tenant-a/")]
///     reports: storage::BucketReader<Reports>, // neither the bucket nor the keys are in this Worker
/// }
/// ```
pub use storage_macros::app;

/// Declares a bucket: a unit struct that stands for objects on R2.
///
/// The struct is left as it is; [`Bucket<D>`](Bucket) is the handle to it.
///
/// | option | type | required | default | rule |
/// | --- | --- | --- | --- | --- |
/// | `name` | text | yes | | an R2 bucket name: 3 to 63 lowercase letters, digits and hyphens, `namespace` included |
/// | `namespace` | text | no | `"default"` | what stands in front of the bucket's name and the binding: `media-user-assets`, `MEDIA_USER_ASSETS`; of `"default"` nothing does |
/// | `binding` | text | no | `namespace` and `name` in capitals, `USER_ASSETS` | an identifier of at most 63 letters, digits and underscores |
/// | `access` | text | no | `"private"` | `"private"`: everything goes through the Worker |
/// | `existing` | text | no | | the name of a bucket that exists already in the account |
/// | `metadata(..)` | names and texts | no | none | notes kept in the manifest, at most 8,192 bytes |
/// | `encryption(..)` | options | no | none | `secret = "VAULT_KEYS"`, required: the secret that holds the keys; `metadata = "encrypted"` for your metadata too |
/// | `observability` | `true` or `false` | no | `false` | `true`: a line of JSON in the log for every operation |
/// | `signed_urls(..)` | options | no | none | `secret = "LINK_KEYS"`, required: the secret that holds the keys which sign, and no other; `host = "files.example.com"`, where the URLs lead, and not compared with the `Host` of requests: without `host`, each link needs `origin(..)`; `other_hosts = ["cdn.example.com"]`, where one may lead that says so; `max_age_seconds`, 1 to 604,800, the default |
/// | `s3(..)` | options | no | none | all required: `account_id = "R2_ACCOUNT_ID"`, a variable; `access_key_id` and `secret_access_key`, secrets: for URLs that lead to R2 itself |
/// | `cors(..)` | options | no | none | `origins = ["https://app.example.com"]` and `methods = ["GET", "PUT"]`, both required: pages of other origins; the `headers` they send, those they read (`expose`), `max_age_seconds` of at most 86,400 |
/// | `delete_after_days` | number | no | never | at least 1: a lifecycle rule of the bucket |
/// | `infrequent_access_after_days` | number | no | never | at least 1, and less than `delete_after_days`: a lifecycle rule of the bucket |
/// | `abort_uploads_after_days` | number | no | what the bucket says | at least 1: when uploads in parts end that nobody completed, a lifecycle rule of the bucket |
/// | `crate` | path | no | `::storage` | where this library is, if it was renamed |
///
/// # Examples
///
/// ```
/// /// Reports, kept for a month.
/// #[storage::bucket(
///     name = "reports",
///     namespace = "finance",
///     metadata(owner = "billing", "cost-center" = "42"),
///     delete_after_days = 30,
/// )]
/// pub struct Reports;
/// ```
///
/// Files that are handed out by URL, and that pages of one other origin may read and write.
///
/// ```
/// #[storage::bucket(
///     name = "shared-files",
///     signed_urls(secret = "LINK_KEYS", host = "files.example.com", max_age_seconds = 86_400),
///     cors(
///         origins = ["https://app.example.com"],
///         methods = ["GET", "PUT"],
///         headers = ["content-type"],
///         expose = ["etag"],
///         max_age_seconds = 3600,
///     ),
///     abort_uploads_after_days = 1,
/// )]
/// pub struct SharedFiles;
/// ```
pub use storage_macros::bucket;

/// Declares a typed key: a struct that is written as text by a template, and read back from it.
///
/// The struct is left as it is; it gains the trait of the same name, [`Key`](trait@Key), with
/// [`parse`](key::Key::parse) and [`prefix`](key::Key::prefix), and can be given to every verb of a
/// handle in place of text. Its keys are checked when the request is awaited; the template is checked
/// when it is compiled.
///
/// | in `#[key(..)]` | type | required | default | rule |
/// | --- | --- | --- | --- | --- |
/// | the template | text | yes | | what keys look like, with every field of the struct once, in braces |
/// | `crate` | path | no | `::storage` | where this library is, if it was renamed |
///
/// # Templates
///
/// * `{file}` stands for the field `file`, `{{` and `}}` for the braces themselves.
/// * `{page:06}` is a whole number padded with zeros to 6 digits (up to 39), so that listings, which
///   go by bytes, are in the order of the numbers. A number with more digits is refused.
/// * Segments, the parts between `/`, are neither empty nor `.` or `..`: no `/` at the start or the
///   end, no `//`.
/// * Between two fields there is text: `{year}-{month}`. A struct has 1 to 8 fields, all named, and
///   no parameters.
/// * A template whose shortest key is over the 1,024 bytes of a bucket is refused; KV's limit of 512
///   bytes is checked with each key.
///
/// # Values
///
/// A field has any type that is [`Display`](std::fmt::Display) and
/// [`FromStr`](std::str::FromStr): integers, `String`, `char`, UUIDs, enums of your own. What it shows
/// is refused if it
///
/// * is empty, or made of dots only,
/// * has a `/` or a control character,
/// * could be taken to end earlier than it does, where another field follows in the same segment:
///   a `year` of `20-26` in `{year}-{month}`.
///
/// So a key has one reading, and different values have different keys.
///
/// # Examples
///
/// ```
/// use storage::{Bucket, Key};
///
/// #[storage::bucket(name = "user-assets")]
/// pub struct UserAssets;
///
/// #[storage::app(name = "media-api")]
/// pub struct App {
///     pub assets: Bucket<UserAssets>,
/// }
///
/// #[derive(Key)]
/// #[key("avatars/{user_id}/{file}")]
/// pub struct Avatar {
///     pub user_id: u64,
///     pub file: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// let app = App::memory();
/// let avatar = Avatar { user_id: 7, file: "small.png".to_owned() };
/// app.assets.put(&avatar, vec![0x89, b'P', b'N', b'G']).await?;
///
/// let page = app.assets.list().prefix(Avatar::prefix((7,))).await?;
/// for object in &page.items {
///     assert_eq!(Avatar::parse(object.key())?.file, "small.png");
/// }
///
/// let elsewhere = Avatar { user_id: 7, file: "../8/small.png".to_owned() };
/// let error = app.assets.get(elsewhere).await.unwrap_err();
/// assert_eq!(error.code(), "storage_invalid_key");
/// assert_eq!(error.message(), "the part `file` of the key has a `/`");
/// # Ok(())
/// # }
/// ```
pub use storage_macros::Key;

/// Declares a KV namespace: a unit struct that stands for entries on Workers KV.
///
/// The struct is left as it is; [`Kv<D>`](Kv) is the handle to it.
///
/// | option | type | required | default | rule |
/// | --- | --- | --- | --- | --- |
/// | `name` | text | yes | | what errors call it: 1 to 63 lowercase letters, digits and hyphens; in the account, wrangler calls it after the Worker and the binding |
/// | `namespace` | text | no | `"default"` | what stands in front of the binding: `MEDIA_APP_CONFIGS`; of `"default"` nothing does |
/// | `binding` | text | no | `namespace` and `name` in capitals, `APP_CONFIGS` | an identifier of at most 63 letters, digits and underscores |
/// | `access` | text | no | `"private"` | `"private"`: everything goes through the Worker |
/// | `existing` | text | no | | the id of a namespace that exists already: 32 hexadecimal digits |
/// | `metadata(..)` | names and texts | no | none | notes kept in the manifest, at most 1,024 bytes |
/// | `encryption(..)` | options | no | none | `secret = "VAULT_KEYS"`, required: the secret that holds the keys; `metadata = "encrypted"` for your metadata too |
/// | `observability` | `true` or `false` | no | `false` | `true`: a line of JSON in the log for every operation |
/// | `ttl_seconds` | number | no | never | 60 to 2,147,483,647: when entries expire unless a write says otherwise |
/// | `value` | type | no | anything | what all values are: a type that serde writes and reads, stored as JSON |
/// | `crate` | path | no | `::storage` | where this library is, if it was renamed |
///
/// # Examples
///
/// ```
/// /// Settings, forgotten after a day.
/// #[storage::kv(name = "app-configs", ttl_seconds = 86_400)]
/// pub struct AppConfigs;
/// ```
///
/// With `value`, writes take and reads give values of that type:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use storage::Kv;
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// pub struct Session {
///     user: u64,
///     roles: Vec<String>,
/// }
///
/// /// Who is logged in, by token.
/// #[storage::kv(name = "sessions", ttl_seconds = 3600, value = Session)]
/// pub struct Sessions;
///
/// #[storage::app(name = "shop")]
/// struct App {
///     sessions: Kv<Sessions>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// let app = App::memory();
/// let session = Session { user: 1, roles: vec!["admin".to_owned()] };
/// app.sessions.put("token", &session).await?;
///
/// let found: Option<Session> = app.sessions.get("token").await?;
/// assert_eq!(found, Some(session));
/// # Ok(())
/// # }
/// ```
pub use storage_macros::kv;

/// Declares a storage Worker: one that holds buckets and KV namespaces for others.
///
/// Apps go by it with `#[storage(via = "media-storage")]` on a [field](macro@app). Bindings, encryption and
/// signing keys are in this Worker alone; an app neither has the secrets nor links what they take. When that
/// is worth a second Worker, and how both are configured, is in `docs/storage-workers.md`.
///
/// The struct is left as it is, and gains what [`#[app]`](macro@app) gives: `open`, `memory`, `local`, and the
/// section of the artifact. On Workers it also exports what other Workers call, and a `fetch` that answers
/// signed URLs and nothing else. So the crate of such a struct is a `cdylib` of its own, with one such struct
/// and no handlers; declarations that apps share stand in another crate.
///
/// | option | type | required | default | rule |
/// | --- | --- | --- | --- | --- |
/// | `name` | text | yes | | the storage Worker's name, by which apps go: 1 to 63 lowercase letters, digits and hyphens |
/// | `placement` | text | no | near who calls | `"smart"`: where the platform finds that requests to it are answered fastest |
/// | `public_host` | text | no | no address | where it answers signed URLs, `files.example.com`: a name of a zone of yours, and a bucket that has `signed_urls(..)` |
/// | `crate` | path | no | `::storage` | where this library is, if it was renamed |
///
/// Every field is a plain [`Bucket`] or [`Kv`], bound here: what an app may do is said by its own fields, and
/// checked here by the configuration of its binding, which no caller can write.
///
/// # Examples
///
/// ```
/// use storage::{Bucket, Kv};
///
/// #[storage::bucket(
///     name = "user-assets",
///     encryption(secret = "ASSET_KEYS"),
///     signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
/// )]
/// pub struct UserAssets;
///
/// #[storage::kv(name = "sessions")]
/// pub struct Sessions;
///
/// #[storage::worker(name = "media-storage", placement = "smart", public_host = "files.example.com")]
/// pub struct MediaStorage {
///     assets: Bucket<UserAssets>,
///     sessions: Kv<Sessions>,
/// }
/// # drop(MediaStorage::memory());
/// ```
pub use storage_macros::worker;
