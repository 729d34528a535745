//! The app: what it stores, its routes, and who may use them.

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::get;
use storage::bucket::Served;
use storage::{Body, Bucket, Key};

/// Files that only their owners see.
#[storage::bucket(name = "private-files", access = "private")]
pub struct PrivateFiles;

/// Everything the handlers use.
#[storage::app(name = "private-files")]
#[derive(Clone)]
pub struct App {
    /// Files that only their owners see.
    pub files: Bucket<PrivateFiles>,
}

/// Where a file is. A name from a request can't lead out of the user's folder.
#[derive(Key)]
#[key("users/{user}/{name}")]
pub struct File {
    /// Whose it is.
    pub user: String,
    /// What the user calls it.
    pub name: String,
}

/// The routes: the same on Workers and natively.
pub fn router(app: App) -> Router {
    Router::new().route("/files/{name}", get(read).put(write)).with_state(app)
}

async fn read(
    User(user): User,
    State(app): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> storage::Result<Served> {
    app.files.serve(File { user, name }, &request).cache_control("private, max-age=60").await
}

async fn write(
    User(user): User,
    State(app): State<App>,
    Path(name): Path<String>,
    body: Body,
) -> storage::Result<StatusCode> {
    app.files.put(File { user, name }, body).await?;
    Ok(StatusCode::CREATED)
}

/// Who is asking. The tokens stand in for the sessions of a real app.
struct User(String);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let header = parts.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        match header {
            Some(b"Bearer token-of-ada") => Ok(Self("ada".to_owned())),
            Some(b"Bearer token-of-bob") => Ok(Self("bob".to_owned())),
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    }
}
