//! The vectors in `vectors/encryption.json`, which an independent implementation has written.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::crypto::{Context, KeyRing, Resource, SALT_LEN, open_all, seal_all};

#[derive(Deserialize)]
struct Vectors {
    messages: Vec<Message>,
    signing: Vec<Signing>,
}

#[derive(Deserialize)]
struct Message {
    key: String,
    resource: String,
    name: String,
    object: String,
    field: Option<String>,
    context: String,
    length: usize,
    prefix: String,
    sealed_length: u64,
    sealed_sha256: String,
    sealed: Option<String>,
}

#[derive(Deserialize)]
struct Signing {
    key: String,
    purpose: String,
    derived: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../vectors/encryption.json")).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
}

impl Message {
    fn context(&self) -> Context {
        let resource = match self.resource.as_str() {
            "bucket" => Resource::Bucket,
            "kv" => Resource::Kv,
            other => panic!("{other}"),
        };
        match &self.field {
            None => Context::body(resource, &self.name, &self.object),
            Some(field) => Context::metadata(resource, &self.name, &self.object, field),
        }
    }

    fn ring(&self) -> KeyRing {
        KeyRing::parse(&format!("test:{}", self.key)).unwrap()
    }

    fn plain(&self) -> Vec<u8> {
        (0..=250).cycle().take(self.length).collect()
    }
}

#[test]
fn what_others_sealed_is_sealed_alike_and_opens() {
    let vectors = vectors().messages;
    assert!(vectors.len() >= 25);
    for vector in vectors {
        let said = format!("{} bytes of {:?}", vector.length, vector.object);
        let (ring, context, plain) = (vector.ring(), vector.context(), vector.plain());
        assert_eq!(hex(context.as_bytes()), vector.context, "{said}");

        let salt: [u8; SALT_LEN] = unhex(&vector.prefix);
        let sealed = seal_all(ring.primary().message_keys(&salt, &context), &plain).unwrap();
        assert_eq!(hex(&sealed[..56]), vector.prefix, "{said}");
        assert_eq!(sealed.len() as u64, vector.sealed_length, "{said}");
        assert_eq!(hex(&Sha256::digest(&sealed)), vector.sealed_sha256, "{said}");
        if let Some(expected) = vector.sealed {
            assert_eq!(hex(&sealed), expected, "{said}");
        }
        assert!(open_all(&ring, &context, None, &sealed).unwrap() == plain, "{said}");
    }
}

#[test]
fn signing_keys_are_derived_alike() {
    let vectors = vectors().signing;
    assert!(vectors.len() >= 6);
    for vector in vectors {
        let ring = KeyRing::parse(&format!("test:{}", vector.key)).unwrap();
        assert_eq!(hex(&*ring.primary().signing_key(&vector.purpose)), vector.derived);
    }
}
