//! Files under a limit, which a layer of axum puts on the bodies of requests.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::map_request;
use axum::routing::put;
use http_body_util::Limited;
use storage::bucket::Served;
use storage::{Body, Result};

use crate::App;

/// How many bytes a body may have.
const LIMIT: usize = 100_000;

pub(crate) fn router(app: App) -> Router {
    let limit =
        |request: Request| async { request.map(|body| HttpBody::new(Limited::new(body, LIMIT))) };
    Router::new()
        .route("/limited/{name}", put(write).get(read))
        .layer(map_request(limit))
        .with_state(app)
}

async fn write(State(app): State<App>, Path(name): Path<String>, body: Body) -> Result<StatusCode> {
    app.bucket.put(key(&name), body).await?;
    Ok(StatusCode::CREATED)
}

async fn read(
    State(app): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Served> {
    app.bucket.serve(key(&name), &request).await
}

fn key(name: &str) -> String {
    format!("limited/{name}")
}
