//! Bodies in pieces.

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use futures_util::{StreamExt, TryStreamExt};

use super::objects::HELLO;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::{Body, ErrorKind, Result};

/// Longer than two parts of an upload.
const LONG: usize = 20 * 1024 * 1024 + 3;

/// Pieces of zeros, of about 64 KiB.
pub(super) fn zeros(len: usize) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    const PIECE: usize = 65_537;
    let piece = Bytes::from(vec![0; PIECE]);
    let lens = (0..len.div_ceil(PIECE)).map(move |i| PIECE.min(len - i * PIECE));
    stream::iter(lens.map(move |len| Ok(piece.slice(..len))))
}

fn pieces<const N: usize>(
    pieces: [Result<&'static str, &'static str>; N],
) -> impl Stream<Item = Result<Bytes, &'static str>> + Send + 'static {
    stream::iter(pieces.map(|piece| piece.map(Bytes::from)))
}

case!(SIZED, "bucket/a stream of known length is an object", sized);

async fn sized(Stores { bucket, .. }: Stores) -> Checked {
    let body = Body::sized_stream(pieces([Ok("he"), Ok(""), Ok("llo")]), 5);
    let written = bucket.put("sized", body).content_type("text/plain").checksum(HELLO[2]).await?;
    equal("size", written.size(), 5)?;
    let object = there("get", bucket.get("sized").await?)?;
    equal("text", object.text().await?, "hello")?;
    let empty = bucket.put("sized", Body::sized_stream(pieces([]), 0)).await?;
    equal("empty", empty.size(), 0)?;
    let megabyte = bucket.put("sized", Body::sized_stream(zeros(1 << 20), 1 << 20)).await?;
    equal("a megabyte", megabyte.size(), 1 << 20)
}

case!(BROKEN, "bucket/a stream that breaks off or has another length changes nothing", broken);

async fn broken(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("broken", "before").await?;
    let bodies = [
        ("fails", Body::sized_stream(pieces([Ok("he"), Err("reset")]), 5)),
        ("too short", Body::sized_stream(pieces([Ok("he")]), 5)),
        ("too long", Body::sized_stream(pieces([Ok("he"), Ok("llo!")]), 5)),
        ("goes on", Body::sized_stream(pieces([Ok("he"), Ok("llo"), Ok("!")]), 5)),
        ("fails at its end", Body::sized_stream(pieces([Ok("hello"), Err("reset")]), 5)),
        ("is not empty", Body::sized_stream(pieces([Ok("!")]), 0)),
        ("fails, empty", Body::sized_stream(pieces([Err("reset")]), 0)),
        ("fails, unknown length", Body::stream(pieces([Ok("he"), Err("reset")]))),
    ];
    for (what, body) in bodies {
        let put = bucket.put("broken", body).await;
        refused(what, put, ErrorKind::BodyInterrupted)?;
        let object = there("get", bucket.get("broken").await?)?;
        equal(what, object.text().await?, "before")?;
    }
    let body = Body::sized_stream(pieces([Ok("hell0")]), 5);
    let wrong = bucket.put("broken", body).checksum(HELLO[0]).await;
    refused("wrong checksum", wrong, ErrorKind::ChecksumMismatch)?;
    equal("after all", there("get", bucket.get("broken").await?)?.text().await?, "before")
}

case!(UNKNOWN, "bucket/a short stream of unknown length is written in one step", unknown);

async fn unknown(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("unknown").await?;
    let hello = || Body::stream(pieces([Ok("he"), Ok("llo")]));
    let written = bucket.put("unknown", hello()).if_not_exists().checksum(HELLO[3]).await?;
    equal("etag", written.etag(), "5d41402abc4b2a76b9719d911017c592")?;
    let again = bucket.put("unknown", hello()).if_not_exists().await;
    refused("taken", again, ErrorKind::AlreadyExists)?;
    equal("text", there("get", bucket.get("unknown").await?)?.text().await?, "hello")
}

case!(LONG_UNKNOWN, "bucket/a long stream of unknown length is uploaded in parts", long_unknown);

async fn long_unknown(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("long", Body::stream(zeros(LONG))).metadata("a", "b").await?;
    equal("size", written.size(), LONG as u64)?;
    equal("in three parts", written.etag().ends_with("-3"), true)?;
    let object = there("get", bucket.get("long").await?)?;
    equal("metadata", object.metadata().get("a").map(String::as_str), Some("b"))?;
    let mut len = 0;
    let mut body = Box::pin(object.stream());
    while let Some(piece) = body.try_next().await? {
        len += piece.len();
    }
    equal("length of the body", len, LONG)?;
    let across = there("get", bucket.get("long").range((8 << 20) - 5..(8 << 20) + 5).await?)?;
    equal("a range across parts", across.bytes().await?, vec![0; 10])
}

case!(LONG_REFUSED, "bucket/a long stream that is refused leaves what was there", long_refused);

async fn long_refused(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("long-refused", "before").await?;
    let reset = crate::Error::new(ErrorKind::BodyInterrupted, "reset");
    let failing = zeros(LONG).chain(stream::iter([Err(reset)]));
    let put = bucket.put("long-refused", Body::stream(failing)).await;
    refused("breaks off", put, ErrorKind::BodyInterrupted)?;
    let put = bucket.put("long-refused", Body::stream(zeros(LONG))).checksum(HELLO[2]).await;
    refused("wrong checksum", put, ErrorKind::ChecksumMismatch)?;
    let put = bucket.put("long-refused", Body::stream(zeros(LONG))).if_not_exists().await;
    refused("no condition on parts", put, ErrorKind::Unsupported)?;
    equal("text", there("get", bucket.get("long-refused").await?)?.text().await?, "before")
}

case!(PASS_ON, "bucket/the body of an object can be written elsewhere", pass_on);

async fn pass_on(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("pass-on", "0123456789").await?;
    let middle = there("get", bucket.get("pass-on").range(2..5).await?)?;
    let written = bucket.put("passed-on", middle.into_body()).await?;
    equal("size", written.size(), 3)?;
    equal("content type", written.content_type(), Some("text/plain; charset=utf-8"))?;
    equal("text", there("get", bucket.get("passed-on").await?)?.text().await?, "234")
}
