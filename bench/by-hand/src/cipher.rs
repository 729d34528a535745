//! Encryption by the `aes-gcm` crate, in wasm.

use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use bench_task::{AES_KEY, BASE_NONCE, SEALED, SEALED_PREFIX};
use futures_util::{Stream, StreamExt as _, stream};
use worker::{Bucket, Error, Range, Request, Response, Result};

const CHUNK: usize = 16 * 1024;
const TAG: usize = 16;

/// What the body of a request is stored as.
pub(crate) fn seal(request: &mut Request) -> Result<Response> {
    let prefix = stream::iter([Ok(SEALED_PREFIX.to_vec())]);
    let chunks = chunks(request.stream()?, CHUNK, |cipher, number, chunk| {
        cipher.encrypt_in_place(&nonce(number).into(), &[], chunk)
    });
    Response::from_stream(prefix.chain(chunks))
}

/// The plaintext of the object.
pub(crate) async fn open(bucket: &Bucket) -> Result<Response> {
    let range = Range::OffsetToEnd { offset: SEALED_PREFIX.len() as u64 };
    let found = bucket.get(SEALED).range(range).execute().await?;
    let found = found.ok_or_else(|| Error::from("not found"))?;
    let body = found.body().ok_or_else(|| Error::from("no body"))?.stream()?;
    Response::from_stream(chunks(body, CHUNK + TAG, |cipher, number, chunk| {
        cipher.decrypt_in_place(&nonce(number).into(), &[], chunk)
    }))
}

/// What a value is stored as.
pub(crate) fn seal_value(plain: &[u8]) -> Result<Vec<u8>> {
    let cipher = cipher();
    let mut sealed = SEALED_PREFIX.to_vec();
    for number in 0..=plain.len() / CHUNK {
        let start = number * CHUNK;
        let end = plain.len().min(start + CHUNK);
        let mut chunk = plain.get(start..end).unwrap_or_default().to_vec();
        let nonce = nonce(number as u64).into();
        cipher.encrypt_in_place(&nonce, &[], &mut chunk).map_err(failed)?;
        sealed.append(&mut chunk);
    }
    Ok(sealed)
}

/// The plaintext of a value of less than a chunk.
pub(crate) fn open_value(stored: &[u8]) -> Result<Vec<u8>> {
    let mut plain = stored.get(SEALED_PREFIX.len()..).unwrap_or_default().to_vec();
    cipher().decrypt_in_place(&nonce(0).into(), &[], &mut plain).map_err(failed)?;
    Ok(plain)
}

/// What becomes of every chunk of a stream. The last one is shorter than the others.
fn chunks(
    source: impl Stream<Item = Result<Vec<u8>>> + 'static,
    len: usize,
    convert: fn(&Aes256Gcm, u64, &mut Vec<u8>) -> aes_gcm::aead::Result<()>,
) -> impl Stream<Item = Result<Vec<u8>>> + 'static {
    let state = (Box::pin(source), cipher(), Vec::new(), 0, false);
    stream::unfold(state, move |(mut source, cipher, mut gathered, number, ended)| async move {
        if ended {
            return None;
        }
        let mut ended = false;
        while gathered.len() < len && !ended {
            match source.next().await {
                Some(Ok(piece)) => gathered.extend_from_slice(&piece),
                Some(Err(error)) => {
                    return Some((Err(error), (source, cipher, gathered, number, true)));
                }
                None => ended = true,
            }
        }
        let rest = gathered.split_off(len.min(gathered.len()));
        let converted = convert(&cipher, number, &mut gathered).map_err(failed);
        Some((converted.map(|()| gathered), (source, cipher, rest, number + 1, ended)))
    })
}

fn cipher() -> Aes256Gcm {
    Aes256Gcm::new(&AES_KEY.into())
}

fn nonce(chunk: u64) -> [u8; 12] {
    let mut nonce = BASE_NONCE;
    for (byte, counter) in nonce.iter_mut().rev().zip(chunk.to_le_bytes()) {
        *byte ^= counter;
    }
    nonce
}

fn failed(_: aes_gcm::Error) -> Error {
    Error::from("the cipher failed")
}
