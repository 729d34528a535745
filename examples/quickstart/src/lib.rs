//! Upload, download, save config, read config: one R2 bucket and one KV namespace.
//!
//! This is the Worker. `main.rs` serves the same app natively.

#![forbid(unsafe_code)]

pub mod app;

#[cfg(target_arch = "wasm32")]
#[worker::event(fetch)]
async fn fetch(
    request: worker::HttpRequest,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<axum::response::Response> {
    use tower_service::Service;
    Ok(app::router(app::App::open(&env)?).call(request).await?)
}
