//! Reading the platform's streams piece by piece.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use js_sys::{ArrayBuffer, Object, TypeError, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::send::{SendFuture, SendWrapper};

use super::promise::{self, settle};
use super::{error, sys};
use crate::backend::ByteStream;

/// Memory that is given to the platform to fill. Of a stream that is read without, the pieces are 4 KiB
/// each, and every piece takes a turn of the event loop.
const BUFFER_BYTES: u32 = 128 * 1024;

/// How much of it is filled before a piece is given, but at the end. A body comes from the network in
/// whatever its sender wrote at once, which may be little. Nobody waits for less: it is on its way to
/// storage, or from it.
const PIECE_BYTES_MIN: u32 = 64 * 1024;

/// The bytes of a stream, each copied into the Worker's memory. It is cancelled if it is not read to its end.
pub(super) fn pieces(source: &sys::ReadableStream) -> ByteStream {
    let pieces = match Pieces::new(source) {
        Ok(pieces) => pieces,
        Err(thrown) => {
            let error = error::interrupted(&thrown);
            return stream::once(std::future::ready(Err(error))).boxed();
        }
    };
    // Whoever asks once more behind the end gets the end again, and no panic.
    let pieces = stream::try_unfold(SendWrapper::new(pieces), |mut pieces| {
        SendFuture::new(async move {
            match pieces.0.next().await {
                Some(Ok(piece)) => Ok(Some((piece, pieces))),
                Some(Err(thrown)) => Err(error::interrupted(&thrown)),
                None => Ok(None),
            }
        })
    });
    pieces.boxed()
}

/// The one reader of a stream: it holds the lock until it is dropped.
struct Pieces {
    reader: sys::Reader,
    /// What the platform fills, and how. A stream that JavaScript makes has pieces of its own instead,
    /// as they were made.
    buffer: Option<(ArrayBuffer, Object)>,
    ended: bool,
}

impl Pieces {
    fn new(source: &sys::ReadableStream) -> Result<Self, JsValue> {
        let options = Object::new();
        sys::set(&options, "mode", "byob");
        let ended = false;
        match source.reader(&options) {
            Ok(reader) => {
                let options = Object::new();
                sys::set(&options, "min", PIECE_BYTES_MIN);
                let buffer = Some((ArrayBuffer::new(BUFFER_BYTES), options));
                Ok(Self { reader, buffer, ended })
            }
            // It is no stream of bytes, or it is locked, which the other way tells too.
            Err(_) => Ok(Self { reader: source.reader(&Object::new())?, buffer: None, ended }),
        }
    }

    async fn next(&mut self) -> Option<Result<Bytes, JsValue>> {
        if self.ended {
            return None;
        }
        // Nothing more is read after an error, nor after the end.
        self.ended = true;
        let reading = match &self.buffer {
            Some((buffer, options)) => self.reader.read_into(&Uint8Array::new(buffer), options),
            None => self.reader.read(),
        };
        let read: sys::Read = match settle(reading).await {
            Ok(read) => read.unchecked_into(),
            Err(thrown) => return Some(Err(thrown)),
        };
        let value = read.value();
        if read.done() {
            // The last bytes, if they were fewer than were asked for, may come with the end.
            let last = value.dyn_ref::<Uint8Array>().filter(|last| last.length() > 0);
            return last.map(|last| Ok(last.to_vec().into()));
        }
        let bytes = match bytes(&value) {
            Ok(bytes) => bytes,
            Err(thrown) => {
                self.cancel();
                return Some(Err(thrown));
            }
        };
        if let Some((buffer, _)) = &mut self.buffer {
            // The same memory under a new name: reading took the old one away.
            *buffer = value.unchecked_into::<Uint8Array>().buffer();
        }
        self.ended = false;
        Some(Ok(bytes))
    }

    fn cancel(&self) {
        promise::forget(self.reader.cancel());
    }
}

impl Drop for Pieces {
    /// What nobody reads on would keep one of the Worker's six connections.
    fn drop(&mut self) {
        if !self.ended {
            self.cancel();
        }
        // Fails while a read is on its way, which ends with the stream.
        let _ = self.reader.release_lock();
    }
}

/// A piece of a stream. Streams of JavaScript's can have any.
fn bytes(piece: &JsValue) -> Result<Bytes, JsValue> {
    if let Some(array) = piece.dyn_ref::<Uint8Array>() {
        return Ok(array.to_vec().into());
    }
    if let Some(buffer) = piece.dyn_ref::<ArrayBuffer>() {
        return Ok(Uint8Array::new(buffer).to_vec().into());
    }
    Err(TypeError::new("a stream that is stored has to be one of bytes").into())
}
