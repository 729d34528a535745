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

/// What a client sends to be an object.
pub(in crate::signed) struct Sent {
    pub(in crate::signed) key: String,
    pub(in crate::signed) body: Body,
    /// In which encoding the body is, if it is in one.
    pub(in crate::signed) content_encoding: Option<String>,
}

impl Sent {
    /// Writes it, if it may be once all of the body is there.
    pub(in crate::signed) async fn put(
        self,
        bucket: &RawBucket,
        end: impl Future<Output = Result<()>> + Send + 'static,
    ) -> Result<ObjectInfo> {
        let Self { key, body, content_encoding } = self;
        let body = pieces::ending(body, end).await?;
        Self { key, body, content_encoding }.put_now(bucket).await
    }

    /// Writes it.
    pub(in crate::signed) async fn put_now(self, bucket: &RawBucket) -> Result<ObjectInfo> {
        let Self { key, body, content_encoding } = self;
        let put = Put::new(bucket.clone(), Ok(key), body);
        content_encoding.into_iter().fold(put, Put::content_encoding).await
    }
}

/// Writes an object, if a use is left. If all are spent and it is just what one of them wrote, it is that
/// request again, whose answer was lost. What is not allowed any more when all of the body is there, says
/// `is_allowed`.
pub(in crate::signed) async fn upload(
    uses: &Uses,
    bucket: &RawBucket,
    sent: Sent,
    is_allowed: impl Future<Output = Result<()>> + Send + 'static,
) -> Result<ObjectInfo> {
    let lease = match uses.lease().await? {
        Wish::Granted(lease) => lease,
        Wish::Spent(written) => return again(&written, bucket, sent).await,
    };
    let spending = lease.spending();
    let end = async {
        is_allowed.await?;
        spending.await
    };
    let sent = Sent { body: pieces::until(sent.body, lease.deadline()), ..sent };
    match sent.put(bucket, end).await {
        Ok(written) => {
            lease.used(&written).await;
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
    Sent { key, body, .. }: Sent,
) -> Result<ObjectInfo> {
    let spent = || refused().with_detail("the link has been used");
    let head = Head::new(bucket.clone(), Ok(key.clone())).await?.ok_or_else(spent)?;
    let is_of_link = written.iter().any(|written| written.may_be(&head));
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
///
/// Both are read to the end, wherever they differ: who is told sooner could guess byte by byte what is stored,
/// by a link that only writes.
async fn is_same(mut one: ByteStream, mut other: ByteStream) -> Result<bool> {
    let (mut left, mut right) = (Bytes::new(), Bytes::new());
    let mut difference = 0;
    loop {
        let (is_left, is_right) =
            (fill(&mut left, &mut one).await?, fill(&mut right, &mut other).await?);
        match (is_left, is_right) {
            (false, false) => return Ok(difference == 0),
            (true, true) => {
                let len = left.len().min(right.len());
                let pairs = left.split_to(len).into_iter().zip(right.split_to(len));
                difference |= pairs.fold(0, |all, (left, right)| all | (left ^ right));
            }
            (true, false) | (false, true) => {
                difference = 1;
                left.clear();
                right.clear();
            }
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
