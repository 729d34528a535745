//! The one error of this library.

use std::error::Error as StdError;
use std::fmt;

use storage_core::ErrorKind;
use storage_core::key::KeyError;

/// What storage operations return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync>;

/// Why a storage operation failed.
///
/// The [kind](Self::kind) is for code, the [message](Self::message) for whoever sent the request, and
/// the `Display` form with its [sources](StdError::source) for the log: it also names the resource,
/// the operation and what the platform said.
///
/// It answers HTTP requests by itself, as JSON with the status of its kind:
/// `{"error":{"code":"storage_key_already_exists","message":"the key is taken"}}`.
///
/// # Examples
///
/// ```
/// # #[storage::bucket(name = "user-assets")]
/// # struct UserAssets;
/// # #[storage::app(name = "media-api")]
/// # struct App { assets: storage::Bucket<UserAssets> }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = App::memory();
/// let error = app.assets.put("", "no key").await.unwrap_err();
///
/// assert_eq!(error.kind(), storage::ErrorKind::InvalidKey);
/// assert_eq!(error.code(), "storage_invalid_key");
/// assert_eq!(error.http_status(), 400);
/// assert_eq!(error.to_string(), "put in bucket user-assets: the key is empty");
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    detail: Option<String>,
    place: Option<Place>,
    source: Option<Source>,
}

/// Where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) operation: &'static str,
    pub(crate) resource: Resource,
}

/// What it happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Bucket(&'static str),
    Kv(&'static str),
}

impl Error {
    /// What went wrong, to branch on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code of the kind, for clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The HTTP status an API should answer with.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.0.kind.http_status()
    }

    /// Whether the same request may succeed if it is simply tried again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.kind.is_retryable()
    }

    /// What to tell whoever sent the request. It holds nothing about how storage is set up.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The operation that failed, `put`, if it got that far.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.place.map(|place| place.operation)
    }

    /// The logical name of the bucket or namespace, if it got that far.
    #[must_use]
    pub fn resource(&self) -> Option<&'static str> {
        self.0.place.map(|place| match place.resource {
            Resource::Bucket(name) | Resource::Kv(name) => name,
        })
    }

    /// An error of that kind. For backends.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            detail: None,
            place: None,
            source: None,
        }))
    }

    /// Adds what only the log should say. For backends.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds the cause. For backends.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// The body of an HTTP answer: code and [message](Self::message) as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        json(self.code(), &self.0.message)
    }
}

/// The body of an HTTP answer that is not what was asked for.
pub(crate) fn json(code: &'static str, message: &str) -> String {
    #[derive(serde::Serialize)]
    struct Answer<'a> {
        error: Fields<'a>,
    }
    #[derive(serde::Serialize)]
    struct Fields<'a> {
        code: &'static str,
        message: &'a str,
    }
    let answer = Answer { error: Fields { code, message } };
    // Two strings always serialise; an empty body is the honest answer if they ever did not.
    serde_json::to_string(&answer).unwrap_or_default()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { operation, resource }) = self.0.place {
            match resource {
                Resource::Bucket(name) => write!(f, "{operation} in bucket {name}: ")?,
                Resource::Kv(name) => write!(f, "{operation} in KV {name}: ")?,
            }
        }
        f.write_str(&self.0.message)?;
        match &self.0.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.code())
            .field("message", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::new(ErrorKind::InvalidKey, error.to_string())
    }
}
