//! A stand-in for the Cloudflare API, for the real wrangler to talk to: it keeps state, answers as the API
//! does, and notes what it is asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The account's id. wrangler wants it in this form.
pub(crate) const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";

/// The API, until it is dropped.
pub(crate) struct Api {
    address: String,
    account: Arc<Mutex<Account>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What is in the account, and what was asked.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// Titles and ids.
    pub(crate) namespaces: Vec<(String, String)>,
    /// The secrets of each Worker.
    pub(crate) workers: BTreeMap<String, Vec<String>>,
    /// Every request, `PUT /r2/buckets/files/lifecycle {..}`.
    pub(crate) requests: Vec<String>,
    /// The beginning of the request that fails, once.
    pub(crate) fail: Option<&'static str>,
}

#[derive(Clone, Default)]
pub(crate) struct Bucket {
    pub(crate) rules: Vec<Value>,
    pub(crate) cors: Option<Value>,
    /// In which it was asked for.
    pub(crate) jurisdiction: Option<String>,
}

impl Api {
    pub(crate) fn start() -> Self {
        let account = Arc::new(Mutex::new(Account::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&account));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let serving = axum::serve(listener, router);
                tokio::select! {
                    ended = async { serving.await } => ended.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { address, account, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    /// What has been asked since the last time.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.account().requests)
    }

    /// Of those, what would change something.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.requests().into_iter().filter(|request| !request.starts_with("GET ")).collect()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the API failed");
        }
    }
}

/// What every new bucket of R2 has.
pub(crate) fn default_rule() -> Value {
    json!({
        "id": "Default Multipart Abort Rule", "enabled": true, "conditions": {"prefix": ""},
        "abortMultipartUploadsTransition": {"condition": {"type": "Age", "maxAge": 604_800}},
    })
}

enum Answer {
    Fine(Value),
    Refused(StatusCode, u32, &'static str),
}

async fn answer(
    State(account): State<Arc<Mutex<Account>>>,
    method: Method,
    uri: Uri,
    headers: axum::http::HeaderMap,
    body: Bytes,
) -> Response {
    let jurisdiction =
        headers.get("cf-r2-jurisdiction").map(|one| one.to_str().unwrap().to_owned());
    let authorized = headers.get("authorization").is_some_and(|token| token == "Bearer token");
    let mut account = account.lock().unwrap();
    let path = uri.path().strip_prefix(&format!("/accounts/{ACCOUNT}")).unwrap_or(uri.path());
    // wrangler asks for pages until one is empty, and only the first page has something here.
    if uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "page=2")) {
        return Answer::Fine(json!([])).into_response();
    }
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let said = if body.is_null() { String::new() } else { body.to_string() };
    let request = format!("{method} {path} {said}");
    let request = request.trim().to_owned();
    account.requests.push(request.clone());
    let answer = if !authorized {
        Answer::Refused(StatusCode::FORBIDDEN, 10000, "Authentication error")
    } else if account.fail.is_some_and(|start| request.starts_with(start)) {
        account.fail = None;
        Answer::Refused(StatusCode::FORBIDDEN, 10042, "Please enable R2 through the dashboard.")
    } else {
        let path: Vec<_> = path.trim_start_matches('/').split('/').collect();
        account.answer(method.as_str(), &path, &body, jurisdiction)
    };
    answer.into_response()
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::Fine(result) => {
                let body = json!({"success": true, "errors": [], "messages": [], "result": result});
                (StatusCode::OK, body)
            }
            Self::Refused(status, code, message) => {
                let errors = [json!({"code": code, "message": message})];
                let body =
                    json!({"success": false, "errors": errors, "messages": [], "result": null});
                (status, body)
            }
        };
        (status, [("content-type", "application/json")], body.to_string()).into_response()
    }
}

const NO_BUCKET: Answer =
    Answer::Refused(StatusCode::NOT_FOUND, 10006, "The specified bucket does not exist.");

impl Account {
    fn answer(
        &mut self,
        method: &str,
        path: &[&str],
        body: &Value,
        jurisdiction: Option<String>,
    ) -> Answer {
        match (method, path) {
            ("POST", ["r2", "buckets"]) => {
                let name = body["name"].as_str().unwrap().to_owned();
                let bucket = Bucket { rules: vec![default_rule()], cors: None, jurisdiction };
                if self.buckets.contains_key(&name) {
                    return Answer::Refused(StatusCode::CONFLICT, 10004, "The bucket exists.");
                }
                self.buckets.insert(name.clone(), bucket);
                Answer::Fine(json!({"name": name}))
            }
            (_, ["r2", "buckets", name, "lifecycle"]) => {
                match self.bucket(name, jurisdiction.as_deref()) {
                    None => NO_BUCKET,
                    Some(bucket) if method == "PUT" => {
                        bucket.rules.clone_from(body["rules"].as_array().unwrap());
                        Answer::Fine(json!({}))
                    }
                    Some(bucket) => Answer::Fine(json!({"rules": bucket.rules})),
                }
            }
            (_, ["r2", "buckets", name, "cors"]) => {
                match self.bucket(name, jurisdiction.as_deref()) {
                    None => NO_BUCKET,
                    Some(bucket) if method == "PUT" => {
                        bucket.cors = Some(body["rules"].clone());
                        Answer::Fine(json!({}))
                    }
                    Some(Bucket { cors: Some(rules), .. }) => Answer::Fine(json!({"rules": rules})),
                    Some(_) => Answer::Refused(
                        StatusCode::NOT_FOUND,
                        10059,
                        "The CORS configuration does not exist.",
                    ),
                }
            }
            ("GET", ["storage", "kv", "namespaces"]) => {
                let all = self.namespaces.iter();
                let all = all.map(|(title, id)| json!({"id": id, "title": title}));
                Answer::Fine(all.collect())
            }
            ("POST", ["storage", "kv", "namespaces"]) => {
                let title = body["title"].as_str().unwrap().to_owned();
                let id = format!("{:032x}", 0xa11ce + self.namespaces.len());
                self.namespaces.push((title.clone(), id.clone()));
                Answer::Fine(json!({"id": id, "title": title}))
            }
            ("GET", ["workers", "scripts", worker, "secrets"]) => {
                let Some(secrets) = self.workers.get(*worker) else {
                    let message = "This Worker does not exist on your account.";
                    return Answer::Refused(StatusCode::NOT_FOUND, 10007, message);
                };
                let secrets = secrets.iter();
                let secrets = secrets.map(|name| json!({"name": name, "type": "secret_text"}));
                Answer::Fine(secrets.collect())
            }
            _ => Answer::Refused(StatusCode::NOT_FOUND, 7003, "Could not route to that path."),
        }
    }

    fn bucket(&mut self, name: &str, jurisdiction: Option<&str>) -> Option<&mut Bucket> {
        self.buckets.get_mut(name).filter(|bucket| bucket.jurisdiction.as_deref() == jurisdiction)
    }
}
