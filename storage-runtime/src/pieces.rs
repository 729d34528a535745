//! Streams of bytes.

use std::error::Error as StdError;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, TryStreamExt, stream};
use storage_core::ErrorKind;

use crate::backend::{self, ByteStream, Payload};
use crate::body::{Body, Source};
use crate::error::{Error, Result};

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

/// The stream, if it has exactly `len` bytes. If it has more or fewer, or breaks off, it ends in an error.
///
/// Who has `len` bytes takes them for the whole. So the last piece is held back until the stream has
/// ended, and fewer come before an error.
pub(crate) fn exactly(stream: ByteStream, len: u64) -> ByteStream {
    Exactly { stream, len, left: Some(len), last: None }.boxed()
}

struct Exactly {
    stream: ByteStream,
    len: u64,
    /// How many bytes are still to come; `None` behind the end.
    left: Option<u64>,
    /// The piece with which all are there.
    last: Option<Bytes>,
}

impl Stream for Exactly {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(left) = self.left {
            let piece = ready!(self.stream.poll_next_unpin(context));
            self.left = match &piece {
                Some(Ok(piece)) => left.checked_sub(piece.len() as u64),
                Some(Err(_)) | None => None,
            };
            match piece {
                Some(Ok(_)) if self.left.is_none() => {
                    return Poll::Ready(Some(Err(wrong_length(self.len, "more"))));
                }
                Some(Ok(piece)) if piece.is_empty() => {}
                Some(Ok(piece)) if self.left == Some(0) => self.last = Some(piece),
                None if left > 0 => {
                    return Poll::Ready(Some(Err(wrong_length(self.len, "fewer"))));
                }
                None => return Poll::Ready(self.last.take().map(Ok)),
                piece => return Poll::Ready(piece),
            }
        }
        Poll::Ready(None)
    }
}

/// The stream, with its last piece held back until it has ended: if it ends in an error, some of the bytes
/// before that are missing. Otherwise who knows their number has all of them, and does not look further.
pub(crate) fn hold_last(stream: ByteStream) -> ByteStream {
    let state = (stream, Bytes::new());
    let held_back = stream::try_unfold(state, |(mut stream, mut held)| async move {
        while let Some(piece) = stream.try_next().await? {
            if piece.is_empty() {
                continue;
            }
            let before = mem::replace(&mut held, piece);
            if !before.is_empty() {
                return Ok(Some((before, (stream, held))));
            }
        }
        Ok((!held.is_empty()).then(|| (held, (stream::empty().boxed(), Bytes::new()))))
    });
    held_back.boxed()
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
            // How many there are nobody knows: the rest is not read.
            let message = format!("the body has more than {most} bytes, which is the limit");
            return Err(Error::new(ErrorKind::ValueTooLarge, message));
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

/// The body, of which nobody has all before `end` has said that it may end: before that, whoever stores it stores
/// nothing.
pub(crate) async fn ending(
    body: Body,
    end: impl Future<Output = Result<()>> + Send + 'static,
) -> Result<Body> {
    let (len, content_type) = (body.len(), body.content_type().map(str::to_owned));
    let stream = match (len, body.into_source()) {
        // Of these whoever stores them has all from the beginning.
        (_, Source::Short(Payload::Bytes(bytes))) => {
            end.await?;
            return Ok(Body::known(Payload::Bytes(bytes), content_type));
        }
        (Some(0), Source::Short(payload)) => {
            end.await?;
            return Ok(Body::known(payload, content_type));
        }
        (_, Source::Short(payload)) => payload.into_stream(),
        (_, Source::Long(long)) => long.into_stream(),
    };
    let state = (stream, Some(end.boxed()));
    let stream = stream::try_unfold(state, |(mut stream, end)| async move {
        if let Some(piece) = stream.try_next().await? {
            return Ok(Some((piece, (stream, end))));
        }
        match end {
            Some(end) => end.await.map(|()| None),
            None => Ok(None),
        }
    });
    let body = match len {
        Some(len) => Body::sized_stream(stream, len),
        None => Body::stream(stream),
    };
    Ok(content_type.into_iter().fold(body, Body::with_content_type))
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
    async fn fewer_bytes_than_the_length_come_before_an_error() {
        let sources = [
            (&[Ok("ab"), Ok("c"), Ok("d")][..], 3),
            (&[Ok("abc"), Ok(""), Ok("d")], 3),
            (&[Ok("ab"), Ok("c"), Err("connection reset")], 3),
            (&[Ok("ab"), Ok("c"), Ok(""), Err("connection reset")], 3),
            (&[Ok("ab")], 3),
            (&[Ok("d")], 0),
            (&[Ok(""), Err("connection reset")], 0),
        ];
        for (source, len) in sources {
            let mut pieces = exactly(from(stream::iter(source.to_vec())), len);
            let mut given = 0;
            let ended = loop {
                match pieces.try_next().await {
                    Ok(Some(piece)) => given += piece.len() as u64,
                    ended => break ended,
                }
            };
            assert_eq!(ended.unwrap_err().kind(), ErrorKind::BodyInterrupted, "{source:?}");
            assert!(given < len || len == 0, "{given} bytes of {source:?}");
            assert!(pieces.try_next().await.unwrap().is_none(), "{source:?}");
        }
    }

    #[tokio::test]
    async fn the_last_piece_comes_when_the_source_has_ended() {
        let endless = stream::iter(["ab", "c"]).map(Ok::<_, Error>).chain(stream::pending());
        let mut pieces = exactly(from(endless), 3);
        assert_eq!(pieces.try_next().await.unwrap().unwrap(), "ab");
        assert!(pieces.try_next().now_or_never().is_none());
        let mut pieces = exactly(from(stream::iter(["ab", "c", ""]).map(Ok::<_, Error>)), 3);
        assert_eq!(pieces.try_next().await.unwrap().unwrap(), "ab");
        assert_eq!(pieces.try_next().await.unwrap().unwrap(), "c");
        assert!(pieces.try_next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn the_last_piece_is_held_back() {
        let given = |source: &'static [Result<&'static str, &'static str>]| async {
            let mut pieces = hold_last(from(stream::iter(source.to_vec())));
            let mut given = Vec::new();
            loop {
                match pieces.try_next().await {
                    Ok(Some(piece)) => given.push(piece),
                    Ok(None) => return (given, true),
                    Err(_) => return (given, false),
                }
            }
        };
        assert_eq!(given(&[]).await.0.len(), 0);
        assert_eq!(given(&[Ok("a"), Ok(""), Ok("b")]).await, (vec!["a".into(), "b".into()], true));
        assert_eq!(given(&[Ok("a"), Ok("b"), Err("")]).await, (vec!["a".into()], false));
        assert_eq!(given(&[Ok("a"), Ok(""), Err("")]).await, (vec![], false));
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
