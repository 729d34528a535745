//! The vectors in `vectors/tokens.json`, which an independent implementation has written.

use serde::Deserialize;

use crate::crypto::KeyRing;
use crate::signing::token::{Access, Grant, Size, TokenKeys, Tracking};

#[derive(Deserialize)]
struct Vector {
    key_id: String,
    secret: String,
    method: String,
    bucket: String,
    key: String,
    issued_at: u64,
    lifetime: u32,
    id: Option<String>,
    uses: Option<u16>,
    content_type: Option<String>,
    content_disposition: Option<String>,
    max_size: Option<u64>,
    exact_size: Option<u64>,
    token: String,
}

impl Vector {
    fn grant(&self) -> Grant {
        let content_type = self.content_type.clone();
        let exactly = self.exact_size.map(Size::Exactly);
        let access = match self.method.as_str() {
            "read" => {
                let content_disposition = self.content_disposition.clone();
                Access::Read { content_type, content_disposition }
            }
            "write" => {
                let size = exactly.or(self.max_size.map(Size::AtMost));
                Access::Write { content_type, size }
            }
            other => panic!("{other}"),
        };
        let (bucket, key) = (self.bucket.as_str(), self.key.as_str());
        let mut grant = Grant::new(bucket, key, access, self.issued_at, self.lifetime);
        grant.tracking = self.id.as_ref().map(|id| {
            let byte = |at| u8::from_str_radix(&id[2 * at..2 * at + 2], 16).unwrap();
            Tracking { id: std::array::from_fn(byte), uses: self.uses }
        });
        grant
    }
}

#[test]
fn what_others_wrote_is_written_alike_and_opens() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../../../vectors/tokens.json")).unwrap();
    assert!(vectors.len() >= 30);
    for vector in vectors {
        let ring = KeyRing::parse(&format!("{}:{}", vector.key_id, vector.secret)).unwrap();
        let (keys, grant) = (TokenKeys::of(&ring), vector.grant());
        assert_eq!(keys.sign(&grant).as_ref(), Ok(&vector.token));
        assert_eq!(keys.open(&vector.token, vector.issued_at), Ok(grant));
    }
}
