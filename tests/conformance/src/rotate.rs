//! The rotation of the encrypted stores' keys: of the bucket by axum, of the namespace by the `worker` crate.

use axum::Router;
use axum::extract::State;
use axum::http::request::Parts;
use axum::routing::post;
use storage::Body;
use storage::bucket::Served;
use worker::{Env, Request, Response, Result};

use crate::App;

pub(crate) fn router(app: App) -> Router {
    Router::new().route("/rotate/bucket", post(bucket)).with_state(app)
}

async fn bucket(State(app): State<App>, request: Parts, body: Body) -> storage::Result<Served> {
    app.sealed_bucket.rotate_by(&request, body).await
}

pub(crate) async fn kv(request: &Request, env: &Env) -> Result<Response> {
    let served = App::open(env)?.sealed_kv.rotate_by(request, request).await;
    Ok(served.map_or_else(Response::from, Response::from))
}
