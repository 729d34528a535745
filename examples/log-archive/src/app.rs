//! What is stored, and the routes.

use axum::Router;
use axum::routing::{get, post};
use storage::Bucket;
use storage::archive::Archive;

use crate::{ingest, logs};

/// Logs of all our services, kept for 90 days.
#[storage::bucket(name = "service-logs", encryption(secret = "LOG_KEYS"), delete_after_days = 90)]
pub struct ServiceLogs;

/// Everything the handlers use.
#[storage::app(name = "log-archive")]
#[derive(Clone)]
pub struct App {
    /// Logs of all our services.
    pub logs: Bucket<ServiceLogs>,
}

impl App {
    /// The logs by time.
    pub fn archive(&self) -> Archive<ServiceLogs> {
        Archive::new(&self.logs)
    }
}

/// The routes: the same on Workers and natively. Put them behind a login.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/ingest", post(ingest::ingest))
        .route("/logs", get(logs::read))
        .with_state(app)
}
