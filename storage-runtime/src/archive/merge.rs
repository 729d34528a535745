//! The records of several segments, in the order of time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};

use super::damage::{Flaw, unreadable};
use super::segment::{Found, Lines, OBJECT_BYTES_MAX, Segment};
use super::{RawArchive, TimeRange};
use crate::bucket::Get;
use crate::error::{Error, Result};

/// How many segments are read in turns.
const OPEN_MAX: usize = 8;

/// How many segments are fetched at once, before their turn.
const FETCHED_MAX: usize = 3;

/// A record, not decoded yet, and where it is from.
pub(super) struct Merged {
    pub(super) segment: Arc<Segment>,
    pub(super) found: Found,
}

/// Reads segments in turns.
pub(super) struct Merge {
    range: TimeRange,
    /// The segments in the order of their first records; none if one was deleted meanwhile.
    fetched: BoxStream<'static, Result<Option<Fetched>>>,
    next: Option<Fetched>,
    /// Those that have a record to give.
    open: BinaryHeap<Reverse<Open>>,
    /// One whose next record is not known yet.
    moving: Option<Fetched>,
}

/// A segment in memory.
struct Fetched {
    segment: Arc<Segment>,
    lines: Lines,
}

/// A segment in memory, and its next record.
struct Open {
    found: Found,
    rest: Fetched,
}

impl Merge {
    pub(super) fn new(archive: &RawArchive, range: TimeRange) -> Self {
        let from = archive.clone();
        let fetched = archive.segments(range).map(move |segment| fetch(from.clone(), segment));
        let fetched = fetched.buffered(FETCHED_MAX).fuse().boxed();
        Self { range, fetched, next: None, open: BinaryHeap::new(), moving: None }
    }

    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Merged>> + Send {
        stream::unfold(self, |mut merge| async move {
            let next = merge.next().await?;
            Some((next, merge))
        })
    }

    async fn next(&mut self) -> Option<Result<Merged>> {
        loop {
            if let Some(Err(error)) = self.moving.take().map(|moving| self.advance(moving)) {
                return Some(Err(error));
            }
            if self.next.is_none() {
                match self.fetched.next().await {
                    Some(Ok(Some(fetched))) => self.next = Some(fetched),
                    Some(Ok(None)) => continue,
                    Some(Err(error)) => return Some(Err(error)),
                    None => {}
                }
            }
            if self.is_turn_of_next() {
                self.moving = self.next.take();
                continue;
            }
            let Reverse(Open { found, rest }) = self.open.pop()?;
            let segment = Arc::clone(&rest.segment);
            self.moving = Some(rest);
            return Some(Ok(Merged { segment, found }));
        }
    }

    /// Whether the next segment may have a record before all others.
    fn is_turn_of_next(&self) -> bool {
        let Some(next) = &self.next else {
            return false;
        };
        let is_first = |open: &Reverse<Open>| next.segment.span.first <= open.0.found.time;
        self.open.len() < OPEN_MAX && self.open.peek().is_none_or(is_first)
    }

    /// Goes to the next record of a segment. If a line can't be read, the one behind it is next.
    fn advance(&mut self, mut moving: Fetched) -> Result<()> {
        while let Some(next) = moving.lines.next() {
            match next {
                Ok(found) if found.time < self.range.from => {}
                Ok(found) if found.time >= self.range.to => return Ok(()),
                Ok(found) => {
                    self.open.push(Reverse(Open { found, rest: moving }));
                    return Ok(());
                }
                Err((line, flaw)) => {
                    let error = flaw.line(moving.segment.key(), line);
                    self.moving = Some(moving);
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// Reads a segment into memory, unless it was deleted since it was listed.
async fn fetch(archive: RawArchive, segment: Result<Segment>) -> Result<Option<Fetched>> {
    let segment = segment?;
    let damaged = |flaw: Flaw| flaw.segment(segment.key());
    if segment.size > OBJECT_BYTES_MAX {
        return Err(damaged(Flaw::new("it is longer than any segment")));
    }
    let unreadable = |error: Error| unreadable(error, segment.key());
    let found = Get::new(archive.bucket, Ok(segment.key.clone())).await.map_err(unreadable)?;
    let Some(object) = found else {
        return Ok(None);
    };
    let body = object.bytes().await.map_err(unreadable)?;
    let lines = Lines::open(body, &segment).await.map_err(damaged)?;
    Ok(Some(Fetched { segment: Arc::new(segment), lines }))
}

impl Open {
    /// By time; of one time, in the order of the keys.
    fn place(&self) -> (u64, &str) {
        (self.found.time, self.rest.segment.key())
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place().cmp(&other.place())
    }
}
