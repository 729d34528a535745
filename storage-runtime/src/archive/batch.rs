//! Records on their way into segments.

use std::collections::BTreeMap;
use std::ops::Range;

use super::layout::{Partition, Span};
use super::segment::{SEGMENT_BYTES_MAX, Text};
use crate::error::Result;

/// Lines, by the partition they belong to.
#[derive(Default)]
pub(super) struct Batch {
    /// By when the partition begins.
    partitions: BTreeMap<u64, Gathered>,
    /// Of all lines together.
    len: usize,
}

impl Batch {
    /// How many bytes all lines have.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, partition: Partition, time: u64, line: &[u8]) {
        self.len += line.len();
        self.partitions.entry(partition.start(time)).or_default().push(time, line);
    }

    /// Takes out the partition that has most.
    pub(super) fn take_largest(&mut self) -> Option<Gathered> {
        let sizes = self.partitions.iter().map(|(start, gathered)| (gathered.bytes.len(), *start));
        let (_, start) = sizes.max()?;
        let taken = self.partitions.remove(&start)?;
        self.len -= taken.bytes.len();
        Some(taken)
    }

    /// All of it, as texts of segments, each made when it is asked for.
    pub(super) fn into_texts(self) -> impl Iterator<Item = Result<Text>> {
        self.partitions.into_values().flat_map(Gathered::into_texts)
    }
}

/// The lines of one partition, in the order they came in.
#[derive(Default)]
pub(super) struct Gathered {
    bytes: Vec<u8>,
    lines: Vec<(u64, Range<usize>)>,
}

impl Gathered {
    fn push(&mut self, time: u64, line: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(line);
        self.lines.push((time, start..self.bytes.len()));
    }

    /// In the order of time, cut where a segment would get too long. Records of one time stay in the order
    /// they came in.
    pub(super) fn into_texts(self) -> impl Iterator<Item = Result<Text>> {
        let Self { bytes, mut lines } = self;
        lines.sort_by_key(|(time, _)| *time);
        let mut rest = lines.into_iter().peekable();
        std::iter::from_fn(move || {
            let (first, range) = rest.next()?;
            let (mut last, mut len) = (first, range.len());
            let mut taken = vec![range];
            while let Some((time, range)) =
                rest.next_if(|(_, range)| len + range.len() <= SEGMENT_BYTES_MAX)
            {
                last = time;
                len += range.len();
                taken.push(range);
            }
            let lines = taken.into_iter().map(|range| bytes.get(range).unwrap_or_default());
            Some(Text::new(Span { first, last }, lines, len))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::time::HOUR;
    use super::*;

    fn texts(batch: Batch) -> Vec<(Span, u64, String)> {
        let texts = batch.into_texts().map(Result::unwrap);
        texts
            .map(|text| {
                let lines = String::from_utf8(text.bytes).unwrap();
                let lines = lines.split_once('\n').unwrap().1.replace('\n', "");
                (text.span, text.records, lines)
            })
            .collect()
    }

    #[test]
    fn records_are_split_by_partition_and_sorted_by_time() {
        let mut batch = Batch::default();
        for (time, line) in [(HOUR, "d\n"), (7, "b\n"), (5, "a\n"), (7, "c\n"), (HOUR - 1, "z\n")] {
            batch.push(Partition::Hour, time, line.as_bytes());
        }
        assert_eq!(batch.len(), 10);
        let first = (Span { first: 5, last: HOUR - 1 }, 4, "abcz".to_owned());
        let second = (Span { first: HOUR, last: HOUR }, 1, "d".to_owned());
        assert_eq!(texts(batch), [first, second]);
    }

    #[test]
    fn a_segment_is_cut_before_it_is_too_long() {
        let line = vec![b'x'; SEGMENT_BYTES_MAX / 4];
        let mut batch = Batch::default();
        for time in 0..9 {
            batch.push(Partition::Hour, time, &line);
        }
        batch.push(Partition::Hour, 4, b"y");
        let counts: Vec<_> =
            texts(batch).into_iter().map(|(span, records, _)| (span, records)).collect();
        let span = |first, last| Span { first, last };
        assert_eq!(counts, [(span(0, 3), 4), (span(4, 6), 4), (span(7, 8), 2)]);
    }

    #[test]
    fn the_largest_partition_is_taken_first() {
        let mut batch = Batch::default();
        batch.push(Partition::Hour, 0, b"a");
        batch.push(Partition::Hour, HOUR, b"bb");
        assert_eq!(batch.take_largest().unwrap().bytes, b"bb");
        assert_eq!(batch.len(), 1);
        assert_eq!(batch.take_largest().unwrap().bytes, b"a");
        assert!(batch.take_largest().is_none());
    }
}
