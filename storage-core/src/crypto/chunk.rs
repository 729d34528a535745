//! AES-256-GCM of one chunk, in place.

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};

use super::{CHUNKS_MAX, MessageKeys, OpenError, TAG_LEN, TooLong};

/// The cipher of one message.
pub(super) struct ChunkCipher {
    aes: Aes256Gcm,
    keys: MessageKeys,
}

impl ChunkCipher {
    pub(super) fn new(keys: MessageKeys) -> Self {
        Self { aes: Aes256Gcm::new(keys.key().into()), keys }
    }

    /// What the message begins with.
    pub(super) fn prefix(&self) -> &[u8] {
        self.keys.prefix()
    }

    /// Seals what stands in `buffer` from `start` on, and adds the tag.
    pub(super) fn seal(
        &self,
        chunk: u64,
        buffer: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), TooLong> {
        if chunk >= CHUNKS_MAX {
            return Err(TooLong);
        }
        let nonce = self.keys.nonce(chunk).into();
        let plain = InOutBuf::from(buffer.get_mut(start..).unwrap_or_default());
        let tag = self.aes.encrypt_inout_detached(&nonce, &[], plain).map_err(|_| TooLong)?;
        buffer.extend_from_slice(&tag);
        Ok(())
    }

    /// Opens the chunk that stands in `buffer` from `start` on. If it fails, what was there is gone.
    pub(super) fn open(
        &self,
        chunk: u64,
        buffer: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), OpenError> {
        let opened = self.open_in_place(chunk, buffer.get_mut(start..).unwrap_or_default());
        buffer.truncate(opened.map_or(start, |length| start + length));
        opened.map(drop)
    }

    /// The length of the plaintext, which stands where the chunk began.
    fn open_in_place(&self, chunk: u64, sealed: &mut [u8]) -> Result<usize, OpenError> {
        let (text, tag) = sealed.split_last_chunk_mut::<TAG_LEN>().ok_or(OpenError)?;
        if chunk >= CHUNKS_MAX {
            return Err(OpenError);
        }
        let (nonce, tag) = (self.keys.nonce(chunk).into(), (*tag).into());
        let length = text.len();
        // The tag is compared before a byte is decrypted.
        let opened = self.aes.decrypt_inout_detached(&nonce, &[], text.into(), &tag);
        opened.map(|()| length).map_err(|_| OpenError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Context, KEY_LEN, Resource, SALT_LEN};

    fn cipher() -> ChunkCipher {
        let context = Context::body(Resource::Bucket, "files", "a");
        ChunkCipher::new(MessageKeys::derive(&[1; KEY_LEN], &[2; SALT_LEN], &context))
    }

    #[test]
    fn chunks_end_where_the_format_does() {
        let (cipher, last) = (cipher(), CHUNKS_MAX - 1);
        let mut buffer = b"before, chunk".to_vec();
        cipher.seal(last, &mut buffer, 8).unwrap();
        assert_eq!(cipher.seal(CHUNKS_MAX, &mut b"chunk".to_vec(), 0), Err(TooLong));

        assert_eq!(cipher.open(CHUNKS_MAX, &mut buffer.clone(), 8), Err(OpenError));
        cipher.open(last, &mut buffer, 8).unwrap();
        assert_eq!(buffer, b"before, chunk");
    }

    #[test]
    fn what_fails_leaves_nothing_behind() {
        let cipher = cipher();
        let mut buffer = b"before, chunk".to_vec();
        cipher.seal(0, &mut buffer, 8).unwrap();
        assert_eq!(cipher.open(1, &mut buffer, 8), Err(OpenError));
        assert_eq!(buffer, b"before, ");
        assert_eq!(cipher.open(0, &mut buffer, 8), Err(OpenError), "shorter than a tag");
    }
}
