//! What pages of other origins may ask.

use super::answer::Answer;
use super::environment::misconfigured;
use super::incoming::Incoming;
use crate::error::Result;

/// Headers that a request may have, if it is not said which.
const HEADERS: &str = "accept, authorization, content-type, if-none-match, x-api-key";

/// What the pages of other origins may ask of a server (CORS).
///
/// # Examples
///
/// ```
/// use storage::rest::Cors;
///
/// let cors = Cors::origins(["https://app.example"]).max_age_seconds(600);
/// ```
#[must_use = "it does nothing until a server has it"]
#[derive(Clone, Debug)]
pub struct Cors {
    /// `None`: all.
    origins: Option<Vec<String>>,
    headers: Option<String>,
    exposed: Option<String>,
    max_age_seconds: Option<u32>,
    credentials: bool,
}

impl Cors {
    /// The pages of any origin.
    pub fn any_origin() -> Self {
        Self {
            origins: None,
            headers: None,
            exposed: None,
            max_age_seconds: None,
            credentials: false,
        }
    }

    /// The pages of these origins: `https://app.example`, without a slash at the end.
    pub fn origins<T: Into<String>>(origins: impl IntoIterator<Item = T>) -> Self {
        let origins = origins.into_iter().map(Into::into).collect();
        Self { origins: Some(origins), ..Self::any_origin() }
    }

    /// The headers that requests may have, in place of `accept`, `authorization`, `content-type`,
    /// `if-none-match` and `x-api-key`.
    pub fn headers<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> Self {
        Self { headers: Some(joined(names)), ..self }
    }

    /// The headers of answers that pages may read, beside those that every page may.
    pub fn expose<T: AsRef<str>>(self, names: impl IntoIterator<Item = T>) -> Self {
        Self { exposed: Some(joined(names)), ..self }
    }

    /// How long a browser may remember this, in seconds.
    pub fn max_age_seconds(self, seconds: u32) -> Self {
        Self { max_age_seconds: Some(seconds), ..self }
    }

    /// Lets browsers send what they know of the user by themselves, like a password that was typed in.
    /// Not with [`any_origin`](Self::any_origin).
    pub fn credentials(self) -> Self {
        Self { credentials: true, ..self }
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.credentials && self.origins.is_none() {
            return Err(misconfigured("CORS with credentials takes a list of origins"));
        }
        for origin in self.origins.iter().flatten() {
            let host = origin.split_once("://").map(|(_, host)| host);
            if host.is_none_or(|host| host.is_empty() || host.contains(['/', '*', ',', ' '])) {
                return Err(misconfigured(format!(
                    "`{origin}` is no origin; help: like `https://app.example`"
                )));
            }
        }
        let fields = [&self.headers, &self.exposed].into_iter().flatten();
        if fields
            .flat_map(|field| field.bytes())
            .any(|byte| !byte.is_ascii_graphic() && byte != b' ')
        {
            return Err(misconfigured("a header in the options of CORS is no name of a header"));
        }
        Ok(())
    }

    /// An answer that a page of the asking origin may read.
    pub(super) fn open(&self, request: &Incoming, answer: Answer) -> Answer {
        let Some(origin) = self.origin(request) else { return answer };
        let answer = answer.with("access-control-allow-origin", origin);
        let answer = match &self.exposed {
            Some(names) => answer.with("access-control-expose-headers", names.clone()),
            None => answer,
        };
        if self.credentials {
            return answer.with("access-control-allow-credentials", "true");
        }
        answer
    }

    /// What a browser wants to know before it sends a request.
    pub(super) fn preflight(&self, request: &Incoming, methods: String, answer: Answer) -> Answer {
        if self.origin(request).is_none()
            || request.header("access-control-request-method").is_none()
        {
            return answer;
        }
        let headers = self.headers.as_deref().unwrap_or(HEADERS);
        let answer = answer
            .with("access-control-allow-methods", methods)
            .with("access-control-allow-headers", headers);
        match self.max_age_seconds {
            Some(seconds) => answer.with("access-control-max-age", seconds.to_string()),
            None => answer,
        }
    }

    /// The origin that may read the answer, if the asking one may.
    fn origin(&self, request: &Incoming) -> Option<String> {
        let asking = request.header("origin")?;
        match &self.origins {
            None => Some("*".to_owned()),
            Some(origins) => origins.iter().find(|origin| **origin == *asking).cloned(),
        }
    }
}

fn joined<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    names.join(", ")
}
