//! KV over REST: a server for any namespace, in one line (feature `rest`).
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> storage::Result<()> {
//! use storage::Kv;
//! use storage::rest::{ApiKey, KvServer};
//!
//! #[storage::kv(name = "app-configs")]
//! pub struct AppConfigs;
//!
//! #[storage::app(name = "kv-rest")]
//! pub struct App {
//!     configs: Kv<AppConfigs>,
//! }
//!
//! let app = App::memory();
//! # let environment = std::collections::BTreeMap::from([("KV_API_KEY", "correct horse battery")]);
//! // The environment: `&env` on Workers, `&storage::rest::Process` natively.
//! let server = KvServer::new(app.configs).api_key(ApiKey::default()).start(&environment)?;
//! let router: axum::Router = axum::Router::new().fallback_service(server);
//! # drop(router);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "axum"))]
//! # fn main() {}
//! ```
//!
//! A server that asks for no credentials does not start, unless it says [`KvServer::public`].
//!
//! # Endpoints
//!
//! | request | answer |
//! | --- | --- |
//! | `GET`, `HEAD /v1/kv/{key}` | the value: JSON in the envelope, anything else as it is stored |
//! | `PUT /v1/kv/{key}` | writes `{"value": .., "ttl": .., "expiration": .., "metadata": {..}}`, or with another content type than JSON the body as it is, and the rest as parameters |
//! | `DELETE /v1/kv/{key}` | deletes, also what is not there |
//! | `GET /v1/kv?prefix=&limit=&cursor=` | a page of keys |
//! | `POST /v1/kv:batch` | `{"get": [..], "put": [{"key": .., "value": ..}], "delete": [..]}`, up to 100 entries and 8 MiB |
//! | `GET /v1/admin/info` | how the server is configured, without secrets |
//! | `GET /health`, `GET /open-api.json` | for everybody |
//!
//! A key is the rest of the path, percent-decoded once; slashes belong to it. Answers have the envelope
//! `{"status": 200, "success": true, "data": ..}`; errors have `"success": false`, `"data": null` and
//! `"error": {"code": .., "message": ..}`. `docs/kv-rest.md` has all of it.

mod accept;
mod admin;
mod answer;
mod auth;
mod batch;
mod body;
mod cors;
mod entry;
mod environment;
mod failure;
#[cfg(test)]
mod hostile;
mod incoming;
mod list;
mod network;
mod open_api;
mod parameters;
mod route;
mod server;
mod service;
mod store;
pub(crate) mod terse;
#[cfg(test)]
mod testing;
#[cfg(feature = "axum")]
mod tower;

pub use answer::Answer;
#[cfg(feature = "jwt")]
pub use auth::Jwt;
#[cfg(feature = "jwt")]
pub(crate) use auth::Key;
pub use auth::{ApiKey, Basic, Grant, Scope, Strategy, User};
pub use cors::Cors;
pub use environment::{Environment, Process};
pub use incoming::Incoming;
pub use network::RateLimiter;
pub use server::KvServer;
pub use service::KvService;
