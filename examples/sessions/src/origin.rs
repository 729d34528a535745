//! Requests that change something come from pages of this site.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request pass that reads, or says that it comes from a page of this very origin. Every browser says
/// so (`Origin`) with a request that is neither `GET` nor `HEAD`, and no page can make it say anything else.
///
/// `SameSite` alone would let pages of other subdomains in: they are the same site.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if is_reading(request.method()) || is_own(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "the request does not come from a page of this site")
            .into_response()
    }
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn is_own(request: &Request) -> bool {
    let origins: Vec<_> = request.headers().get_all(ORIGIN).iter().collect();
    let [origin] = origins.as_slice() else { return false };
    let uri = request.uri();
    // A Worker is asked for the whole URL, a native server for its path; it is not behind HTTPS.
    let scheme = uri.scheme_str().unwrap_or("http");
    let host = match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(HOST).and_then(|host| host.to_str().ok()),
    };
    host.is_some_and(|host| origin.as_bytes() == format!("{scheme}://{host}").as_bytes())
}
