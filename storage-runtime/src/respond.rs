//! An error as the answer to an HTTP request.

#[cfg(feature = "axum")]
impl axum_core::response::IntoResponse for crate::Error {
    /// JSON with the status of the kind. What only the log should say goes to the log if the fault
    /// is on this side.
    fn into_response(self) -> axum_core::response::Response {
        crate::backend::log(&self);
        let status = http::StatusCode::from_u16(self.http_status())
            .unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        let json = [(http::header::CONTENT_TYPE, "application/json")];
        (status, json, self.to_json()).into_response()
    }
}
