//! Bodies and objects in axum's requests and responses.

mod extract;
mod respond;
