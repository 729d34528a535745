//! Signed URLs: links that let whoever has one read or write one object, for some time.
//!
//! [`Bucket::signed_url`](crate::Bucket::signed_url) makes one, for buckets declared with
//! `signed_urls(..)` or `s3(..)`; [`handle`] answers those that lead to the Worker. Which leads where,
//! what a leaked one allows, and the token byte by byte are in `docs/signed-urls.md`.
//!
//! # Examples
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # mod example {
//! use axum::extract::{Request, State};
//! use axum::routing::any;
//! use storage::bucket::Served;
//!
//! #[storage::bucket(name = "user-assets", signed_urls(secret = "LINK_KEYS", host = "files.example.com"))]
//! pub struct UserAssets;
//!
//! #[storage::app(name = "media-api")]
//! #[derive(Clone)]
//! pub struct App {
//!     pub assets: storage::Bucket<UserAssets>,
//! }
//!
//! async fn link(State(app): State<App>, request: Request) -> Served {
//!     storage::signed::handle(request).bucket(&app.assets).await
//! }
//!
//! pub fn router(app: App) -> axum::Router {
//!     axum::Router::new().route("/.storage/{token}", any(link)).with_state(app)
//! }
//! # }
//! ```

mod before;
mod bucket;
mod disposition;
mod handle;
mod links;
mod markers;
mod part;
mod request;
mod reserved;
mod revoked;
mod s3;
#[cfg(test)]
mod tests;
mod url;
mod uses;
mod wanted;

#[cfg(feature = "rest")]
pub(crate) use handle::is_token;
pub(crate) use handle::{ANSWERED, HERE, answer, key_of};
pub use handle::{Handle, LinkRequest, handle};
pub(crate) use links::{Connected, HasLinks, Links, RemoteLinks, connect};
pub use part::{SignPart, SignPartOptions};
pub use request::{LinkAccess, SignOptions, SignUrl};
pub use revoked::SignedUrls;
#[allow(unused_imports, reason = "natively there is no R2")]
pub(crate) use s3::presigner;
pub use storage_core::signing::token::Size;
pub use url::{Route, SignedUrl};
