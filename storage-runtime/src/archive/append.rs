//! Appending a batch.

use std::future::IntoFuture;
use std::time::SystemTime;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::RawArchive;
use super::batch::Batch;
use super::segment::{self, Sealed, Segment};
use crate::error::Result;
use crate::write;

/// How many bytes the records of one [`append`](super::Archive::append) have at most, as lines: 16 MiB. A
/// [`Writer`](super::Writer) takes any number.
pub const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How many segments of a batch are on their way at once.
const AT_ONCE: usize = 4;

/// A batch that is to be appended. Made by [`Archive::append`](super::Archive::append).
#[must_use = "nothing is written until the request is awaited"]
pub struct Append {
    archive: RawArchive,
    batch: Result<Batch>,
}

impl Append {
    pub(super) fn new<T: Serialize>(
        archive: RawArchive,
        records: impl IntoIterator<Item = (SystemTime, T)>,
    ) -> Self {
        let batch = gather(&archive, records);
        Self { archive, batch }
    }

    async fn send(self) -> Result<Appended> {
        let Self { archive, batch } = self;
        let archive = &archive;
        let written = stream::iter(batch?.into_texts())
            .map(|text| async move {
                let sealed = text?.seal(&archive.layout).await?;
                archive.put(&sealed).await?;
                Ok(sealed)
            })
            .buffered(AT_ONCE);
        written
            .try_fold(Appended::default(), |mut appended, sealed| async move {
                appended.extend(Some(sealed));
                Ok(appended)
            })
            .await
    }
}

/// All records, encoded and checked, so that a bad one is known before anything is written.
fn gather<T: Serialize>(
    archive: &RawArchive,
    records: impl IntoIterator<Item = (SystemTime, T)>,
) -> Result<Batch> {
    archive.layout.check()?;
    let mut batch = Batch::default();
    for (time, record) in records {
        let (time, line) = segment::line(time, &record)?;
        let len = batch.len() + line.len();
        if len > BATCH_BYTES_MAX {
            return Err(write::value_too_large(len as u64, BATCH_BYTES_MAX as u64));
        }
        batch.push(archive.layout.partition, time, &line);
    }
    Ok(batch)
}

impl IntoFuture for Append {
    type Output = Result<Appended>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let place = self.archive.bucket.place("append");
        Box::pin(async move { self.send().await.map_err(|error| error.at(place)) })
    }
}

/// What was appended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    records: u64,
    segments: Vec<Segment>,
}

impl Appended {
    /// How many records.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The segments that have them.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(super) fn extend(&mut self, written: Option<Sealed>) {
        if let Some(Sealed { segment, records, .. }) = written {
            self.records += records;
            self.segments.push(segment);
        }
    }
}

impl RawArchive {
    /// Writes a segment, in place of nothing.
    pub(super) async fn put(&self, sealed: &Sealed) -> Result<()> {
        let key = Ok(sealed.segment.key.clone());
        let put = crate::bucket::Put::new(self.bucket.clone(), key, sealed.body.clone().into());
        put.content_type("application/gzip").if_not_exists().await.map(drop)
    }
}
