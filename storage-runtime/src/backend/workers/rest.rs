//! The edge of a Worker that serves KV over REST.

use std::cell::RefCell;
use std::net::IpAddr;

use futures_util::TryStreamExt;
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use storage_core::ErrorKind;
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};
use worker::{Env, web_sys};

use super::edge::EdgeRequest;
use super::request::Request;
use super::{error, promise, sys};
use crate::backend::{ByteStream, Payload};
use crate::body::Source;
use crate::bucket::AsRequest;
use crate::error::{Error, Result};
use crate::rest::{Answer, Environment, Incoming, KvService, RateLimiter};

/// Answers a request of the platform with a KV server: the body of a Worker's `fetch`.
///
/// A server that could not be started answers with its error. The answer is the platform's, which a handler can return
/// as it is; `worker::Response::from` makes the other one of it.
///
/// # Errors
///
/// None.
pub async fn serve_kv(
    server: Result<KvService>,
    request: impl EdgeRequest,
) -> worker::Result<web_sys::Response> {
    promise::at_once(answer(server, request.into_platform())).await
}

async fn answer(
    server: Result<KvService>,
    request: web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let request = Request::read(request);
    let body = request.body();
    let server = match server {
        Ok(server) => server,
        Err(error) => {
            body.drain().await;
            return Ok(Answer::from(error).into());
        }
    };
    let peer = client_address(&request);
    let mut request = Incoming::new(request.target().to_owned(), request).body(body).peer(peer);
    let answer = server.answer_to(&mut request).await;
    request.take_body().drain().await;
    Ok(answer.into())
}

/// The address of whoever sent a request, which the platform writes over what the client says.
pub(crate) fn client_address(request: &dyn AsRequest) -> Option<IpAddr> {
    request.header("cf-connecting-ip")?.parse().ok()
}

impl Environment for Env {
    fn variable(&self, name: &str) -> Option<String> {
        Reflect::get(self, &name.into()).ok()?.as_string()
    }

    fn rate_limiter(&self, binding: &str) -> Option<RateLimiter> {
        let binding = Reflect::get(self, &binding.into()).ok()?;
        let limit: Function = Reflect::get(&binding, &"limit".into()).ok()?.dyn_into().ok()?;
        let called = SendWrapper::new((binding, limit));
        Some(RateLimiter::new(move |key| {
            let called = called.clone();
            SendFuture::new(async move {
                let (binding, limit) = &*called;
                let outcome = async {
                    let options = Object::new();
                    Reflect::set(&options, &"key".into(), &key.into())?;
                    let promise = limit.call1(binding, &options)?;
                    let outcome = promise::settle(Ok(Promise::resolve(&promise))).await?;
                    Reflect::get(&outcome, &"success".into())
                };
                let success = outcome.await.map_err(|thrown| error::unknown(&thrown))?;
                success.as_bool().ok_or_else(|| {
                    Error::new(ErrorKind::Internal, "the platform's rate limit did not answer")
                })
            })
        }))
    }
}

impl From<Answer> for web_sys::Response {
    fn from(answer: Answer) -> Self {
        let (status, mut values, body) = answer.into_parts();
        if body.is_empty() {
            return sys::respond(status, &headers(&values), &JsValue::NULL);
        }
        // The platform counts, and every header takes its time.
        values.retain(|(name, _)| *name != "content-length");
        let body = match body.into_source() {
            Source::Short(Payload::Bytes(bytes)) => Uint8Array::from(&*bytes).into(),
            Source::Short(Payload::Platform { stream, .. }) => stream.into_js().into(),
            Source::Short(Payload::Stream { stream, .. }) => pieces(stream),
            Source::Long(long) => pieces(long.into_stream()),
        };
        sys::respond(status, &headers(&values), &body)
    }
}

fn pieces(stream: ByteStream) -> JsValue {
    // A stream always makes a response.
    let response = worker::Response::from_stream(stream.map_err(worker::Error::from));
    response.map(web_sys::Response::from).ok().and_then(|response| response.body()).into()
}

fn headers(values: &[(&'static str, String)]) -> web_sys::Headers {
    thread_local! {
        /// Those of the answer before: most answers of a server have the same.
        static LAST: RefCell<(String, Option<web_sys::Headers>)> = const { RefCell::new((String::new(), None)) };
    }
    // A value is somebody's, like the type of what is stored: as two lines it would be two headers.
    let is_line = |value: &str| !value.contains(['\n', '\r', '\0']);
    let mut lines = String::new();
    for (name, value) in values.iter().filter(|(_, value)| is_line(value)) {
        for line in [name, "\n", value, "\n"] {
            lines.push_str(line);
        }
    }
    LAST.with_borrow_mut(|(known, headers)| {
        if *known != lines {
            (*known, *headers) = (lines, None);
        }
        headers.get_or_insert_with(|| sys::headers_of(known)).clone()
    })
}
