//! Presigned URLs of R2's S3 endpoint: AWS Signature Version 4 in the query string.
//!
//! A [`Presigner`] turns a [`Request`] and the time into a URL. Whoever has it can send this one
//! request, with any HTTP client, until it expires. The payload is not signed, and no checksum is
//! asked for: a browser can upload a file that nobody has read before.
//!
//! | | |
//! | --- | --- |
//! | address | path style, `<endpoint>/<bucket>/<key>`; region `auto`, service `s3` |
//! | key | as R2 takes it, but without segments `.` and `..`: clients take them out of a URL |
//! | expiry | 1 to 604,800 seconds (7 days) after the time of signing |
//! | headers | those given and `host`; the client has to send them with these values |
//! | query | anything that S3 knows, as `response-content-disposition` |
//!
//! What the server gets is exactly what was signed, or it answers 403.
//!
//! # Examples
//!
//! ```
//! use storage_core::signing::sigv4::{Credentials, Endpoint, Method, Presigner, Request};
//!
//! let endpoint = Endpoint::account("9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b")?;
//! let credentials = Credentials::new("0123456789abcdef0123456789abcdef", "secret")?;
//! let presigner = Presigner::new(endpoint, credentials);
//!
//! let upload = Request {
//!     method: Method::Put,
//!     bucket: "user-assets",
//!     key: "avatars/1 (new).png",
//!     expires_seconds: 600,
//!     headers: &[("content-type", "image/png"), ("content-length", "34567")],
//!     query: &[],
//! };
//! let url = presigner.sign(&upload, 1_795_000_000)?;
//! assert!(url.starts_with(
//!     "https://9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b.r2.cloudflarestorage.com/user-assets/\
//!      avatars/1%20%28new%29.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canonical;
mod credentials;
mod date;
mod encode;
mod endpoint;
mod error;
mod presigner;
mod request;
#[cfg(test)]
mod tests;

pub use credentials::Credentials;
pub use endpoint::Endpoint;
pub use error::{CredentialsError, EndpointError, PairRule, SignError};
pub use presigner::Presigner;
pub use request::{Method, Request};

/// The region of R2.
const REGION: &str = "auto";
