//! What somebody changed in the storage is refused, however it is read: with the one error, and before
//! a byte of it comes out that was not verified.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use futures_util::{StreamExt, stream};
use storage_core::ErrorKind;
use storage_core::crypto::plain_len;

use super::{Account, Attic, OLD, ReadOnly, Secretive, Stored, Vault};
use crate::backend::{FoundObject, GetObject, Payload, ReadBody};
use crate::bucket::{AsRequest, ObjectInfo};
use crate::declare::{DeclareBucket, Handle as _};
use crate::error::Result;
use crate::{Body, Bucket, write};

const PREFIX: usize = 56;
const CHUNK: usize = 16_384;
const SEALED_CHUNK: usize = CHUNK + 16;

/// Two full chunks, and a last one.
const LENGTH: usize = 2 * CHUNK + 100;

/// How an object can be read. In pieces, what comes before a failure counts; at once, there is nothing.
#[derive(Clone, Copy, Debug)]
enum Way {
    Bytes,
    Text,
    Json,
    Stream,
    Served,
    Range(u64, u64),
    StreamedRange(u64, u64),
    ServedRange(u64, u64),
    /// What a client asks that has everything: whether that is all.
    Beyond,
    ServedBeyond,
}

const WAYS: [Way; 12] = [
    Way::Bytes,
    Way::Text,
    Way::Json,
    Way::Stream,
    Way::Served,
    Way::Range(0, 10),
    Way::Range(CHUNK as u64 - 5, CHUNK as u64 + 5),
    Way::StreamedRange(CHUNK as u64 + 5, LENGTH as u64),
    Way::ServedRange(0, CHUNK as u64),
    Way::ServedRange(LENGTH as u64 - 5, LENGTH as u64),
    Way::Beyond,
    Way::ServedBeyond,
];

/// Each of them read as a stream, and in one more way; some of them in every way.
#[tokio::test]
async fn every_changed_byte_is_refused() {
    let object = Object::new().await;
    let changed = |at: usize| {
        let mut bytes = object.sealed.to_vec();
        bytes[at] ^= 1 << (at % 8);
        bytes
    };
    let (vault, held) = object.in_pieces(usize::MAX);
    for at in 0..object.sealed.len() {
        *held.lock().unwrap() = changed(at).into();
        let ways = [Way::Stream, WAYS[at % WAYS.len()]];
        object.refuses(&vault, &changed(at), &ways, &format_args!("byte {at}")).await;
    }
    for at in object.places() {
        object.is_refused(changed(at), &format_args!("byte {at}")).await;
    }
}

#[tokio::test]
async fn every_shorter_length_is_refused() {
    let object = Object::new().await;
    let (vault, held) = object.in_pieces(usize::MAX);
    for len in 0..object.sealed.len() {
        *held.lock().unwrap() = object.sealed.slice(..len);
        let ways = [Way::Stream, WAYS[len % WAYS.len()]];
        let said = format!("{len} bytes");
        object.refuses(&vault, &object.sealed[..len], &ways, &said).await;
    }
    for len in object.places() {
        let said = format!("{len} bytes");
        object.is_refused(object.sealed[..len].to_vec(), &said).await;
    }
}

#[tokio::test]
async fn what_was_put_together_anew_is_refused() {
    let object = Object::new().await;
    let sealed = &object.sealed;
    let other = object.vault.put("b", &object.plain).await.unwrap();
    assert_eq!(other.size(), LENGTH as u64);
    let other = object.stored.get("b").await.unwrap().unwrap().bytes().await.unwrap();
    let (prefix, [first, second, last]) = (&sealed[..PREFIX], chunks(sealed));
    let [foreign, ..] = chunks(&other);
    for (parts, what) in [
        (vec![prefix, second, first, last], "chunks in another order"),
        (vec![prefix, first, first, last], "a chunk in the place of another"),
        (vec![prefix, first, first, second, last], "a chunk twice"),
        (vec![prefix, first, second, second, last], "a chunk twice"),
        (vec![prefix, first, second, last, last], "the last chunk twice"),
        (vec![prefix, second, last], "the first chunk missing"),
        (vec![prefix, first, last], "a chunk missing"),
        (vec![prefix, first, second], "the last chunk missing"),
        (vec![prefix, last], "the last chunk alone"),
        (vec![prefix], "no chunk"),
        (vec![prefix, foreign, second, last], "a chunk of another object"),
        (vec![&other[..PREFIX], first, second, last], "the prefix of another object"),
        (vec![prefix, prefix, first, second, last], "the prefix twice"),
        (vec![first, second, last], "no prefix"),
        (vec![sealed, b"x"], "a byte more"),
        (vec![sealed, &[0; 16]], "a tag more"),
        (vec![sealed, sealed], "all of it twice"),
        (vec![&object.plain], "plaintext"),
        (vec![b"\"short\""], "short plaintext"),
        (vec![], "nothing"),
        (vec![&other], "another object"),
    ] {
        object.is_refused(parts.concat(), &what).await;
    }
    object.is_read_in_every_way().await;
}

#[tokio::test]
async fn a_copy_elsewhere_is_refused() {
    let object = Object::new().await;
    let account = &object.account;
    object.stored.copy("a", "b").await.unwrap().unwrap();
    let elsewhere = Bucket::<Attic>::connect(account).unwrap();
    for way in WAYS {
        refused(&read(&object.vault, "b", way).await, &object.plain, 0, &"another key");
        refused(&read(&elsewhere, "a", way).await, &object.plain, 0, &"another bucket");
    }
}

/// Metadata is sealed as well: an object whose metadata was changed tells nothing of it, nor its body.
#[tokio::test]
async fn changed_metadata_is_refused() {
    let object = Object::new().await;
    let secretive = Bucket::<Secretive>::connect(&object.account).unwrap();
    secretive.put("a", &object.plain).metadata("diagnosis", "flu").await.unwrap();
    let stored = object.stored.get("a").await.unwrap().unwrap();
    let metadata = stored.info().metadata().clone();
    let sealed = stored.bytes().await.unwrap();
    let text = &metadata["storage-sealed"];
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let put = object.stored.put("a", sealed.clone()).metadata("storage-sealed", &changed);
        put.metadata("storage-key-id", "old").await.unwrap();
        let head = secretive.head("a").await.map(drop).map_err(|error| error.kind());
        assert_eq!(head, Err(ErrorKind::DecryptionFailed), "digit {at}");
        refused(&read(&secretive, "a", Way::Stream).await, &object.plain, 0, &at);
    }
}

/// Pieces arrive as the platform cuts them. Of the one that was changed nothing comes out, and of those
/// before it all but the last, which might have been the end.
#[tokio::test]
async fn a_stream_gives_what_was_verified_and_ends_with_the_error() {
    let object = Object::new().await;
    for size in [97, 5_000, SEALED_CHUNK, 40_000] {
        let (vault, held) = object.in_pieces(size);
        let whole = read(&vault, "a", Way::Stream).await;
        object.is_read(Way::Stream, &whole, &size);
        for at in (0..object.sealed.len()).step_by(997).chain([object.sealed.len() - 1]) {
            let mut changed = object.sealed.to_vec();
            changed[at] ^= 1;
            let cut = object.sealed[..at].to_vec();
            let before = at.saturating_sub(PREFIX) / SEALED_CHUNK * CHUNK;
            for (bytes, what) in [(changed, "changed"), (cut, "cut")] {
                let has_length = plain_len(bytes.len() as u64).is_some();
                *held.lock().unwrap() = bytes.into();
                for way in [Way::Stream, Way::Served] {
                    let read = read(&vault, "a", way).await;
                    let said = format!("{way:?} in pieces of {size}, {what} at {at}");
                    refused(&read, &object.plain, before, &said);
                    // Of a piece that completes two chunks all comes out or nothing.
                    let expected = if has_length { before.saturating_sub(CHUNK) } else { 0 };
                    assert!(read.given.len() == expected || size > SEALED_CHUNK, "{said}");
                }
            }
        }
    }
}

/// Whoever can write to the storage cuts an object after a chunk, and puts an empty last chunk there as
/// well as he can: the length is one that a message has. A client that counts bytes must not get all.
#[tokio::test]
async fn what_was_cut_off_between_chunks_never_looks_whole() {
    let object = Object::new().await;
    for chunks in [1, 2, 4, 5, 8] {
        let long = vec![b'x'; (chunks + 2) * CHUNK];
        object.vault.put("a", &long).await.unwrap();
        let sealed = object.stored.get("a").await.unwrap().unwrap().bytes().await.unwrap();
        let forged = [&sealed[..PREFIX + chunks * SEALED_CHUNK], &[0xee; 16]].concat();
        let end = (chunks * CHUNK) as u64;
        for size in [97, SEALED_CHUNK, usize::MAX] {
            let (vault, held) = object.in_pieces(size);
            *held.lock().unwrap() = forged.clone().into();
            for (way, len) in [
                (Way::Stream, end),
                (Way::Served, end),
                (Way::StreamedRange(end - 100, end), 100),
                (Way::ServedRange(end - 100, end), 100),
                (Way::ServedRange(end - 1, end), 1),
            ] {
                let said = format!("{chunks} chunks in pieces of {size}, {way:?}");
                refused(&read(&vault, "a", way).await, &long, index(len) - 1, &said);
            }
        }
    }
}

/// An object of three chunks in memory, and what is stored of it.
struct Object {
    account: Account,
    vault: Bucket<Vault>,
    stored: Bucket<Stored>,
    plain: Vec<u8>,
    sealed: Bytes,
}

impl Object {
    /// Its plaintext is JSON, so that every way of reading it can succeed.
    async fn new() -> Self {
        let account = Account::new(OLD);
        let vault = Bucket::<Vault>::connect(&account).unwrap();
        let stored = Bucket::<Stored>::connect(&account).unwrap();
        let text: String = ('a'..='z').cycle().take(LENGTH - 2).collect();
        let plain = format!("\"{text}\"").into_bytes();
        vault.put("a", &plain).await.unwrap();
        let sealed = stored.get("a").await.unwrap().unwrap().bytes().await.unwrap();
        Self { account, vault, stored, plain, sealed }
    }

    /// The same, read in pieces of that size; and what is read, to be changed.
    fn in_pieces(&self, size: usize) -> (Bucket<Vault>, Arc<Mutex<Bytes>>) {
        let held = Arc::new(Mutex::new(self.sealed.clone()));
        let bytes = Arc::clone(&held);
        let backend = ReadOnly(move |get: GetObject| {
            let bytes = bytes.lock().unwrap().clone();
            let (len, key) = (bytes.len() as u64, get.key.into_string());
            let range = match get.range {
                None => 0..len,
                Some(range) => range.of(len).ok_or_else(write::range_not_satisfiable)?,
            };
            let part = bytes.slice(index(range.start)..index(range.end));
            let info = ObjectInfo::new(key, len, "etag".to_owned(), SystemTime::UNIX_EPOCH);
            Ok(Some(FoundObject::new(info, range, Box::new(Pieces { part, size }))))
        });
        let account = Account { bucket: backend.into(), ..self.account.clone() };
        (Bucket::connect(&account).unwrap(), held)
    }

    async fn is_read_in_every_way(&self) {
        self.stored.put("a", self.sealed.clone()).await.unwrap();
        for way in WAYS {
            self.is_read(way, &read(&self.vault, "a", way).await, &format_args!("{way:?}"));
        }
    }

    /// That this is refused in its place by every way of reading that touches what was changed, and by
    /// no other.
    async fn is_refused(&self, bytes: Vec<u8>, what: &dyn Display) {
        self.stored.put("a", &bytes).metadata("storage-key-id", "old").await.unwrap();
        self.refuses(&self.vault, &bytes, &WAYS, what).await;
    }

    /// The same of a bucket that has these bytes, by some ways of reading.
    async fn refuses(&self, vault: &Bucket<Vault>, bytes: &[u8], ways: &[Way], what: &dyn Display) {
        let chunk =
            |number: usize| PREFIX + number * SEALED_CHUNK..PREFIX + (number + 1) * SEALED_CHUNK;
        let same = |part: Range<usize>| bytes.get(part.clone()) == self.sealed.get(part);
        let whole = (0..2).take_while(|number| same(chunk(*number))).count();
        let verified = if same(0..PREFIX) { whole * CHUNK } else { 0 };
        for way in ways {
            let (read, said) = (read(vault, "a", *way).await, format!("{what}, {way:?}"));
            if self.is_untouched(bytes, *way) {
                self.is_read(*way, &read, &said);
            } else {
                refused(&read, &self.plain[way.start()..], verified, &said);
            }
        }
    }

    /// Places around the edges of everything there is, and some between.
    fn places(&self) -> impl Iterator<Item = usize> {
        let len = self.sealed.len();
        let edges = [0, 24, PREFIX, PREFIX + 16, PREFIX + SEALED_CHUNK, PREFIX + 2 * SEALED_CHUNK];
        let near = edges.into_iter().flat_map(|edge| [edge.saturating_sub(1), edge, edge + 1]);
        near.chain([16 + PREFIX + SEALED_CHUNK, len - 17, len - 16, len - 1])
            .chain((0..len).step_by(1009))
    }

    fn is_read(&self, way: Way, read: &Read, said: &dyn Display) {
        let beyond = matches!(way, Way::Beyond | Way::ServedBeyond);
        assert_eq!(read.failure, beyond.then_some(ErrorKind::RangeNotSatisfiable), "{said}");
        let end = way.end().map_or(LENGTH, |end| index(end).min(LENGTH));
        assert!(read.given == self.plain[way.start()..end], "{said}");
    }

    /// Whether all that a way needs of these bytes is what was stored: the prefix and the chunks of its
    /// range, and the last one if it says where the object ends.
    fn is_untouched(&self, bytes: &[u8], way: Way) -> bool {
        let Some(len) = plain_len(bytes.len() as u64).map(index) else { return false };
        let (start, end) = (way.start().min(len), way.end().map_or(len, index).min(len));
        let last = if end == len { len } else { end - 1 };
        let same = |part: Range<usize>| {
            let of = |all: &[u8]| part.start..part.end.min(all.len());
            bytes.get(of(bytes)) == self.sealed.get(of(&self.sealed))
        };
        let chunk = |number| PREFIX + number * SEALED_CHUNK;
        let is_whole = start == 0 && way.end().is_none();
        let first = if is_whole { 0 } else { start / CHUNK };
        same(0..PREFIX) && (first..=last / CHUNK).all(|at| same(chunk(at)..chunk(at + 1)))
    }
}

impl Way {
    /// The first byte of what it reads.
    fn start(self) -> usize {
        match self {
            Self::Range(start, _) | Self::StreamedRange(start, _) | Self::ServedRange(start, _) => {
                index(start)
            }
            Self::Beyond | Self::ServedBeyond => LENGTH,
            _ => 0,
        }
    }

    /// The end of what it reads, if that is not the end of the object.
    fn end(self) -> Option<u64> {
        match self {
            Self::Range(_, end) | Self::StreamedRange(_, end) | Self::ServedRange(_, end) => {
                Some(end)
            }
            _ => None,
        }
    }
}

/// What came out of reading, and why no more did.
struct Read {
    given: Vec<u8>,
    failure: Option<ErrorKind>,
}

/// That nothing came but what was verified, so many bytes of the plaintext at most, and then the one
/// error.
fn refused(read: &Read, plain: &[u8], verified: usize, said: &dyn Display) {
    assert_eq!(read.failure, Some(ErrorKind::DecryptionFailed), "{said}");
    assert!(read.given.len() <= verified, "{} bytes: {said}", read.given.len());
    assert!(plain.starts_with(&read.given), "{said}");
}

async fn read<D: DeclareBucket>(bucket: &Bucket<D>, key: &str, way: Way) -> Read {
    let mut given = Vec::new();
    let result = read_into(&mut given, bucket, key, way).await;
    Read { given, failure: result.err().map(|error| error.kind()) }
}

async fn read_into<D: DeclareBucket>(
    given: &mut Vec<u8>,
    bucket: &Bucket<D>,
    key: &str,
    way: Way,
) -> Result<()> {
    let get = bucket.get(key);
    let get = match way {
        Way::Range(start, end) | Way::StreamedRange(start, end) => get.range(start..end),
        Way::Beyond => get.range(LENGTH as u64..),
        _ => get,
    };
    match way {
        Way::Bytes | Way::Range(..) | Way::Beyond => {
            given.extend_from_slice(&get.await?.unwrap().bytes().await?);
        }
        Way::Text => given.extend_from_slice(get.await?.unwrap().text().await?.as_bytes()),
        Way::Json => {
            let text: String = get.await?.unwrap().json().await?;
            given.extend(format!("\"{text}\"").into_bytes());
        }
        Way::Stream | Way::StreamedRange(..) => {
            gather(given, get.await?.unwrap().into_body()).await?;
        }
        Way::Served | Way::ServedRange(..) | Way::ServedBeyond => {
            let range = match way {
                Way::ServedRange(start, end) => Some(format!("bytes={start}-{}", end - 1)),
                Way::ServedBeyond => Some(format!("bytes={LENGTH}-")),
                _ => None,
            };
            let served = bucket.serve(key, &Asks(range.as_deref())).await?;
            if served.status() == 416 {
                return Err(write::range_not_satisfiable());
            }
            assert_eq!(served.status(), if range.is_some() { 206 } else { 200 }, "{way:?}");
            gather(given, served.into_body()).await?;
        }
    }
    Ok(())
}

async fn gather(given: &mut Vec<u8>, body: Body) -> Result<()> {
    let mut pieces = body.into_stream();
    while let Some(piece) = pieces.next().await {
        given.extend_from_slice(&piece?);
    }
    Ok(())
}

/// A request for a range, or for all.
struct Asks<'a>(Option<&'a str>);

impl AsRequest for Asks<'_> {
    fn method(&self) -> Cow<'_, str> {
        "GET".into()
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.filter(|_| name == "range").map(Cow::from)
    }
}

/// A body that comes in pieces of a size.
struct Pieces {
    part: Bytes,
    size: usize,
}

impl ReadBody for Pieces {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        Box::pin(ready(Ok(self.part)))
    }

    fn payload(self: Box<Self>) -> Payload {
        let Self { part, size } = *self;
        let pieces: Vec<_> = part.chunks(size).map(|piece| Ok(part.slice_ref(piece))).collect();
        Payload::Stream { stream: stream::iter(pieces).boxed(), len: part.len() as u64 }
    }
}

fn chunks(sealed: &[u8]) -> [&[u8]; 3] {
    let chunks: Vec<_> = sealed[PREFIX..].chunks(SEALED_CHUNK).collect();
    chunks.try_into().unwrap()
}

fn index(at: u64) -> usize {
    at.try_into().unwrap()
}
