//! Bodies, requests and objects in axum's terms.

mod extract;
mod request;
mod respond;
