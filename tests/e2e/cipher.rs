//! The engine of encryption on workerd, against another implementation: the `aes-gcm` crate, here.

use std::ops::Range;

use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use anyhow::{Result, anyhow, ensure};

use crate::http::Answer;
use crate::worker::Running;

pub(crate) const CHUNK: usize = 16 * 1024;
pub(crate) const SEALED_CHUNK: usize = CHUNK + 16;
const PREFIX: [u8; 56] = [5; 56];

/// What a body is made of, in the Worker.
const SHAPES: [&str; 4] = ["bytes", "platform", "javascript", "stream"];

/// Around the edges of chunks, and more chunks than are encrypted at once.
pub(crate) const LENGTHS: [usize; 12] = [
    0,
    1,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    3 * CHUNK - 1,
    3 * CHUNK,
    3 * CHUNK + 1,
    4 * CHUNK,
    28 * CHUNK,
    32 * CHUNK + 1,
    70 * CHUNK + 5,
];

pub(crate) fn what_is_stored_is_the_format(running: &Running) -> Result<()> {
    for length in LENGTHS {
        let plain = plaintext(length);
        let expected = [&PREFIX, seal(&plain)?.as_slice()].concat();
        for shape in SHAPES {
            let answer = running.client.post(&format!("/cipher/seal/{shape}"), None, &plain)?;
            is_body(&answer, &expected).map_err(|error| anyhow!("{length} {shape}: {error}"))?;
        }
    }
    Ok(())
}

pub(crate) fn what_another_program_encrypted_is_read(running: &Running) -> Result<()> {
    for length in LENGTHS {
        let plain = plaintext(length);
        let sealed = seal(&plain)?;
        for shape in SHAPES {
            let answer = open(running, shape, &sealed, &Window::whole(&sealed, length))?;
            is_body(&answer, &plain).map_err(|error| anyhow!("{length} {shape}: {error}"))?;
        }
    }
    Ok(())
}

pub(crate) fn a_range_is_read_from_its_chunks(running: &Running) -> Result<()> {
    let plain = plaintext(5 * CHUNK + 10);
    let sealed = seal(&plain)?;
    let end = plain.len();
    let ranges = [
        0..1,
        0..CHUNK,
        CHUNK - 1..CHUNK + 1,
        CHUNK..2 * CHUNK,
        2 * CHUNK + 5..3 * CHUNK + 7,
        3 * CHUNK..3 * CHUNK,
        4 * CHUNK - 1..end,
        5 * CHUNK + 1..5 * CHUNK + 3,
        5 * CHUNK..end,
        end - 1..end,
        1..end,
    ];
    for range in ranges {
        let (window, stored) = Window::of(&range, &sealed, end);
        let fetched = sealed.get(stored).unwrap_or_default();
        for shape in SHAPES {
            let answer = open(running, shape, fetched, &window)?;
            let expected = plain.get(range.clone()).unwrap_or_default();
            is_body(&answer, expected).map_err(|error| anyhow!("{range:?} {shape}: {error}"))?;
        }
    }
    Ok(())
}

pub(crate) fn the_prefix_comes_off(running: &Running) -> Result<()> {
    for length in [0, 1, 10_000, 100_000] {
        let rest = plaintext(length);
        let stored = [&PREFIX, rest.as_slice()].concat();
        for shape in SHAPES {
            let answer = running.client.post(&format!("/cipher/split/{shape}"), None, &stored)?;
            is_body(&answer, &rest).map_err(|error| anyhow!("{length} {shape}: {error}"))?;
        }
    }
    for shape in SHAPES {
        let answer = running.client.post(&format!("/cipher/split/{shape}"), None, &[5; 55])?;
        answer.is_error(500, "storage_decryption_failed")?;
    }
    Ok(())
}

/// Every byte of a small message, and some of one of three chunks.
pub(crate) fn every_changed_byte_is_refused(running: &Running) -> Result<()> {
    for (length, step) in [(20, 1), (2 * CHUNK + 100, 1009)] {
        let sealed = seal(&plaintext(length))?;
        let window = Window::whole(&sealed, length);
        for at in (0..sealed.len()).step_by(step).chain([sealed.len() - 1]) {
            let mut changed = sealed.clone();
            changed.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 0x10);
            for shape in SHAPES {
                let answer = open(running, shape, &changed, &window)?;
                is_refused(&answer, 0).map_err(|error| anyhow!("byte {at} {shape}: {error}"))?;
            }
        }
    }
    Ok(())
}

/// The engine is told how long the message should be. What comes is shorter, or longer.
pub(crate) fn what_is_cut_off_is_refused(running: &Running) -> Result<()> {
    let length = 2 * CHUNK + 100;
    let sealed = seal(&plaintext(length))?;
    let window = Window::whole(&sealed, length);
    let lengths = [0, 1, 15, 16, SEALED_CHUNK - 1, SEALED_CHUNK, SEALED_CHUNK + 1];
    let lengths = lengths.into_iter().chain([2 * SEALED_CHUNK, 2 * SEALED_CHUNK + 16]);
    for length in lengths.chain([sealed.len() - 17, sealed.len() - 1]) {
        let cut = sealed.get(..length).unwrap_or_default();
        for shape in SHAPES {
            let answer = open(running, shape, cut, &window)?;
            is_refused(&answer, 0).map_err(|error| anyhow!("{length} {shape}: {error}"))?;
            // If the storage says that this is all, the message ends where it must not.
            let answer = open(running, shape, cut, &Window { stored: length, ..window.clone() })?;
            is_refused(&answer, 0).map_err(|error| anyhow!("all {length} {shape}: {error}"))?;
        }
    }
    for more in [1, 16, SEALED_CHUNK] {
        let longer = [sealed.as_slice(), &vec![0; more]].concat();
        for shape in SHAPES {
            is_refused(&open(running, shape, &longer, &window)?, 0)?;
        }
    }
    // More of the message than was asked for, every byte of it right.
    let (first, _) = Window::of(&(0..CHUNK), &sealed, length);
    for shape in SHAPES {
        is_refused(&open(running, shape, &sealed, &first)?, 0)?;
    }
    Ok(())
}

/// All that was asked for is there, but not the empty chunk that proves that this is the end. Whoever
/// counts bytes must not get all of them.
pub(crate) fn what_is_cut_off_between_chunks_never_looks_whole(running: &Running) -> Result<()> {
    // As many chunks as are decrypted at once, one more and one less.
    for chunks in [1, 2, 3, 4, 5, 12, 15, 16, 17, 28, 32] {
        let length = chunks * CHUNK;
        let sealed = seal(&plaintext(length))?;
        let endless = sealed.get(..chunks * SEALED_CHUNK).unwrap_or_default();
        let forged = [endless, &[0xee; 16]].concat();
        for range in [0..length, length - 100..length] {
            let (window, stored) = Window::of(&range, &sealed, length);
            for end in [endless, &forged] {
                let fetched = end.get(stored.start..).unwrap_or_default();
                for shape in SHAPES {
                    for stored in [window.stored, fetched.len()] {
                        let answer =
                            open(running, shape, fetched, &Window { stored, ..window.clone() })?;
                        is_refused(&answer, range.len() - 1)
                            .map_err(|error| anyhow!("{range:?} {stored} {shape}: {error}"))?;
                    }
                }
            }
        }
    }
    Ok(())
}

pub(crate) fn chunks_of_another_place_are_refused(running: &Running) -> Result<()> {
    let length = 3 * CHUNK + 100;
    let sealed = seal(&plaintext(length))?;
    let chunks: Vec<_> = sealed.chunks(SEALED_CHUNK).collect();
    let &[first, second, third, last] = chunks.as_slice() else {
        return Err(anyhow!("{} chunks", chunks.len()));
    };
    let orders = [
        [second, first, third, last],
        [first, third, second, last],
        [first, first, third, last],
        [first, second, second, last],
        [third, second, first, last],
    ];
    for order in orders {
        for shape in SHAPES {
            let answer = open(running, shape, &order.concat(), &Window::whole(&sealed, length))?;
            is_refused(&answer, 0)?;
        }
    }
    // A chunk too few or too many, and what is right in another place.
    for parts in [&[first, second, last][..], &[first, second, third, third, last], &[last]] {
        let sealed = parts.concat();
        let length = sealed.len() - 16 * parts.len();
        for shape in SHAPES {
            is_refused(&open(running, shape, &sealed, &Window::whole(&sealed, length))?, 0)?;
        }
    }
    let (window, _) = Window::of(&(CHUNK..2 * CHUNK), &sealed, length);
    for shape in SHAPES {
        is_refused(&open(running, shape, first, &window)?, 0)?;
        is_body(&open(running, shape, second, &window)?, &plaintext(length)[CHUNK..2 * CHUNK])?;
    }
    Ok(())
}

/// What was verified before the chunk that fails may have come out; nothing of that chunk has.
pub(crate) fn nothing_unverified_comes_out(running: &Running) -> Result<()> {
    let length = 50 * CHUNK;
    let mut sealed = seal(&plaintext(length))?;
    let window = Window::whole(&sealed, length);
    sealed.iter_mut().skip(30 * SEALED_CHUNK + 7).take(1).for_each(|byte| *byte ^= 1);
    for shape in SHAPES {
        is_refused(&open(running, shape, &sealed, &window)?, 30 * CHUNK)?;
    }
    Ok(())
}

pub(crate) fn flows_end_as_they_should(running: &Running) -> Result<()> {
    let names = running.client.get("/flows")?;
    ensure!(names.status == 200, "answered {}", names.describe());
    let names = String::from_utf8(names.body)?;
    ensure!(!names.is_empty(), "there are no cases");
    for name in names.lines() {
        let answer = running.client.get(&format!("/flows/{name}"))?;
        ensure!(answer.status == 200, "{name}: {}", answer.describe());
    }
    Ok(())
}

/// What the Worker is told of the chunks that it opens.
#[derive(Clone)]
struct Window {
    /// Length of the message.
    length: usize,
    /// What is wanted of it.
    range: Range<usize>,
    /// How many bytes of chunks the storage says it gives for that.
    stored: usize,
}

impl Window {
    fn whole(sealed: &[u8], length: usize) -> Self {
        Self { length, range: 0..length, stored: sealed.len() }
    }

    /// The window of a range, and where in what is sealed it lies.
    fn of(range: &Range<usize>, sealed: &[u8], length: usize) -> (Self, Range<usize>) {
        let first = range.start / CHUNK;
        let end = range.end.div_ceil(CHUNK).max(first + 1) * SEALED_CHUNK;
        let end = if range.end == length { sealed.len() } else { end.min(sealed.len()) };
        let stored = first * SEALED_CHUNK..end;
        (Self { length, range: range.clone(), stored: stored.len() }, stored)
    }
}

fn open(running: &Running, shape: &str, sealed: &[u8], window: &Window) -> Result<Answer> {
    let Window { length, range: Range { start, end }, stored } = window;
    let path = format!("/cipher/open/{shape}/{length}/{start}/{end}/{stored}");
    running.client.post(&path, None, sealed)
}

pub(crate) fn is_body(answer: &Answer, expected: &[u8]) -> Result<()> {
    ensure!(answer.status == 200, "answered {}", answer.describe());
    let (is, should) = (answer.body.len(), expected.len());
    ensure!(is == should, "{is} bytes, not {should}");
    let differs = answer.body.iter().zip(expected).position(|(is, should)| is != should);
    ensure!(differs.is_none(), "byte {differs:?} of {should} differs");
    Ok(())
}

/// That it is the one error, after at most so many bytes.
pub(crate) fn is_refused(answer: &Answer, given_max: usize) -> Result<()> {
    answer.is_error(500, "storage_decryption_failed")?;
    let given = answer.given.ok_or_else(|| anyhow!("no word on how many bytes came out"))?;
    ensure!(given <= given_max, "{given} bytes came out, at most {given_max} may");
    Ok(())
}

pub(crate) fn plaintext(length: usize) -> Vec<u8> {
    (0..length as u64).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[4]).collect()
}

/// The chunks of a plaintext, by the letter of the format.
fn seal(plain: &[u8]) -> Result<Vec<u8>> {
    let cipher = Aes256Gcm::new(&[7; 32].into());
    let mut sealed = Vec::new();
    for number in 0..=plain.len() / CHUNK {
        let end = plain.len().min((number + 1) * CHUNK);
        let mut chunk = plain.get(number * CHUNK..end).unwrap_or_default().to_vec();
        let mut nonce = [0xf9; 12];
        for (byte, counter) in nonce.iter_mut().rev().zip((number as u64).to_le_bytes()) {
            *byte ^= counter;
        }
        let encrypted = cipher.encrypt_in_place(&nonce.into(), &[], &mut chunk);
        encrypted.map_err(|error| anyhow!("{error}"))?;
        sealed.append(&mut chunk);
    }
    Ok(sealed)
}
