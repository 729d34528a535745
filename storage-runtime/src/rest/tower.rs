//! The server as a service of axum.

use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use axum_core::body::Body as HttpBody;
use axum_core::extract::{FromRequest as _, Request};
use axum_core::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::{Extensions, HeaderName, HeaderValue, StatusCode};
use tower_service::Service;

use super::{Answer, Incoming, KvService};
use crate::backend;
use crate::body::{Body, Source};

/// Where the address of a request stands.
pub(super) type Peer = fn(&Extensions) -> Option<IpAddr>;

impl KvService {
    /// Says where the address of a request stands, for
    /// [`allow_addresses`](super::KvServer::allow_addresses) and rate limits. On Workers it is known.
    ///
    /// # Examples
    ///
    /// Of an axum app that is served by
    /// `app.into_make_service_with_connect_info::<SocketAddr>()`:
    ///
    /// ```
    /// # fn main() -> storage::Result<()> {
    /// # #[storage::kv(name = "app-configs")]
    /// # pub struct AppConfigs;
    /// # #[storage::app(name = "media-api")]
    /// # pub struct App { configs: storage::Kv<AppConfigs> }
    /// # #[derive(Clone)] struct ConnectInfo<T>(T);
    /// use std::net::SocketAddr;
    /// use storage::rest::{KvServer, Process};
    ///
    /// let server = KvServer::new(App::memory().configs)
    ///     .allow_addresses(["127.0.0.1"])
    ///     .public()
    ///     .start(&Process)?
    ///     .peer_address(|of| of.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn peer_address(self, find: fn(&Extensions) -> Option<IpAddr>) -> Self {
        Self { peer: Some(find), ..self }
    }
}

impl Service<Request> for KvService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let target =
                parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
            let peer = backend::client_address(&parts)
                .or_else(|| service.peer.and_then(|find| find(&parts.extensions)));
            let mut request = Request::new(body);
            *request.headers_mut() = parts.headers.clone();
            let Ok(body) = Body::from_request(request, &()).await;
            let mut incoming = Incoming::new(target, parts).body(body).peer(peer);
            let answer = service.answer_to(&mut incoming).await;
            // In a Worker: whoever sends a little body that was refused unread keeps the connection.
            incoming.take_body().drain().await;
            Ok(answer.into_response())
        })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, headers, body) = self.into_parts();
        let mut response = Response::new(match body.into_source() {
            Source::Short(payload) => backend::into_http(payload),
            Source::Long(long) => HttpBody::from_stream(long.into_stream()),
        });
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
