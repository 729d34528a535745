//! An app without keys: its storage is in a storage Worker, which encrypts.
//!
//! This is the Worker. `main.rs` serves the same app natively.

#![forbid(unsafe_code)]

pub mod app;
pub mod routes;

#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: worker::web_sys::Request,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<worker::Response> {
    storage::edge::serve(app::App::open(&env).map(routes::router), request).await
}
