//! The quickstart by hand: the routes and answers of `examples/quickstart`, written directly on
//! `worker` and `axum`.
//!
//! It is the yardstick for size and speed, so it is what a competent developer would write:
//! no shorter than it should be, and no longer.

mod config;
mod error;
mod files;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::Response;
use axum::routing::{get, post};
use tower_service::Service;
use worker::{Bucket, Context, Env, HttpRequest, KvStore, event};

/// What the handlers share.
#[derive(Clone)]
struct App {
    assets: Bucket,
    configs: KvStore,
}

#[event(fetch)]
async fn fetch(
    request: HttpRequest,
    env: Env,
    _context: Context,
) -> worker::Result<Response<Body>> {
    let app = App { assets: env.bucket("USER_ASSETS")?, configs: env.kv("APP_CONFIGS")? };
    Ok(router(app).call(request).await?)
}

fn router(app: App) -> Router {
    Router::new()
        .route("/upload/{*name}", post(files::upload))
        .route("/download/{*name}", get(files::download))
        .route("/config/{*key}", post(config::save).get(config::read))
        .layer(DefaultBodyLimit::disable()) // the platform has its own
        .with_state(app)
}
