//! KV over REST: `/rest/...` asks who comes, `/rest-axum/...` does as a service of axum, `/rest-limited/...` has
//! everything that keeps callers away.
//! `/rest-secret/...` and `/rest-keys/...` take tokens, of a secret, and of the keys at the URL in the header
//! `x-keys`, which only a test can want.

use std::time::Duration;

use serde_json::json;
use storage::conformance::Entries;
use storage::rest::{ApiKey, Basic, Cors, Environment, Grant, Jwt, KvServer, RateLimiter, Scope};
use storage::{Kv, Result};
use worker::{Env, Request, Response};

/// The server of the table in `tests/rest/table.rs`, and of the pages in `tests/browser/origins.mjs`.
pub(crate) async fn guarded(
    kv: Result<Kv<Entries>>,
    request: Request,
    env: &Env,
) -> worker::Result<Response> {
    let team = Grant::of([Scope::Read, Scope::Write]).key_prefix("team/");
    let server = kv.and_then(|kv| {
        KvServer::new(kv)
            .base_path("/rest")
            .api_key(ApiKey::default())
            .api_key(ApiKey::new("reader").variable("READER_KEY").grant(Grant::of([Scope::Read])))
            .api_key(ApiKey::new("team").variable("TEAM_KEY").grant(team))
            .basic(Basic::new())
            .jwt(Jwt::secret())
            .cors(Cors::origins(["http://app.example"]).expose(["www-authenticate"]))
            .start(env)
    });
    storage::edge::serve_kv(server, request).await.map(Into::into)
}

/// A server by the way of axum apps.
pub(crate) async fn by_axum(
    kv: Result<Kv<Entries>>,
    request: Request,
    env: &Env,
) -> worker::Result<Response> {
    let server = kv.and_then(|kv| {
        KvServer::new(kv).base_path("/rest-axum").api_key(ApiKey::default()).start(env)
    });
    storage::edge::serve(server, request).await
}

/// A server with a rate limit, an address list and CORS.
pub(crate) async fn limited(
    kv: Result<Kv<Entries>>,
    request: Request,
    env: &Env,
) -> worker::Result<Response> {
    let server = kv.and_then(|kv| {
        KvServer::new(kv)
            .base_path("/rest-limited")
            .allow_addresses(["127.0.0.1", "::1", "192.0.2.0/24"])
            .cors(Cors::origins(["https://app.example"]))
            .rate_limit("REST_LIMIT", 60)
            .public()
            .start(env)
    });
    storage::edge::serve_kv(server, request).await.map(Into::into)
}

/// A server that takes tokens of a secret.
pub(crate) async fn by_secret(
    kv: Result<Kv<Entries>>,
    request: Request,
    env: &Env,
) -> worker::Result<Response> {
    let server =
        kv.and_then(|kv| KvServer::new(kv).base_path("/rest-secret").jwt(Jwt::secret()).start(env));
    storage::edge::serve_kv(server, request).await.map(Into::into)
}

/// A server that takes tokens of an issuer.
pub(crate) async fn by_keys(
    kv: Result<Kv<Entries>>,
    request: Request,
    env: &Env,
) -> worker::Result<Response> {
    let keys = request.headers().get("x-keys")?;
    let jwt = Jwt::jwks().cache(Duration::from_secs(3600), Duration::ZERO);
    let server = kv.and_then(|kv| {
        KvServer::new(kv).base_path("/rest-keys").jwt(jwt).start(&WithKeys { env, keys })
    });
    storage::edge::serve_kv(server, request).await.map(Into::into)
}

/// Stores a body past the library: at `/rest-behind/{noted}/{key}`, as an entry of which it noted that length.
pub(crate) async fn behind(mut request: Request, env: &Env) -> worker::Result<Response> {
    let (path, body) = (request.path(), request.bytes().await?);
    let Some((noted, key)) = path.trim_start_matches("/rest-behind/").split_once('/') else {
        return Response::error("there is no key", 400);
    };
    let noted: u64 = noted.parse().map_err(|_| "the length is no number")?;
    let put = env.kv("CONFORMANCE_ENTRIES")?.put_bytes(key, &body)?;
    put.metadata(json!({ "~s": [1, noted, "", 0, "text/plain"] }))?.execute().await?;
    Response::ok("stored")
}

/// The environment, with the keys of an issuer that listens where it can.
struct WithKeys<'a> {
    env: &'a Env,
    keys: Option<String>,
}

impl Environment for WithKeys<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        if name == "KV_JWKS_URL" { self.keys.clone() } else { self.env.variable(name) }
    }

    fn rate_limiter(&self, binding: &str) -> Option<RateLimiter> {
        Environment::rate_limiter(self.env, binding)
    }
}
