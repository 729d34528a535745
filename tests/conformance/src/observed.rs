//! Every verb, of declarations with `observability = true`, by the native test's story.

use storage::observe::{TraceId, with_trace};
use storage::{Bucket, Kv};
use worker::{Env, Request, Response, Result};

#[path = "../../../storage-runtime/tests/observe/story.rs"]
mod story;
#[expect(dead_code, reason = "what is told is compared where it is read: `tests/e2e/`")]
#[path = "../../../storage-runtime/tests/observe/told.rs"]
mod told;

/// Files of which every operation is told.
#[storage::bucket(name = "conformance-observed-files", observability = true)]
struct ObservedFiles;

/// Notes of which every operation is told.
#[storage::kv(name = "conformance-observed-notes", observability = true)]
struct ObservedNotes;

/// Does all that can be done, for the request that brings a trace along.
pub(crate) async fn answer(what: &str, request: &Request, env: &Env) -> Result<Response> {
    let story = async {
        match what {
            "bucket" => story::with_bucket(&Bucket::<ObservedFiles>::open(env)?).await,
            _ => story::with_kv(&Kv::<ObservedNotes>::open(env)?).await,
        }
    };
    with_trace(TraceId::of(request), story).await?;
    Response::ok("told")
}
