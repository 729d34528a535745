//! What storage is asked for, as it happens: a line in the log for every operation, or a span of `tracing`.
//!
//! An *operation* is one call of the place where something is stored: an object is read, a page is listed.
//! Most verbs of a handle make one; what the others make, and every field, is in `docs/observability.md`.
//! What is refused before the place is asked, a key that breaks a rule, makes none: its error says it.
//!
//! * `observability = true` in a declaration writes one line of JSON for each of its operations: on Workers
//!   to the Worker's log (`console.log`), natively to standard error.
//! * The feature `tracing` makes a span of each operation of every declaration, at the level `INFO`, with
//!   the name and the target `storage` and the same fields.
//!
//! An app with neither links nothing of this.
//!
//! A key stands there as a [hash](Keys::Hashed) unless [`set_keys`] says otherwise, and so it does in errors that name
//! the key of what can't be read. Values, metadata,
//! prefixes, messages of errors and secrets never do.
//!
//! # Examples
//!
//! Each operation of a request has the request's id, of the header `traceparent` or `cf-ray`:
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # mod example {
//! use axum::extract::Request;
//! use axum::middleware::{self, Next};
//! use axum::response::Response;
//! use storage::observe::{TraceId, with_trace};
//!
//! #[storage::kv(name = "sessions", observability = true)]
//! pub struct Sessions;
//!
//! #[storage::app(name = "shop")]
//! #[derive(Clone)]
//! pub struct App {
//!     pub sessions: storage::Kv<Sessions>,
//! }
//!
//! pub fn router(app: App) -> axum::Router {
//!     axum::Router::new().layer(middleware::from_fn(traced)).with_state(app) // behind its routes
//! }
//!
//! async fn traced(request: Request, next: Next) -> Response {
//!     let trace = TraceId::of(&request);
//!     with_trace(trace, next.run(request)).await
//! }
//! # }
//! ```

mod bucket;
mod keys;
mod kv;
mod operation;
mod retries;
mod route;
mod trace;

pub(crate) use bucket::{bucket, sealer};
pub(crate) use keys::in_the_log;
pub use keys::{Keys, set_keys};
pub(crate) use kv::{kv, parts};
pub(crate) use operation::About;
pub(crate) use retries::retried;
pub use route::Route;
#[allow(unused_imports, reason = "natively no task is ours")]
pub(crate) use trace::in_trace;
pub use trace::{TraceId, with_trace};

/// Whether the operations of a declaration are told of. Asked while compiling, so that only applications
/// that tell of any link how.
pub(crate) const fn is_on(observability: bool) -> bool {
    observability || cfg!(feature = "tracing")
}
