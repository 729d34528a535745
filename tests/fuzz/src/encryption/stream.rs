//! A message on its way: what becomes of it if somebody changes it, and however it is cut into pieces.
//!
//! The input is a script: a length, then operations on what is stored, each with its numbers. What a
//! script does not say is zero, so every input is one.

use arbitrary::{Arbitrary, Unstructured};
use storage_core::crypto::{
    CHUNK_LEN, MessageKeys, OpenError, Opener, PREFIX_LEN, SEALED_CHUNK_LEN, Sealer, Window,
    open_all, plain_len, seal_all,
};

use super::{RING, context};

/// Most chunks of a message: enough for a first, two in the middle and a last.
const CHUNKS: usize = 4;

/// More than a message of [`CHUNKS`] has, also if some of it stands there twice.
const STORED_MAX: usize = 2 * CHUNKS * SEALED_CHUNK_LEN;

/// What an input says.
#[derive(Arbitrary, Debug)]
struct Script {
    length: Place,
    salt: u8,
    /// The sizes of pieces, over and over.
    pieces: [u16; 3],
    start: Place,
    end: Place,
    changes: Vec<Change>,
}

/// A place in a message: so many bytes from the edge of a chunk.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Place {
    chunk: u8,
    beyond: i16,
}

/// What somebody may do who has no key.
#[derive(Arbitrary, Debug)]
enum Change {
    Bits {
        at: Place,
        bits: u8,
    },
    Cut {
        at: Place,
    },
    Add {
        bytes: u16,
        value: u8,
    },
    Remove {
        at: Place,
        bytes: u16,
    },
    Insert {
        at: Place,
        bytes: u8,
        value: u8,
    },
    Swap {
        chunks: [u8; 2],
    },
    Repeat {
        chunk: u8,
        at: u8,
    },
    Drop {
        chunk: u8,
    },
    /// A chunk of another message of the same plaintext.
    Foreign {
        chunk: u8,
    },
    /// The plaintext of a chunk instead of it.
    Plain {
        chunk: u8,
    },
}

pub(crate) fn run(input: &[u8]) {
    let Ok(script) = Script::arbitrary(&mut Unstructured::new(input)) else { return };
    let plain = text(script.length.within_text());
    let sealed = seal(&plain, script.salt);
    assert!(in_pieces(&plain, script.salt, script.pieces) == sealed, "sealed in pieces");
    let mut stored = sealed.clone();
    for change in script.changes.iter().take(8) {
        change.apply(&mut stored, &plain, script.salt);
        stored.truncate(STORED_MAX);
    }
    whole(&stored, &sealed, &plain, script.pieces);
    range(&stored, &sealed, &plain, &script);
}

/// All of it opens as what it was, if nothing was changed, and otherwise not at all: whichever chunks
/// came out are those before the first change.
fn whole(stored: &[u8], sealed: &[u8], plain: &[u8], sizes: [u16; 3]) {
    let expected = if stored == sealed { Ok(plain) } else { Err(OpenError) };
    let opened = open_all(&RING, &context(), Some("b"), stored);
    assert!(opened.as_deref().map_err(|error| *error) == expected, "opened at once");

    let Some((prefix, chunks)) = stored.split_first_chunk::<PREFIX_LEN>() else { return };
    let Some((_, keys)) = RING.open(prefix, &context(), None) else {
        assert!(sealed[..PREFIX_LEN] != stored[..PREFIX_LEN], "the right prefix is refused");
        return;
    };
    assert!(sealed[..PREFIX_LEN] == stored[..PREFIX_LEN], "a changed prefix is taken");
    let right = same(chunks, &sealed[PREFIX_LEN..]) / SEALED_CHUNK_LEN;
    let mut given = Vec::new();
    let result = push(Opener::new(keys), chunks, sizes, |piece| given.extend_from_slice(piece));
    assert_eq!(result.is_ok(), expected.is_ok(), "opened in pieces");
    assert!(plain.starts_with(&given), "a byte came out that was not verified");
    let verified = if result.is_ok() { plain.len() } else { right * CHUNK_LEN };
    assert_eq!(given.len(), verified, "what was verified comes out, and nothing else");
}

/// A range is right or refused, whatever is stored and however long that is.
fn range(stored: &[u8], sealed: &[u8], plain: &[u8], script: &Script) {
    let (start, end) = (script.start.within_text() as u64, script.end.within_text() as u64);
    let Some(length) = plain_len(stored.len() as u64) else {
        assert!(stored.len() != sealed.len(), "a length that a message has");
        return;
    };
    let Some(window) = Window::of(start..end, length) else {
        assert!(start > end || end > length, "there is such a range");
        return;
    };
    let Some((_, keys)) = RING.open(stored.first_chunk().unwrap(), &context(), None) else {
        return;
    };
    let fetch = window.sealed();
    let [from, to] = [fetch.start, fetch.end].map(|at| usize::try_from(at).unwrap());
    let mut given = Vec::new();
    let opener = Opener::window(keys, &window);
    let result =
        push(opener, &stored[from..to], script.pieces, |piece| given.extend_from_slice(piece));
    let [start, end] = [start, end].map(|at| usize::try_from(at).unwrap());
    let wanted = plain.get(start..end.min(plain.len())).unwrap_or_default();
    assert!(wanted.starts_with(&given), "a byte came out that was not verified");
    // Where the message ends is proved by its last chunk.
    let is_end = !window.has_last_chunk() || stored.len() == sealed.len();
    let right = is_end && stored.get(from..to) == sealed.get(from..to);
    assert_eq!(result.is_ok(), right, "right chunks are taken, and no others");
    assert!(result.is_err() || given.len() == end - start, "less than the range");
}

impl Place {
    /// How much text it is.
    fn within_text(self) -> usize {
        let edge = usize::from(self.chunk) % CHUNKS * CHUNK_LEN;
        edge.saturating_add_signed(self.beyond.into()).min((CHUNKS - 1) * CHUNK_LEN + 1000)
    }

    /// Where it is in what is stored.
    fn within(self, stored: &[u8]) -> usize {
        let edge = match usize::from(self.chunk) % (CHUNKS + 1) {
            0 => 0,
            chunk => PREFIX_LEN + (chunk - 1) * SEALED_CHUNK_LEN,
        };
        edge.saturating_add_signed(self.beyond.into()).min(stored.len())
    }
}

impl Change {
    fn apply(&self, stored: &mut Vec<u8>, plain: &[u8], salt: u8) {
        match *self {
            Self::Bits { at, bits } => {
                let at = at.within(stored);
                stored.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= bits);
            }
            Self::Cut { at } => stored.truncate(at.within(stored)),
            Self::Add { bytes, value } => stored.extend(vec![value; bytes.into()]),
            Self::Remove { at, bytes } => {
                let at = at.within(stored);
                stored.drain(at..(at + usize::from(bytes)).min(stored.len()));
            }
            Self::Insert { at, bytes, value } => {
                let at = at.within(stored);
                stored.splice(at..at, vec![value; bytes.into()]);
            }
            Self::Swap { chunks: [one, other] } => recut(stored, |chunks| {
                let count = chunks.len();
                chunks.swap(usize::from(one) % count, usize::from(other) % count);
            }),
            Self::Repeat { chunk, at } => recut(stored, |chunks| {
                let count = chunks.len();
                let again = chunks[usize::from(chunk) % count].clone();
                chunks.insert(usize::from(at) % count, again);
            }),
            Self::Drop { chunk } => recut(stored, |chunks| {
                chunks.remove(usize::from(chunk) % chunks.len());
            }),
            Self::Foreign { chunk } => {
                let other = seal(plain, salt.wrapping_add(1));
                replace(stored, chunk, &other[PREFIX_LEN..], SEALED_CHUNK_LEN);
            }
            Self::Plain { chunk } => replace(stored, chunk, plain, CHUNK_LEN),
        }
    }
}

/// Changes the chunks, if there are any.
fn recut(stored: &mut Vec<u8>, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    if stored.len() <= PREFIX_LEN {
        return;
    }
    let rest = stored.split_off(PREFIX_LEN);
    let mut chunks: Vec<_> = rest.chunks(SEALED_CHUNK_LEN).map(<[u8]>::to_vec).collect();
    change(&mut chunks);
    stored.extend(chunks.concat());
}

/// Puts what others have in the place of a chunk there.
fn replace(stored: &mut Vec<u8>, chunk: u8, others: &[u8], len: usize) {
    recut(stored, |chunks| {
        let at = usize::from(chunk) % chunks.len();
        if let Some(other) = others.chunks(len).nth(at) {
            chunks[at] = other.to_vec();
        }
    });
}

/// Opens in pieces, and hands on what comes out of each. After an error nothing does.
fn push(
    mut opener: Opener,
    sealed: &[u8],
    sizes: [u16; 3],
    mut give: impl FnMut(&[u8]),
) -> Result<(), OpenError> {
    for piece in pieces(sealed, sizes) {
        let mut plain = Vec::new();
        let result = opener.push(piece, &mut plain);
        give(&plain);
        if result.is_err() {
            let before = plain.len();
            assert_eq!(opener.push(piece, &mut plain), Err(OpenError));
            assert_eq!(opener.finish(&mut plain), Err(OpenError));
            assert_eq!(plain.len(), before, "given after an error");
            return result;
        }
    }
    let mut plain = Vec::new();
    let result = opener.finish(&mut plain);
    assert!(result.is_ok() || plain.is_empty(), "given with an error");
    give(&plain);
    result
}

/// The bytes in pieces of these sizes, over and over; none is so small that this takes long.
fn pieces(mut bytes: &[u8], sizes: [u16; 3]) -> impl Iterator<Item = &[u8]> {
    let sizes = sizes.map(|size| usize::from(size).max(97));
    sizes.into_iter().cycle().map_while(move |size| {
        let (piece, rest) = bytes.split_at(size.min(bytes.len()));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

fn in_pieces(plain: &[u8], salt: u8, sizes: [u16; 3]) -> Vec<u8> {
    let mut engine = Sealer::new(message_keys(salt));
    let mut sealed = Vec::new();
    for piece in pieces(plain, sizes) {
        engine.push(piece, &mut sealed).unwrap();
    }
    engine.finish(&mut sealed).unwrap();
    sealed
}

fn seal(plain: &[u8], salt: u8) -> Vec<u8> {
    seal_all(message_keys(salt), plain).unwrap()
}

/// Of the key that is not the first of the ring.
fn message_keys(salt: u8) -> MessageKeys {
    RING.by_id("b").unwrap().message_keys(&[salt; 24], &context())
}

/// How many bytes are the same at the start.
fn same(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// Bytes that differ between chunks and within them.
fn text(length: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().zip((0..=250).cycle()).map(|(a, b)| a ^ b).take(length).collect()
}
