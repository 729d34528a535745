//! A body that is uploaded in parts because nobody knows its length, or because it is too long for
//! one put.

use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use futures_util::{TryStreamExt, poll};
use storage_core::checksum::Checksum;
use storage_core::key::BucketKey;
use storage_core::{ErrorKind, limits};

use super::abandoned::OpenUpload;
use super::put::NewObject;
use super::{CustomerKey, ObjectInfo, Part};
use crate::backend::{
    AnyBucket, ByteStream, CompleteUpload, CreateUpload, Hasher, Payload, PlatformStream,
    UploadPart,
};
use crate::error::{Error, Result};
use crate::write;

/// Length of a part, in bytes: small, because some are in memory at once, and large enough for 78 GiB
/// in 10,000 parts.
const LEN: u64 = 8 * 1024 * 1024;

/// How many parts of an upload are on their way at once: with the one being gathered, 32 MiB of the 128
/// that a Worker has.
const CONCURRENCY: usize = 3;

/// How many bytes all uploads of this Worker, or this process, have on their way before each of them has
/// one part only, and gathers the next when that has arrived.
const PLENTY: u64 = 4 * LEN;

/// How many bytes all uploads have on their way.
static ON_THEIR_WAY: AtomicU64 = AtomicU64::new(0);

/// The length of the parts of a body of that length, in whole MiB.
fn len_for(len: u64) -> u64 {
    const MIB: u64 = 1024 * 1024;
    let least = len.div_ceil(u64::from(limits::r2::PARTS_MAX));
    least.div_ceil(MIB).saturating_mul(MIB).max(LEN)
}

/// A body whose length nobody said, or that is too long for one put.
///
/// Bodies carry it behind the pointer of a trait, so that a Worker that never makes one does not link
/// what it takes to upload it.
pub(crate) trait LongBody: Send {
    /// Writes it as an object.
    fn put(self: Box<Self>, object: Box<NewObject>) -> BoxFuture<'static, Result<ObjectInfo>>;

    /// It, piece by piece.
    fn into_stream(self: Box<Self>) -> ByteStream;
}

/// A stream to be uploaded in parts, unless it turns out to be short.
pub(crate) struct Long {
    pub(crate) pieces: Pieces,
    pub(crate) len: Option<u64>,
}

/// Where the pieces of a long body come from.
pub(crate) enum Pieces {
    /// A stream of the platform's, which a storage Worker gets as it is.
    #[allow(dead_code, reason = "natively no storage Worker answers but in tests")]
    Platform(PlatformStream),
    /// A stream.
    Stream(ByteStream),
}

impl Pieces {
    pub(crate) fn into_stream(self) -> ByteStream {
        match self {
            Self::Platform(stream) => stream.into_stream(),
            Self::Stream(stream) => stream,
        }
    }
}

impl LongBody for Long {
    fn put(self: Box<Self>, object: Box<NewObject>) -> BoxFuture<'static, Result<ObjectInfo>> {
        if let Some(len) = self.len.filter(|len| *len > limits::r2::OBJECT_BYTES_MAX) {
            let error = write::value_too_large(len, limits::r2::OBJECT_BYTES_MAX);
            return Box::pin(ready(Err(error)));
        }
        if let Some(sealer) = object.bucket.sealer.clone() {
            return sealer.put(object, *self);
        }
        Box::pin(async move {
            let Self { pieces, len } = *self;
            let part_len = len.map_or(LEN, len_for);
            let (first, rest) = split(pieces.into_stream(), part_len).await?;
            if rest.is_end() {
                object.put(Payload::Bytes(first)).await
            } else {
                InParts { first, rest, part_len }.put(object).await
            }
        })
    }

    fn into_stream(self: Box<Self>) -> ByteStream {
        self.pieces.into_stream()
    }
}

/// Gathers the first `len` bytes, or all if there are fewer.
async fn split(stream: ByteStream, len: u64) -> Result<(Bytes, Rest)> {
    let mut rest = Rest { stream, left_over: Bytes::new(), is_end: false };
    let first = rest.next(len).await?;
    Ok((first, rest))
}

/// What is left of a stream.
struct Rest {
    stream: ByteStream,
    left_over: Bytes,
    is_end: bool,
}

impl Rest {
    /// Whether nothing is left, as far as is known.
    fn is_end(&self) -> bool {
        self.is_end
    }

    /// The next `len` bytes, or all if there are fewer. It looks one piece further, so that
    /// `is_end` is right when it returns.
    async fn next(&mut self, len: u64) -> Result<Bytes> {
        let mut room = usize::try_from(len).unwrap_or(usize::MAX);
        let mut pieces = Vec::new();
        while self.left_over.len() <= room {
            room -= self.left_over.len();
            pieces.push(mem::take(&mut self.left_over));
            let Some(piece) = self.stream.try_next().await? else {
                self.is_end = true;
                return Ok(joined(pieces));
            };
            self.left_over = piece;
        }
        pieces.push(self.left_over.split_to(room));
        Ok(joined(pieces))
    }
}

fn joined(mut pieces: Vec<Bytes>) -> Bytes {
    pieces.retain(|piece| !piece.is_empty());
    match pieces.as_slice() {
        [one] => one.clone(),
        many => many.concat().into(),
    }
}

/// A body of more than one part.
struct InParts {
    first: Bytes,
    rest: Rest,
    part_len: u64,
}

impl InParts {
    /// Uploads all parts, some at once. After an error, or when this is dropped, the upload is aborted, so
    /// that nothing is left behind.
    async fn put(self, object: Box<NewObject>) -> Result<ObjectInfo> {
        let NewObject {
            bucket,
            key,
            http,
            metadata,
            checksum,
            conditions,
            storage_class,
            customer_key,
        } = *object;
        if !conditions.is_empty() {
            let message = "a body over 8 MiB of unknown length can't have a condition: say its \
                           length (`Content-Length`)";
            // R2 has no conditional write of what is uploaded in parts.
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
        let backend = bucket.backend;
        let (of, customer) = (key.clone(), customer_key.clone());
        let create = CreateUpload { key, http, metadata, storage_class, customer_key };
        let id = backend.create_upload(create).await?;
        let upload = Arc::new(Upload { backend, key: of, id, customer_key: customer });
        let open = OpenUpload(Some(Arc::clone(&upload)));
        let uploaded = async {
            let parts = upload.parts(self, checksum).await?;
            let (key, upload_id) = (upload.key.clone(), upload.id.clone());
            upload.backend.complete_upload(CompleteUpload { key, upload_id, parts }).await
        };
        let uploaded = uploaded.await;
        if uploaded.is_err() {
            open.abort().await;
        }
        open.ended();
        uploaded
    }
}

pub(super) struct Upload {
    pub(super) backend: AnyBucket,
    pub(super) key: BucketKey,
    pub(super) id: String,
    customer_key: Option<CustomerKey>,
}

impl Upload {
    async fn parts(
        self: &Arc<Self>,
        body: InParts,
        checksum: Option<Checksum>,
    ) -> Result<Vec<Part>> {
        let mut cutter = Cutter::new(body, checksum)?;
        let mut on_their_way = OnTheirWay(Vec::new());
        let mut parts = Vec::new();
        while let Some((number, part)) = cutter.next().await? {
            on_their_way.0.push(Box::pin(Arc::clone(self).part(number, part)));
            // The first poll sends it off; while the next part is gathered, it goes its way.
            if let Poll::Ready(part) = poll!(on_their_way.arrival()) {
                keep(&mut parts, part?);
            }
            while on_their_way.are_enough() {
                keep(&mut parts, on_their_way.arrival().await?);
            }
        }
        while !on_their_way.0.is_empty() {
            keep(&mut parts, on_their_way.arrival().await?);
        }
        Ok(parts)
    }

    async fn part(self: Arc<Self>, number: u16, part: Bytes) -> Result<Part> {
        let _on_its_way = OnItsWay::new(part.len() as u64);
        let (key, upload_id) = (self.key.clone(), self.id.clone());
        let (body, customer_key) = (Payload::Bytes(part), self.customer_key.clone());
        let part = UploadPart { key, upload_id, number, body, customer_key };
        self.backend.upload_part(part).await
    }
}

/// The parts of one upload that have been sent off. They are few, so each is asked whether it has arrived.
struct OnTheirWay(Vec<BoxFuture<'static, Result<Part>>>);

impl OnTheirWay {
    /// Whether one has to arrive before the next is gathered.
    fn are_enough(&self) -> bool {
        let is_plenty = ON_THEIR_WAY.load(Ordering::Relaxed) > PLENTY;
        self.0.len() == CONCURRENCY || (is_plenty && !self.0.is_empty())
    }

    /// One that has arrived. The last is polled first, because it may not have been sent off yet.
    fn arrival(&mut self) -> impl Future<Output = Result<Part>> {
        poll_fn(|context| {
            let polled = self.0.iter_mut().map(|part| part.as_mut().poll(context)).enumerate();
            let arrived = polled.rev().find(|(_, polled)| polled.is_ready());
            let Some((at, arrived)) = arrived else { return Poll::Pending };
            drop(self.0.swap_remove(at));
            arrived
        })
    }
}

/// Bytes that are counted until they have arrived, or nobody waits for them any more.
struct OnItsWay(u64);

impl OnItsWay {
    fn new(len: u64) -> Self {
        ON_THEIR_WAY.fetch_add(len, Ordering::Relaxed);
        Self(len)
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        ON_THEIR_WAY.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// Adds a part where its number belongs.
fn keep(parts: &mut Vec<Part>, part: Part) {
    let at = parts.partition_point(|other| other.number() < part.number());
    parts.insert(at, part);
}

/// Cuts a body into numbered parts, and verifies its checksum behind the last.
struct Cutter {
    body: InParts,
    checksum: Option<(Hasher, Checksum)>,
    number: u16,
}

impl Cutter {
    fn new(body: InParts, checksum: Option<Checksum>) -> Result<Self> {
        let checksum = match checksum {
            Some(checksum) => Some((Hasher::new(checksum.algorithm())?, checksum)),
            None => None,
        };
        Ok(Self { body, checksum, number: 0 })
    }

    async fn next(&mut self) -> Result<Option<(u16, Bytes)>> {
        let InParts { first, rest, part_len } = &mut self.body;
        let part = if self.number == 0 {
            mem::take(first)
        } else if rest.is_end() {
            self.verify().await?;
            return Ok(None);
        } else {
            rest.next(*part_len).await?
        };
        if self.number == limits::r2::PARTS_MAX {
            let max = *part_len * u64::from(limits::r2::PARTS_MAX);
            return Err(write::value_too_large(max + part.len() as u64, max));
        }
        self.number += 1;
        if let Some((hasher, _)) = &mut self.checksum {
            hasher.update(&part).await?;
        }
        Ok(Some((self.number, part)))
    }

    async fn verify(&mut self) -> Result<()> {
        if let Some((hasher, checksum)) = self.checksum.take()
            && hasher.finish().await? != checksum.digest()
        {
            return Err(write::checksum_mismatch());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};

    use super::*;

    async fn cut(pieces: &[&'static str], len: u64) -> Vec<Bytes> {
        let pieces: Vec<_> = pieces.iter().map(|p| Ok::<_, Error>(Bytes::from(*p))).collect();
        let (first, mut rest) = split(stream::iter(pieces).boxed(), len).await.unwrap();
        let mut parts = vec![first];
        while !rest.is_end() {
            parts.push(rest.next(len).await.unwrap());
        }
        parts
    }

    #[tokio::test]
    async fn parts_are_equal_but_for_the_last_and_none_is_empty() {
        assert_eq!(cut(&[], 3).await, [""]);
        assert_eq!(cut(&["ab"], 3).await, ["ab"]);
        assert_eq!(cut(&["ab", "c"], 3).await, ["abc"]);
        assert_eq!(cut(&["ab", "c", ""], 3).await, ["abc"]);
        assert_eq!(cut(&["ab", "cd"], 3).await, ["abc", "d"]);
        assert_eq!(cut(&["abcdefgh", "", "i"], 3).await, ["abc", "def", "ghi"]);
    }

    #[test]
    fn a_long_body_has_at_most_ten_thousand_parts() {
        assert_eq!(len_for(1), LEN);
        for len in [limits::r2::PUT_BYTES_MAX + 1, limits::r2::OBJECT_BYTES_MAX] {
            assert!(len.div_ceil(len_for(len)) <= u64::from(limits::r2::PARTS_MAX), "{len}");
        }
    }
}
