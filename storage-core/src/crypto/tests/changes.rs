//! Changed bytes do not open, and nothing of them is given.

use super::{chunk, context, opener, part, ring, sealed, text};
use crate::crypto::{
    CHUNK_LEN, Context, KeyRing, OpenError, Opener, PREFIX_LEN, Resource, SEALED_CHUNK_LEN,
    TAG_LEN, Window, open_all, plain_len,
};

/// Two full chunks and a last one of a hundred bytes.
const LENGTH: usize = 2 * CHUNK_LEN + 100;

/// What is given of changed bytes; all of it has to be a beginning of what was sealed.
fn given(bytes: &[u8]) -> (Vec<u8>, Result<(), OpenError>) {
    let mut plain = Vec::new();
    let Some((prefix, chunks)) = bytes.split_first_chunk() else { return (plain, Err(OpenError)) };
    let ring = ring();
    let Some((_, keys)) = ring.open(prefix, &context(), None) else {
        return (plain, Err(OpenError));
    };
    let mut opener = Opener::new(keys);
    let result = opener.push(chunks, &mut plain);
    let after = plain.len();
    if result.is_err() {
        assert_eq!(opener.push(b"more", &mut plain), Err(OpenError));
    }
    let result = result.and(opener.finish(&mut plain));
    assert!(result.is_ok() || plain.len() == after, "given with an error");
    (plain, result)
}

/// The bytes are refused, after so many whole chunks of what was sealed.
fn refused(bytes: &[u8], plain: &[u8], chunks: usize, said: &dyn std::fmt::Display) {
    let (given, result) = given(bytes);
    assert_eq!(result, Err(OpenError), "{said}");
    assert_eq!(given.len(), chunks * CHUNK_LEN, "{said}");
    assert!(given == plain[..given.len()], "{said}");
    assert_eq!(open_all(&ring(), &context(), Some("a"), bytes), Err(OpenError), "{said}");
}

#[test]
fn every_changed_byte_is_found() {
    let plain = text(LENGTH);
    let mut bytes = sealed(&plain);
    assert!(given(&bytes) == (plain.clone(), Ok(())));
    for at in 0..bytes.len() {
        bytes[at] ^= 1 << (at % 8);
        let before = at.saturating_sub(PREFIX_LEN) / SEALED_CHUNK_LEN;
        refused(&bytes, &plain, before, &format_args!("byte {at}"));
        bytes[at] ^= 1 << (at % 8);
    }
}

#[test]
fn every_shorter_length_is_found() {
    let plain = text(LENGTH);
    let bytes = sealed(&plain);
    for length in 0..bytes.len() {
        let whole = length.saturating_sub(PREFIX_LEN) / SEALED_CHUNK_LEN;
        refused(&bytes[..length], &plain, whole, &format_args!("{length} bytes"));
    }
}

#[test]
fn more_bytes_are_found() {
    let plain = text(LENGTH);
    let bytes = sealed(&plain);
    for more in [1, TAG_LEN, SEALED_CHUNK_LEN - 100 - TAG_LEN, SEALED_CHUNK_LEN] {
        let longer = [bytes.as_slice(), &vec![0; more]].concat();
        refused(&longer, &plain, 2, &format_args!("{more} more"));
    }
    // Also if they are the message itself.
    refused(&[bytes.as_slice(), &bytes[PREFIX_LEN..]].concat(), &plain, 2, &"twice");
}

#[test]
fn chunks_have_their_place() {
    let plain = text(LENGTH);
    let bytes = sealed(&plain);
    let (prefix, [first, second]) = (&bytes[..PREFIX_LEN], [0, 1].map(|at| &bytes[chunk(at)]));
    let last = &bytes[chunk(1).end..];
    for (chunks, whole, said) in [
        (vec![second, first, last], 0, "exchanged"),
        (vec![first, first, last], 1, "one twice"),
        (vec![first, first, second, last], 1, "one more"),
        (vec![second, last], 0, "the first dropped"),
        (vec![first, last], 1, "the second dropped"),
        (vec![first, second], 2, "the last dropped"),
        (vec![last], 0, "the last alone"),
        (vec![], 0, "none"),
    ] {
        refused(&[prefix, &chunks.concat()].concat(), &plain, whole, &said);
    }
}

#[test]
fn chunks_of_another_message_are_not_of_this_one() {
    let plain = text(LENGTH);
    let bytes = sealed(&plain);
    let other = ring().primary().message_keys(&[8; 24], &context());
    let other = crate::crypto::seal_all(other, &plain).unwrap();
    let mixed = [&bytes[..chunk(0).end], &other[chunk(0).end..]].concat();
    refused(&mixed, &plain, 1, &"the second from another");
}

#[test]
fn another_key_and_another_context_open_nothing() {
    let bytes = sealed(b"hello");
    assert!(open_all(&ring(), &context(), None, &bytes).is_ok());
    let other = KeyRing::parse("a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    assert_eq!(open_all(&other, &context(), Some("a"), &bytes), Err(OpenError));
    for elsewhere in [
        Context::body(Resource::Bucket, "files", "b.txt"),
        Context::body(Resource::Bucket, "file", "sa.txt"),
        Context::body(Resource::Kv, "files", "a.txt"),
        Context::metadata(Resource::Bucket, "files", "a.txt", ""),
    ] {
        assert_eq!(open_all(&ring(), &elsewhere, None, &bytes), Err(OpenError), "{elsewhere:?}");
    }
}

#[test]
fn an_older_key_of_the_ring_still_opens() {
    let ring = ring();
    let keys = ring.by_id("b").unwrap().message_keys(&[7; 24], &context());
    let bytes = crate::crypto::seal_all(keys, b"hello").unwrap();
    for hint in [None, Some("a"), Some("b"), Some("?")] {
        assert_eq!(open_all(&ring, &context(), hint, &bytes).unwrap(), b"hello");
    }
}

#[test]
fn a_window_takes_its_chunks_and_no_others() {
    let plain = text(LENGTH);
    let bytes = sealed(&plain);
    let window = |range| Window::of(range, LENGTH as u64).unwrap();
    let open = |window: &Window, fetched: &[u8]| {
        let ring = ring();
        let (_, keys) = ring.open(bytes.first_chunk().unwrap(), &context(), None).unwrap();
        let mut plain = Vec::new();
        let mut opener = Opener::window(keys, window);
        opener.push(fetched, &mut plain)?;
        opener.finish(&mut plain).map(|()| plain)
    };
    let (one, all) = (window(5..9), window(5..LENGTH as u64));
    assert!(open(&one, &bytes[chunk(0)]).unwrap() == plain[5..9]);
    assert!(open(&all, &bytes[PREFIX_LEN..]).unwrap() == plain[5..]);
    let (first, second, end) = (chunk(0), chunk(1), bytes.len());
    for (window, fetched, said) in [
        (&one, second.clone(), "another chunk"),
        (&one, first.start..second.end, "too many chunks"),
        (&one, first.start..first.end + 1, "a byte too many"),
        (&one, first.start..first.end - 1, "a byte too few"),
        (&one, 0..0, "nothing"),
        (&all, first.start..second.end, "no last chunk"),
        (&all, first.start..end - 1, "a last chunk that is cut off"),
        (&all, second.start..end, "no first chunk"),
    ] {
        assert_eq!(open(window, &bytes[fetched]), Err(OpenError), "{said}");
    }
    // The storage tells another size than that of what it gives.
    for told in [LENGTH as u64 - 1, LENGTH as u64 + 1, 2 * CHUNK_LEN as u64] {
        let window = Window::of(0..told, told).unwrap();
        assert_eq!(open(&window, &bytes[PREFIX_LEN..]), Err(OpenError), "{told} bytes are told");
    }
}

#[test]
fn a_range_of_a_message_that_was_cut_off_is_right_or_refused() {
    let plain = text(LENGTH);
    let bytes = sealed(&plain);
    // Between chunks: the length alone tells.
    for end in [0, 1, 2].map(|number| chunk(number).start) {
        assert_eq!(plain_len(end as u64), None);
    }
    // Within the second chunk: what is before it is read, what touches it is not.
    let cut = &bytes[..chunk(1).start + 5_000];
    let length = plain_len(cut.len() as u64).unwrap();
    let read = |range: std::ops::Range<u64>| {
        let ring = ring();
        let window = Window::of(range, length).unwrap();
        let (_, keys) = ring.open(cut.first_chunk().unwrap(), &context(), None).unwrap();
        let mut plain = Vec::new();
        let mut opener = Opener::window(keys, &window);
        opener.push(part(cut, window.sealed()), &mut plain)?;
        opener.finish(&mut plain).map(|()| plain)
    };
    assert!(read(0..CHUNK_LEN as u64).unwrap() == plain[..CHUNK_LEN]);
    assert_eq!(read(0..CHUNK_LEN as u64 + 1), Err(OpenError));
    assert_eq!(read(length - 1..length), Err(OpenError));
}

#[test]
fn an_unfinished_message_is_not_a_whole_one() {
    let bytes = sealed(&text(CHUNK_LEN));
    let mut plain = Vec::new();
    let mut opener = opener(&bytes);
    opener.push(&bytes[chunk(0)], &mut plain).unwrap();
    assert_eq!(plain.len(), CHUNK_LEN); // all of it, but that is not known yet
    assert_eq!(opener.finish(&mut plain), Err(OpenError));
}
