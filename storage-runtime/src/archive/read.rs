//! Reading records back.

use std::fmt;
use std::marker::PhantomData;
use std::time::SystemTime;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;

use super::damage::{Damage, Flaw};
use super::merge::{Merge, Merged};
use super::time::at_millis;
use super::{RawArchive, TimeRange};
use crate::error::Result;

/// A read of an archive. Made by [`Archive::read`](super::Archive::read).
#[must_use = "nothing is read until its stream is polled"]
pub struct Read<T> {
    archive: RawArchive,
    range: TimeRange,
    is_lenient: bool,
    record: PhantomData<fn() -> T>,
}

/// A record that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded<T> {
    /// Its time, to the millisecond.
    pub time: SystemTime,
    /// The record itself.
    pub record: T,
}

impl<T> Read<T> {
    pub(super) fn new(archive: RawArchive, range: TimeRange) -> Self {
        Self { archive, range, is_lenient: false, record: PhantomData }
    }

    /// Goes on behind what can't be read: an object that is no segment, a segment that is damaged, a
    /// record that is not a `T`. The error of each is in the stream, with its [`Damage`]. Any other error
    /// is the platform's, and still ends the stream.
    pub fn lenient(mut self) -> Self {
        self.is_lenient = true;
        self
    }

    /// The records, read while the stream is polled: a few segments at a time.
    ///
    /// They are in the order of time, and those of one time in an order that stays the same, as long as no
    /// more than 8 segments overlap at any time: so few are open at once. If more do, the records of the
    /// ninth come late.
    ///
    /// # Errors
    ///
    /// The first error ends the stream, unless it is [`lenient`](Self::lenient).
    ///
    /// * [`DecodeFailed`](crate::ErrorKind::DecodeFailed): an object is no segment of this archive, or is
    ///   damaged, or a record is not a `T`. Its [`Damage`] says which.
    /// * [`DecryptionFailed`](crate::ErrorKind::DecryptionFailed), with its [`Damage`]: a segment was
    ///   changed, or its key is gone.
    /// * [`InvalidOption`](crate::ErrorKind::InvalidOption): the prefix of the archive can't be one.
    /// * Those of [`Bucket::list`](crate::Bucket::list) and [`Bucket::get`](crate::Bucket::get).
    pub fn stream(self) -> impl Stream<Item = Result<Recorded<T>>> + Send + Unpin + 'static
    where
        T: DeserializeOwned + Send + 'static,
    {
        let Self { archive, range, is_lenient, .. } = self;
        let place = archive.bucket.place("read");
        let merged = Merge::new(&archive, range).into_stream();
        let records = merged.map(move |merged| {
            merged.and_then(|merged| decode(&merged)).map_err(|error| error.at(place))
        });
        until_failed(records.boxed(), is_lenient)
    }
}

impl<T> fmt::Debug for Read<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { archive, range, is_lenient, .. } = self;
        let mut read = f.debug_struct("Read");
        read.field("archive", archive)
            .field("range", range)
            .field("is_lenient", is_lenient)
            .finish()
    }
}

fn decode<T: DeserializeOwned>(merged: &Merged) -> Result<Recorded<T>> {
    let Merged { segment, found } = merged;
    let record = serde_json::from_slice(&found.json).map_err(|error| {
        Flaw::because("the record is of another type", error).line(segment.key(), found.line)
    })?;
    Ok(Recorded { time: at_millis(found.time), record })
}

/// The stream up to the error that ends it. Asked again, it stays at its end.
pub(super) fn until_failed<T: Send + 'static>(
    stream: BoxStream<'static, Result<T>>,
    is_lenient: bool,
) -> BoxStream<'static, Result<T>> {
    let items = stream::unfold(Some(stream), move |stream| async move {
        let mut stream = stream?;
        let item = stream.next().await?;
        let goes_on = match &item {
            Ok(_) => true,
            Err(error) => is_lenient && Damage::of(error).is_some(),
        };
        Some((item, goes_on.then_some(stream)))
    });
    items.fuse().boxed()
}
