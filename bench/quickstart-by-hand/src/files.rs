//! Upload to and download from the bucket.

use std::collections::HashMap;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use serde::Serialize;
use worker::{Conditional, Data, FixedLengthStream, HttpMetadata, ObjectBody, ResponseBody};

use crate::App;
use crate::error::{Error, check_key};

const KEY_BYTES_MAX: usize = 1024;
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

#[derive(Serialize)]
pub(crate) struct Uploaded {
    status: &'static str,
    key: String,
    bytes: u64,
    etag: String,
}

/// `POST /upload/{name}`; with `?create`, only if there is no such object yet.
#[worker::send]
pub(crate) async fn upload(
    State(app): State<App>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Uploaded>, Error> {
    check_key(&name, KEY_BYTES_MAX)?;
    let len = headers.get(CONTENT_LENGTH).and_then(|len| len.to_str().ok()?.parse().ok());
    let data = match len {
        Some(len) => {
            let pieces = body.into_data_stream().map_ok(Vec::from);
            let pieces = pieces.map_err(|error| worker::Error::RustError(error.to_string()));
            Data::Stream(FixedLengthStream::wrap(pieces, len))
        }
        None => Data::Bytes(to_bytes(body, usize::MAX).await?.into()),
    };
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut put = app
        .assets
        .put(&name, data)
        .http_metadata(HttpMetadata {
            content_type: Some(content_type.unwrap_or(DEFAULT_CONTENT_TYPE).into()),
            ..HttpMetadata::default()
        })
        .custom_metadata(HashMap::from([("uploadedBy".into(), "system-client".into())]));
    if query.as_deref() == Some("create") {
        put = put.only_if(Conditional {
            etag_does_not_match: Some("*".into()),
            ..Conditional::default()
        });
    }
    let object = put.execute().await?.ok_or(Error::AlreadyExists)?;
    Ok(Json(Uploaded { status: "uploaded", key: name, bytes: object.size(), etag: object.etag() }))
}

/// `GET /download/{name}`
#[worker::send]
pub(crate) async fn download(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    check_key(&name, KEY_BYTES_MAX)?;
    let Some(object) = app.assets.get(&name).execute().await? else {
        return Ok((StatusCode::NOT_FOUND, "File not found").into_response());
    };
    let content_type = object.http_metadata().content_type;
    let body = match object.body().map(ObjectBody::response_body).transpose()? {
        Some(ResponseBody::Stream(stream)) => Body::new(worker::Body::new(stream)),
        _ => Body::empty(),
    };
    let content_type = content_type.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.into());
    Ok(([(CONTENT_TYPE, content_type)], body).into_response())
}
