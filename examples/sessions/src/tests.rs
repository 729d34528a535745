//! The app, in memory.

use std::thread::sleep;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CACHE_CONTROL, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use storage::Kv;
use tower::ServiceExt as _;

use crate::app::{App, router, routes};
use crate::sessions::{LONGEST, REMEMBERED, SessionStore, Sessions};

const HERE: &str = "http://sessions.test";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect(&self.body)
    }
}

struct Site {
    router: Router,
    store: Kv<SessionStore>,
}

impl Site {
    fn new() -> Self {
        let app = App::memory();
        let store = app.sessions.clone();
        Self { router: router(app), store }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "sessions.test")
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// From a page of the site, with that cookie.
    async fn do_as(&self, cookie: &str, method: &str, path: &str) -> Answer {
        self.ask(method, path, &[(COOKIE.as_str(), cookie), (ORIGIN.as_str(), HERE)], "").await
    }

    async fn try_log_in(&self, user: &str, password: &str, remember: bool) -> Answer {
        let body = json!({ "user": user, "password": password, "remember": remember }).to_string();
        self.ask("POST", "/login", &[(ORIGIN.as_str(), HERE), ("user-agent", "Tests/1")], &body)
            .await
    }

    /// The cookie, as a browser sends it, and its attributes.
    async fn log_in(&self, user: &str, remember: bool) -> (String, String) {
        let answer = self.try_log_in(user, &format!("password-of-{user}"), remember).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
        let set = answer.headers[SET_COOKIE].to_str().unwrap();
        let (cookie, attributes) = set.split_once("; ").unwrap();
        (cookie.to_owned(), attributes.to_owned())
    }

    async fn keys(&self) -> Vec<String> {
        let page = self.store.list().await.unwrap();
        page.items.iter().map(|entry| entry.key().to_owned()).collect()
    }
}

#[tokio::test]
async fn a_login_is_a_cookie_that_only_this_site_gets_and_no_script() {
    let site = Site::new();
    let (cookie, attributes) = site.log_in("ada", false).await;
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    let id = cookie.strip_prefix("__Host-session=ada.").unwrap();
    assert_eq!(id.len(), 64);
    let (_, attributes) = site.log_in("ada", true).await;
    assert_eq!(
        attributes,
        format!("Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", LONGEST.as_secs())
    );

    let me = site.do_as(&format!("theme=dark; {cookie}; a=b"), "GET", "/me").await;
    assert_eq!((&me.json()["user"], &me.json()["remembered"]), (&json!("ada"), &json!(false)));
}

#[tokio::test]
async fn what_is_stored_logs_nobody_in() {
    let site = Site::new();
    let (cookie, _) = site.log_in("ada", false).await;
    let id = cookie.strip_prefix("__Host-session=ada.").unwrap();
    let keys = site.keys().await;
    assert_eq!(keys.len(), 2, "{keys:?}");
    for key in keys {
        assert!(!key.contains(id), "{key}");
        let value = site.store.get(&key).await.unwrap().unwrap().text().await.unwrap();
        assert!(!value.contains(id), "{value}");
        let hash = key.rsplit('/').next().unwrap();
        let with_hash = site.do_as(&format!("__Host-session=ada.{hash}"), "GET", "/me").await;
        assert_eq!(with_hash.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let site = Site::new();
    let wrong = site.try_log_in("ada", "guessed", false).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    for (user, password) in
        [("eve", "password-of-ada"), ("../ada", "x"), ("", ""), ("ada", "password-of-bob")]
    {
        let other = site.try_log_in(user, password, false).await;
        assert_eq!((other.status, &other.body), (wrong.status, &wrong.body), "{user}");
        assert!(!other.headers.contains_key(SET_COOKIE));
    }
    assert!(site.keys().await.is_empty());
}

#[tokio::test]
async fn a_cookie_of_any_other_form_is_nobody() {
    let site = Site::new();
    let (cookie, _) = site.log_in("ada", false).await;
    let id = cookie.strip_prefix("__Host-session=ada.").unwrap();
    let upper = id.to_uppercase();
    let (start, end) = id.split_at(32);
    for value in [
        "",
        ".",
        "ada",
        "ada.",
        &format!(".{id}"),
        &format!("bob.{id}"),
        &format!("ADA.{id}"),
        &format!("ada.{upper}"),
        &format!("ada.{id}0"),
        &format!("ada.{end}{start}"),
        &format!("sessions/ada.{id}"),
        &format!("ada/x.{id}"),
    ] {
        let me = site.do_as(&format!("__Host-session={value}"), "GET", "/me").await;
        let is_it = value.ends_with(&upper) && upper == id; // of digits only
        assert_eq!(me.status == StatusCode::OK, is_it, "{value}");
    }
    for other in [format!("session=ada.{id}"), format!("x__Host-session=ada.{id}")] {
        assert_eq!(
            site.do_as(&other, "GET", "/me").await.status,
            StatusCode::UNAUTHORIZED,
            "{other}"
        );
    }
    assert_eq!(site.ask("GET", "/me", &[], "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_origin_changes_nothing() {
    let site = Site::new();
    let (cookie, _) = site.log_in("ada", false).await;
    let body = json!({ "user": "bob", "password": "password-of-bob" }).to_string();
    for (method, path) in [("POST", "/login"), ("POST", "/logout"), ("POST", "/logout-everywhere")]
    {
        for origin in [
            "http://evil.test",
            "https://sessions.test",
            "http://sub.sessions.test",
            "http://sessions.test.evil.test",
            "http://sessions.test:80",
            "null",
            "",
        ] {
            let headers = [(COOKIE.as_str(), &*cookie), (ORIGIN.as_str(), origin)];
            let answer = site.ask(method, path, &headers, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} of {origin}");
            assert!(!answer.headers.contains_key(SET_COOKIE));
        }
        let without = site.ask(method, path, &[(COOKIE.as_str(), &cookie)], &body).await;
        assert_eq!(without.status, StatusCode::FORBIDDEN, "{method} {path} of none");
        let both = [
            (COOKIE.as_str(), &*cookie),
            (ORIGIN.as_str(), HERE),
            (ORIGIN.as_str(), "http://evil.test"),
        ];
        assert_eq!(site.ask(method, path, &both, &body).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(site.do_as(&cookie, "GET", "/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_lasts_a_day_or_if_remembered_a_month() {
    let site = Site::new();
    for (remember, expected) in [(false, Duration::from_secs(86_400)), (true, REMEMBERED)] {
        site.log_in("ada", remember).await;
        let (mut seen, mut sessions) = (Vec::new(), Vec::new());
        for entry in site.store.list().await.unwrap().items {
            let lasts = entry.expires().unwrap().duration_since(entry.uploaded().unwrap()).unwrap();
            let of = if entry.key().starts_with("seen/ada/") { &mut seen } else { &mut sessions };
            of.push(lasts);
            site.store.delete(entry.key()).await.unwrap();
        }
        // Expiry is in whole seconds.
        let off = |found: Duration, expected| found.abs_diff(expected) < Duration::from_secs(1);
        assert!(matches!(seen[..], [lasts] if off(lasts, expected)), "{seen:?}");
        assert!(matches!(sessions[..], [lasts] if off(lasts, LONGEST)), "{sessions:?}");
    }
}

#[tokio::test]
async fn a_use_is_noted_at_most_once_an_hour_and_brings_nothing_back() {
    let site = Site::new();
    let (cookie, _) = site.log_in("ada", false).await;
    let noted = async || {
        let page = site.store.list().prefix("seen/").await.unwrap();
        let [entry] = page.items.as_slice() else { panic!("{page:?}") };
        (entry.key().to_owned(), entry.uploaded().unwrap())
    };
    let (key, first) = noted().await;
    for _ in 0..3 {
        assert_eq!(site.do_as(&cookie, "GET", "/me").await.status, StatusCode::OK);
    }
    assert_eq!(noted().await.1, first, "it was noted again within the hour");

    sleep(Duration::from_millis(5)); // another millisecond
    let later = || SystemTime::now() + Duration::from_secs(2 * 60 * 60);
    let sessions = Sessions::new(site.store.clone(), later);
    let site_later = Site { router: routes(sessions), store: site.store.clone() };
    assert_eq!(site_later.do_as(&cookie, "GET", "/me").await.status, StatusCode::OK);
    assert!(noted().await.1 > first, "it was not noted again");

    // A place that has not heard of a logout may still write the note.
    site.do_as(&cookie, "POST", "/logout").await;
    site.store.put(&key, "").await.unwrap();
    assert_eq!(site.do_as(&cookie, "GET", "/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_user_sees_and_ends_their_own_sessions_only() {
    let site = Site::new();
    let (first, _) = site.log_in("ada", false).await;
    let (second, _) = site.log_in("ada", true).await;
    let (bobs, _) = site.log_in("bob", false).await;
    let list = async |cookie: &str| {
        let answer = site.do_as(cookie, "GET", "/sessions").await;
        answer.json().as_array().expect(&answer.body).clone()
    };
    let sessions = list(&first).await;
    assert_eq!(sessions.len(), 2, "{sessions:?}");
    assert!(sessions.iter().all(|session| session["agent"] == "Tests/1"), "{sessions:?}");
    let current: Vec<_> = sessions.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    let (_, id) = second.split_once('.').unwrap();
    assert!(!sessions.iter().any(|session| session.to_string().contains(id)));

    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/sessions/{}", other["session"].as_str().unwrap());
    assert_eq!(site.do_as(&bobs, "DELETE", &path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(site.do_as(&second, "GET", "/me").await.status, StatusCode::OK, "bob ended it");
    assert_eq!(site.do_as(&first, "DELETE", &path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(site.do_as(&second, "GET", "/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(list(&first).await.len(), 1);
    assert_eq!(site.do_as(&first, "DELETE", "/sessions/x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_logout_ends_one_session_and_everywhere_all_of_them() {
    let site = Site::new();
    let (first, _) = site.log_in("ada", false).await;
    let (second, _) = site.log_in("ada", true).await;
    let (unheard, _) = site.log_in("ada", true).await;
    let (bobs, _) = site.log_in("bob", false).await;
    let out = site.do_as(&first, "POST", "/logout").await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers[SET_COOKIE].to_str().unwrap().starts_with("__Host-session=; "));
    assert!(out.headers[SET_COOKIE].to_str().unwrap().ends_with("; Max-Age=0"));
    assert_eq!(site.do_as(&first, "GET", "/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.do_as(&second, "GET", "/me").await.status, StatusCode::OK);

    // Of a session of another place the listing here may not know: put back what it would have deleted.
    let mut kept = Vec::new();
    for key in site.keys().await.into_iter().filter(|key| key.contains("/ada/")) {
        let entry = site.store.get(&key).await.unwrap().unwrap();
        kept.push((key, entry.text().await.unwrap()));
    }
    assert_eq!(
        site.do_as(&second, "POST", "/logout-everywhere").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(site.keys().await.iter().filter(|key| key.contains("/ada/")).count(), 0);
    for (key, text) in kept {
        site.store.put(key, text).await.unwrap();
    }
    for cookie in [&second, &unheard] {
        assert_eq!(site.do_as(cookie, "GET", "/me").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(site.do_as(&bobs, "GET", "/me").await.status, StatusCode::OK);

    sleep(Duration::from_millis(5)); // another millisecond than that of the logout
    let (again, _) = site.log_in("ada", false).await;
    assert_eq!(site.do_as(&again, "GET", "/me").await.status, StatusCode::OK);
    let sessions = site.do_as(&again, "GET", "/sessions").await.json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
}
