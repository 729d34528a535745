//! Making links.

use std::time::{Duration, SystemTime};

use storage::ErrorKind;
use storage::signed::{LinkAccess, Route, SignOptions, SignUrl};

use super::support::{App, Files, Vault};

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
        let (kind, message) = refusal(app.files.signed_url("a").origin(elsewhere)).await;
        assert_eq!(kind, ErrorKind::InvalidOption, "{elsewhere}");
        assert!(message.contains("`signed_urls(other_hosts = [..])`"), "{message}");
    }
    // Where none is declared, each link says where.
    let anywhere = app.lost.signed_url("a").origin("http://127.0.0.1:8787").await.unwrap();
    assert!(anywhere.url().starts_with("http://127.0.0.1:8787/.storage/"));
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
    let (kind, message) = refusal(app.lost.signed_url("a")).await;
    assert_eq!(kind, InvalidOption);
    assert!(message.starts_with("the link leads nowhere"), "{message}");
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
