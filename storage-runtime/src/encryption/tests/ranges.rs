//! What a range takes of the storage.

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use bytes::Bytes;
use storage_core::ErrorKind;
use storage_core::crypto::{Context, KeyRing, MessageKeys, Resource, sealed_len};

use super::{Account, OLD, ReadOnly, Vault};
use crate::backend::{FoundObject, GetObject};
use crate::bucket::ObjectInfo;
use crate::declare::Handle as _;
use crate::{Bucket, write};

const PREFIX: u64 = 56;
const CHUNK: u64 = 16_384;
const SEALED_CHUNK: u64 = CHUNK + 16;

/// What was asked of the storage, in order.
type Asked = Arc<Mutex<Vec<Range<u64>>>>;

const KIB: u64 = 1024;
const GIB: u64 = 1 << 30;

/// The most that a range may read that touches so many chunks.
const fn most(chunks: u64) -> u64 {
    PREFIX + chunks * SEALED_CHUNK
}

#[tokio::test]
async fn a_kibibyte_of_a_gibibyte_takes_the_prefix_and_two_chunks() {
    // The last chunk is empty, or has one byte, or all but one.
    for len in [GIB, GIB + 1, GIB - 1] {
        let (vault, asked) = open(len);
        let last = len / CHUNK;
        let edges = [0, 1, 2, last / 2, last - 1, last].map(|chunk| chunk * CHUNK);
        let near = edges.map(|edge| [edge.saturating_sub(KIB), edge.saturating_sub(500), edge]);
        let starts = near.into_iter().flatten().chain([123_456_789, len - KIB]);
        for start in starts.filter(|start| start + KIB <= len) {
            let object = vault.get("a").range(start..start + KIB).await.unwrap().unwrap();
            assert_eq!((object.size(), object.range()), (len, start..start + KIB));
            assert!(object.bytes().await.unwrap() == text(start..start + KIB), "{start} of {len}");
            let took = std::mem::take(&mut *asked.lock().unwrap());
            assert_eq!(took.len(), 2, "{took:?} for {start} of {len}");
            assert_eq!(took[0], 0..PREFIX);
            assert!(sum(&took) <= most(2), "{took:?} for {start} of {len}");
        }
    }
}

#[tokio::test]
async fn the_end_is_proved_by_the_last_chunk() {
    let (vault, asked) = open(GIB);
    let end = vault.get("a").last(10).await.unwrap().unwrap();
    assert!(end.bytes().await.unwrap() == text(GIB - 10..GIB));
    let took = std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(took[1], sealed(GIB) - 16 - SEALED_CHUNK..sealed(GIB), "with the empty chunk");

    let beyond = vault.get("a").range(GIB..).await.unwrap_err();
    assert_eq!(beyond.kind(), ErrorKind::RangeNotSatisfiable);
    let took = std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(took, [0..PREFIX, sealed(GIB) - 16..sealed(GIB)]);
}

/// An object of that length, and what is read of it. Nothing of it is stored: its chunks are sealed
/// when they are asked for, by the letter of the format.
fn open(len: u64) -> (Bucket<Vault>, Asked) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let keys = KeyRing::parse(OLD).unwrap();
    let context = Context::body(Resource::Bucket, "vault", "a");
    let keys = keys.primary().message_keys(&[7; 24], &context);
    let backend = ReadOnly(move |get: GetObject| {
        let stored = sealed(len);
        let range = get.range.expect("all of it is asked for").of(stored);
        let range = range.ok_or_else(write::range_not_satisfiable)?;
        noted.lock().unwrap().push(range.clone());
        let body = Bytes::from(part(&keys, len, range.clone()));
        let key = get.key.into_string();
        let info = ObjectInfo::new(key, stored, "etag".to_owned(), SystemTime::UNIX_EPOCH);
        Ok(Some(FoundObject::new(info, range, Box::new(body))))
    });
    let account = Account { bucket: backend.into(), ..Account::new(OLD) };
    (Bucket::connect(&account).unwrap(), asked)
}

/// Bytes of what would be stored: of the prefix, or of chunks.
fn part(keys: &MessageKeys, len: u64, range: Range<u64>) -> Vec<u8> {
    if range.end <= PREFIX {
        return keys.prefix()[index(range.start)..index(range.end)].to_vec();
    }
    let first = (range.start - PREFIX) / SEALED_CHUNK;
    let last = (range.end - 1 - PREFIX) / SEALED_CHUNK;
    let chunks: Vec<_> = (first..=last).flat_map(|number| chunk(keys, len, number)).collect();
    let start = PREFIX + first * SEALED_CHUNK;
    chunks[index(range.start - start)..index(range.end - start)].to_vec()
}

fn chunk(keys: &MessageKeys, len: u64, number: u64) -> Vec<u8> {
    let mut chunk = text(number * CHUNK..len.min((number + 1) * CHUNK));
    let cipher = Aes256Gcm::new(keys.key().into());
    let tag =
        cipher.encrypt_inout_detached(&keys.nonce(number).into(), &[], chunk.as_mut_slice().into());
    chunk.extend_from_slice(&tag.unwrap());
    chunk
}

/// Bytes of the plaintext.
fn text(range: Range<u64>) -> Vec<u8> {
    range.map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[4]).collect()
}

fn sealed(len: u64) -> u64 {
    sealed_len(len).unwrap()
}

fn sum(ranges: &[Range<u64>]) -> u64 {
    ranges.iter().map(|range| range.end - range.start).sum()
}

fn index(at: u64) -> usize {
    at.try_into().unwrap()
}
