//! Files behind a login: an authenticated proxy for a private bucket.
//!
//! This is the Worker. `main.rs` serves the same app natively.

#![forbid(unsafe_code)]

pub mod app;

#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: worker::web_sys::Request,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<worker::Response> {
    storage::edge::serve(app::App::open(&env).map(app::router), request).await
}
