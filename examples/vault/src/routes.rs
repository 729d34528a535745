//! The routes: the same on Workers and natively, and wherever the storage is.

use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{any, get, post};
use storage::bucket::Served;
use storage::{Body, Key};

use crate::app::App;

/// How long a link to a document is good for.
const LINK_LIFETIME: Duration = Duration::from_secs(600);

/// Where a document is.
#[derive(Key)]
#[key("documents/{name}")]
pub struct Document {
    /// What it is called.
    pub name: String,
}

/// Where a statement is, of those that are published.
#[derive(Key)]
#[key("published/{name}")]
pub struct Statement {
    /// What it is called.
    pub name: String,
}

/// All routes. Whoever reaches them may use them: a real app has a login in front.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/documents/{name}", get(read).put(write).delete(remove))
        .route("/documents/{name}/link", post(link))
        .route("/documents/{name}/upload", post(upload))
        .route("/.storage/{token}", any(follow))
        .route("/statements/{name}", get(statement))
        .route("/rotate", post(rotate))
        .with_state(app)
}

async fn read(
    State(app): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> storage::Result<Served> {
    app.documents.serve(Document { name }, &request).await
}

async fn write(
    State(app): State<App>,
    Path(name): Path<String>,
    body: Body,
) -> storage::Result<StatusCode> {
    app.documents.put(Document { name }, body).await?;
    Ok(StatusCode::CREATED)
}

async fn remove(State(app): State<App>, Path(name): Path<String>) -> storage::Result<StatusCode> {
    app.documents.delete(Document { name }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link to read by, that leads past this app.
async fn link(State(app): State<App>, Path(name): Path<String>) -> storage::Result<String> {
    let link = app.documents.signed_url(Document { name }).expires_in(LINK_LIFETIME).await?;
    Ok(link.url().to_owned())
}

/// A link to write by, of the same kind.
async fn upload(State(app): State<App>, Path(name): Path<String>) -> storage::Result<String> {
    let link =
        app.documents.signed_url(Document { name }).write().expires_in(LINK_LIFETIME).await?;
    Ok(link.url().to_owned())
}

async fn statement(
    State(app): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> storage::Result<Served> {
    app.statements.serve(Statement { name }, &request).await
}

/// What a link leads to, where it leads to the app: in a local session.
async fn follow(State(app): State<App>, request: Request) -> Served {
    storage::signed::handle(request).bucket(&app.documents).await
}

/// For `cargo storage rotate`: answers nobody who has not the keys, and has none itself.
async fn rotate(State(app): State<App>, request: Parts, body: Body) -> storage::Result<Served> {
    app.documents.rotate_by(&request, body).await
}
