//! Lengths: what is stored of how much.

use super::{CHUNK_LEN, CHUNKS_MAX, PLAIN_LEN_MAX, PREFIX_LEN, SEALED_CHUNK_LEN, TAG_LEN};

/// The lengths as the positions they are compared with.
const CHUNK: u64 = CHUNK_LEN as u64;
const SEALED_CHUNK: u64 = SEALED_CHUNK_LEN as u64;
const PREFIX: u64 = PREFIX_LEN as u64;
const TAG: u64 = TAG_LEN as u64;

/// Chunks of a message of so many bytes: as many as are full, and the last one. `None` over
/// [`PLAIN_LEN_MAX`].
#[must_use]
pub const fn chunk_count(plain: u64) -> Option<u64> {
    if plain > PLAIN_LEN_MAX { None } else { Some(plain / CHUNK + 1) }
}

/// Bytes that are stored of so many bytes. `None` over [`PLAIN_LEN_MAX`].
#[must_use]
pub const fn sealed_len(plain: u64) -> Option<u64> {
    match chunk_count(plain) {
        None => None,
        Some(chunks) => Some(PREFIX + plain + chunks * TAG),
    }
}

/// Bytes that were sealed, of so many that are stored. `None` if nothing that was sealed is so long.
///
/// An object that was cut off between two chunks is refused here: its last chunk would be a full one,
/// and that of a whole message never is.
#[must_use]
pub const fn plain_len(sealed: u64) -> Option<u64> {
    let Some(chunks) = sealed.checked_sub(PREFIX) else { return None };
    let (full, rest) = (chunks / SEALED_CHUNK, chunks % SEALED_CHUNK);
    match rest.checked_sub(TAG) {
        Some(last) if full < CHUNKS_MAX => Some(full * CHUNK + last),
        _ => None,
    }
}

/// Where a chunk begins in what is stored. `None` if there can't be so many.
pub(super) const fn chunk_start(chunk: u64) -> Option<u64> {
    if chunk > CHUNKS_MAX { None } else { Some(PREFIX + chunk * SEALED_CHUNK) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_at_the_edges_of_chunks() {
        let cases = [
            (0, 1, 72),
            (1, 1, 73),
            (16_383, 1, 16_455),
            (16_384, 2, 16_472),
            (16_385, 2, 16_473),
            (32_768, 3, 32_872),
            (PLAIN_LEN_MAX, CHUNKS_MAX, 56 + CHUNKS_MAX * SEALED_CHUNK - 1),
        ];
        for (plain, chunks, sealed) in cases {
            assert_eq!(chunk_count(plain), Some(chunks), "{plain}");
            assert_eq!(sealed_len(plain), Some(sealed), "{plain}");
            assert_eq!(plain_len(sealed), Some(plain), "{plain}");
        }
        for plain in [PLAIN_LEN_MAX + 1, u64::MAX] {
            assert_eq!((chunk_count(plain), sealed_len(plain)), (None, None), "{plain}");
        }
    }

    #[test]
    fn lengths_that_nothing_sealed_has_are_refused() {
        let whole_chunks = (0..4).flat_map(|chunks| {
            let cut = 56 + chunks * SEALED_CHUNK;
            cut..cut + TAG // cut between chunks, or within a tag
        });
        let too_short = 0..56;
        let too_long =
            [56 + CHUNKS_MAX * SEALED_CHUNK, 56 + CHUNKS_MAX * SEALED_CHUNK + 16, u64::MAX];
        for sealed in whole_chunks.chain(too_short).chain(too_long) {
            assert_eq!(plain_len(sealed), None, "{sealed}");
        }
    }

    proptest! {
        #[test]
        fn every_length_has_one_sealed_length(plain in 0..=PLAIN_LEN_MAX) {
            prop_assert_eq!(sealed_len(plain).and_then(plain_len), Some(plain));
        }

        #[test]
        fn every_sealed_length_is_refused_or_that_of_its_plaintext(sealed: u64) {
            if let Some(plain) = plain_len(sealed) {
                prop_assert_eq!(sealed_len(plain), Some(sealed));
            }
        }
    }
}
