//! Uploads that are counted.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};

use super::Uses;
use super::lease::{Wish, Written};
use crate::backend::ByteStream;
use crate::body::Body;
use crate::bucket::{Get, Head, ObjectInfo, Put, RawBucket};
use crate::error::Result;
use crate::pieces;
use crate::signed::links::refused;

/// Writes an object, if a use is left. If all are spent and it is just what one of them wrote, it is that
/// request again, whose answer was lost.
pub(in crate::signed) async fn upload(
    uses: &Uses,
    bucket: &RawBucket,
    key: String,
    body: Body,
) -> Result<ObjectInfo> {
    let lease = match uses.lease().await? {
        Wish::Granted(lease) => lease,
        Wish::Spent(written) => return again(&written, bucket, key, body).await,
    };
    let body = pieces::until(body, lease.deadline());
    match Put::new(bucket.clone(), Ok(key), body).await {
        Ok(written) => {
            lease.used(&written).await?;
            Ok(written)
        }
        Err(error) => {
            lease.give_back().await;
            Err(error)
        }
    }
}

/// What the same request wrote before, if that is what is there.
async fn again(
    written: &[Written],
    bucket: &RawBucket,
    key: String,
    body: Body,
) -> Result<ObjectInfo> {
    let spent = || refused().with_detail("the link has been used");
    let head = Head::new(bucket.clone(), Ok(key.clone())).await?.ok_or_else(spent)?;
    let is_of_link = written.iter().any(|written| written.etag == head.etag());
    if !is_of_link || body.len().is_some_and(|len| len != head.size()) {
        return Err(spent());
    }
    let get = Get::new(bucket.clone(), Ok(key)).if_etag_matches(head.etag());
    let Some(object) = get.await? else { return Err(spent()) };
    if is_same(object.into_body().into_stream().boxed(), body.into_stream().boxed()).await? {
        Ok(head)
    } else {
        Err(spent())
    }
}

/// Whether two streams have the same bytes, however those are cut.
async fn is_same(mut one: ByteStream, mut other: ByteStream) -> Result<bool> {
    let (mut left, mut right) = (Bytes::new(), Bytes::new());
    loop {
        let is_end = !fill(&mut left, &mut one).await? | !fill(&mut right, &mut other).await?;
        if is_end {
            return Ok(left.is_empty() && right.is_empty());
        }
        let len = left.len().min(right.len());
        if left.split_to(len) != right.split_to(len) {
            return Ok(false);
        }
    }
}

/// Whether there is anything in the piece, the next of the stream if need be.
async fn fill(piece: &mut Bytes, stream: &mut ByteStream) -> Result<bool> {
    while piece.is_empty() {
        match stream.try_next().await? {
            Some(next) => *piece = next,
            None => return Ok(false),
        }
    }
    Ok(true)
}
