//! The feature `tracing`: a span of each operation, for a subscriber that keeps them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use storage::observe::{TraceId, with_trace};
use storage::{Bucket, Kv};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::hash;
use super::story::{with_bucket, with_kv};
use super::told::{OF_BUCKET, OF_KV, SECRETS, Told};

#[storage::bucket(name = "files")]
struct Files;

#[storage::kv(name = "notes")]
struct Notes;

#[storage::app(name = "shop")]
struct App {
    files: Bucket<Files>,
    notes: Kv<Notes>,
}

type Fields = BTreeMap<&'static str, String>;

/// Keeps what is said of spans, and how often each was entered and left.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Span>>>);

#[derive(Default)]
struct Span {
    fields: Fields,
    entered: u32,
    left: u32,
}

impl Kept {
    fn change(&self, id: &Id, change: impl FnOnce(&mut Span)) {
        let index = usize::try_from(id.into_u64()).unwrap() - 1;
        change(self.0.lock().unwrap().get_mut(index).unwrap());
    }
}

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "storage"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        assert_eq!(span.metadata().name(), "storage");
        assert_eq!(*span.metadata().level(), Level::INFO);
        let mut fields = Seen::default();
        span.record(&mut fields);
        let mut spans = self.0.lock().unwrap();
        spans.push(Span { fields: fields.0, ..Span::default() });
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut seen = Seen::default();
        values.record(&mut seen);
        self.change(id, |span| span.fields.extend(seen.0));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, id: &Id) {
        self.change(id, |span| span.entered += 1);
    }

    fn exit(&self, id: &Id) {
        self.change(id, |span| span.left += 1);
    }
}

#[derive(Default)]
struct Seen(Fields);

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

#[track_caller]
fn assert_told(kept: &Kept, story: &[Told], common: &[(&'static str, &str)]) {
    let spans = kept.0.lock().unwrap();
    assert_eq!(spans.len(), story.len());
    for (number, (span, told)) in spans.iter().zip(story).enumerate() {
        let mut fields = span.fields.clone();
        assert!(fields.remove("duration_ms").unwrap().parse::<f64>().unwrap() >= 0.0);
        let mut expected = told.fields(hash);
        expected.extend(common.iter().map(|(name, value)| (*name, (*value).to_owned())));
        assert_eq!(fields, expected, "{number}");
        assert!(span.entered > 0 && span.entered == span.left, "{number}");
        for (secret, field) in
            SECRETS.iter().flat_map(|secret| fields.values().map(move |field| (secret, field)))
        {
            assert!(!field.contains(secret), "{number}: {field}");
        }
    }
}

#[tokio::test]
async fn every_operation_of_a_bucket_is_a_span() {
    let kept = Kept::default();
    let _set = tracing::subscriber::set_default(kept.clone());
    with_trace(TraceId::new("trace-of-the-story"), with_bucket(&App::memory().files))
        .await
        .unwrap();
    let common = [
        ("kind", "bucket"),
        ("resource", "files"),
        ("route", "memory"),
        ("retries", "0"),
        ("trace_id", "trace-of-the-story"),
    ];
    assert_told(&kept, OF_BUCKET, &common);
}

#[tokio::test]
async fn every_operation_of_a_namespace_is_a_span() {
    let kept = Kept::default();
    let _set = tracing::subscriber::set_default(kept.clone());
    with_kv(&App::memory().notes).await.unwrap();
    let common = [("kind", "kv"), ("resource", "notes"), ("route", "memory"), ("retries", "0")];
    assert_told(&kept, OF_KV, &common);
}
