//! The route of the Worker that rotates.

use std::io;
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use storage_core::ErrorKind;
use storage_core::rotation::{RotationPage, RotationRequest, TOKEN_REFUSED, issue_token};
use ureq::Agent;
use ureq::http::Uri;

use super::Job;
use crate::printable::printable;

/// A page takes seconds; this ends one that nobody works on any more.
const TIMEOUT: Duration = Duration::from_secs(300);

/// How long to wait before asking again when the Worker or the way to it fails. A page that was done in part is
/// no harm: what is done is done.
const WAITS: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(9)];

/// Longest answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

pub(crate) struct Route {
    agent: Agent,
}

/// Why there is no page.
pub(crate) struct Failure {
    pub(crate) error: anyhow::Error,
    /// Whether somebody has to put something right first.
    pub(crate) is_refusal: bool,
}

/// What an answer came to.
enum Answer {
    Page(Box<RotationPage>),
    /// It may go well the next time.
    Later(anyhow::Error),
    Failed(anyhow::Error),
    /// It fails until somebody puts something right.
    Refused(anyhow::Error),
}

impl Route {
    /// # Errors
    ///
    /// When it is not one that a token should be sent to.
    pub(crate) fn new(url: &str) -> Result<Self> {
        if !url.contains("://") {
            let complete = ["http", "https"].map(|scheme| format!("{scheme}://{url}"));
            let complete = complete.iter().find(|url| is_private(url));
            let help = complete
                .map_or("https://.., or http://127.0.0.1:8787/.. on this machine", |url| url);
            bail!("`{url}` is not a URL: it has no scheme\nhelp: --url {help}");
        }
        if !is_private(url) {
            bail!(
                "`{url}` is not a URL that the token can be sent to: others could read it on the way\n\
                 help: https://.., or http://127.0.0.1:8787/.. on this machine"
            );
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIMEOUT));
        if !url.starts_with("https:") {
            // A proxy of the environment would read the token, and is not on the way to this machine.
            config = config.proxy(None);
        }
        Ok(Self { agent: config.build().into() })
    }

    /// Has the page behind that cursor rotated.
    ///
    /// # Errors
    ///
    /// When the Worker refuses it, or can't be reached for a while.
    pub(crate) fn page(&self, job: &Job, cursor: Option<String>) -> Result<RotationPage, Failure> {
        let mut waits = WAITS.into_iter();
        let mut request = job.request.clone();
        request.cursor = cursor;
        loop {
            match self.ask(job, &request).unwrap_or_else(Answer::Failed) {
                Answer::Page(page) => return Ok(*page),
                Answer::Failed(error) => return Err(Failure { error, is_refusal: false }),
                Answer::Refused(error) => return Err(Failure { error, is_refusal: true }),
                Answer::Later(error) => match waits.next() {
                    Some(wait) => thread::sleep(wait),
                    None => return Err(Failure { error, is_refusal: false }),
                },
            }
        }
    }

    fn ask(&self, job: &Job, request: &RotationRequest) -> Result<Answer> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.context("the clock of this machine is before 1970")?.as_secs();
        let body = serde_json::to_vec(request)?;
        let token = issue_token(&job.ring, job.resource, &job.name, &body, now);
        let sent = self
            .agent
            .post(&job.url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .send(body);
        let mut response = match sent {
            Ok(response) => response,
            Err(ureq::Error::Io(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                return Ok(Answer::Refused(anyhow!(
                    "{} can't be reached: nothing listens there\n\
                     help: is the Worker running, and is that its URL? `cargo storage dev` prints the one it has",
                    job.url
                )));
            }
            Err(error) => {
                let error = anyhow!(error).context(format!("{} can't be reached", job.url));
                return Ok(Answer::Later(error));
            }
        };
        let status = response.status().as_u16();
        let read = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        Ok(match (status, read) {
            (200, Ok(body)) => match serde_json::from_slice(&body) {
                Ok(page) => Answer::Page(Box::new(page)),
                Err(_) => Answer::Refused(anyhow!(
                    "{} answers, but not with what came of a page\n\
                     help: the route has to end in `rotate_by`",
                    job.url
                )),
            },
            (200, Err(error)) => Answer::Later(anyhow!(error).context("the answer broke off")),
            (status, body) => refused(job, status, &body.unwrap_or_default()),
        })
    }
}

fn refused(job: &Job, status: u16, body: &[u8]) -> Answer {
    #[derive(Deserialize)]
    struct Body {
        error: Fields,
    }
    #[derive(Deserialize)]
    struct Fields {
        code: String,
        message: String,
    }
    let fields = serde_json::from_slice::<Body>(body).ok().map(|Body { error }| error);
    let said = fields
        .as_ref()
        .map(|Fields { code, message }| format!(": {} ({})", printable(message), printable(code)));
    let what = format!("{} answers {status}{}", job.url, said.unwrap_or_default());
    // Of the keys that the Worker's own code may reach, and not of the token.
    let is_of_keys = fields.is_some_and(|Fields { code, message }| {
        code == ErrorKind::Forbidden.code() && message != TOKEN_REFUSED
    });
    match status {
        403 if is_of_keys => Answer::Refused(anyhow!(
            "{what}\n\
             help: the field that the route rotates goes by a storage Worker and reaches some keys only, those with \
             its `prefix`: {}; or rotate through a field without a prefix. If it may not rotate at all, \
             `cargo storage generate` there grants what its type says",
            match &job.request.prefix {
                Some(prefix) => format!("`--prefix {prefix:?}` has to begin with that"),
                None => "give it with `--prefix`".to_owned(),
            }
        )),
        403 => {
            let kind = job.kind();
            Answer::Refused(anyhow!(
                "{what}\n\
                 help: the Worker and this machine have to agree on the first key of {} (here it is `{}`), on what \
                 is rotated (`--{kind} {}`, with its namespace), and on the time: a token is good for five minutes; \
                 `wrangler dev` reads `.dev.vars` only when it starts",
                job.secret,
                job.primary(),
                job.name
            ))
        }
        300..400 => {
            Answer::Refused(anyhow!("{what}, elsewhere\nhelp: give the URL that it leads to"))
        }
        404 | 405 => Answer::Refused(anyhow!(
            "{what}\nhelp: the Worker needs a POST route that ends in `rotate_by`"
        )),
        429 | 502..=504 | 520..=599 => Answer::Later(anyhow!(what)),
        _ => Answer::Failed(anyhow!(what)),
    }
}

/// Whether nobody on the way can read what is sent there.
fn is_private(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_in_the_clear_to_this_machine_only() {
        for url in [
            "https://example.com/rotate",
            "http://127.0.0.1:8787/rotate",
            "http://localhost/",
            "http://[::1]:1/",
        ] {
            assert!(Route::new(url).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/rotate",
            "http://127.0.0.1.example.com/",
            "ftp://localhost/",
            "/rotate",
            "",
            "x",
        ] {
            assert!(Route::new(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_url_without_its_scheme_is_completed() {
        for (url, help) in [
            ("localhost:8787/rotate", "http://localhost:8787/rotate"),
            ("127.0.0.1:8787/rotate", "http://127.0.0.1:8787/rotate"),
            ("files.example.com/rotate", "https://files.example.com/rotate"),
            ("/rotate", "https://.., or http://127.0.0.1:8787/.. on this machine"),
            ("", "https://.., or http://127.0.0.1:8787/.. on this machine"),
        ] {
            let Err(error) = Route::new(url) else { panic!("{url}") };
            let says = format!("`{url}` is not a URL: it has no scheme\nhelp: --url {help}");
            assert_eq!(error.to_string(), says);
        }
    }
}
