//! Why a request is not answered with what it asks for.

use storage_core::ErrorKind;

use super::answer::{Answer, to_json};
use crate::backend;
use crate::error::Error;

/// How long to wait before a request that failed for a while is sent again, in seconds.
const RETRY_AFTER: &str = "1";

const INVALID_JSON: &str = "storage_invalid_json";

/// A refusal: a status, a code and a message, and the headers that go with them.
#[derive(Debug)]
pub(super) struct Failure {
    status: u16,
    code: &'static str,
    message: String,
    headers: Vec<(&'static str, String)>,
}

impl Failure {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, with what to do about it.
    pub(super) fn help(mut self, help: &str) -> Self {
        self.message.push_str("; help: ");
        self.message.push_str(help);
        self
    }

    /// The same, of one entry of a batch.
    pub(super) fn of_entry(mut self, list: &str, at: usize) -> Self {
        self.message = format!("`{list}[{at}]`: {}", self.message);
        self
    }

    /// Whether it is that kind of error of the library.
    pub(super) fn is(&self, kind: ErrorKind) -> bool {
        self.code == kind.code()
    }

    /// Whether the body was not JSON at all.
    pub(super) fn is_invalid_json(&self) -> bool {
        self.code == INVALID_JSON
    }

    /// 403.
    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "storage_forbidden", message)
    }

    /// 400: the body is not JSON.
    pub(super) fn invalid_json(message: impl Into<String>) -> Self {
        Self::new(400, INVALID_JSON, message)
    }

    /// 400: the JSON is not what it should be.
    pub(super) fn invalid_value(message: impl Into<String>) -> Self {
        Self::new(400, "storage_invalid_value", message)
    }

    /// 400: a parameter is not what it should be.
    pub(super) fn invalid_option(message: impl Into<String>) -> Self {
        Self::of(ErrorKind::InvalidOption, message)
    }

    /// A kind of error of the library.
    pub(super) fn of(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(kind.http_status(), kind.code(), message)
    }

    /// The code and the message as JSON.
    pub(super) fn json(&self) -> String {
        let (code, message) = (to_json(self.code), to_json(&self.message));
        format!(r#"{{"code":{code},"message":{message}}}"#)
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// The answer, with some data beside the error.
    pub(super) fn answer_with(self, data: &str) -> Answer {
        let more = format!(r#","error":{}"#, self.json());
        let answer = Answer::enveloped(self.status, false, data, &more);
        self.headers.into_iter().fold(answer, |answer, (name, value)| answer.with(name, value))
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        failure.answer_with("null")
    }
}

impl From<Error> for Answer {
    /// A server that could not be started, in the form of its other answers.
    fn from(error: Error) -> Self {
        Self::from(Failure::from(error)).closed()
    }
}

impl From<Error> for Failure {
    /// What only the log should say goes to the log if the fault is on this side.
    fn from(error: Error) -> Self {
        backend::log(&error);
        let failure = match error.kind() {
            // What HTTP calls it when `If-None-Match` does not hold.
            ErrorKind::AlreadyExists => Self::of(ErrorKind::PreconditionFailed, error.message()),
            kind => Self::of(kind, error.message()),
        };
        if error.is_retryable() { failure.with("retry-after", RETRY_AFTER) } else { failure }
    }
}
