//! Values in pieces, and the largest there are.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::limits;

use super::foreign;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::{Body, Error, ErrorKind};

case!(WRITTEN, "kv/a stream is a value", written);

async fn written(Stores { kv, .. }: Stores) -> Checked {
    let pieces = || stream::iter(["he", "", "llo"].map(|piece| Ok::<_, Error>(Bytes::from(piece))));
    for body in [Body::stream(pieces()), Body::sized_stream(pieces(), 5)] {
        let written = kv.put("stream", body).content_type("x/y").await?;
        equal("size", written.size(), Some(5))?;
        equal("value", there("get", kv.get("stream").await?)?.text().await?, "hello")?;
    }
    let broken =
        Body::stream(pieces().chain(stream::iter([Err(Error::new(
            ErrorKind::BodyInterrupted,
            "the source failed",
        ))])));
    refused("broken", kv.put("stream", broken).await, ErrorKind::BodyInterrupted)?;
    let wrong = Body::sized_stream(pieces(), 6);
    refused("wrong length", kv.put("stream", wrong).await, ErrorKind::BodyInterrupted)?;
    equal("unchanged", there("get", kv.get("stream").await?)?.text().await?, "hello")
}

case!(READ, "kv/a value is read in pieces, or as it comes", read);

async fn read(Stores { kv, .. }: Stores) -> Checked {
    let value: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    kv.put("pieces", value.clone()).await?;
    for get in [kv.get("pieces"), kv.get("pieces").streamed()] {
        let entry = there("get", get.await?)?;
        equal("size", entry.size(), Some(300_000))?;
        let pieces: Vec<Bytes> = entry.stream().try_collect().await?;
        equal("pieces", pieces.concat() == value, true)?;
    }
    let entry = there("streamed", kv.get("pieces").streamed().await?)?;
    equal("bytes", entry.bytes().await? == value, true)?;
    foreign(&kv, "pieces", value.clone(), "{}").await?;
    let entry = there("foreign", kv.get("pieces").streamed().await?)?;
    equal("foreign", entry.bytes().await? == value, true)?;
    equal("missing", kv.get("no such stream").streamed().await?.is_none(), true)
}

case!(PASS_ON, "kv/a value is handed on to a bucket, and back", pass_on);

async fn pass_on(Stores { kv, bucket, .. }: Stores) -> Checked {
    let value: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    kv.put("pass-on", value.clone()).content_type("x/y").await?;
    for get in [kv.get("pass-on"), kv.get("pass-on").streamed()] {
        let entry = there("get", get.await?)?;
        let object = bucket.put("from-kv", entry.into_body()).await?;
        equal("object", (object.size(), object.content_type()), (300_000, Some("x/y")))?;
    }
    foreign(&kv, "pass-on", value.clone(), "null").await?;
    let entry = there("foreign", kv.get("pass-on").streamed().await?)?;
    bucket.put("from-kv", entry.into_body()).content_type("x/z").await?;
    let object = there("object", bucket.get("from-kv").await?)?;
    let back = kv.put("pass-on", object.into_body()).await?;
    equal("back", (back.size(), back.content_type()), (Some(300_000), Some("x/z")))?;
    let entry = there("get", kv.get("pass-on").streamed().await?)?;
    equal("again", kv.put("pass-on-2", entry.into_body()).await?.etag(), back.etag())?;
    let entry = there("get", kv.get("pass-on-2").await?)?;
    equal("value", entry.bytes().await? == value, true)
}

case!(VALUE_LIMIT, "kv/a value has at most 25 MiB", value_limit);

async fn value_limit(Stores { kv, .. }: Stores) -> Checked {
    kv.delete("value-limit").await?;
    let too_large = vec![0; limits::kv::VALUE_BYTES_MAX + 1];
    refused("put", kv.put("value-limit", too_large).await, ErrorKind::ValueTooLarge)?;
    let megabyte = Bytes::from(vec![0; 1024 * 1024]);
    let too_long = stream::repeat(megabyte).take(26).map(Ok::<_, Error>);
    let put = kv.put("value-limit", Body::stream(too_long)).await;
    refused("stream", put, ErrorKind::ValueTooLarge)?;
    equal("nothing is written", kv.head("value-limit").await?, None)?;
    let largest = kv.put("value-limit", vec![7; limits::kv::VALUE_BYTES_MAX]).await?;
    equal("largest", largest.size(), Some(limits::kv::VALUE_BYTES_MAX as u64))?;
    let entry = there("get", kv.get("value-limit").streamed().await?)?;
    let size = entry.stream().try_fold(0, |size, piece| async move { Ok(size + piece.len()) });
    equal("read", size.await?, limits::kv::VALUE_BYTES_MAX)?;
    Ok(kv.delete("value-limit").await?)
}
