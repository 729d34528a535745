//! A KV namespace over REST.
//!
//! This is the Worker. `main.rs` serves the same natively.

#![forbid(unsafe_code)]

pub mod app;

#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: worker::web_sys::Request,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<worker::web_sys::Response> {
    let server = app::App::open(&env).and_then(|app| app::server(app).start(&env));
    storage::edge::serve_kv(server, request).await
}
