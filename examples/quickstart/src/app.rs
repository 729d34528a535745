//! The app: what it stores, and its routes.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::Value;
use storage::{Body, Bucket, Kv};

/// Files that users upload.
#[storage::bucket(name = "user-assets", access = "private")]
pub struct UserAssets;

/// Settings, forgotten after a day.
#[storage::kv(name = "app-configs", ttl_seconds = 86_400)]
pub struct AppConfigs;

/// Everything the handlers use.
#[storage::app(name = "quickstart")]
#[derive(Clone)]
pub struct App {
    /// Files that users upload.
    pub assets: Bucket<UserAssets>,
    /// Settings.
    pub configs: Kv<AppConfigs>,
}

/// The routes: the same on Workers and natively.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/upload/{*name}", post(upload))
        .route("/download/{*name}", get(download))
        .route("/config/{*key}", get(read_config).post(save_config))
        .with_state(app)
}

#[derive(Serialize)]
struct Uploaded {
    status: &'static str,
    key: String,
    bytes: u64,
    etag: String,
}

async fn upload(
    State(app): State<App>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    body: Body,
) -> storage::Result<Json<Uploaded>> {
    let mut put = app.assets.put(&name, body).metadata("uploadedBy", "system-client");
    if query.as_deref() == Some("create") {
        put = put.if_not_exists();
    }
    let object = put.await?;
    let (key, etag) = (object.key().to_owned(), object.etag().to_owned());
    Ok(Json(Uploaded { status: "uploaded", key, bytes: object.size(), etag }))
}

async fn download(State(app): State<App>, Path(name): Path<String>) -> storage::Result<Response> {
    Ok(match app.assets.get(&name).await? {
        Some(object) => object.into_response(),
        None => (StatusCode::NOT_FOUND, "File not found").into_response(),
    })
}

#[derive(Serialize)]
struct Saved {
    success: bool,
}

async fn save_config(
    State(app): State<App>,
    Path(key): Path<String>,
    Json(config): Json<Value>,
) -> storage::Result<Json<Saved>> {
    app.configs.put(&key, Body::json(&config)?).await?;
    Ok(Json(Saved { success: true }))
}

async fn read_config(State(app): State<App>, Path(key): Path<String>) -> storage::Result<Response> {
    let Some(entry) = app.configs.get(&key).await? else {
        return Ok((StatusCode::NOT_FOUND, "Config key not found").into_response());
    };
    Ok(Json(entry.json::<Value>().await?).into_response())
}
