//! A server in memory, and requests to it.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use storage::Kv;
use storage::rest::{ApiKey, Basic, Grant, Jwt, KvServer, KvService, Scope};
use tower::ServiceExt as _;

#[storage::kv(name = "app-configs")]
pub(crate) struct Configs;

#[storage::app(name = "kv-rest")]
pub(crate) struct App {
    pub(crate) configs: Kv<Configs>,
}

/// A server that is asked.
pub(crate) struct Client {
    router: Router,
    headers: Vec<(&'static str, &'static str)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A server of an empty namespace.
pub(crate) fn server() -> KvServer {
    KvServer::new(App::memory().configs)
}

/// The server of the table.
pub(crate) fn guarded(server: KvServer) -> KvService {
    let environment = BTreeMap::from([
        ("KV_API_KEY", "owner-key-of-tests"),
        ("READER_KEY", "reader-key-of-tests"),
        ("TEAM_KEY", "team-key-of-tests"),
        ("KV_USERNAME", "ada"),
        ("KV_PASSWORD", "pass:word:"),
        ("KV_JWT_SECRET", "a secret of tests, of 32 bytes or more"),
        ("KV_JWT_ISSUER", "https://issuer.example/"),
        ("KV_JWT_AUDIENCE", "kv"),
    ]);
    let team = Grant::of([Scope::Read, Scope::Write]).key_prefix("team/");
    server
        .api_key(ApiKey::default())
        .api_key(ApiKey::new("reader").variable("READER_KEY").grant(Grant::of([Scope::Read])))
        .api_key(ApiKey::new("team").variable("TEAM_KEY").grant(team))
        .basic(Basic::new())
        .jwt(Jwt::secret())
        .start(&environment)
        .unwrap()
}

/// A server that everybody may use.
pub(crate) fn open(server: KvServer) -> Client {
    Client::new(server.public().start(&BTreeMap::new()).unwrap())
}

impl Client {
    pub(crate) fn new(server: KvService) -> Self {
        Self::of(Router::new().fallback_service(server))
    }

    pub(crate) fn of(router: Router) -> Self {
        Self { router, headers: Vec::new() }
    }

    /// With these headers on every request.
    pub(crate) fn with(&self, headers: &[(&'static str, &'static str)]) -> Self {
        Self { router: self.router.clone(), headers: headers.to_vec() }
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answered {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in self.headers.iter().chain(headers) {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answered { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, target: &str) -> Answered {
        self.ask("GET", target, &[], "").await
    }

    /// `PUT` of JSON.
    pub(crate) async fn put(&self, target: &str, json: &str) -> Answered {
        self.ask("PUT", target, &[("content-type", "application/json")], json.to_owned()).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, target: &str, json: &str) -> Answered {
        self.ask("POST", target, &[("content-type", "application/json")], json.to_owned()).await
    }
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The data of a success.
    pub(crate) fn data(&self) -> Value {
        let json = self.json();
        assert_eq!(json["success"], true, "{json}");
        assert_eq!(json["status"], 200, "{json}");
        assert_eq!(self.status, 200, "{json}");
        json["data"].clone()
    }

    /// That it is an error, in the one form there is.
    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str) -> String {
        let json = self.json();
        assert_eq!(self.status, status, "{json}");
        assert_eq!(json["status"], status, "{json}");
        assert_eq!(json["success"], false, "{json}");
        assert_eq!(json["error"]["code"], code, "{json}");
        json["error"]["message"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
