//! Requests and what comes back, with errors that show both.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::header::CONTENT_TYPE;
use ureq::http::{HeaderMap, HeaderValue, Request, Response};
use ureq::{Agent, SendBody};

/// What stands for itself in the path of a URL.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Longer than any answer takes, shorter than anybody waits.
const LIMIT: Duration = Duration::from_mins(15);

/// More than any answer has.
const BODY_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Speaks to one server.
pub(crate) struct Client {
    agent: Agent,
    url: String,
}

/// One answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: HeaderMap,
    /// How many bytes the Worker had before it failed, if it says so.
    pub(crate) given: Option<usize>,
    pub(crate) body: Vec<u8>,
}

/// What comes of an answer whose body may break off.
pub(crate) struct Coming {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) is_whole: bool,
}

impl Coming {
    /// How many bytes of a body came before it broke off; `None` if it did not. If it does before the
    /// first one, `wrangler dev` answers itself, with a text that is no JSON.
    pub(crate) fn broke_off_after(&self) -> Option<usize> {
        match self.status {
            500 => self.body.starts_with(b"Error: ").then_some(0),
            _ => (!self.is_whole).then_some(self.body.len()),
        }
    }
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let config =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(LIMIT)).build();
        Self { agent: config.into(), url: url.to_owned() }
    }

    /// `POST /upload/{name}`
    pub(crate) fn upload(&self, name: &str, content_type: &str, body: &[u8]) -> Result<Answer> {
        self.post(&format!("/upload/{}", escape(name)), Some(content_type), body)
    }

    /// `POST /upload/{name}?create`
    pub(crate) fn create(&self, name: &str, body: &[u8]) -> Result<Answer> {
        self.post(&format!("/upload/{}?create", escape(name)), Some("text/plain"), body)
    }

    /// `GET /download/{name}`
    pub(crate) fn download(&self, name: &str) -> Result<Answer> {
        self.get(&format!("/download/{}", escape(name)))
    }

    /// `POST /config/{key}`
    pub(crate) fn save(&self, key: &str, text: &str) -> Result<Answer> {
        let path = format!("/config/{}", escape(key));
        self.post(&path, Some("application/json"), text.as_bytes())
    }

    /// `GET /config/{key}`
    pub(crate) fn read(&self, key: &str) -> Result<Answer> {
        self.get(&format!("/config/{}", escape(key)))
    }

    /// Any request.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, HeaderValue::from_bytes(value.as_bytes())?);
        }
        let response = if body.is_empty() {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(body)?)
        };
        Answer::of(response.with_context(|| format!("{method} {path} {headers:?}"))?)
    }

    /// `GET`, for an answer that may break off.
    pub(crate) fn get_what_comes(&self, path: &str, headers: &[(&str, &str)]) -> Result<Coming> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.call().with_context(|| format!("GET {path} {headers:?}"))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let is_whole = response.into_body().into_reader().read_to_end(&mut body).is_ok();
        Ok(Coming { status, body, is_whole })
    }

    /// `PUT`, without saying how long the body is.
    pub(crate) fn put_chunked(&self, path: &str, body: &[u8]) -> Result<Answer> {
        let body = SendBody::from_owned_reader(Cursor::new(body.to_vec()));
        let response = self.agent.run(Request::put(format!("{}{path}", self.url)).body(body)?);
        Answer::of(response.with_context(|| format!("PUT {path}"))?)
    }

    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        let response = self.agent.get(format!("{}{path}", self.url)).call();
        Answer::of(response.with_context(|| format!("GET {path}"))?)
    }

    pub(crate) fn post(
        &self,
        path: &str,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Answer> {
        let mut request = Request::post(format!("{}{path}", self.url));
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let response = self.agent.run(request.body(body)?);
        Answer::of(response.with_context(|| format!("POST {path}"))?)
    }
}

impl Answer {
    fn of(response: Response<ureq::Body>) -> Result<Self> {
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type =
            content_type.map(|value| value.to_str().map(str::to_owned)).transpose()?;
        let given = response.headers().get("x-given");
        let given =
            given.map(|value| value.to_str()?.parse::<usize>().map_err(anyhow::Error::from));
        let given = given.transpose()?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.into_body().into_with_config().limit(BODY_BYTES_MAX).read_to_vec()?;
        Ok(Self { status, content_type, headers, given, body })
    }

    /// The value of a header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body of a success, as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        ensure!(self.status == 200, "answered {}", self.describe());
        self.parse()
    }

    /// That it is a file with this content.
    pub(crate) fn is_file(&self, content_type: &str, body: &[u8]) -> Result<()> {
        ensure!(self.status == 200, "answered {}", self.describe());
        let found = self.content_type.as_deref();
        ensure!(found == Some(content_type), "content type {found:?}, not {content_type:?}");
        ensure!(
            self.body == body,
            "{} bytes came back, not the {} sent",
            self.body.len(),
            body.len()
        );
        Ok(())
    }

    /// That it is the JSON of a `storage::Error`.
    pub(crate) fn is_error(&self, status: u16, code: &str) -> Result<()> {
        ensure!(self.status == status, "not {status}, but {}", self.describe());
        let found = self.content_type.as_deref();
        ensure!(found == Some("application/json"), "content type {found:?}");
        let body = self.parse()?;
        ensure!(body.pointer("/error/code").and_then(Value::as_str) == Some(code), "{body}");
        let message = body.pointer("/error/message").and_then(Value::as_str);
        ensure!(message.is_some_and(|message| !message.is_empty()), "{body}");
        Ok(())
    }

    /// Status and the start of the body.
    pub(crate) fn describe(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        format!("{}: {}", self.status, text.chars().take(300).collect::<String>())
    }

    fn parse(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| self.describe())
    }
}

fn escape(name: &str) -> String {
    utf8_percent_encode(name, ESCAPED).to_string()
}
