//! The edge of a Worker that serves KV over REST.

use std::net::IpAddr;

use futures_util::TryStreamExt;
use js_sys::{Function, Object, Promise, Reflect};
use storage_core::ErrorKind;
use wasm_bindgen::JsCast;
use worker::send::{SendFuture, SendWrapper};
use worker::{Env, Headers, ResponseBody, ResponseBuilder, web_sys};

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
/// A server that could not be started answers with its error.
///
/// # Errors
///
/// None.
pub async fn serve_kv(
    server: Result<KvService>,
    request: impl EdgeRequest,
) -> worker::Result<worker::Response> {
    promise::at_once(answer(server, request.into_platform())).await
}

async fn answer(
    server: Result<KvService>,
    request: web_sys::Request,
) -> worker::Result<worker::Response> {
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

impl From<Answer> for worker::Response {
    fn from(answer: Answer) -> Self {
        let (status, mut values, body) = answer.into_parts();
        let is_empty = body.is_empty();
        if !is_empty {
            // The platform counts, and every header takes its time.
            values.retain(|(name, _)| *name != "content-length");
        }
        let headers = headers(&values);
        let builder = ResponseBuilder::new().with_status(status).with_headers(headers);
        match body.into_source() {
            _ if is_empty => builder.empty(),
            Source::Short(Payload::Bytes(bytes)) => builder.fixed(bytes.into()),
            Source::Short(Payload::Platform { stream, .. }) => {
                builder.body(ResponseBody::Stream(stream.into()))
            }
            Source::Short(Payload::Stream { stream, .. }) => pieces(builder, stream),
            Source::Long(long) => pieces(builder, long.into_stream()),
        }
    }
}

fn pieces(builder: ResponseBuilder, stream: ByteStream) -> worker::Response {
    // A stream always makes a response.
    let pieces = stream.map_err(worker::Error::from);
    builder.clone().from_stream(pieces).unwrap_or_else(|_| builder.empty())
}

fn headers(values: &[(&'static str, String)]) -> Headers {
    // A value is somebody's, like the type of what is stored: as two lines it would be two headers.
    let is_line = |value: &str| !value.contains(['\n', '\r', '\0']);
    let mut lines = String::new();
    for (name, value) in values.iter().filter(|(_, value)| is_line(value)) {
        for line in [name, "\n", value, "\n"] {
            lines.push_str(line);
        }
    }
    Headers(sys::headers_of(&lines))
}
