//! Bodies on their way to the disk, and from it.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use storage_core::checksum::{Algorithm, Checksum};

use super::super::native::Digester;
use super::super::{Payload, ReadBody, rules};
use super::error::{Failure, body_lost};
use super::run;
use super::store::Store;
use crate::error::Result;
use crate::write;

/// Longer bodies are files; the database is quicker with shorter ones.
const SMALL_MAX: u64 = 16 * 1024;

/// How much of a body is in memory at once.
const PIECE: usize = 64 * 1024;

/// A body that has arrived and was verified. It is not stored yet.
pub(super) struct Arrived {
    pub(super) size: u64,
    pub(super) md5: Vec<u8>,
    pub(super) kept: Kept,
}

/// Where a body is that has arrived.
pub(super) enum Kept {
    Bytes(Bytes),
    File(Incoming),
}

/// Where a stored body is.
#[derive(Clone, PartialEq)]
pub(super) enum Stored {
    Bytes(Bytes),
    File(String),
}

/// Takes a body in, and verifies its checksum.
pub(super) async fn receive(
    store: &Arc<Store>,
    body: Payload,
    checksum: Option<Checksum>,
) -> Result<Arrived> {
    if is_small(body.len()) {
        let bytes = rules::gather(body).await?;
        let mut digests = Digests::new(checksum.as_ref())?;
        digests.update(&bytes);
        let (size, md5) = (bytes.len() as u64, digests.verify()?);
        return Ok(Arrived { size, md5, kept: Kept::Bytes(bytes) });
    }
    let store = Arc::clone(store);
    if let Payload::Bytes(bytes) = body {
        return run(move || store.keep(&bytes, checksum.as_ref())).await;
    }
    let mut receiver = run(move || store.receiver(checksum.as_ref())).await?;
    let mut pieces = body.into_stream();
    let mut gathered = BytesMut::with_capacity(PIECE);
    while let Some(piece) = pieces.try_next().await? {
        gathered.extend_from_slice(&piece);
        if gathered.len() >= PIECE {
            let full = gathered.split();
            receiver = run(move || receiver.write(&full).map(|()| receiver)).await?;
        }
    }
    run(move || {
        receiver.write(&gathered)?;
        receiver.finish()
    })
    .await
}

/// Whether a body of that size is kept in the database.
pub(super) fn is_small(size: u64) -> bool {
    size <= SMALL_MAX
}

/// A body that is being written.
pub(super) struct Receiver {
    file: File,
    incoming: Incoming,
    digests: Digests,
    size: u64,
}

impl Receiver {
    pub(super) fn new(incoming: Incoming, checksum: Option<&Checksum>) -> Result<Self, Failure> {
        let file = incoming.create()?;
        Ok(Self { file, incoming, digests: Digests::new(checksum)?, size: 0 })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        for piece in bytes.chunks(PIECE) {
            self.digests.update(piece);
            self.file.write_all(piece)?;
        }
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Makes sure that all of it is on the disk, and what it should be.
    pub(super) fn finish(self) -> Result<Arrived, Failure> {
        let md5 = self.digests.verify()?;
        self.file.sync_all()?;
        Ok(Arrived { size: self.size, md5, kept: Kept::File(self.incoming) })
    }
}

/// The name of a file that is being written. If nobody takes the file, it is removed.
pub(super) struct Incoming {
    /// Empty once it was taken.
    path: PathBuf,
    name: String,
}

impl Incoming {
    pub(super) fn new(path: PathBuf, name: String) -> Self {
        Self { path, name }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn create(&self) -> Result<File, Failure> {
        Ok(File::create_new(&self.path)?)
    }

    pub(super) fn move_to(mut self, path: &Path) -> Result<(), Failure> {
        fs::rename(&self.path, path)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The digest that makes the etag, and the one the caller named.
struct Digests {
    md5: Digester,
    named: Option<(Digester, Checksum)>,
}

impl Digests {
    fn new(checksum: Option<&Checksum>) -> Result<Self> {
        let named = match checksum {
            Some(checksum) => Some((Digester::new(checksum.algorithm())?, checksum.clone())),
            None => None,
        };
        Ok(Self { md5: Digester::new(Algorithm::Md5)?, named })
    }

    fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        if let Some((digester, _)) = &mut self.named {
            digester.update(bytes);
        }
    }

    /// The MD5, if the other digest is what it should be.
    fn verify(self) -> Result<Vec<u8>> {
        if let Some((digester, checksum)) = self.named
            && digester.finish() != checksum.digest()
        {
            return Err(write::checksum_mismatch());
        }
        Ok(self.md5.finish())
    }
}

/// The bytes of a file that nobody has read yet.
pub(super) struct FileBody {
    file: File,
    left: u64,
}

impl FileBody {
    pub(super) fn new(mut file: File, range: Range<u64>) -> Result<Self, Failure> {
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Self { file, left: range.end - range.start })
    }

    /// The next piece, and what is left behind it.
    fn next(mut self, max: u64) -> Result<(Bytes, Self), Failure> {
        let len = self.left.min(max);
        let mut piece = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
        self.file.read_exact(&mut piece).map_err(body_lost)?;
        self.left -= len;
        Ok((piece.into(), self))
    }
}

impl ReadBody for FileBody {
    fn bytes(self: Box<Self>) -> BoxFuture<'static, Result<Bytes>> {
        let max = self.left;
        Box::pin(run(move || Ok(self.next(max)?.0)))
    }

    fn payload(self: Box<Self>) -> Payload {
        let len = self.left;
        let pieces = stream::try_unfold(*self, |body| async {
            match body.left {
                0 => Ok(None),
                _ => run(move || Ok(Some(body.next(PIECE as u64)?))).await,
            }
        });
        Payload::Stream { stream: pieces.boxed(), len }
    }
}
