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
