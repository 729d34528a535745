//! The format of a segment: JSON lines, the first of which says what follows.

use std::ops::Range;
use std::time::SystemTime;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::damage::Flaw;
use super::layout::{Layout, NAME_LEN, Span};
use super::time::{at_millis, check};
use crate::error::Result;
use crate::{backend, content, hex, write};

/// How many bytes the lines of a segment have at most, before they are compressed: 4 MiB. A read has a
/// few segments in memory.
pub const SEGMENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How many bytes a record has at most, as JSON: 1 MiB.
pub const RECORD_BYTES_MAX: usize = 1024 * 1024;

/// What a line has beside the record.
const LINE_OVERHEAD_MAX: usize = 64;

/// More than the first line ever has.
const HEADER_BYTES_MAX: usize = 512;

/// How long a text may be that is taken for a segment.
pub(super) const TEXT_BYTES_MAX: usize = SEGMENT_BYTES_MAX + HEADER_BYTES_MAX;

/// How long an object may be that is taken for a segment: what can't be compressed gets a little longer.
pub(super) const OBJECT_BYTES_MAX: u64 = (TEXT_BYTES_MAX + TEXT_BYTES_MAX / 256 + 1024) as u64;

const FORMAT: &str = "storage-archive";
const VERSION: u32 = 1;

/// A segment: an object that has records of one hour or one day, and never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub(super) key: String,
    pub(super) span: Span,
    pub(super) size: u64,
}

impl Segment {
    /// Its key in the bucket.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The time of its first record.
    #[must_use]
    pub fn first(&self) -> SystemTime {
        at_millis(self.span.first)
    }

    /// The time of its last record, which may be the same.
    #[must_use]
    pub fn last(&self) -> SystemTime {
        at_millis(self.span.last)
    }

    /// Its length in bytes: compressed, and before it is encrypted if it is.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// The first line of a segment.
#[derive(Serialize, Deserialize)]
struct Header<'a> {
    format: &'a str,
    version: u32,
    records: u64,
    first: u64,
    last: u64,
}

/// Any other line.
#[derive(Deserialize)]
struct Line<'a> {
    time: u64,
    #[serde(borrow)]
    record: &'a RawValue,
}

/// A record as a line of a segment.
pub(super) fn line<T: Serialize + ?Sized>(time: SystemTime, record: &T) -> Result<(u64, Vec<u8>)> {
    let time = check(time)?;
    enclose(time, content::write_json(record)?).map(|line| (time, line))
}

fn enclose(time: u64, mut json: Vec<u8>) -> Result<Vec<u8>> {
    if json.len() > RECORD_BYTES_MAX {
        return Err(write::value_too_large(json.len() as u64, RECORD_BYTES_MAX as u64));
    }
    // Only what was JSON before can have line ends, and there they are nothing but space.
    for byte in &mut json {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    let mut line = Vec::with_capacity(json.len() + LINE_OVERHEAD_MAX);
    line.extend_from_slice(format!(r#"{{"time":{time},"record":"#).as_bytes());
    line.append(&mut json);
    line.extend_from_slice(b"}\n");
    Ok(line)
}

/// The text of a segment: its lines behind the first one.
pub(super) struct Text {
    pub(super) span: Span,
    pub(super) records: u64,
    pub(super) bytes: Vec<u8>,
}

impl Text {
    /// Lines that are in the order of their times.
    pub(super) fn new<'a>(
        span: Span,
        lines: impl ExactSizeIterator<Item = &'a [u8]>,
        len: usize,
    ) -> Result<Self> {
        let Span { first, last } = span;
        let records = lines.len() as u64;
        let header = Header { format: FORMAT, version: VERSION, records, first, last };
        let mut bytes = content::write_json(&header)?;
        bytes.reserve_exact(len + 1);
        bytes.push(b'\n');
        lines.for_each(|line| bytes.extend_from_slice(line));
        Ok(Self { span, records, bytes })
    }

    /// It as an object that is to be written, under a key that nobody else has.
    pub(super) async fn seal(&self, layout: &Layout) -> Result<Sealed> {
        let key = new_key(layout, self.span)?;
        let body = backend::gzip(&self.bytes).await?;
        let segment = Segment { key, span: self.span, size: body.len() as u64 };
        Ok(Sealed { segment, records: self.records, body, is_tried: false })
    }
}

/// A segment that is to be written.
pub(super) struct Sealed {
    pub(super) segment: Segment,
    pub(super) records: u64,
    pub(super) body: Bytes,
    /// Whether it may have been written under its key.
    pub(super) is_tried: bool,
}

impl Sealed {
    /// The same under another key.
    pub(super) fn rename(&mut self, layout: &Layout) -> Result<()> {
        self.is_tried = false;
        self.segment.key = new_key(layout, self.segment.span)?;
        Ok(())
    }
}

/// A key that nobody has, as far as chance goes. That nothing is overwritten is up to the write.
fn new_key(layout: &Layout, span: Span) -> Result<String> {
    let name = hex::encode(&backend::random::<{ NAME_LEN / 2 }>()?);
    Ok(layout.key(span, &name))
}

/// The lines of a segment that was read: checked to be all, and read one by one.
pub(super) struct Lines {
    text: Bytes,
    /// Where the next one begins.
    at: usize,
    /// Which that is, from 1.
    number: u64,
    span: Span,
    /// The time of the last one that was read.
    time: u64,
}

/// One line.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) time: u64,
    pub(super) line: u64,
    pub(super) json: Bytes,
}

impl Lines {
    /// The lines of an object that is at the key of that segment.
    pub(super) async fn open(body: Bytes, segment: &Segment) -> Result<Self, Flaw> {
        let text = backend::gunzip(body, TEXT_BYTES_MAX).await;
        let text = text.map_err(|error| Flaw::because("it is not what gzip makes", error))?;
        Self::new(text, segment)
    }

    fn new(text: Bytes, segment: &Segment) -> Result<Self, Flaw> {
        let end = text.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| Flaw::new("it has no line"))?;
        let header = text.get(..end).unwrap_or_default();
        let header: Header<'_> = serde_json::from_slice(header)
            .map_err(|error| Flaw::because("the first line is no header", error))?;
        let Header { format, version, records, first, last } = header;
        if format != FORMAT || version != VERSION {
            return Err(Flaw::new("it is of another format, or of a newer version"));
        }
        if (Span { first, last }) != segment.span {
            return Err(Flaw::new("the key and the first line differ in the times"));
        }
        let rest = text.get(end + 1..).unwrap_or_default();
        let ends = rest.split_inclusive(|byte| *byte == b'\n').count();
        if ends as u64 != records || rest.last().is_some_and(|byte| *byte != b'\n') {
            return Err(Flaw::new("there are not as many lines as the first one says"));
        }
        Ok(Self { at: end + 1, number: 2, span: segment.span, time: first, text })
    }

    /// The next line. One that can't be read has its number; the next may be fine.
    pub(super) fn next(&mut self) -> Option<Result<Found, (u64, Flaw)>> {
        let rest = self.text.get(self.at..)?;
        let len = rest.iter().position(|byte| *byte == b'\n')?;
        let bounds = self.at..self.at + len;
        self.at = bounds.end + 1;
        let line = self.number;
        self.number += 1;
        let (time, json) = match self.parse(bounds) {
            Ok(found) => found,
            Err(flaw) => return Some(Err((line, flaw))),
        };
        if !(self.time..=self.span.last).contains(&time) {
            return Some(Err((line, Flaw::new("the time is not in its place"))));
        }
        self.time = time;
        Some(Ok(Found { time, line, json }))
    }

    fn parse(&self, bounds: Range<usize>) -> Result<(u64, Bytes), Flaw> {
        let line = self.text.get(bounds).unwrap_or_default();
        let read: Result<Line<'_>, _> = serde_json::from_slice(line);
        let Line { time, record } =
            read.map_err(|error| Flaw::because("the line has no time and record", error))?;
        Ok((time, self.text.slice_ref(record.get().as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span { first: 5, last: 9 };

    fn segment() -> Segment {
        Segment { key: "k".to_owned(), span: SPAN, size: 0 }
    }

    fn opened(text: &str) -> Result<Lines, String> {
        let lines = Lines::new(Bytes::copy_from_slice(text.as_bytes()), &segment());
        lines.map_err(|flaw| flaw.segment("k").to_string())
    }

    fn header(records: u64) -> String {
        format!(
            r#"{{"format":"storage-archive","version":1,"records":{records},"first":5,"last":9}}"#
        )
    }

    #[test]
    fn a_text_is_as_documented() {
        let lines = [at(5, &"a\nb"), at(7, &[1.5]), at(9, &())];
        let lines = lines.iter().map(Vec::as_slice);
        let text = Text::new(SPAN, lines, 0).unwrap();
        let expected = "{\"time\":5,\"record\":\"a\\nb\"}\n{\"time\":7,\"record\":[1.5]}\n{\"time\":9,\"record\":null}\n";
        assert_eq!(String::from_utf8(text.bytes).unwrap(), format!("{}\n{expected}", header(3)));
    }

    fn at<T: Serialize>(time: u64, record: &T) -> Vec<u8> {
        line(at_millis(time), record).unwrap().1
    }

    #[test]
    fn json_over_several_lines_is_one_line() {
        let record: Box<RawValue> = serde_json::from_str("{\n  \"a\": \"b\\n\"\r\n}").unwrap();
        let text = String::from_utf8(at(5, &record)).unwrap();
        assert_eq!(text, "{\"time\":5,\"record\":{   \"a\": \"b\\n\"  }}\n");
    }

    #[test]
    fn a_record_over_the_limit_is_refused() {
        let fits = "x".repeat(RECORD_BYTES_MAX - 2);
        assert_eq!(at(5, &fits).len(), RECORD_BYTES_MAX + "{\"time\":5,\"record\":}\n".len());
        let error = line(at_millis(5), &format!("{fits}x")).unwrap_err();
        assert_eq!(error.kind(), storage_core::ErrorKind::ValueTooLarge);
    }

    #[test]
    fn lines_are_read_one_by_one_and_past_those_that_can_not_be() {
        let lines = [
            "",
            "{\"time\":6,\"record\":{\"a\":1},\"more\":0}",
            "{\"time\":5,\"record\":1}",
            "{\"time\":10,\"record\":1}",
            "{\"time\":9,\"record\":\"x\"}",
        ];
        let mut lines = opened(&format!("{}\n{}\n", header(5), lines.join("\n"))).unwrap();
        let mut found = Vec::new();
        while let Some(next) = lines.next() {
            found.push(match next {
                Ok(Found { time, line, json }) => Ok((line, time, json)),
                Err((line, _)) => Err(line),
            });
        }
        assert_eq!(
            found,
            [
                Err(2),
                Ok((3, 6, Bytes::from("{\"a\":1}"))),
                Err(4),
                Err(5),
                Ok((6, 9, Bytes::from("\"x\"")))
            ]
        );
    }

    #[test]
    fn what_is_no_segment_is_refused() {
        let record = "{\"time\":5,\"record\":1}";
        assert!(opened(&format!("{}\n{record}\n", header(1))).is_ok());
        for text in [
            String::new(),
            "\n".to_owned(),
            header(0),
            format!("{}\n", header(1)),
            format!("{}\n{record}", header(1)),
            format!("{}\n{record}\n{record}\n", header(1)),
            format!("{}\n{record}\n{record}", header(1)),
            format!("{record}\n"),
            format!("{}\n{record}\n", header(1).replace(":1,", ":2,")),
            format!("{}\n{record}\n", header(1).replace("storage-archive", "other")),
            format!("{}\n{record}\n", header(1).replace(":9", ":8")),
        ] {
            assert!(opened(&text).is_err(), "{text}");
        }
    }
}
