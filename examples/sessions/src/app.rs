//! The app: its routes, and who may use them.

use std::time::SystemTime;

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use storage::Kv;
use storage::observe::{TraceId, with_trace};

use crate::cookie::SessionCookie;
use crate::id::SessionHash;
use crate::origin::same_origin;
use crate::sessions::{LONGEST, Session, SessionStore, Sessions};
use crate::users::check_demo_password;

/// Everything that is stored.
#[storage::app(name = "sessions")]
pub struct App {
    /// Who is logged in.
    pub sessions: Kv<SessionStore>,
}

/// The routes: the same on Workers and natively.
pub fn router(app: App) -> Router {
    routes(Sessions::new(app.sessions, now))
}

/// The routes, on those sessions.
pub(crate) fn routes(sessions: Sessions) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/logout-everywhere", post(log_out_everywhere))
        .route("/me", get(me))
        .route("/sessions", get(list))
        .route("/sessions/{hash}", delete(end))
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::from_fn(around))
        .with_state(sessions)
}

/// The page has no script of anybody else, and no other site shows it in a frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

async fn page() -> impl IntoResponse {
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("page.html")))
}

#[derive(Deserialize)]
struct Credentials {
    user: String,
    password: String,
    #[serde(default)]
    remember: bool,
}

async fn log_in(
    State(sessions): State<Sessions>,
    headers: HeaderMap,
    Json(Credentials { user, password, remember }): Json<Credentials>,
) -> Result<Response, Response> {
    let Some(user) = check_demo_password(&user, &password) else {
        return Err((StatusCode::UNAUTHORIZED, "the name or the password is wrong").into_response());
    };
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    // Always a new id: one that the browser came with may have been given to it by somebody.
    let begun = sessions.begin(user, remember, agent).await;
    let cookie = begun.map_err(IntoResponse::into_response)?;
    let lasts = remember.then_some(LONGEST);
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie.set(lasts))]).into_response())
}

async fn log_out(
    State(sessions): State<Sessions>,
    headers: HeaderMap,
) -> storage::Result<impl IntoResponse> {
    // Whoever has the cookie may end its session, whether it is good or not.
    if let Some(SessionCookie { user, id }) = SessionCookie::of(&headers) {
        sessions.end(&user, &id.hash()).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, SessionCookie::remove())]))
}

async fn log_out_everywhere(
    LoggedIn(session): LoggedIn,
    State(sessions): State<Sessions>,
) -> storage::Result<impl IntoResponse> {
    sessions.end_all(&session.user).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, SessionCookie::remove())]))
}

#[derive(Serialize)]
struct Me {
    user: String,
    session: String,
    /// Seconds since 1970.
    since: u64,
    remembered: bool,
}

async fn me(LoggedIn(session): LoggedIn) -> Json<Me> {
    let Session { user, hash, login } = session;
    Json(Me {
        user: user.to_string(),
        session: hash.to_string(),
        since: seconds(login.since()),
        remembered: login.is_remembered,
    })
}

#[derive(Serialize)]
struct Item {
    session: String,
    agent: String,
    remembered: bool,
    /// Seconds since 1970.
    since: u64,
    /// Seconds since 1970, at most an hour off.
    seen: u64,
    /// Whether it is the one that asks.
    current: bool,
}

async fn list(
    LoggedIn(session): LoggedIn,
    State(sessions): State<Sessions>,
) -> storage::Result<Json<Vec<Item>>> {
    let listed = sessions.list(&session.user).await?;
    let items = listed.into_iter().map(|listed| Item {
        session: listed.hash.to_string(),
        remembered: listed.login.is_remembered,
        since: seconds(listed.login.since()),
        agent: listed.login.agent,
        seen: seconds(listed.seen),
        current: listed.hash == session.hash,
    });
    Ok(Json(items.collect()))
}

async fn end(
    LoggedIn(session): LoggedIn,
    State(sessions): State<Sessions>,
    Path(hash): Path<String>,
) -> Result<StatusCode, Response> {
    let hash = SessionHash::parse(&hash).ok_or_else(|| StatusCode::NOT_FOUND.into_response())?;
    sessions.end(&session.user, &hash).await.map_err(IntoResponse::into_response)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is asking: a handler that takes it is not called for anybody else.
struct LoggedIn(Session);

impl FromRequestParts<Sessions> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, sessions: &Sessions) -> Result<Self, Response> {
        let nobody = || (StatusCode::UNAUTHORIZED, "you are not logged in").into_response();
        let cookie = SessionCookie::of(&parts.headers).ok_or_else(nobody)?;
        let found = sessions.find(&cookie).await.map_err(IntoResponse::into_response)?;
        found.map(Self).ok_or_else(nobody)
    }
}

/// Has every line of the log say which request it is of, and no cache keep an answer.
async fn around(request: Request, next: Next) -> Response {
    let trace = TraceId::of(&request);
    let mut response = with_trace(trace, next.run(request)).await;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The time. Rust's own clock does not go in a Worker.
#[cfg(not(target_arch = "wasm32"))]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The time, which in a Worker stands still between two operations.
#[cfg(target_arch = "wasm32")]
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(worker::Date::now().as_millis())
}
