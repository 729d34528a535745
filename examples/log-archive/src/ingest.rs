//! Taking logs in: `POST /ingest`, JSON lines of any number.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use storage::Body;

use crate::app::App;
use crate::event::Event;
use crate::lines::Lines;

/// What was taken in.
#[derive(Serialize)]
struct Ingested {
    records: u64,
    /// The keys of the segments that have them.
    segments: Vec<String>,
    /// The line that was not, from 1. Those before it were, and none behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Archives the lines while they come, some MiB at a time: whoever sends them is kept back while a segment is
/// written. A line that is no log ends it; what came before is archived.
///
/// # Errors
///
/// Those of storage. Some of the lines may be archived then.
pub(crate) async fn ingest(State(app): State<App>, body: Body) -> storage::Result<Response> {
    let mut lines = Lines::new(body.into_stream());
    let mut writer = app.archive().writer();
    let (mut number, mut refused) = (0, None);
    while let Some(line) = lines.next().await? {
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let pushed = match Event::parse(&line) {
            Ok(Event { time, json }) => writer.push(time, &json).await,
            Err(error) => {
                refused = Some(error.to_string());
                break;
            }
        };
        match pushed {
            Ok(()) => {}
            Err(error) if error.http_status() < 500 => {
                refused = Some(error.message().to_owned());
                break;
            }
            Err(error) => return Err(error),
        }
    }
    let appended = writer.finish().await?;
    let status = if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let ingested = Ingested {
        records: appended.records(),
        segments: appended.segments().iter().map(|segment| segment.key().to_owned()).collect(),
        refused: refused.is_some().then_some(number),
        reason: refused,
    };
    Ok((status, Json(ingested)).into_response())
}
