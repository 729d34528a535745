//! Bodies of HTTP messages, handed on as the platform's own streams.
//!
//! Between the edge of the Worker and a handler a body is an `axum` body, which hides what it is made
//! of. One made here gives itself away to whoever polls it while a hand-over is on: with an empty piece
//! at an address that nothing else has, and with a length that nothing else has. If that very piece comes
//! out of the outermost body, and that length is said of it, nobody in between has changed anything, and
//! the stream can be taken whole. If a layer has (compression, a limit), something else comes out, and the
//! body is read piece by piece. The piece alone would not do: a limit lets an empty one through.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use axum_core::body::Body as HttpBody;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use http_body::{Body as _, Frame, SizeHint};
use sync_wrapper::SyncWrapper;

use super::stream::PlatformStream;
use crate::axum::read_error;
use crate::backend::{ByteStream, Payload};
use crate::body::Body;
use crate::error::Error;

static MARK: [u8; 1] = [0];

/// What a body says to be long while a hand-over is on. A limit says that it is less.
const MARK_LEN: u64 = u64::MAX - 1;

/// A stream that is taken by whoever comes first.
type Slot = Arc<Mutex<Option<PlatformStream>>>;

thread_local! {
    /// Whether a hand-over is on, and what was offered in it.
    static HAND_OVER: RefCell<HandOver> = const { RefCell::new(HandOver::Off) };
}

enum HandOver {
    Off,
    On,
    Offered(Slot),
}

/// A payload as the body of a response.
pub(crate) fn into_http(payload: Payload) -> HttpBody {
    match payload {
        Payload::Bytes(bytes) => HttpBody::from(bytes),
        Payload::Stream { stream, .. } => HttpBody::from_stream(stream),
        Payload::Platform { stream, len } => platform(stream, Some(len)),
    }
}

/// The body of a request, which has `len` bytes if that is known.
pub(crate) fn from_http(body: HttpBody, len: Option<u64>) -> Body {
    match (take(body), len) {
        (Taken::Platform(stream), Some(len)) => {
            Body::known(Payload::Platform { stream, len }, None)
        }
        (Taken::Platform(stream), None) => Body::platform(stream),
        (Taken::Pieces(pieces), Some(len)) => Body::sized_stream(pieces.map_err(read_error), len),
        (Taken::Pieces(pieces), None) => Body::stream(pieces.map_err(read_error)),
    }
}

/// A stream of the platform's as a body.
pub(super) fn platform(stream: PlatformStream, len: Option<u64>) -> HttpBody {
    let slot = Arc::new(Mutex::new(Some(stream)));
    HttpBody::new(PlatformBody { slot, pieces: None, len })
}

/// What a body turned out to be.
pub(super) enum Taken {
    Platform(PlatformStream),
    Pieces(BoxStream<'static, Result<Bytes, axum_core::Error>>),
}

/// Takes the stream of the platform's out of a body, if it is one that nobody has changed.
pub(super) fn take(mut body: HttpBody) -> Taken {
    HAND_OVER.set(HandOver::On);
    if body.size_hint().exact() != Some(MARK_LEN) {
        HAND_OVER.set(HandOver::Off);
        return Taken::Pieces(body.into_data_stream().boxed());
    }
    let first = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
    let offered = match HAND_OVER.replace(HandOver::Off) {
        HandOver::Offered(slot) => Some(slot),
        HandOver::On | HandOver::Off => None,
    };
    let first = match first {
        Poll::Ready(Some(frame)) => frame.map(|frame| frame.into_data().ok()).transpose(),
        Poll::Ready(None) => return Taken::Pieces(stream::empty().boxed()),
        Poll::Pending => None,
    };
    if let (Some(Ok(piece)), Some(slot)) = (&first, offered)
        && is_mark(piece)
        && let Some(stream) = lock(&slot).take()
    {
        return Taken::Platform(stream);
    }
    Taken::Pieces(stream::iter(first).chain(body.into_data_stream()).boxed())
}

struct PlatformBody {
    slot: Slot,
    pieces: Option<SyncWrapper<ByteStream>>,
    len: Option<u64>,
}

impl http_body::Body for PlatformBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.pieces.is_none() && offer(&self.slot) {
            return Poll::Ready(Some(Ok(Frame::data(mark()))));
        }
        let Self { slot, pieces, .. } = &mut *self;
        let pieces = pieces.get_or_insert_with(|| {
            let stream = lock(slot).take();
            SyncWrapper::new(match stream {
                Some(stream) => stream.into_stream(),
                None => stream::empty().boxed(),
            })
        });
        pieces.get_mut().poll_next_unpin(context).map_ok(Frame::data)
    }

    fn size_hint(&self) -> SizeHint {
        if HAND_OVER.with_borrow(|hand_over| matches!(hand_over, HandOver::On)) {
            return SizeHint::with_exact(MARK_LEN);
        }
        self.len.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// Offers a stream if a hand-over is on.
fn offer(slot: &Slot) -> bool {
    HAND_OVER.with_borrow_mut(|hand_over| match hand_over {
        HandOver::On => {
            *hand_over = HandOver::Offered(Arc::clone(slot));
            true
        }
        HandOver::Off | HandOver::Offered(_) => false,
    })
}

const fn mark() -> Bytes {
    let [_, end @ ..] = &MARK;
    Bytes::from_static(end)
}

/// Whether it is the very piece that [`mark`] makes.
fn is_mark(piece: &Bytes) -> bool {
    piece.is_empty() && piece.as_ptr() == mark().as_ptr()
}

fn lock(slot: &Slot) -> MutexGuard<'_, Option<PlatformStream>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
