//! The lines of a stream of bytes.

use std::mem;

use bytes::Bytes;
use futures_util::stream::Fuse;
use futures_util::{Stream, StreamExt, TryStreamExt};

/// More than a line may have, in bytes: what has no line end is not gathered without end.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// A stream, line by line.
pub(crate) struct Lines<S: Stream> {
    /// It is asked again after its end.
    source: Fuse<S>,
    piece: Bytes,
    line: Vec<u8>,
}

impl<S: Stream<Item = storage::Result<Bytes>> + Unpin> Lines<S> {
    /// The lines of a stream.
    pub(crate) fn new(source: S) -> Self {
        Self { source: source.fuse(), piece: Bytes::new(), line: Vec::new() }
    }

    /// The next line, without its end. What is behind the last line end is a line unless it is empty. A
    /// line that is too long is cut, which is no JSON any more.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub(crate) async fn next(&mut self) -> storage::Result<Option<Vec<u8>>> {
        loop {
            let end = self.piece.iter().position(|byte| *byte == b'\n');
            let head = self.piece.split_to(end.unwrap_or(self.piece.len()));
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len());
            self.line.extend(head.iter().take(room));
            if end.is_some() {
                self.piece = self.piece.split_off(1);
                return Ok(Some(mem::take(&mut self.line)));
            }
            match self.source.try_next().await? {
                Some(piece) => self.piece = piece,
                None if self.line.is_empty() => return Ok(None),
                None => return Ok(Some(mem::take(&mut self.line))),
            }
        }
    }
}
