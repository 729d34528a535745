//! What an object says of itself to HTTP clients.

use std::ops::Range;

use super::{HttpMetadata, Object, ObjectInfo};
use crate::backend;

/// What nobody named is not for a browser to guess at.
const UNNAMED: &str = "application/octet-stream";

impl Object {
    /// The status of an HTTP answer with this body: 206 if it is of a range of the object, else 200.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        if len(self) == self.size() { 200 } else { 206 }
    }

    /// The headers of an HTTP answer with this body: what was written with the object, its etag and its
    /// time. For frameworks that have no conversion of an object here.
    ///
    /// Another program may have written what can't stand in a header: that is left out, but for a
    /// disposition, in whose place `attachment` stands.
    #[must_use]
    pub fn http_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = of(self, self.http_metadata());
        headers.push(("content-length", len(self).to_string()));
        if self.http_status() == 206 {
            headers.push(content_range(&self.range(), self.size()));
        }
        headers
    }
}

/// What stands for a disposition that can't stand in a header: left out, what was to be saved would be
/// shown, and HTML of a user's would run as a page of the site.
const SAVED: &str = "attachment";

/// Names in lowercase, and values.
pub(super) type Headers = Vec<(&'static str, String)>;

/// What an answer says of an object, whichever part of it it has, if it is to be served like that.
pub(super) fn of(info: &ObjectInfo, http: &HttpMetadata) -> Headers {
    let HttpMetadata {
        content_type,
        content_language,
        content_disposition,
        content_encoding,
        cache_control,
        expires,
    } = http;
    let mut headers = vec![("etag", format!("\"{}\"", info.etag()))];
    for (name, time) in [("last-modified", Some(info.uploaded())), ("expires", *expires)] {
        if let Some(date) = time.and_then(backend::http_date) {
            headers.push((name, date));
        }
    }
    let content_type = content_type.as_deref().filter(|text| can_stand_in_header(text));
    headers.push(("content-type", content_type.unwrap_or(UNNAMED).to_owned()));
    let texts = [
        ("content-language", content_language),
        ("content-disposition", content_disposition),
        ("content-encoding", content_encoding),
        ("cache-control", cache_control),
    ];
    for (name, text) in texts {
        match text {
            Some(text) if can_stand_in_header(text) => headers.push((name, text.clone())),
            Some(text) if name == "content-disposition" && !text.is_empty() => {
                headers.push((name, SAVED.to_owned()));
            }
            _ => {}
        }
    }
    headers
}

/// Which bytes of how many a part has.
pub(super) fn content_range(range: &Range<u64>, size: u64) -> (&'static str, String) {
    let last = range.end.saturating_sub(1);
    ("content-range", format!("bytes {}-{last}/{size}", range.start))
}

fn len(object: &Object) -> u64 {
    let range = object.range();
    range.end - range.start
}

fn can_stand_in_header(text: &str) -> bool {
    crate::write::check_header("", Some(text)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::backend::http_date;

    #[test]
    fn a_disposition_that_can_not_stand_in_a_header_is_an_attachment() {
        let info = ObjectInfo::new("k".into(), 1, "etag".into(), SystemTime::UNIX_EPOCH);
        let disposition = |text: &str| {
            let content_disposition = Some(text.to_owned());
            let http = HttpMetadata { content_disposition, ..HttpMetadata::default() };
            let found =
                of(&info, &http).into_iter().find(|(name, _)| *name == "content-disposition");
            found.map(|(_, value)| value)
        };
        let readable = "inline; filename=\"a.txt\"";
        assert_eq!(disposition(readable).as_deref(), Some(readable));
        for text in ["attachment; filename=\"résumé.html\"", "attachment\r\nx: y"] {
            assert_eq!(disposition(text).as_deref(), Some(SAVED), "{text:?}");
        }
        assert_eq!(disposition(""), None);
    }

    #[test]
    fn times_that_http_can_not_write_are_left_out() {
        let epoch = SystemTime::UNIX_EPOCH;
        let date = |seconds| http_date(epoch + Duration::from_secs(seconds));
        assert_eq!(date(784_111_777).unwrap(), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert!(date(253_402_300_799).is_some());
        assert_eq!(date(253_402_300_800), None);
        assert_eq!(http_date(epoch - Duration::from_secs(1)), None);
    }
}
