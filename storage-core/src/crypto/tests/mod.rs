//! The engine against vectors of others, in any pieces, and against changed bytes.

mod changes;
mod pieces;
mod vectors;
mod wycheproof;

use std::ops::Range;

use super::{
    CHUNK_LEN, Context, KeyRing, Opener, PREFIX_LEN, Resource, SEALED_CHUNK_LEN, seal_all,
};

const RING: &str = "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,\
                    b:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn ring() -> KeyRing {
    KeyRing::parse(RING).unwrap()
}

fn context() -> Context {
    Context::body(Resource::Bucket, "files", "a.txt")
}

/// Bytes that differ between chunks and within them.
fn text(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().zip((0..=250).cycle()).map(|(a, b)| a ^ b).take(length).collect()
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    seal_all(ring().primary().message_keys(&[7; 24], &context()), plain).unwrap()
}

fn opener(sealed: &[u8]) -> Opener {
    Opener::new(ring().open(sealed.first_chunk().unwrap(), &context(), None).unwrap().1)
}

/// The place of a chunk in what is stored.
fn chunk(number: usize) -> Range<usize> {
    let start = PREFIX_LEN + number * SEALED_CHUNK_LEN;
    start..start + SEALED_CHUNK_LEN
}

/// The bytes of a range.
fn part(bytes: &[u8], range: Range<u64>) -> &[u8] {
    let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
    &bytes[start..end]
}

/// Lengths around the edges of chunks.
fn edges() -> impl Iterator<Item = usize> {
    let edges = [0, 1, 2, 3, 5].map(|chunks| chunks * CHUNK_LEN);
    let near = edges.into_iter().flat_map(|edge| [edge.saturating_sub(1), edge, edge + 1]);
    near.chain([15, 16, 17, 1000, CHUNK_LEN - 16, CHUNK_LEN + 16])
}
