//! What a declaration says of pages from elsewhere.

#[cfg(feature = "manifest")]
use serde_json::{Map, json};

use super::{must, must_fit};
use crate::const_text::Writer;
#[cfg(feature = "manifest")]
use crate::limits::LimitError;
use crate::limits::cors;
use crate::name::{self, NameError};

/// What the one rule of a declared policy is called on R2.
pub const CORS_RULE_ID: &str = "storage-cors";

/// Pages of other origins may use the bucket, as far as the rest of the declaration lets anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CorsSpec {
    /// Where the pages come from, `https://app.example.com`, or `*` for anywhere.
    pub origins: &'static [&'static str],
    /// What they may do.
    pub methods: &'static [CorsMethod],
    /// The headers that they may send, or `*` for all.
    pub headers: &'static [&'static str],
    /// The headers that they may read, beside those that every page may.
    pub expose: &'static [&'static str],
    /// For how many seconds a browser may remember the answer. Without it, that is up to the browser.
    pub max_age_seconds: Option<u32>,
}

/// A method that a CORS policy of R2 can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "manifest", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "manifest", serde(rename_all = "UPPERCASE"))]
#[non_exhaustive]
pub enum CorsMethod {
    /// Reading.
    Get,
    /// Writing.
    Put,
    /// Writing, from a form.
    Post,
    /// Deleting.
    Delete,
    /// Reading what there is to know of an object.
    Head,
}

impl CorsMethod {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Get, Self::Put, Self::Post, Self::Delete, Self::Head];

    /// The method as HTTP has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
        }
    }

    /// The method of that name.
    ///
    /// # Errors
    ///
    /// [`NameError::Method`].
    pub fn named(name: &str) -> Result<Self, NameError> {
        let mut all = Self::ALL.iter().copied();
        all.find(|method| method.name() == name).ok_or(NameError::Method)
    }
}

impl CorsSpec {
    /// For pages of those origins, which may do that.
    ///
    /// # Panics
    ///
    /// In the constant, if there is no origin or no method, or one is not an origin.
    #[must_use]
    pub const fn new(origins: &'static [&'static str], methods: &'static [CorsMethod]) -> Self {
        must_fit(cors::ORIGINS.check(origins.len() as u64));
        must_fit(cors::METHODS.check(methods.len() as u64));
        let mut rest = origins;
        while let [origin, tail @ ..] = rest {
            must(name::check_origin(origin));
            rest = tail;
        }
        Self { origins, methods, headers: &[], expose: &[], max_age_seconds: None }
    }

    /// Who may send those headers.
    ///
    /// # Panics
    ///
    /// In the constant, if one is not the name of a header.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [&'static str]) -> Self {
        must_be_headers(headers);
        self.headers = headers;
        self
    }

    /// Who may read those headers.
    ///
    /// # Panics
    ///
    /// In the constant, if one is not the name of a header.
    #[must_use]
    pub const fn expose(mut self, headers: &'static [&'static str]) -> Self {
        must_be_headers(headers);
        self.expose = headers;
        self
    }

    /// With an answer that is remembered.
    ///
    /// # Panics
    ///
    /// In the constant, if it is more than a day.
    #[must_use]
    pub const fn max_age_seconds(mut self, seconds: u32) -> Self {
        must_fit(cors::MAX_AGE.check(seconds as u64));
        self.max_age_seconds = Some(seconds);
        self
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.key("cors");
        out.raw("{\"origins\":");
        out.strings(self.origins);
        out.key("methods");
        out.raw("[");
        let mut rest = self.methods;
        while let [method, tail @ ..] = rest {
            out.string(method.name());
            if !tail.is_empty() {
                out.raw(",");
            }
            rest = tail;
        }
        out.raw("]");
        if !self.headers.is_empty() {
            out.key("headers");
            out.strings(self.headers);
        }
        if !self.expose.is_empty() {
            out.key("expose");
            out.strings(self.expose);
        }
        if let Some(seconds) = self.max_age_seconds {
            out.key("max_age_seconds");
            out.number(seconds as u64);
        }
        out.raw("}");
    }
}

const fn must_be_headers(headers: &[&str]) {
    let mut rest = headers;
    while let [header, tail @ ..] = rest {
        must(name::check_header(header));
        rest = tail;
    }
}

/// The same, read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CorsRecord {
    /// Where the pages come from.
    pub origins: Vec<name::Origin>,
    /// What they may do.
    pub methods: Vec<CorsMethod>,
    /// The headers that they may send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<name::HeaderName>,
    /// The headers that they may read, beside those that every page may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expose: Vec<name::HeaderName>,
    /// For how many seconds a browser may remember the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_seconds: Option<u32>,
}

#[cfg(feature = "manifest")]
impl CorsRecord {
    /// Checks the rules that no single field keeps by its type.
    ///
    /// # Errors
    ///
    /// The [`LimitError`] of the first that is broken.
    pub fn check(&self) -> Result<(), LimitError> {
        cors::ORIGINS.check(self.origins.len() as u64)?;
        cors::METHODS.check(self.methods.len() as u64)?;
        self.max_age_seconds.map_or(Ok(()), |seconds| cors::MAX_AGE.check(seconds.into()))
    }

    /// The policy as R2 takes it: what `wrangler r2 bucket cors set` reads, and the dashboard's API.
    #[must_use]
    pub fn policy(&self) -> serde_json::Value {
        let Self { origins, methods, headers, expose, max_age_seconds } = self;
        let mut allowed = Map::new();
        allowed.insert("origins".to_owned(), json!(origins));
        allowed.insert("methods".to_owned(), json!(methods));
        if !headers.is_empty() {
            allowed.insert("headers".to_owned(), json!(headers));
        }
        let mut rule = Map::new();
        rule.insert("id".to_owned(), json!(CORS_RULE_ID));
        rule.insert("allowed".to_owned(), allowed.into());
        if !expose.is_empty() {
            rule.insert("exposeHeaders".to_owned(), json!(expose));
        }
        if let Some(seconds) = max_age_seconds {
            rule.insert("maxAgeSeconds".to_owned(), json!(seconds));
        }
        json!({ "rules": [rule] })
    }
}
