//! The edge of a Worker: from the platform's request to an axum app, and back.

use std::convert::Infallible;

use axum_core::body::Body as HttpBody;
use axum_core::response::IntoResponse;
use futures_util::TryStreamExt;
use http::StatusCode;
use http::header::CONTENT_ENCODING;
use http_body::Body as _;
use tower_service::Service;
use worker::{EncodeBody, Headers, ResponseBody, ResponseBuilder, web_sys};

use super::edge::EdgeRequest;
use super::http::{Taken, platform, take};
use super::promise;
use super::stream::PlatformStream;

/// Up to this length, in bytes, a body goes to the platform in one piece.
const GATHERED_MAX: u64 = 1024 * 1024;

/// Answers a request of the platform with an axum app: the body of a Worker's `fetch`.
///
/// An app that could not be opened answers with its error. Bodies that handlers hand on (the
/// [`Body`](crate::Body) of a request to a bucket, an [`Object`](crate::bucket::Object) to the client)
/// stay streams of the platform, which never enter the Worker's memory.
///
/// The app runs in the [trace](crate::observe::with_trace) and the span of whoever awaits this, and as a task of its
/// own: outside of their other scopes, like that of a `tokio::task_local!`. A layer opens those inside.
///
/// ```text
/// #[worker::event(fetch)]
/// async fn fetch(request: worker::web_sys::Request, env: worker::Env, _: worker::Context) -> worker::Result<worker::Response> {
///     storage::edge::serve(App::open(&env).map(router), request).await
/// }
/// ```
///
/// # Errors
///
/// If the request is not one that HTTP has: its URL or a header can't be read.
pub async fn serve<S>(
    app: crate::Result<S>,
    request: impl EdgeRequest,
) -> worker::Result<worker::Response>
where
    S: Service<http::Request<HttpBody>, Error = Infallible> + 'static,
    S::Response: IntoResponse,
{
    promise::at_once(answer(app, request.into_platform())).await
}

async fn answer<S>(
    app: crate::Result<S>,
    request: web_sys::Request,
) -> worker::Result<worker::Response>
where
    S: Service<http::Request<HttpBody>, Error = Infallible>,
    S::Response: IntoResponse,
{
    let response = match app {
        Ok(mut app) => match app.call(incoming(&request)?).await {
            Ok(response) => response.into_response(),
            Err(never) => match never {},
        },
        Err(error) => error.into_response(),
    };
    outgoing(response).await
}

fn incoming(request: &web_sys::Request) -> worker::Result<http::Request<HttpBody>> {
    let mut builder = http::Request::builder().method(&*request.method()).uri(request.url());
    for (name, value) in &Headers(request.headers()) {
        // workerd reads header values as UTF-8, with a mark in place of what is none: so every value stays
        // different from any other that a handler would take for something.
        builder = builder.header(name, value.as_bytes());
    }
    let body = match request.body() {
        Some(stream) => platform(PlatformStream::from(stream), None),
        None => HttpBody::empty(),
    };
    builder.body(body).map_err(|error| worker::Error::RustError(error.to_string()))
}

async fn outgoing(response: http::Response<HttpBody>) -> worker::Result<worker::Response> {
    let (parts, body) = response.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        // And it writes them as UTF-8. Other bytes it has no way to write: each is taken for a character.
        if let Ok(text) = str::from_utf8(value.as_bytes()) {
            headers.append(name.as_str(), text)?;
        } else {
            let text: String = value.as_bytes().iter().copied().map(char::from).collect();
            headers.append(name.as_str(), &text)?;
        }
    }
    let mut builder =
        ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers);
    if parts.headers.contains_key(CONTENT_ENCODING) {
        // The body is encoded already: the platform is not to do it again.
        builder = builder.with_encode_body(EncodeBody::Manual);
    }
    if has_no_body(parts.status) {
        return Ok(builder.empty());
    }
    let len = body.size_hint().exact();
    match take(body) {
        Taken::Platform(stream) => Ok(builder.body(ResponseBody::Stream(stream.into()))),
        Taken::Pieces(pieces) => {
            let mut pieces = pieces.map_err(|error| worker::Error::RustError(error.to_string()));
            if len.is_none_or(|len| len > GATHERED_MAX) {
                return builder.from_stream(pieces);
            }
            let mut gathered = Vec::new();
            while let Some(piece) = pieces.try_next().await? {
                gathered.extend_from_slice(&piece);
            }
            Ok(builder.fixed(gathered))
        }
    }
}

/// Responses that JavaScript refuses a body.
fn has_no_body(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::SWITCHING_PROTOCOLS
            | StatusCode::NO_CONTENT
            | StatusCode::RESET_CONTENT
            | StatusCode::NOT_MODIFIED
    )
}
