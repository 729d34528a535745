//! The fields of the example, bound directly, and the links that its storage Worker answers.

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::any;
use storage::bucket::Served;
use storage::{Bucket, BucketReader};
use vault_declarations::{Documents, Statements};

use crate::routes;

/// Everything the handlers use.
#[storage::app(name = "vault-direct")]
#[derive(Clone)]
pub struct App {
    /// Documents, encrypted here.
    pub documents: Bucket<Documents>,
    /// Statements, which others write.
    pub statements: BucketReader<Statements>,
}

/// The routes of the example, and links.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/.storage/{token}", any(link))
        .with_state(app.clone())
        .merge(routes::router(app))
}

async fn link(State(app): State<App>, request: Request) -> Served {
    storage::signed::handle(request).bucket(&app.documents).await
}
