//! The edges of what R2 takes.

use bytes::Bytes;
use futures_util::stream;
use storage_core::limits::r2;

use super::streams::zeros;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::{Body, Error, ErrorKind};

case!(KEY, "bucket/keys have 1 to 1,024 bytes", key);

async fn key(Stores { bucket, .. }: Stores) -> Checked {
    let longest = format!("{}xy", "ü".repeat(511));
    equal("bytes", longest.len(), 1024)?;
    bucket.put(&longest, "x").await?;
    equal("longest", there("head", bucket.head(&longest).await?)?.key(), longest.as_str())?;
    equal("shortest", bucket.put("k", "x").await?.key(), "k")?;
    for key in [String::new(), longest + "z"] {
        refused("put", bucket.put(&key, "x").await, ErrorKind::InvalidKey)?;
        refused("get", bucket.get(&key).await, ErrorKind::InvalidKey)?;
        refused("head", bucket.head(&key).await, ErrorKind::InvalidKey)?;
        refused("delete", bucket.delete(&key).await, ErrorKind::InvalidKey)?;
        refused("copy", bucket.copy(&key, "x").await, ErrorKind::InvalidKey)?;
        refused("copy to", bucket.copy("k", &key).await, ErrorKind::InvalidKey)?;
        refused("rename", bucket.rename("k", &key).await, ErrorKind::InvalidKey)?;
        refused("upload", bucket.upload(&key).await, ErrorKind::InvalidKey)?;
    }
    equal("is still there", bucket.head("k").await?.is_some(), true)
}

case!(METADATA, "bucket/metadata has at most 8,192 bytes", metadata);

async fn metadata(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("metadata-limit").await?;
    let put = |len| bucket.put("metadata-limit", "x").metadata("name", "x".repeat(len));
    refused("8,193 bytes", put(8189).await, ErrorKind::MetadataTooLarge)?;
    equal("nothing is written", bucket.head("metadata-limit").await?, None)?;
    put(8188).await?;
    let head = there("head", bucket.head("metadata-limit").await?)?;
    equal("8,192 bytes", head.metadata().get("name").map(String::len), Some(8188))
}

case!(BODY, "bucket/a body is refused by its length, and else by what it turns out to have", body);

async fn body(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("body-limit", "before").await?;
    let put = |body| bucket.put("body-limit", body);
    let longer = put(said(r2::OBJECT_BYTES_MAX + 1)).await;
    refused("over 4.995 TiB", longer, ErrorKind::ValueTooLarge)?;
    // What may be so long is refused for having fewer bytes: in one step, in parts, and in most.
    for len in [r2::PUT_BYTES_MAX, r2::PUT_BYTES_MAX + 1, r2::OBJECT_BYTES_MAX] {
        refused("too short", put(said(len)).await, ErrorKind::BodyInterrupted)?;
    }
    let in_parts = Body::sized_stream(zeros(20 * 1024 * 1024), r2::PUT_BYTES_MAX + 1);
    refused("in parts", put(in_parts).await, ErrorKind::BodyInterrupted)?;
    let upload = bucket.upload("body-limit").await?;
    let part = upload.part(1, said(r2::PART_BYTES_MAX)).await;
    refused("a short part", part, ErrorKind::BodyInterrupted)?;
    let part = upload.part(1, said(r2::PART_BYTES_MAX + 1)).await;
    refused("a part over 4.995 GiB", part, ErrorKind::InvalidOption)?;
    upload.abort().await?;
    equal("text", there("get", bucket.get("body-limit").await?)?.text().await?, "before")
}

/// A body without a byte that is said to have many.
fn said(len: u64) -> Body {
    Body::sized_stream(stream::empty::<Result<Bytes, Error>>(), len)
}

case!(PARTS, "bucket/parts are numbered 1 to 10,000", parts);

async fn parts(Stores { bucket, .. }: Stores) -> Checked {
    let upload = bucket.upload("part-numbers").await?;
    for number in [0, 10_001] {
        refused("number", upload.part(number, "x").await, ErrorKind::InvalidOption)?;
    }
    let first = upload.part(1, vec![1; 5 * 1024 * 1024]).await?;
    let last = upload.part(10_000, "x").await?;
    equal("numbers", (first.number(), last.number()), (1, 10_000))?;
    let written = upload.complete([last, first]).await?;
    equal("size", written.size(), 5 * 1024 * 1024 + 1)
}

case!(LIST, "bucket/a listing has a limit of 1 to 1,000 and a prefix that a key could have", list);

async fn list(Stores { bucket, .. }: Stores) -> Checked {
    for key in ["list-limit/1", "list-limit/2"] {
        bucket.put(key, "x").await?;
    }
    let list = || bucket.list().prefix("list-limit/");
    for (limit, len) in [(1, 1), (2, 2), (1000, 2)] {
        equal("items", list().limit(limit).await?.items.len(), len)?;
    }
    for limit in [0, 1001] {
        refused("limit", list().limit(limit).await, ErrorKind::InvalidOption)?;
    }
    refused("empty cursor", list().cursor("").await, ErrorKind::InvalidOption)?;
    let longest = "x".repeat(1024);
    bucket.list().prefix(&longest).await?;
    let longer = bucket.list().prefix(longest + "x").await;
    refused("prefix", longer, ErrorKind::InvalidOption)?;
    let first = list().limit(1).await?;
    let second = list().cursor(there("cursor", first.cursor)?).await?;
    equal("behind the cursor", there("item", second.items.first())?.key(), "list-limit/2")?;
    equal("the end", second.cursor, None)
}
