//! Configuration values in the KV namespace.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::App;
use crate::error::{Error, check_key};

const KEY_BYTES_MAX: usize = 512;
const TTL_SECONDS: u64 = 86_400;

#[derive(Serialize)]
pub(crate) struct Saved {
    success: bool,
}

/// `POST /config/{key}`
#[worker::send]
pub(crate) async fn save(
    State(app): State<App>,
    Path(key): Path<String>,
    Json(value): Json<Value>,
) -> Result<Json<Saved>, Error> {
    check_key(&key, KEY_BYTES_MAX)?;
    let put = app.configs.put(&key, value.to_string())?.expiration_ttl(TTL_SECONDS);
    put.execute().await?;
    Ok(Json(Saved { success: true }))
}

/// `GET /config/{key}`
#[worker::send]
pub(crate) async fn read(
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    check_key(&key, KEY_BYTES_MAX)?;
    let text = app.configs.get(&key).text().await?;
    let Some(text) = text else {
        return Ok((StatusCode::NOT_FOUND, "Config key not found").into_response());
    };
    Ok(Json(serde_json::from_str::<Value>(&text)?).into_response())
}
