//! However the bytes arrive, they are the same bytes.

use std::ops::Range;

use proptest::prelude::*;

use super::{context, edges, opener, part, ring, sealed, text};
use crate::crypto::{
    CHUNK_LEN, Opener, PREFIX_LEN, SEALED_CHUNK_LEN, Sealer, Window, open_all, sealed_len,
};

/// The bytes in pieces of these sizes, over and over.
fn pieces<'a>(bytes: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    sizes.iter().cycle().map_while(move |size| {
        let (piece, after) = rest.split_at_checked(*size).unwrap_or((rest, &[]));
        let more = !rest.is_empty();
        rest = after;
        more.then_some(piece)
    })
}

fn seal(plain: &[u8], sizes: &[usize]) -> Vec<u8> {
    let mut sealer = Sealer::new(ring().primary().message_keys(&[7; 24], &context()));
    let mut bytes = Vec::new();
    for piece in pieces(plain, sizes) {
        sealer.push(piece, &mut bytes).unwrap();
    }
    sealer.finish(&mut bytes).unwrap();
    bytes
}

fn open(mut opener: Opener, chunks: &[u8], sizes: &[usize]) -> Vec<u8> {
    let mut plain = Vec::new();
    for piece in pieces(chunks, sizes) {
        opener.push(piece, &mut plain).unwrap();
    }
    opener.finish(&mut plain).unwrap();
    plain
}

fn open_range(bytes: &[u8], range: Range<usize>, length: usize) -> Vec<u8> {
    let window = Window::of(range.start as u64..range.end as u64, length as u64).unwrap();
    let ring = ring();
    let (_, keys) = ring.open(bytes.first_chunk().unwrap(), &context(), None).unwrap();
    open(Opener::window(keys, &window), part(bytes, window.sealed()), &[7_000])
}

#[test]
fn every_length_at_the_edges_of_chunks_comes_back() {
    for length in edges() {
        let plain = text(length);
        let bytes = sealed(&plain);
        assert_eq!(bytes.len() as u64, sealed_len(length as u64).unwrap());
        assert!(open_all(&ring(), &context(), None, &bytes).unwrap() == plain, "{length}");
        for size in [1_000, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, SEALED_CHUNK_LEN, 99_999] {
            assert!(seal(&plain, &[size]) == bytes, "{length} in pieces of {size}");
            let opened = open(opener(&bytes), &bytes[PREFIX_LEN..], &[size]);
            assert!(opened == plain, "{length} in pieces of {size}");
        }
    }
}

#[test]
fn one_byte_at_a_time_is_enough() {
    let plain = text(CHUNK_LEN + 2);
    assert!(seal(&plain, &[1]) == sealed(&plain));
    let bytes = sealed(&plain);
    assert!(open(opener(&bytes), &bytes[PREFIX_LEN..], &[1]) == plain);
}

#[test]
fn chunks_are_given_as_soon_as_they_are_whole() {
    let plain = text(2 * CHUNK_LEN);
    let bytes = sealed(&plain);
    let mut opener = opener(&bytes);
    let mut given = Vec::new();
    opener.push(&bytes[PREFIX_LEN..][..SEALED_CHUNK_LEN - 1], &mut given).unwrap();
    assert_eq!(given.len(), 0);
    opener.push(&bytes[PREFIX_LEN..][SEALED_CHUNK_LEN - 1..SEALED_CHUNK_LEN], &mut given).unwrap();
    assert_eq!(given.len(), CHUNK_LEN);
    given.clear(); // the buffer is the caller's
    opener.push(&bytes[PREFIX_LEN + SEALED_CHUNK_LEN..], &mut given).unwrap();
    opener.finish(&mut given).unwrap();
    assert!(given == plain[CHUNK_LEN..]);
}

#[test]
fn ranges_at_the_edges_of_chunks_are_what_is_there() {
    for length in [0, 1, CHUNK_LEN, CHUNK_LEN + 1, 3 * CHUNK_LEN - 1, 3 * CHUNK_LEN] {
        let plain = text(length);
        let bytes = sealed(&plain);
        let ends: Vec<_> = edges().filter(|end| *end <= length).collect();
        for start in &ends {
            for end in ends.iter().filter(|end| *end >= start) {
                let range = open_range(&bytes, *start..*end, length);
                assert!(range == plain[*start..*end], "{start}..{end} of {length}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pieces_of_any_size_give_the_same_bytes(
        length in 0..3 * CHUNK_LEN,
        sizes in proptest::collection::vec(prop_oneof![1..40_usize, 1..40_000_usize], 1..6),
    ) {
        let plain = text(length);
        let bytes = sealed(&plain);
        prop_assert!(seal(&plain, &sizes) == bytes);
        prop_assert!(open(opener(&bytes), &bytes[PREFIX_LEN..], &sizes) == plain);
    }

    #[test]
    fn any_range_is_what_is_there(ends in [0..70_000_usize, 0..70_000, 0..70_000]) {
        let [start, end, length] = { let mut ends = ends; ends.sort_unstable(); ends };
        let plain = text(length);
        prop_assert!(open_range(&sealed(&plain), start..end, length) == plain[start..end]);
    }
}
