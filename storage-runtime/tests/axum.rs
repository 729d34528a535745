//! An error as an axum response.
#![cfg(feature = "axum")]

use axum::response::IntoResponse;
use storage::{Error, ErrorKind};

#[tokio::test]
async fn an_error_answers_with_its_code_and_status() {
    let error = Error::new(ErrorKind::AlreadyExists, "the key is taken").with_detail("for the log");
    let response = error.into_response();
    assert_eq!(response.status(), 409);
    assert_eq!(response.headers()["content-type"], "application/json");
    let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
    assert_eq!(
        body,
        r#"{"error":{"code":"storage_key_already_exists","message":"the key is taken"}}"#
    );
}
