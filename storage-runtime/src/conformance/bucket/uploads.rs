//! Uploads in parts.

use futures_util::future::try_join;

use crate::bucket::Part;
use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::{Body, ErrorKind};

/// The least that a part but the last may have.
const PART: usize = 5 * 1024 * 1024;

case!(UPLOAD, "bucket/an upload in parts is an object once it is completed", upload);

async fn upload(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("upload").await?;
    let begin = bucket.upload("upload").content_type("image/png").metadata("a", "b");
    let upload = begin.await?;
    equal("key", upload.key(), "upload")?;
    let (second, first) = (upload.part(2, vec![2; 10]), upload.part(1, vec![1; PART]));
    let parts: [Part; 2] = try_join(second, first).await?.into();
    equal("not there yet", bucket.head("upload").await?, None)?;
    let object = upload.complete(parts).await?;
    equal("size", object.size(), PART as u64 + 10)?;
    equal("content type", object.content_type(), Some("image/png"))?;
    let last = there("get", bucket.get("upload").last(11).await?)?;
    equal("metadata", last.metadata().get("a").map(String::as_str), Some("b"))?;
    equal("body", last.bytes().await?, [&[1][..], &[2; 10]].concat())
}

case!(RESUME, "bucket/an upload can be gone on with by its id", resume);

async fn resume(Stores { bucket, .. }: Stores) -> Checked {
    let upload = bucket.upload("resume").await?;
    let part = upload.part(1, "old").await?;
    let resumed = bucket.resume_upload("resume", upload.id())?;
    let new = resumed.part(1, "new").await?;
    let stale = upload.clone().complete([part]).await;
    refused("a part that was replaced", stale, ErrorKind::InvalidPart)?;
    resumed.complete([Part::new(new.number(), new.etag())]).await?;
    equal("text", there("get", bucket.get("resume").await?)?.text().await?, "new")?;
    refused("after the end", upload.part(2, "x").await, ErrorKind::UploadNotFound)
}

case!(ABORT, "bucket/an aborted upload leaves nothing", abort);

async fn abort(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("abort").await?;
    let upload = bucket.upload("abort").await?;
    let part = upload.part(1, "x").await?;
    upload.clone().abort().await?;
    refused("a part", upload.part(2, "x").await, ErrorKind::UploadNotFound)?;
    let completed = upload.clone().complete([part]).await;
    refused("completion", completed, ErrorKind::UploadNotFound)?;
    upload.abort().await?;
    equal("nothing is there", bucket.head("abort").await?, None)
}

case!(PART_RULES, "bucket/parts that break the rules are refused", part_rules);

async fn part_rules(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("part-rules").await?;
    let upload = bucket.upload("part-rules").await?;
    let stream = futures_util::stream::empty::<crate::Result<bytes::Bytes>>();
    let unknown = upload.part(1, Body::stream(stream)).await;
    refused("unknown length", unknown, ErrorKind::InvalidOption)?;
    let small = upload.part(1, "small").await?;
    let last = upload.part(2, "x").await?;
    let complete = |parts: Vec<Part>| upload.clone().complete(parts);
    refused("no part", complete(vec![]).await, ErrorKind::InvalidPart)?;
    let twice = complete(vec![small.clone(), small.clone()]).await;
    refused("a number twice", twice, ErrorKind::InvalidPart)?;
    let too_small = complete(vec![small, last.clone()]).await;
    refused("too small", too_small, ErrorKind::InvalidPart)?;
    let large = upload.part(3, vec![0; PART + 1]).await?;
    let larger_last = complete(vec![upload.part(1, vec![0; PART]).await?, large]).await;
    refused("a larger last part", larger_last, ErrorKind::InvalidPart)?;
    let unknown = complete(vec![Part::new(7, "etag")]).await;
    refused("a part that was not uploaded", unknown, ErrorKind::InvalidPart)?;
    equal("nothing is there", bucket.head("part-rules").await?, None)?;
    equal("one small part", complete(vec![last]).await?.size(), 1)
}
