//! Who may do what.

use std::borrow::Cow;
use std::collections::BTreeMap;

use storage::ErrorKind;
use storage::rest::{ApiKey, Basic, Grant, Incoming, KvServer, Process, Scope, Strategy, User};

use crate::client::{App, Client, guarded, open, server};
use crate::table::{CALLERS, Caller, ROWS};

const OWNER: &[(&str, &str)] = &[("x-api-key", "owner-key-of-tests")];
const TEAM: &[(&str, &str)] = &[("x-api-key", "team-key-of-tests")];

#[tokio::test]
async fn everybody_may_do_what_is_theirs() {
    let client = Client::new(guarded(server()));
    for path in ["/v1/kv/a", "/v1/kv/team/a"] {
        client.with(OWNER).put(path, r#"{"value":1}"#).await.data();
    }
    for (caller, headers) in CALLERS {
        for row in ROWS {
            let json = [("content-type", "application/json")];
            let answered = client.with(headers).ask(row.method, row.path, &json, row.body).await;
            let what = format!("{caller:?} {headers:?} {} {} {}", row.method, row.path, row.body);
            assert_eq!(answered.status, row.answer(*caller), "{what}: {answered:?}");
            if answered.status == 401 {
                let challenge = answered.header("www-authenticate").unwrap();
                assert_eq!(challenge, r#"Bearer, Basic realm="kv", charset="UTF-8""#, "{what}");
            }
            if answered.status == 401 && row.method != "HEAD" {
                answered.is_error(401, "storage_unauthorized");
            }
        }
    }
    assert!(CALLERS.iter().any(|(caller, _)| *caller == Caller::Owner));
}

#[tokio::test]
async fn who_may_not_write_writes_nothing() {
    let client = Client::new(guarded(server()));
    for (_, headers) in CALLERS.iter().filter(|(caller, _)| *caller == Caller::Nobody) {
        client
            .with(headers)
            .put("/v1/kv/a", r#"{"value":1}"#)
            .await
            .is_error(401, "storage_unauthorized");
    }
    let both = r#"{"put":[{"key":"team/a","value":1},{"key":"a","value":1}]}"#;
    let refused = client.with(TEAM).post("/v1/kv:batch", both).await;
    assert_eq!(refused.is_error(403, "storage_forbidden"), "`put[1]`: this key is not yours");
    let page = client.with(OWNER).get("/v1/kv").await.data();
    assert_eq!(page["entries"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_listing_has_what_its_reader_may_read() {
    let client = Client::new(guarded(server()));
    for path in ["/v1/kv/a", "/v1/kv/team/a", "/v1/kv/teams"] {
        client.with(OWNER).put(path, r#"{"value":1}"#).await.data();
    }
    let page = client.with(TEAM).get("/v1/kv").await.data();
    let keys: Vec<_> = page["entries"].as_array().unwrap().iter().map(|e| &e["key"]).collect();
    assert_eq!(keys, ["team/a"]);

    // Cursors are the platform's, and may be those of another listing.
    client.with(OWNER).put("/v1/kv/zz", r#"{"value":1}"#).await.data();
    let of_all = client.with(OWNER).get("/v1/kv?limit=2").await.data();
    let cursor = of_all["cursor"].as_str().unwrap().replace('+', "%2B").replace('=', "%3D");
    let page = client.with(TEAM).get(&format!("/v1/kv?limit=2&cursor={cursor}")).await;
    assert!(matches!(page.status, 200 | 400), "{page:?}");
    let said = String::from_utf8(page.body).unwrap();
    assert!(!said.contains("teams") && !said.contains("zz"), "{said}");
}

#[test]
fn a_server_without_authentication_does_not_start() {
    let error = server().start(&Process).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert!(error.to_string().contains(".public()"), "{error}");
    assert_eq!(error.message(), "this server is not configured");

    let both = server().public().api_key(ApiKey::new("ci").text("key"));
    assert_eq!(both.start(&Process).unwrap_err().kind(), ErrorKind::Misconfigured);
}

#[test]
fn what_is_not_set_is_no_credential() {
    let empty = BTreeMap::from([("KV_API_KEY", ""), ("KV_USERNAME", "ada")]);
    let long = "x".repeat(256);
    let servers: [(KvServer, &str); 7] = [
        (server().api_key(ApiKey::default()), "`KV_API_KEY` is empty"),
        (server().api_key(ApiKey::new("ci").variable("CI_KEY")), "no variable `CI_KEY`"),
        (server().basic(Basic::new()), "no variable `KV_PASSWORD`"),
        (server().basic(Basic::new().variables("USER", "PASS")), "no variable `USER`"),
        (server().api_key(ApiKey::new("ci").text(long)), "more than 255 bytes"),
        (
            server()
                .api_key(ApiKey::new("one").text("same"))
                .api_key(ApiKey::new("two").text("same")),
            "`one` and `two` have the same API key",
        ),
        (
            server()
                .basic(Basic::new().text("ada", "same"))
                .basic(Basic::new().text("ada", "other"))
                .basic(Basic::new().text("ada", "same").grant(Grant::of([Scope::Read]))),
            "`ada` is there twice, with the same password",
        ),
    ];
    for (server, said) in servers {
        let error = server.start(&empty).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Misconfigured);
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn the_info_has_no_secret() {
    let client = Client::new(guarded(server().base_path("/api").read_only()));
    let info = client.with(OWNER).get("/api/v1/admin/info").await;
    let text = String::from_utf8(info.body.clone()).unwrap();
    for secret in ["owner-key", "reader-key", "team-key", "pass:word", "a secret of"] {
        assert!(!text.contains(secret), "{text}");
    }
    let data = info.data();
    assert_eq!(data["namespace"], "app-configs");
    assert_eq!(data["endpoints"]["kv"], "/api/v1/kv");
    assert_eq!(open(server()).get("/v1/admin/info").await.data()["endpoints"]["public"], "/");
    assert_eq!(data["read_only"], true);
    assert_eq!(data["schemes"], serde_json::json!(["apiKey", "bearerKey", "basic", "jwt"]));
    let team = serde_json::json!({
        "id": "team", "strategy": "api_key", "scopes": ["read", "write"], "key_prefix": "team/"
    });
    assert_eq!(data["users"][2], team);
    assert_eq!(data["users"][3]["strategy"], "basic");
}

#[test]
fn nobody_prints_a_secret() {
    let printed = format!(
        "{:?} {:?}",
        guarded(server()),
        server()
            .basic(Basic::new().text("ada", "hunter2"))
            .api_key(ApiKey::new("ci").text("hunter3"))
    );
    for secret in ["hunter2", "hunter3", "owner-key", "pass:word", "a secret of"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn a_hook_has_the_last_word() {
    let server = KvServer::new(App::memory().configs)
        .api_key(ApiKey::new("ci").text("key-of-ci"))
        .authorize(|request: &Incoming, user: Option<&User>| {
            let is_blocked = request.header("x-blocked").is_some();
            let guest = request.header("x-guest").map(Cow::into_owned);
            let known = user.cloned();
            async move {
                if let Some(user) = &known {
                    assert_eq!((user.id(), user.strategy()), ("ci", Strategy::ApiKey));
                }
                let guest = guest.map(|name| User::named(name, Grant::of([Scope::Read])));
                Ok(known.or(guest).filter(|_| !is_blocked))
            }
        });
    let client = Client::new(server.start(&Process).unwrap());
    let put = |headers| {
        let client = client.with(headers);
        async move { client.put("/v1/kv/a", r#"{"value":1}"#).await }
    };
    put(&[("x-api-key", "key-of-ci")]).await.data();
    put(&[("x-api-key", "key-of-ci"), ("x-blocked", "1")])
        .await
        .is_error(401, "storage_unauthorized");
    let said = put(&[("x-guest", "eve")]).await.is_error(403, "storage_forbidden");
    assert_eq!(said, "this takes the scope `write`");
    put(&[]).await.is_error(401, "storage_unauthorized");
    client.with(&[("x-guest", "eve")]).get("/v1/kv/a").await.data();
}

#[tokio::test]
async fn a_public_server_asks_nobody() {
    let client = open(server());
    client.put("/v1/kv/a", r#"{"value":1}"#).await.data();
    client.get("/v1/admin/info").await.data();
}
