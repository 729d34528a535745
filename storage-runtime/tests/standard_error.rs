//! What is said on standard error is for whoever reads it, and nobody has to.

use std::process::{Command, Stdio};

use storage::signed::LinkRequest;
use storage::{Body, Bucket, Kv};

#[storage::kv(name = "sessions", observability = true)]
struct Sessions;

#[storage::bucket(name = "files", signed_urls(secret = "LINK_KEYS", host = "files.example.com"))]
struct Files;

#[storage::app(name = "media-api")]
struct App {
    sessions: Kv<Sessions>,
    files: Bucket<Files>,
}

struct Request;

impl storage::bucket::AsRequest for Request {
    fn method(&self) -> std::borrow::Cow<'_, str> {
        "GET".into()
    }

    fn header(&self, _: &str) -> Option<std::borrow::Cow<'_, str>> {
        None
    }
}

impl LinkRequest for Request {
    fn path(&self) -> std::borrow::Cow<'_, str> {
        "/.storage/none".into()
    }

    fn into_body(self) -> Body {
        Body::empty()
    }
}

const NAME: &str = "requests_are_answered_when_nobody_reads_standard_error";
const IS_CHILD: &str = "STORAGE_TEST_WITHOUT_STANDARD_ERROR";

/// In a process of its own, whose standard error is a pipe without a reader.
#[test]
fn requests_are_answered_when_nobody_reads_standard_error() {
    if std::env::var_os(IS_CHILD).is_some() {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
        return answer().unwrap();
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(IS_CHILD, "1")
        .stdout(Stdio::null())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    drop(child.stdin.take()); // it begins now
    assert!(child.wait().unwrap().success());
}

#[tokio::main(flavor = "current_thread")]
async fn answer() -> storage::Result<()> {
    let app = App::memory();
    app.sessions.put("a", "told of").await?;
    assert!(app.sessions.get("b").await?.is_none());
    let refused = storage::signed::handle(Request).bucket(&app.files).await;
    assert_eq!(refused.status(), 403);
    Ok(())
}
