//! Reading logs back: `GET /logs?from=&to=`, JSON lines in the order of time.

use axum::body::Body as HttpBody;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::value::RawValue;
use storage::archive::{Recorded, TimeRange, at_millis};

use crate::app::App;

/// How many lines go to the client at once, if there are so many.
const LINES_MAX: usize = 256;

/// From when until when, in milliseconds since 1970: half-open.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    from: Option<u64>,
    to: Option<u64>,
}

/// Sends the logs while they are read. The first are read before it answers, so that a read that fails at
/// once is an error; one that fails later is a body that breaks off.
///
/// # Errors
///
/// Those of storage.
pub(crate) async fn read(
    State(app): State<App>,
    Query(Wanted { from, to }): Query<Wanted>,
) -> storage::Result<Response> {
    let from = at_millis(from.unwrap_or(0));
    let range = to.map_or_else(|| TimeRange::from(from..), |to| (from..at_millis(to)).into());
    let records = app.archive().read::<Box<RawValue>>(range).stream();
    let mut lines = records.ready_chunks(LINES_MAX).map(text);
    let first = lines.next().await.transpose()?;
    let first = stream::iter(first).map(storage::Result::Ok);
    let body = HttpBody::from_stream(first.chain(lines));
    Ok(([(CONTENT_TYPE, "application/jsonl")], body).into_response())
}

fn text(records: Vec<storage::Result<Recorded<Box<RawValue>>>>) -> storage::Result<Bytes> {
    let mut lines = Vec::new();
    for found in records {
        lines.extend_from_slice(found?.record.get().as_bytes());
        lines.push(b'\n');
    }
    Ok(lines.into())
}
