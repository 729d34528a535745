//! One operation, from its beginning to its end.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use serde::Serialize;
use storage_core::manifest::{BucketSpec, KvSpec};
use storage_core::name::qualify;

use super::keys::ToldKey;
use super::retries::counted;
use super::{Route, TraceId};
use crate::backend;
use crate::error::{Error, Result};

/// What all operations of a handle have in common.
pub(crate) struct About {
    kind: &'static str,
    /// With its namespace.
    resource: String,
    route: Route,
    writes_lines: bool,
}

impl About {
    pub(crate) fn bucket(spec: &BucketSpec, route: Route) -> Arc<Self> {
        let resource = qualify(spec.namespace, spec.name);
        Arc::new(Self { kind: "bucket", resource, route, writes_lines: spec.observability })
    }

    pub(crate) fn kv(spec: &KvSpec, route: Route) -> Arc<Self> {
        let resource = qualify(spec.namespace, spec.name);
        Arc::new(Self { kind: "kv", resource, route, writes_lines: spec.observability })
    }
}

/// What is known of an operation before it is done.
pub(super) struct Asked<'a> {
    pub(super) verb: &'static str,
    pub(super) key: Option<&'a str>,
    /// How many keys it is about, if it is about several.
    pub(super) keys: Option<usize>,
    /// How many bytes it writes.
    pub(super) bytes: Option<u64>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(verb: &'static str) -> Self {
        Self { verb, key: None, keys: None, bytes: None }
    }

    pub(super) fn key(verb: &'static str, key: &'a str) -> Self {
        Self { key: Some(key), ..Self::of(verb) }
    }

    pub(super) fn bytes(self, bytes: u64) -> Self {
        Self { bytes: Some(bytes), ..self }
    }
}

/// What an operation came to, if it did not fail.
#[derive(Default)]
pub(super) struct Found {
    pub(super) outcome: Outcome,
    /// How many bytes are read.
    pub(super) bytes: Option<u64>,
    /// How many items there are.
    pub(super) items: Option<usize>,
}

impl Found {
    pub(super) fn outcome(outcome: Outcome) -> Self {
        Self { outcome, ..Self::default() }
    }

    /// What is there, or is not.
    pub(super) fn or_missing<T>(found: Option<&T>) -> Self {
        Self::outcome(if found.is_some() { Outcome::Ok } else { Outcome::Missing })
    }
}

#[derive(Clone, Copy, Default)]
pub(super) enum Outcome {
    /// It was dropped before its end.
    Cancelled,
    Error,
    Missing,
    #[default]
    Ok,
    /// A condition of the request did not hold.
    Unmet,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Error => "error",
            Self::Missing => "missing",
            Self::Ok => "ok",
            Self::Unmet => "unmet",
        }
    }
}

pub(super) struct Operation {
    about: Arc<About>,
    verb: &'static str,
    key: ToldKey,
    keys: Option<usize>,
    bytes: Option<u64>,
    items: Option<usize>,
    trace: Option<TraceId>,
    started: SystemTime,
    retries: u32,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
    has_ended: bool,
}

impl Operation {
    pub(super) fn begin(about: &Arc<About>, asked: &Asked<'_>) -> Self {
        #[cfg(feature = "tracing")]
        let span = span(about, asked.verb);
        #[cfg(feature = "tracing")]
        let is_told = about.writes_lines || !span.is_disabled();
        #[cfg(not(feature = "tracing"))]
        let is_told = about.writes_lines;
        let key = asked.key.filter(|_| is_told).map_or(ToldKey::Nothing, ToldKey::of);
        Self {
            about: Arc::clone(about),
            verb: asked.verb,
            key,
            keys: asked.keys,
            bytes: asked.bytes,
            items: None,
            trace: TraceId::current(),
            started: backend::now(),
            retries: 0,
            #[cfg(feature = "tracing")]
            span,
            has_ended: !is_told,
        }
    }

    /// Does it, and tells of it when it ends.
    pub(super) async fn run<T>(
        mut self,
        mut call: BoxFuture<'_, Result<T>>,
        look: impl FnOnce(&T) -> Found,
    ) -> Result<T> {
        let done = poll_fn(|context| {
            #[cfg(feature = "tracing")]
            let _entered = self.span.enter();
            counted(&mut self.retries, || call.as_mut().poll(context))
        })
        .await;
        match &done {
            Ok(found) => {
                let Found { outcome, bytes, items } = look(found);
                self.bytes = bytes.or(self.bytes);
                self.items = items;
                self.end(outcome, None);
            }
            Err(error) => self.end(Outcome::Error, Some(error)),
        }
        done
    }

    fn end(&mut self, outcome: Outcome, error: Option<&Error>) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let About { kind, resource, route, writes_lines } = &*self.about;
        let line = Line {
            event: "storage",
            kind,
            resource,
            verb: self.verb,
            key_hash: self.key.hash(),
            key: self.key.itself(),
            keys: self.keys,
            bytes: self.bytes,
            items: self.items,
            outcome: outcome.name(),
            code: error.map(Error::code),
            duration_ms: self.duration_ms(),
            route: route.name(),
            retries: self.retries,
            trace_id: self.trace.as_ref().map(TraceId::as_str),
        };
        #[cfg(feature = "tracing")]
        line.record(&self.span);
        // It has neither maps nor numbers that JSON lacks.
        if let (true, Ok(line)) = (writes_lines, serde_json::to_string(&line)) {
            backend::print(&line);
        }
    }

    fn duration_ms(&self) -> f64 {
        // The clock may have been set back meanwhile.
        let duration = backend::now().duration_since(self.started).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "exact for centuries")]
        let micros = duration.as_micros() as f64;
        micros / 1000.0
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.end(Outcome::Cancelled, None);
    }
}

/// What is told. `docs/observability.md` says what the fields mean.
#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    kind: &'static str,
    resource: &'a str,
    verb: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<usize>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    duration_ms: f64,
    route: &'static str,
    retries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
}

#[cfg(feature = "tracing")]
fn span(about: &About, verb: &'static str) -> tracing::Span {
    use tracing::field::Empty;
    tracing::info_span!(
        target: "storage",
        "storage",
        kind = about.kind,
        resource = about.resource.as_str(),
        verb,
        key_hash = Empty,
        key = Empty,
        keys = Empty,
        bytes = Empty,
        items = Empty,
        outcome = Empty,
        code = Empty,
        duration_ms = Empty,
        route = about.route.name(),
        retries = Empty,
        trace_id = Empty,
    )
}

#[cfg(feature = "tracing")]
impl Line<'_> {
    /// What was not known when the span began.
    fn record(&self, span: &tracing::Span) {
        // What is `None` is not recorded.
        span.record("key_hash", self.key_hash)
            .record("key", self.key)
            .record("keys", self.keys)
            .record("bytes", self.bytes)
            .record("items", self.items)
            .record("outcome", self.outcome)
            .record("code", self.code)
            .record("duration_ms", self.duration_ms)
            .record("retries", self.retries)
            .record("trace_id", self.trace_id);
    }
}
