//! The app of `examples/vault` without a storage Worker: bindings and keys are its own, and it encrypts itself.
#![cfg(target_arch = "wasm32")]

pub mod app;
#[path = "../../../examples/vault/src/routes.rs"]
pub mod routes;

#[worker::event(fetch)]
async fn fetch(
    request: worker::web_sys::Request,
    env: worker::Env,
    _context: worker::Context,
) -> worker::Result<worker::Response> {
    storage::edge::serve(app::App::open(&env).map(routes::router), request).await
}
