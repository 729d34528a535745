//! Writing records one by one.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::time::SystemTime;

use serde::Serialize;
use storage_core::ErrorKind;

use super::batch::{Batch, Gathered};
use super::segment::{self, SEGMENT_BYTES_MAX, Sealed, Text};
use super::{Appended, RawArchive};
use crate::error::Result;

/// Gathers records into segments, any number of them. Made by [`Archive::writer`](super::Archive::writer).
///
/// It holds at most 4 MiB of lines. A [`push`](Self::push) for which there is no room waits until a segment
/// is written, and so keeps back whoever brings the records. Nothing can be read before it is written, and
/// what was not [flushed](Self::flush) is lost if the writer is dropped.
///
/// # Examples
///
/// ```
/// use storage::archive::{Archive, at_millis};
/// # #[storage::bucket(name = "logs")]
/// # struct Logs;
/// # #[storage::app(name = "shop")]
/// # struct App { logs: storage::Bucket<Logs> }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> storage::Result<()> {
/// # let app = App::memory();
/// let mut writer = Archive::new(&app.logs).writer();
/// for number in 0..1_000 {
///     writer.push(at_millis(1_795_273_200_000 + number), &format!("request {number}")).await?;
/// }
/// let appended = writer.finish().await?;
/// assert_eq!((appended.records(), appended.segments().len()), (1_000, 1));
/// # Ok(())
/// # }
/// ```
#[must_use = "records are written when it is full, flushed or finished"]
pub struct Writer<D> {
    raw: RawWriter,
    declaration: PhantomData<fn() -> D>,
}

impl<D> Writer<D> {
    pub(super) fn new(archive: RawArchive) -> Self {
        let raw = RawWriter {
            archive,
            batch: Batch::default(),
            texts: VecDeque::new(),
            sealed: None,
            appended: Appended::default(),
        };
        Self { raw, declaration: PhantomData }
    }

    /// Takes a record, and writes a segment first if there is no room for it.
    ///
    /// If it fails, the record was not taken, and all others are still there: push it again.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::append`](super::Archive::append).
    pub async fn push<T: Serialize + ?Sized>(
        &mut self,
        time: SystemTime,
        record: &T,
    ) -> Result<()> {
        let line = segment::line(time, record);
        self.raw.push(line).await
    }

    /// Writes all records that it has.
    ///
    /// If it fails, those that were not written are still there: flush again. A segment that was written
    /// although its write failed is not written twice then.
    ///
    /// # Errors
    ///
    /// Those of the platform.
    pub async fn flush(&mut self) -> Result<()> {
        self.raw.flush().await
    }

    /// Writes all records that it has, and says what was written since the writer was made.
    ///
    /// # Errors
    ///
    /// Those of the platform; the records that were not written are lost then. Who wants to try again
    /// [flushes](Self::flush) first.
    pub async fn finish(mut self) -> Result<Appended> {
        self.raw.flush().await?;
        Ok(self.raw.appended)
    }

    /// What was written so far.
    #[must_use]
    pub fn appended(&self) -> &Appended {
        &self.raw.appended
    }
}

impl<D> fmt::Debug for Writer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("archive", &self.raw.archive).finish_non_exhaustive()
    }
}

struct RawWriter {
    archive: RawArchive,
    batch: Batch,
    /// What was taken out of the batch, and is not written yet.
    texts: VecDeque<Text>,
    /// The segment that is being written, or whose write failed.
    sealed: Option<Sealed>,
    appended: Appended,
}

impl RawWriter {
    async fn push(&mut self, line: Result<(u64, Vec<u8>)>) -> Result<()> {
        let (time, line) = line
            .and_then(|line| self.archive.layout.check().map(|()| line))
            .map_err(|error| error.at(self.archive.bucket.place("append")))?;
        self.write().await?;
        while self.batch.len() + line.len() > SEGMENT_BYTES_MAX && self.take_largest()? {
            self.write().await?;
        }
        self.batch.push(self.archive.layout.partition, time, &line);
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        loop {
            self.write().await?;
            if !self.take_largest()? {
                return Ok(());
            }
        }
    }

    /// Takes the largest partition out of the batch, unless that is empty.
    fn take_largest(&mut self) -> Result<bool> {
        let Some(gathered) = self.batch.take_largest() else {
            return Ok(false);
        };
        for text in Gathered::into_texts(gathered) {
            self.texts.push_back(text?);
        }
        Ok(true)
    }

    /// Writes all that was taken out of the batch.
    async fn write(&mut self) -> Result<()> {
        self.write_sealed().await?;
        while let Some(text) = self.texts.front() {
            self.sealed = Some(text.seal(&self.archive.layout).await?);
            self.texts.pop_front();
            self.write_sealed().await?;
        }
        Ok(())
    }

    async fn write_sealed(&mut self) -> Result<()> {
        let Some(sealed) = &mut self.sealed else {
            return Ok(());
        };
        let was_tried = mem::replace(&mut sealed.is_tried, true);
        match self.archive.put(sealed).await {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // If it was tried before, that was not in vain. If not, it is somebody else's.
                if !was_tried {
                    sealed.rename(&self.archive.layout)?;
                    return Err(error);
                }
            }
            written => written?,
        }
        self.appended.extend(self.sealed.take());
        Ok(())
    }
}
