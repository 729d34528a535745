//! Bodies, requests and objects in axum's terms.

mod extract;
mod limit;
mod request;
mod respond;

pub(crate) use limit::read_error;
