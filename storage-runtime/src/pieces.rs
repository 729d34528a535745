//! Streams of bytes.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use storage_core::ErrorKind;

use crate::backend::{self, ByteStream};
use crate::body::Body;
use crate::error::{Error, Result};
use crate::write;

/// A stream of the user's, with errors of this library.
pub(crate) fn from<S, B, E>(stream: S) -> ByteStream
where
    S: Stream<Item = Result<B, E>> + Send + 'static,
    B: Into<Bytes>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    stream.map(|piece| piece.map(Into::into).map_err(failed)).boxed()
}

/// An error of this library as it is, any other as the reason why the body broke off.
fn failed(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    match error.into().downcast::<Error>() {
        Ok(error) => *error,
        Err(error) => {
            Error::new(ErrorKind::BodyInterrupted, "the body broke off").with_source(error)
        }
    }
}

/// The stream, if it has exactly `len` bytes. If it has more or fewer, it ends in an error before the
/// byte that is too many, or after the last.
pub(crate) fn exactly(stream: ByteStream, len: u64) -> ByteStream {
    Exactly { stream, len, left: Some(len) }.boxed()
}

struct Exactly {
    stream: ByteStream,
    len: u64,
    /// How many bytes are still to come; `None` behind the end.
    left: Option<u64>,
}

impl Stream for Exactly {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(left) = self.left else {
            return Poll::Ready(None);
        };
        let piece = ready!(self.stream.poll_next_unpin(context));
        self.left = match &piece {
            Some(Ok(piece)) => left.checked_sub(piece.len() as u64),
            Some(Err(_)) | None => None,
        };
        Poll::Ready(match piece {
            Some(Ok(_)) if self.left.is_none() => Some(Err(wrong_length(self.len, "more"))),
            None if left > 0 => Some(Err(wrong_length(self.len, "fewer"))),
            piece => piece,
        })
    }
}

/// The stream, if it has at most `most` bytes. If it has more, it ends in an error before the first that
/// is too many.
pub(crate) fn at_most(stream: ByteStream, most: u64) -> ByteStream {
    let limited = stream::try_unfold((stream, 0), move |(mut stream, len)| async move {
        let Some(piece) = stream.try_next().await? else {
            return Ok(None);
        };
        let len = piece.len() as u64 + len;
        if len > most {
            return Err(write::value_too_large(len, most));
        }
        Ok(Some((piece, (stream, len))))
    });
    limited.boxed()
}

/// The body, which breaks off if it is not there at that time.
pub(crate) fn until(body: Body, deadline: SystemTime) -> Body {
    let (len, content_type) = (body.len(), body.content_type().map(str::to_owned));
    let stream = body.into_stream();
    let in_time = stream::try_unfold(stream, move |mut stream| async move {
        let piece = stream.try_next().await?;
        if backend::now() > deadline {
            return Err(Error::new(ErrorKind::BodyInterrupted, "the body took too long to arrive"));
        }
        Ok(piece.map(|piece| (piece, stream)))
    });
    let body = match len {
        Some(len) => Body::sized_stream(in_time, len),
        None => Body::stream(in_time),
    };
    content_type.into_iter().fold(body, Body::with_content_type)
}

fn wrong_length(len: u64, than: &str) -> Error {
    let message = format!("the body has {than} than the {len} bytes it should have");
    Error::new(ErrorKind::BodyInterrupted, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(pieces: &[&'static str], len: u64) -> Result<Vec<Bytes>> {
        let pieces: Vec<_> =
            pieces.iter().map(|piece| Ok::<_, Error>(Bytes::from(*piece))).collect();
        exactly(from(stream::iter(pieces)), len).try_collect().await
    }

    #[tokio::test]
    async fn a_stream_has_the_length_it_was_said_to_have() {
        assert_eq!(read(&["ab", "", "c"], 3).await.unwrap().concat(), b"abc");
        assert_eq!(read(&[], 0).await.unwrap().len(), 0);
        for (pieces, len) in [(&["ab"][..], 3), (&["ab", "cd"], 3), (&[], 1), (&["a"], 0)] {
            let error = read(pieces, len).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BodyInterrupted, "{pieces:?} {len}");
        }
    }

    #[tokio::test]
    async fn a_stream_is_cut_off_where_it_is_too_long() {
        let read = |pieces: &[&'static str], most| {
            let pieces: Vec<_> = pieces.iter().map(|piece| Ok::<_, Error>(*piece)).collect();
            at_most(from(stream::iter(pieces)), most).try_collect::<Vec<_>>()
        };
        assert_eq!(read(&["ab", "", "c"], 3).await.unwrap().concat(), b"abc");
        assert_eq!(read(&[], 0).await.unwrap().len(), 0);
        for (pieces, most) in [(&["ab", "cd"][..], 3), (&["a"], 0)] {
            let error = read(pieces, most).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ValueTooLarge, "{pieces:?} {most}");
        }
    }

    #[tokio::test]
    async fn an_error_of_the_source_is_kept() {
        let failing = from(stream::iter([Ok(Bytes::from("a")), Err("connection reset")]));
        let error = failing.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyInterrupted);
        assert_eq!(StdError::source(&error).unwrap().to_string(), "connection reset");
    }
}
