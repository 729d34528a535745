//! Bodies and values on their way through a cipher.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::checksum::Checksum;
use storage_core::crypto::{Context, MessageKeys, PREFIX_LEN, Window, plain_len};

use super::{Cipher, Named, decryption_failed};
use crate::backend::{self, ByteStream, Hasher, Payload, ReadBody, cipher};
use crate::error::Result;
use crate::write;

impl Cipher {
    /// A value in memory, sealed.
    pub(super) async fn seal_bytes(&self, context: &Context, plain: Bytes) -> Result<Bytes> {
        cipher::seal_bytes(self.seal(context)?, plain).await
    }

    /// A value in memory, opened.
    pub(super) async fn open_bytes(
        &self,
        context: &Context,
        hint: Option<&str>,
        sealed: Bytes,
    ) -> Result<Bytes> {
        let window = whole(sealed.len() as u64)?;
        let prefix = sealed.first_chunk().ok_or_else(decryption_failed)?;
        let keys = self.open(context, prefix, hint)?;
        cipher::open_bytes(keys, &window, sealed.slice(PREFIX_LEN..)).await
    }
}

/// All of a message that is stored in so many bytes.
pub(super) fn whole(stored: u64) -> Result<Window> {
    let plain = plain_len(stored).ok_or_else(decryption_failed)?;
    Window::of(0..plain, plain).ok_or_else(decryption_failed)
}

/// A sealed body, from the first chunk of a window on, to be read as its plaintext.
pub(super) struct Opened {
    pub(super) keys: MessageKeys,
    pub(super) window: Window,
    pub(super) sealed: Payload,
    pub(super) of: Named,
}

impl ReadBody for Opened {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        Box::pin(async move {
            let Self { keys, window, sealed, of } = *self;
            let opened = cipher::open_bytes(keys, &window, gather(sealed).await?).await;
            opened.map_err(|error| of.told(error))
        })
    }

    fn payload(self: Box<Self>) -> Payload {
        let Self { keys, window, sealed, of } = *self;
        match cipher::open(keys, &window, sealed) {
            Payload::Stream { stream, len } => Payload::Stream { stream: told(stream, of), len },
            // A stream of the platform's is handed on, and fails where no error of ours can be.
            opened => opened,
        }
    }
}

/// The pieces, whose error says of what they are.
pub(super) fn told(stream: ByteStream, of: Named) -> ByteStream {
    stream.map_err(move |error| of.told_in_pieces(error)).boxed()
}

async fn gather(payload: Payload) -> Result<Bytes> {
    let len = payload.len();
    match payload {
        Payload::Bytes(bytes) => Ok(bytes),
        stream => crate::body::gather(stream.into_stream(), len).await,
    }
}

/// The body, which fails before its end if it does not have the checksum: what is sealed of it then
/// is never whole.
pub(super) async fn verified(body: Payload, checksum: Option<Checksum>) -> Result<Payload> {
    let Some(checksum) = checksum else {
        return Ok(body);
    };
    match body {
        Payload::Bytes(bytes) => {
            let digest = backend::digest(checksum.algorithm(), &bytes).await?;
            if digest == checksum.digest() {
                Ok(Payload::Bytes(bytes))
            } else {
                Err(write::checksum_mismatch())
            }
        }
        streamed => {
            let len = streamed.len();
            let stream = verified_stream(streamed.into_stream(), checksum)?;
            Ok(Payload::Stream { stream, len })
        }
    }
}

/// The same for pieces.
pub(super) fn verified_stream(stream: ByteStream, checksum: Checksum) -> Result<ByteStream> {
    let hasher = Hasher::new(checksum.algorithm())?;
    let state = (stream, Some((hasher, checksum)));
    let verified = stream::try_unfold(state, |(mut stream, hashing)| async move {
        let Some((mut hasher, checksum)) = hashing else {
            return Ok(None);
        };
        if let Some(piece) = stream.try_next().await? {
            hasher.update(&piece).await?;
            return Ok(Some((piece, (stream, Some((hasher, checksum))))));
        }
        if hasher.finish().await? == checksum.digest() {
            Ok(None)
        } else {
            Err(write::checksum_mismatch())
        }
    });
    Ok(verified.boxed())
}
