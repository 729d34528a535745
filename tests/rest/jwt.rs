//! JSON Web Tokens.

use std::collections::BTreeMap;
use std::env;
use std::process::Command;
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::Value;
use storage::ErrorKind;
use storage::rest::{Grant, Incoming, Jwt, Scope, Strategy, User};

use crate::client::{Answered, Client, server};
use crate::key_server::KeyServer;
use crate::tokens::{tokens, vectors};

fn text<'a>(vectors: &'a Value, name: &str) -> &'a str {
    vectors[name].as_str().unwrap()
}

/// A server that takes tokens.
fn client(vectors: &Value, jwt: Jwt) -> Client {
    let environment = BTreeMap::from([
        ("KV_JWT_SECRET", text(vectors, "secret")),
        ("KV_JWT_ISSUER", text(vectors, "issuer")),
        ("KV_JWT_AUDIENCE", text(vectors, "audience")),
    ]);
    Client::new(server().jwt(jwt).start(&environment).unwrap())
}

async fn list(client: &Client, token: &str) -> Answered {
    client.ask("GET", "/v1/kv", &[("authorization", &format!("Bearer {token}"))], "").await
}

#[tokio::test]
async fn only_right_tokens_are_taken() {
    let vectors = vectors();
    let issuer = KeyServer::start(&vectors["jwks"].to_string()).unwrap();
    let by_secret = client(&vectors, Jwt::secret());
    let by_keys = client(&vectors, Jwt::jwks().text(issuer.url()));
    let (mut taken, mut refused) = (0, 0);
    for (name, keys, token, is_right) in tokens(&vectors) {
        let (client, other) =
            if keys == "jwks" { (&by_keys, &by_secret) } else { (&by_secret, &by_keys) };
        let answered = list(client, token).await;
        assert_eq!(answered.status, if is_right { 200 } else { 401 }, "{name}: {answered:?}");
        if is_right {
            assert_eq!(list(other, token).await.status, 401, "{name}, of the other server");
            taken += 1;
        } else {
            refused += 1;
        }
    }
    assert!(taken >= 11 && refused >= 50, "{taken} {refused}");
    // However many unknown keys were named.
    assert_eq!(issuer.asked(), 1);
}

/// The client is told nothing, its owner what to look at. Another process, whose log can be read.
#[test]
fn why_a_token_is_not_taken_is_in_the_log() {
    let mut tests = Command::new(env::current_exe().unwrap());
    tests.args(["--exact", "jwt::only_right_tokens_are_taken", "--nocapture"]);
    let log = String::from_utf8(tests.output().unwrap().stderr).unwrap();
    for reason in [
        "it has expired (`exp`)",
        "it is for another audience (`aud`)",
        "its signature is by no key of its algorithm that is known",
        "its header has `crit`",
    ] {
        assert!(log.contains(&format!("storage: a token is not taken: {reason}\n")), "{log}");
    }
    assert!(!log.contains("eyJ"), "{log}");
}

#[tokio::test]
async fn a_token_allows_what_it_says() {
    let vectors = vectors();
    let client = client(&vectors, Jwt::secret());
    let with = |name: &str| format!("Bearer {}", text(&vectors["scoped"], name));
    let json = ("content-type", "application/json");
    for (name, path, status) in [
        ("writer", "/v1/kv/team/a", 200),
        ("writer", "/v1/kv/a", 403),
        ("nobody", "/v1/kv/a", 403),
        ("admin", "/v1/kv/a", 403),
    ] {
        let headers = [json, ("authorization", &*with(name))];
        let put = client.ask("PUT", path, &headers, r#"{"value":1}"#).await;
        assert_eq!(put.status, status, "{name} {path}: {put:?}");
    }
    let reads = [("authorization", &*with("nobody"))];
    let said = client.ask("GET", "/v1/kv/a", &reads, "").await.is_error(403, "storage_forbidden");
    assert_eq!(said, "this takes the scope `read`, which a token has as `kv:read`");
    let info = client.ask("GET", "/v1/admin/info", &[("authorization", &with("admin"))], "").await;
    info.data();

    let all = self::client(&vectors, Jwt::secret().grant(Grant::all()));
    let headers = [json, ("authorization", &*with("nobody"))];
    all.ask("PUT", "/v1/kv/a", &headers, r#"{"value":1}"#).await.data();
}

#[tokio::test]
async fn keys_may_change() {
    let vectors = vectors();
    let issuer = KeyServer::start(&vectors["jwks"].to_string()).unwrap();
    let jwt = Jwt::jwks().text(issuer.url()).cache(Duration::from_secs(3600), Duration::ZERO);
    let client = client(&vectors, jwt);
    let find = |named: &str| {
        tokens(&vectors).find(|(name, ..)| *name == named).map(|(_, _, token, _)| token.to_owned())
    };
    let (old, next) = (find("ES256").unwrap(), text(&vectors, "next_token"));
    list(&client, &old).await.data();
    list(&client, &old).await.data();
    assert_eq!(issuer.asked(), 1);
    list(&client, next).await.is_error(401, "storage_unauthorized");
    assert_eq!(issuer.asked(), 2);

    // An issuer that does not answer takes nothing away from who has a key that is known.
    for (status, body) in [(500, ""), (302, ""), (200, "nonsense"), (200, r#"{"keys":1}"#)] {
        issuer.answer_with(status, body);
        list(&client, next).await.is_error(401, "storage_unauthorized");
        list(&client, &old).await.data();
    }
    issuer.answer_with(200, &vectors["next_jwks"].to_string());
    list(&client, next).await.data();
    list(&client, &old).await.is_error(401, "storage_unauthorized");
}

#[tokio::test]
async fn an_issuer_that_never_answered_is_no_refusal() {
    let vectors = vectors();
    let issuer = KeyServer::start("").unwrap();
    issuer.answer_with(503, "");
    let client = client(&vectors, Jwt::jwks().text(issuer.url()));
    let (_, _, right, _) = tokens(&vectors).find(|(name, ..)| *name == "ES256").unwrap();
    for _ in 0..3 {
        let answered = list(&client, right).await;
        answered.is_error(503, "storage_unavailable");
        assert!(answered.header("retry-after").is_some());
    }
    assert_eq!(issuer.asked(), 1);
    // Who has no token that could be right does not make it ask.
    list(&client, "a.b.c").await.is_error(401, "storage_unauthorized");
}

/// Begins, and is gone before the issuer answers.
fn ask_and_go(issuer: &KeyServer, asking: impl Future<Output = Answered>) {
    let _held = issuer.hold();
    assert!(asking.now_or_never().is_none());
}

/// A token need not be right to have keys asked for.
#[tokio::test]
async fn who_goes_away_keeps_nobody_from_being_answered() {
    let vectors = vectors();
    let issuer = KeyServer::start(&vectors["jwks"].to_string()).unwrap();
    let client = client(&vectors, Jwt::jwks().text(issuer.url()));
    let (_, _, right, _) = tokens(&vectors).find(|(name, ..)| *name == "ES256").unwrap();
    for _ in 0..3 {
        ask_and_go(&issuer, list(&client, right));
    }
    list(&client, right).await.data();

    // Nor from having a new key asked for.
    let jwt =
        Jwt::jwks().text(issuer.url()).cache(Duration::from_secs(3600), Duration::from_secs(1));
    let client = self::client(&vectors, jwt);
    std::thread::sleep(Duration::from_millis(1100));
    issuer.answer_with(200, &vectors["next_jwks"].to_string());
    let next = text(&vectors, "next_token");
    ask_and_go(&issuer, list(&client, next));
    list(&client, next).await.data();
}

#[tokio::test]
async fn an_issuer_that_is_down_takes_nothing_from_another() {
    let vectors = vectors();
    let down = KeyServer::start("").unwrap();
    down.answer_with(503, "");
    let up = KeyServer::start(&vectors["jwks"].to_string()).unwrap();
    let environment = BTreeMap::from([
        ("KV_JWT_ISSUER", text(&vectors, "issuer")),
        ("KV_JWT_AUDIENCE", text(&vectors, "audience")),
    ]);
    let server = server().jwt(Jwt::jwks().text(down.url())).jwt(Jwt::jwks().text(up.url()));
    let client = Client::new(server.start(&environment).unwrap());
    let (_, _, right, _) = tokens(&vectors).find(|(name, ..)| *name == "ES256").unwrap();
    list(&client, right).await.data();
}

#[tokio::test]
async fn a_hook_sees_the_claims() {
    let vectors = vectors();
    let environment = BTreeMap::from([("KV_JWT_SECRET", text(&vectors, "secret"))]);
    let server = server().jwt(Jwt::secret().any_issuer().any_audience()).authorize(
        |_: &Incoming, user: Option<&User>| {
            let user = user.cloned();
            async move {
                Ok(user.filter(|user| {
                    let claims: Value = serde_json::from_str(user.claims().unwrap()).unwrap();
                    let is_jwt = user.strategy() == Strategy::Jwt;
                    is_jwt && user.id() == "ada" && claims["sub"] == "ada"
                }))
            }
        },
    );
    let client = Client::new(server.start(&environment).unwrap());
    let (_, _, right, _) = tokens(&vectors).next().unwrap();
    list(&client, right).await.data();
}

#[test]
fn what_is_missing_or_weak_stops_the_server() {
    let environment =
        BTreeMap::from([("KV_JWT_SECRET", "short"), ("KV_JWKS_URL", "http://issuer.example/")]);
    let reader = Grant::of([Scope::Read]);
    for (jwt, said) in [
        (Jwt::secret(), "HS256 takes 32 or more"),
        (Jwt::secret().variable("OTHER"), "no variable `OTHER`"),
        (Jwt::secret().text(""), "is empty"),
        (Jwt::jwks(), "does not start with `https://`"),
        (Jwt::jwks().text("https://issuer.example/"), "no variable `KV_JWT_ISSUER`"),
        (Jwt::secret().text("x".repeat(32)).issuer("i"), "no variable `KV_JWT_AUDIENCE`"),
        (Jwt::secret().text("x".repeat(32)).variables("I", "A").grant(reader), "no variable `I`"),
    ] {
        let error = server().jwt(jwt).start(&environment).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Misconfigured);
        assert!(error.to_string().contains(said), "{error}");
    }
}
