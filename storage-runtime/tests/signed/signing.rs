//! Making links.

use std::process::Command;
use std::time::{Duration, SystemTime};

use storage::ErrorKind;
use storage::signed::{LinkAccess, Route, SignOptions, SignUrl};

use storage_core::crypto::KeyRing;
use storage_core::signing::token::{Access, Grant, TokenKeys};

use super::support::{App, Files, Request, Vault, assert_refused};

async fn refusal(link: SignUrl) -> (ErrorKind, String) {
    let error = link.await.unwrap_err();
    assert_eq!(error.operation(), Some("signed_url"));
    (error.kind(), error.message().to_owned())
}

#[tokio::test]
async fn a_link_says_what_a_client_has_to_send() {
    let app = App::memory();
    let before = SystemTime::now();
    let link = app.files.signed_url("a.png").write().content_type("image/png").exact_size(5);
    let link = link.expires_in(Duration::from_secs(60)).await.unwrap();
    assert_eq!((link.method(), link.route()), ("PUT", Route::Worker));
    assert_eq!(link.headers()["content-type"], "image/png");
    assert_eq!(link.headers()["content-length"], "5");
    let lifetime = link.expires_at().duration_since(before).unwrap();
    assert!((58..=60).contains(&lifetime.as_secs()), "{lifetime:?}");

    let json = serde_json::to_value(&link).unwrap();
    assert_eq!(json["url"], link.url());
    assert_eq!(json["method"], "PUT");
    assert_eq!(json["headers"]["content-type"], "image/png");
    assert_eq!(json["route"], "worker");
    assert!(json["expires_at"].is_u64());

    let token = link.url().strip_prefix("https://files.example.com/.storage/").unwrap();
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert!(!format!("{link:?}").contains(token), "{link:?}");
}

#[tokio::test]
async fn a_link_reads_for_an_hour_unless_it_says_otherwise() {
    let app = App::memory();
    let link = app.files.signed_url("a").await.unwrap();
    assert_eq!(link.method(), "GET");
    let lifetime = link.expires_at().duration_since(SystemTime::now()).unwrap();
    assert!((3595..=3600).contains(&lifetime.as_secs()), "{lifetime:?}");
}

#[tokio::test]
async fn a_link_leads_to_a_host_that_is_declared() {
    let app = App::memory();
    for origin in ["https://files.example.com", "https://cdn.example.com"] {
        let link = app.files.signed_url("a").origin(origin).await.unwrap();
        assert!(link.url().starts_with(&format!("{origin}/.storage/")), "{}", link.url());
    }
    for elsewhere in [
        "http://files.example.com",
        "https://files.example.com:8443",
        "https://files.example.com.evil.example",
        "https://evil.example",
        "http://127.0.0.1:8787",
    ] {
        let error = app.files.signed_url("a").origin(elsewhere).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOption, "{elsewhere}");
        // It may have come with a request: what to declare is for the log.
        assert_eq!(error.message(), "a link does not lead to that origin");
        assert!(error.to_string().contains("`signed_urls(.., other_hosts = [..])`"), "{error}");
    }
}

/// Each link says where: by `https`, or to this machine.
#[tokio::test]
async fn where_no_host_is_declared_a_link_is_encrypted_on_its_way() {
    let app = App::memory();
    for origin in [
        "https://any.example",
        "https://any.example:8443",
        "https://127.0.0.1",
        "http://localhost",
        "http://localhost:8787",
        "http://127.0.0.1:8787",
        "http://127.1.2.3",
        "http://[::1]:8787",
        "http://[::1]",
    ] {
        let link = app.lost.signed_url("a").origin(origin).await.unwrap();
        assert!(link.url().starts_with(&format!("{origin}/.storage/")), "{}", link.url());
    }
    for origin in [
        "http://any.example",
        "http://any.example:80",
        "http://localhost.any.example",
        "http://localhost:",
        "http://localhost:any.example",
        "http://127.0.0.1.any.example",
        "http://127.0.0.1:8787:9",
        "http://128.0.0.1",
        "http://192.168.1.5:8787",
        "http://0.0.0.0:8787",
        "http://[::1].any.example",
        "http://[::2]",
        "http://[::1",
        "http://::1",
        "http://",
        "HTTP://localhost",
        "//localhost",
    ] {
        let (kind, message) = refusal(app.lost.signed_url("a").origin(origin)).await;
        assert_eq!(kind, ErrorKind::InvalidOption, "{origin}");
        assert!(message.contains("`https://` and a host"), "{origin}: {message}");
    }
}

/// Anybody can write a token. In memory nobody sets a secret, and a link is good only if this process signed it.
#[tokio::test]
async fn in_memory_no_link_is_good_under_a_key_that_everybody_knows() {
    let app = App::memory();
    app.files.put("a", "text").await.unwrap();
    let access = Access::Read { content_type: None, content_disposition: None };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let grant = Grant::new("files", "a", access, now, 60);
    let zeros = KeyRing::parse("none:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    for ring in [KeyRing::unprotected(), zeros] {
        let token = TokenKeys::of(&ring).sign(&grant).unwrap();
        let url = format!("https://files.example.com/.storage/{token}");
        assert_refused(app.answer(Request::new("GET", &url)).await).await;
        let revoked = app.files.signed_urls().revoke(&url).await.unwrap_err();
        assert!(revoked.message().contains("no link of this bucket"), "{revoked}");
    }
    // All that this process opens agree.
    let link = App::memory().files.signed_url("a").await.unwrap();
    assert_eq!(app.get(&link).await, (200, "text".to_owned()));
}

const IN_THE_ENVIRONMENT: &str = "http://127.0.0.1:8788";

/// In a process of its own, which has the variable.
#[test]
fn natively_links_lead_to_where_the_environment_says() {
    const NAME: &str = "signing::natively_links_lead_to_where_the_environment_says";
    const VARIABLE: &str = "STORAGE_SIGNED_URLS_ORIGIN";
    if let Ok(origin) = std::env::var(VARIABLE) {
        return lead_to(&origin);
    }
    for (origin, leads) in [(IN_THE_ENVIRONMENT, true), ("127.0.0.1:8788", false)] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .env(VARIABLE, origin)
            .env("LINK_KEYS", "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
            .output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = said + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), leads, "{said}");
        assert!(said.contains("1 passed") || said.contains(VARIABLE), "{said}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn lead_to(origin: &str) {
    #[storage::app(name = "links")]
    struct Alone {
        files: storage::Bucket<Files>,
    }
    let folder = tempfile::tempdir().unwrap();
    for app in [Alone::memory(), Alone::local(folder.path()).unwrap()] {
        let link = app.files.signed_url("a").await.unwrap();
        assert!(link.url().starts_with(&format!("{origin}/.storage/")), "{}", link.url());
        assert!(app.files.signed_url("a").origin(origin).await.is_ok());
    }
}

#[tokio::test]
async fn what_a_link_can_not_have_is_refused() {
    use ErrorKind::{InvalidKey, InvalidOption};
    let app = App::memory();
    let link = || app.files.signed_url("a");
    for (time, said) in [(0, "0"), (86_401, "86401")] {
        let (kind, message) = refusal(link().expires_in(Duration::from_secs(time))).await;
        assert_eq!(kind, InvalidOption);
        let rule =
            format!("the link is to be good for {said} seconds: 1 to 86400 are allowed here");
        assert_eq!(message, rule);
    }
    assert_eq!(refusal(link().expires_in(Duration::MAX)).await.0, InvalidOption);
    let longest = Duration::from_secs(86_400);
    assert!(link().expires_in(longest).await.is_ok());
    assert!(app.vault.signed_url("a").expires_in(7 * longest).await.is_ok());
    let longer = 7 * longest + Duration::from_secs(1);
    assert_eq!(refusal(app.vault.signed_url("a").expires_in(longer)).await.0, InvalidOption);

    for invalid in [
        link().max_size(1),
        link().write().content_disposition("attachment"),
        link().content_type(""),
        link().content_type("a\r\nb"),
        link().content_type("x".repeat(256)),
        link().content_disposition("ü"),
        link().origin("files.example.com"),
        link().origin("https://files.example.com/"),
        link().origin("https://"),
        link().origin("https://a b"),
    ] {
        let (kind, message) = refusal(invalid).await;
        assert_eq!(kind, InvalidOption, "{message}");
    }
    for key in ["", ".storage/a", ".storage/"] {
        assert_eq!(refusal(app.files.signed_url(key)).await.0, InvalidKey, "{key}");
    }
    // That the declaration has no host is no fault of whoever sent a request.
    let error = app.lost.signed_url("a").await.unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Misconfigured, 500));
    assert_eq!(error.message(), "this application is not configured for its links");
    assert!(
        error.to_string().contains("`signed_urls(.., host = \"files.example.com\")`"),
        "{error}"
    );
    assert!(app.lost.signed_url("a").origin("https://files.example.com").await.is_ok());
    assert_eq!(LinkAccess::default(), LinkAccess::Read);
}

/// The bucket's own rule deletes what is known of their uses.
#[tokio::test]
async fn no_link_outlives_what_is_known_of_it() {
    let app = App::memory();
    let day = Duration::from_secs(86_400);
    let longer = day + Duration::from_secs(1);
    let link = || app.fleeting.signed_url("a");
    for (fine, too_long) in [
        (link().one_time().expires_in(day), link().one_time().expires_in(longer)),
        (link().write().uses(2).expires_in(day), link().write().uses(2).expires_in(7 * day)),
        (link().revocable().expires_in(day), link().revocable().expires_in(7 * day)),
    ] {
        assert!(fine.await.is_ok());
        let (kind, message) = refusal(too_long).await;
        assert_eq!(kind, ErrorKind::InvalidOption);
        assert!(message.ends_with("1 to 86400 are allowed here"), "{message}");
    }
    assert!(link().expires_in(7 * day).await.is_ok(), "nothing has to be known of it");
    assert!(app.vault.signed_url("a").one_time().expires_in(7 * day).await.is_ok());
}

#[tokio::test]
async fn a_link_allows_no_more_than_its_handle() {
    use storage::grant::{Links, Write};

    #[storage::app(name = "links")]
    struct Less {
        reader: storage::BucketReader<Files>,
        writer: storage::Bucket<Vault, (Links, Write)>,
    }
    let app = Less::memory();
    assert_eq!(app.reader.signed_url("a").await.unwrap().method(), "GET");
    assert_eq!(app.writer.signed_url("a").write().await.unwrap().method(), "PUT");

    let mut writing = SignOptions::default();
    writing.access = LinkAccess::Write;
    let error = app.reader.signed_url("a").options(writing).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Forbidden, Some("signed_url")));
    let rule = "this handle makes no link that writes: its grants do not include `write`";
    assert_eq!(error.message(), rule);
    let error = app.writer.signed_url("a").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}
