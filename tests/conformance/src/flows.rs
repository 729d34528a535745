//! What happens to the ends of a stream that is encrypted: cases that need to hold both of them.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use storage::ErrorKind;
use storage::backend::{Payload, PlatformStream, engine};
use storage_core::crypto::Window;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Delay;

use crate::cipher::{javascript, keys};

/// The length that a source without end is said to have.
const ENDLESS: u64 = 1 << 40;

/// More than a stream holds while nobody reads it.
const HELD_MAX: u64 = 2 * 1024 * 1024;

/// Longer than it takes to notice.
const MOMENT: Duration = Duration::from_millis(100);

const NAMES: [&str; 11] = [
    "a_reader_that_gives_up_stops_the_source",
    "a_stream_that_is_dropped_stops_the_source",
    "nothing_is_read_ahead_of_the_reader",
    "a_source_that_fails_while_it_is_encrypted_says_why",
    "a_source_that_fails_while_it_is_decrypted_says_why",
    "a_source_that_is_too_short_is_not_encrypted",
    "a_source_that_is_too_long_is_not_encrypted",
    "a_stream_of_javascript_that_is_dropped_halfway_is_cancelled",
    "a_stream_that_somebody_else_reads_is_an_error",
    "a_stream_of_something_else_than_bytes_is_an_error",
    "a_stream_that_was_read_is_not_locked",
];

/// The names of the cases.
pub(crate) fn names() -> String {
    NAMES.join("\n")
}

/// Runs a case, and says what is wrong.
pub(crate) async fn run(name: &str) -> Result<(), String> {
    match name {
        "a_reader_that_gives_up_stops_the_source" => {
            let (source, endless) = Endless::new();
            let mut sealed = seal(source, ENDLESS).await?.into_stream();
            let first = sealed.try_next().await.map_err(|error| error.to_string())?;
            check(first.is_some(), "there is nothing to read")?;
            drop(sealed);
            Delay::from(MOMENT).await;
            check(endless.stopped.get(), "the source goes on")
        }
        "a_stream_that_is_dropped_stops_the_source" => {
            let (source, endless) = Endless::new();
            drop(seal(source, ENDLESS).await?);
            Delay::from(MOMENT).await;
            check(endless.stopped.get(), "the source goes on")
        }
        "nothing_is_read_ahead_of_the_reader" => {
            let (source, endless) = Endless::new();
            let sealed = seal(source, ENDLESS).await?;
            Delay::from(MOMENT).await;
            let before = endless.made.get();
            let mut sealed = sealed.into_stream();
            let mut read = 0;
            while read < 8 * HELD_MAX {
                let piece = sealed.try_next().await.map_err(|error| error.to_string())?;
                read += piece.map_or(0, |piece| piece.len() as u64);
            }
            let ahead = endless.made.get().saturating_sub(read);
            check(before <= HELD_MAX, &format!("{before} bytes before anything was read"))?;
            check(ahead <= HELD_MAX, &format!("{ahead} bytes ahead of the reader"))
        }
        "a_source_that_fails_while_it_is_encrypted_says_why" => {
            says_why(seal(failing(), 100_000).await?).await
        }
        "a_source_that_fails_while_it_is_decrypted_says_why" => {
            let window = Window::of(0..100_000, 100_000).ok_or("there is no such window")?;
            let stored = window.sealed();
            let sealed = Payload::Platform { stream: failing(), len: stored.end - stored.start };
            says_why(engine::open(keys(), &window, sealed)).await
        }
        "a_source_that_is_too_short_is_not_encrypted" => is_interrupted(1, 100_000).await,
        "a_source_that_is_too_long_is_not_encrypted" => is_interrupted(3, 100_000).await,
        "a_stream_of_javascript_that_is_dropped_halfway_is_cancelled" => {
            let (source, endless) = Endless::new();
            let mut pieces = source.into_stream();
            let first = pieces.try_next().await.map_err(|error| error.to_string())?;
            check(first.is_some_and(|piece| piece.len() == 64 * 1024), "the piece is another")?;
            check(!endless.stopped.get(), "the source has stopped")?;
            drop(pieces);
            Delay::from(MOMENT).await;
            check(endless.stopped.get(), "the source goes on")
        }
        "a_stream_that_somebody_else_reads_is_an_error" => {
            let (source, _) = Endless::new();
            let source = worker::web_sys::ReadableStream::from(source);
            let _reader = source.get_reader();
            let mut pieces = PlatformStream::from(source).into_stream();
            let first = pieces.next().await;
            let kind = first.and_then(Result::err).map(|error| error.kind());
            check(kind == Some(ErrorKind::BodyInterrupted), &format!("{kind:?}"))?;
            check(pieces.next().await.is_none(), "it goes on after the error")
        }
        "a_stream_of_something_else_than_bytes_is_an_error" => {
            let pieces = stream::iter(["text", "more text"]).map(|text| Ok(JsValue::from(text)));
            let source = wasm_streams::ReadableStream::from_stream(pieces).into_raw();
            let source: worker::web_sys::ReadableStream = source.unchecked_into();
            let mut pieces = PlatformStream::from(source).into_stream();
            let first = pieces.next().await;
            let kind = first.and_then(Result::err).map(|error| error.kind());
            check(kind == Some(ErrorKind::BodyInterrupted), &format!("{kind:?}"))?;
            check(pieces.next().await.is_none(), "it goes on after the error")
        }
        "a_stream_that_was_read_is_not_locked" => {
            let pieces = stream::iter([Ok(Bytes::from_static(b"text"))]);
            let source = worker::web_sys::ReadableStream::from(javascript(pieces));
            let mut pieces = PlatformStream::from(source.clone()).into_stream();
            check(source.locked(), "nobody reads it")?;
            drain(&mut pieces).await.map_err(|error| error.to_string())?;
            drop(pieces);
            check(!source.locked(), "it is locked")
        }
        _ => Err("no such case".to_owned()),
    }
}

/// Sealed by the platform, or it is not what these cases are about.
async fn seal(stream: PlatformStream, len: u64) -> Result<Payload, String> {
    match engine::seal(keys(), Payload::Platform { stream, len }).await {
        Ok(sealed @ Payload::Platform { .. }) => Ok(sealed),
        sealed => Err(format!("sealing gave {sealed:?}")),
    }
}

/// What a source without end did so far.
#[derive(Default)]
struct Endless {
    made: Cell<u64>,
    stopped: Cell<bool>,
}

impl Endless {
    fn new() -> (PlatformStream, Rc<Self>) {
        let endless = Rc::new(Self::default());
        let guard = Guard(Rc::clone(&endless));
        let pieces = stream::repeat_with(move || {
            let piece = Bytes::from(vec![0; 64 * 1024]);
            guard.0.made.set(guard.0.made.get() + piece.len() as u64);
            Ok(piece)
        });
        (javascript(pieces), endless)
    }
}

/// Notes that its stream was dropped: what a stream of JavaScript does when it is cancelled.
struct Guard(Rc<Endless>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.stopped.set(true);
    }
}

/// A source that fails in the second chunk.
fn failing() -> PlatformStream {
    let pieces = [Ok(Bytes::from(vec![0; 20_000])), Err(JsValue::from_str("out of paper"))];
    javascript(stream::iter(pieces))
}

async fn says_why(payload: Payload) -> Result<(), String> {
    let Err(error) = drain(payload.into_stream()).await else {
        return Err("it came to an end".to_owned());
    };
    check(error.kind() == ErrorKind::BodyInterrupted, &format!("{error:?}"))?;
    check(error.to_string().contains("out of paper"), &format!("{error:?}"))
}

/// That a source of so many pieces of 40,000 bytes is refused.
async fn is_interrupted(pieces: usize, len: u64) -> Result<(), String> {
    let piece = Ok(Bytes::from(vec![0; 40_000]));
    let source = javascript(stream::iter(vec![piece; pieces]));
    match drain(seal(source, len).await?.into_stream()).await {
        Err(error) if error.kind() == ErrorKind::BodyInterrupted => Ok(()),
        read => Err(format!("reading gave {read:?}")),
    }
}

async fn drain(
    mut stream: impl Stream<Item = storage::Result<Bytes>> + Unpin,
) -> storage::Result<u64> {
    let mut read = 0;
    while let Some(piece) = stream.next().await {
        read += piece?.len() as u64;
    }
    Ok(read)
}

fn check(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
