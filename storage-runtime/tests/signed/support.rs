//! An app with links, and requests to it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use storage::bucket::{AsRequest, Served};
use storage::signed::{self, LinkRequest, SignedUrl};
use storage::{Body, Bucket};

#[storage::bucket(
    name = "files",
    signed_urls(
        secret = "LINK_KEYS",
        host = "files.example.com",
        other_hosts = ["cdn.example.com"],
        max_age_seconds = 86_400
    ),
    cors(
        origins = ["https://app.example.com"],
        methods = ["GET", "PUT"],
        headers = ["content-type"],
        expose = ["etag"],
        max_age_seconds = 60
    )
)]
pub(crate) struct Files;

#[storage::bucket(
    name = "vault",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
    encryption(secret = "VAULT_KEYS")
)]
pub(crate) struct Vault;

/// Whose objects are deleted after a day.
#[storage::bucket(
    name = "fleeting",
    signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
    delete_after_days = 1
)]
pub(crate) struct Fleeting;

/// Without a host.
#[storage::bucket(name = "lost", signed_urls(secret = "LINK_KEYS"))]
pub(crate) struct Lost;

#[storage::app(name = "links")]
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) files: Bucket<Files>,
    pub(crate) vault: Bucket<Vault>,
    pub(crate) fleeting: Bucket<Fleeting>,
    pub(crate) lost: Bucket<Lost>,
}

impl App {
    pub(crate) async fn answer(&self, request: Request) -> Served {
        signed::handle(request).bucket(&self.files).bucket(&self.vault).await
    }

    /// Status and body of the answer.
    pub(crate) async fn get(&self, link: &SignedUrl) -> (u16, String) {
        read(self.answer(Request::new("GET", link.url())).await).await
    }

    pub(crate) async fn put(&self, link: &SignedUrl, body: impl Into<Body>) -> Served {
        let request = Request::new(link.method(), link.url()).body(body);
        self.answer(
            link.headers()
                .iter()
                .fold(request, |request, (name, value)| request.header(name, value)),
        )
        .await
    }
}

pub(crate) async fn read(served: Served) -> (u16, String) {
    let status = served.status();
    let bytes: Vec<_> = served.into_body().into_stream().try_collect().await.unwrap();
    (status, String::from_utf8(bytes.concat()).unwrap())
}

/// The answer to a link that allows nothing, or not this.
pub(crate) const REFUSED: &str =
    r#"{"error":{"code":"storage_link_refused","message":"this link does not allow that"}}"#;

pub(crate) async fn assert_refused(served: Served) {
    assert_eq!(served.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(read(served).await, (403, REFUSED.to_owned()));
}

pub(crate) struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Body,
}

impl Request {
    pub(crate) fn new(method: &str, url: &str) -> Self {
        let (method, path) = (method.to_owned(), url.to_owned());
        Self { method, path, headers: BTreeMap::new(), body: Body::empty() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }
}

impl AsRequest for Request {
    fn method(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.method)
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers.get(name).map(|value| Cow::Borrowed(value.as_str()))
    }
}

impl LinkRequest for Request {
    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.path)
    }

    fn into_body(self) -> Body {
        let content_type = self.headers.get("content-type").cloned();
        content_type.into_iter().fold(self.body, Body::with_content_type)
    }
}

/// A body that comes when it is told to.
pub(crate) fn slow_body(is_sent: Arc<AtomicBool>) -> Body {
    let first = stream::poll_fn(move |context| {
        if is_sent.load(Ordering::SeqCst) {
            return Poll::Ready(None);
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    let first = first.map(|never: Infallible| match never {});
    Body::stream(first.chain(stream::iter([Ok::<_, storage::Error>("slow")])))
}
