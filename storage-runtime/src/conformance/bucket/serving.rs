//! Answers to HTTP requests.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use crate::ErrorKind;
use crate::backend::http_date;
use crate::bucket::{AsRequest, Served};
use crate::conformance::{Checked, Stores, equal, failed, refused, there};

const HOUR: Duration = Duration::from_secs(3600);

/// A request, in short.
struct Asks<'a>(&'static str, Vec<(&'static str, Cow<'a, str>)>);

impl AsRequest for Asks<'_> {
    fn method(&self) -> Cow<'_, str> {
        self.0.into()
    }

    fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let found = self.1.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| Cow::Borrowed(&**value))
    }
}

fn asks<'a>(method: &'static str, headers: &[(&'static str, &'a str)]) -> Asks<'a> {
    Asks(method, headers.iter().map(|(name, value)| (*name, Cow::Borrowed(*value))).collect())
}

fn get<'a>(headers: &[(&'static str, &'a str)]) -> Asks<'a> {
    asks("GET", headers)
}

case!(SERVED, "bucket/a request is answered with the object and what was written with it", served);

async fn served(Stores { bucket, .. }: Stores) -> Checked {
    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    let put = bucket.put("served", "0123456789").content_type("text/csv").content_language("en");
    let put = put.content_disposition("attachment").content_encoding("identity");
    let written = put.cache_control("max-age=60").expires(expires).await?;
    let etag = format!("\"{}\"", written.etag());
    let modified = there("date", http_date(written.uploaded()))?;
    let expected = [
        ("accept-ranges", "bytes"),
        ("cache-control", "max-age=60"),
        ("content-disposition", "attachment"),
        ("content-encoding", "identity"),
        ("content-language", "en"),
        ("content-length", "10"),
        ("content-type", "text/csv"),
        ("etag", etag.as_str()),
        ("expires", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("last-modified", modified.as_str()),
        ("x-content-type-options", "nosniff"),
    ];
    for (method, body) in [("GET", "0123456789"), ("HEAD", "")] {
        let served = bucket.serve("served", &asks(method, &[])).await?;
        equal("status", served.status(), 200)?;
        let mut headers: Vec<_> = served.headers().to_vec();
        headers.sort_unstable();
        equal(method, headers, expected.map(|(name, value)| (name, value.to_owned())).to_vec())?;
        equal(method, text(served).await?, body)?;
    }
    let unchanged = bucket.serve("served", &get(&[("if-none-match", &etag)])).await?;
    let mut headers: Vec<_> = unchanged.headers().iter().map(|(name, _)| *name).collect();
    headers.sort_unstable();
    equal("not modified", headers, ["cache-control", "etag", "expires", "last-modified"])?;
    equal("not modified", text(unchanged).await?, "")
}

case!(SERVED_OTHERWISE, "bucket/an answer has what is set in place of what was written", otherwise);

async fn otherwise(Stores { bucket, .. }: Stores) -> Checked {
    let caching = |served: Served| served.header("cache-control").map(str::to_owned);
    bucket.put("served-plain", vec![1]).await?;
    let plain = || bucket.serve("served-plain", &get(&[]));
    let served = plain().await?;
    equal("a type", served.header("content-type"), Some("application/octet-stream"))?;
    equal("none was written", caching(served).as_deref(), Some("private, no-cache"))?;
    equal("set", caching(plain().cache_control("no-store").await?).as_deref(), Some("no-store"))?;

    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    bucket.put("served-expires", "x").expires(expires).await?;
    let until = || bucket.serve("served-expires", &get(&[]));
    equal("until then", caching(until().await?).as_deref(), Some("private"))?;
    let served = until().cache_control("no-cache").content_disposition("inline");
    let served = served.content_type("text/html").await?;
    equal("expires", served.header("expires"), None)?;
    equal("disposition", served.header("content-disposition"), Some("inline"))?;
    equal("type", served.header("content-type"), Some("text/html"))?;
    let mistaken = until().content_type("text/html\r\nset-cookie: a").await;
    refused("not a header", mistaken, ErrorKind::InvalidOption)
}

case!(SERVED_IF, "bucket/conditions of a request are decided in the order of HTTP", served_if);

/// A condition: not there, one that holds, one that does not.
const STATES: [Option<bool>; 3] = [None, Some(true), Some(false)];

async fn served_if(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("served-if", "x").await?;
    let etag = format!("\"{}\"", written.etag());
    let [at, before] = dates([written.uploaded(), written.uploaded() - HOUR])?;
    // Where the condition holds, and where it does not.
    let headers = [
        ("if-match", [etag.as_str(), "\"other\""]),
        ("if-unmodified-since", [&at, &before]),
        ("if-none-match", ["\"other\"", &etag]),
        ("if-modified-since", [&before, &at]),
    ];
    for number in 0..81 {
        let states = [27, 9, 3, 1].map(|weight| STATES.get(number / weight % 3).copied().flatten());
        let of_states = headers.iter().zip(states).filter_map(|((name, [yes, no]), state)| {
            state.map(|holds| (*name, if holds { *yes } else { *no }))
        });
        let of_states: Vec<_> = of_states.collect();
        let expected = match states {
            [Some(false), ..] | [None, Some(false), ..] => 412,
            [.., Some(false), _] | [.., None, Some(false)] => 304,
            _ => 200,
        };
        for method in ["GET", "HEAD"] {
            let served = bucket.serve("served-if", &asks(method, &of_states)).await?;
            equal(&format!("{method} {of_states:?}"), served.status(), expected)?;
        }
    }
    Ok(())
}

case!(SERVED_IF_ODD, "bucket/conditions of a request are read as HTTP writes them", served_if_odd);

async fn served_if_odd(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("served-if-odd", "x").await?;
    let etag = written.etag();
    let [tag, weak] = [format!("\"{etag}\""), format!("W/\"{etag}\"")];
    let [list, weak_list] = [format!("\"a,b\", {tag}"), format!("W/\"a\",, {weak}")];
    let before = written.uploaded() - HOUR;
    let [before, after] = dates([before, written.uploaded() + HOUR])?;
    let cases = [
        ("if-match", "*", 200),
        ("if-match", &list, 200),
        ("if-match", &weak, 412),
        ("if-match", &weak_list, 412),
        ("if-match", "\"a\", \"b\"", 412),
        ("if-match", etag, 412),
        ("if-match", "", 412),
        ("if-none-match", "*", 304),
        ("if-none-match", &weak, 304),
        ("if-none-match", &list, 304),
        ("if-none-match", &weak_list, 304),
        ("if-none-match", "\"a\", \"b\"", 200),
        ("if-none-match", etag, 200),
        ("if-none-match", "", 200),
        ("if-modified-since", &after, 304),
        ("if-modified-since", &before, 200),
        ("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT", 200),
        ("if-modified-since", "Sun Nov  6 08:49:37 1994", 200),
        ("if-modified-since", "Saturday, 06-Nov-60 08:49:37 GMT", 304),
        ("if-modified-since", "Sat Nov  6 08:49:37 2060", 304),
        ("if-modified-since", "2060-11-06T08:49:37Z", 200),
        ("if-modified-since", "Sat, 31 Feb 2060 08:49:37 GMT", 200),
        ("if-unmodified-since", &after, 200),
        ("if-unmodified-since", &before, 412),
        ("if-unmodified-since", "Sunday, 06-Nov-94 08:49:37 GMT", 412),
        ("if-unmodified-since", "Sun Nov  6 08:49:37 1994", 412),
        ("if-unmodified-since", "Fri, 31 Dec 9999 23:59:59 GMT", 200),
        ("if-unmodified-since", "1994", 200),
        ("if-unmodified-since", "Sun, 06 Nov 1960 08:49:37 GMT", 412),
        ("if-unmodified-since", "Sun Nov  6 08:49:37 1960", 412),
        ("if-unmodified-since", "Mon, 01 Jan 0001 00:00:00 GMT", 412),
        ("if-unmodified-since", "Mon, 06 Nov 1960 08:49:37 GMT", 200), // a Sunday
        ("if-modified-since", "Sun, 06 Nov 1960 08:49:37 GMT", 200),
    ];
    for (name, value, expected) in cases {
        for method in ["GET", "HEAD"] {
            let served = bucket.serve("served-if-odd", &asks(method, &[(name, value)])).await;
            let served = served.map_err(|error| failed(format!("{name}: {value}: {error:?}")))?;
            equal(&format!("{method} {name}: {value}"), served.status(), expected)?;
            is_told(served, method, expected).await?;
        }
    }
    Ok(())
}

case!(SERVED_RANGE, "bucket/a range of a request is answered with those bytes", served_range);

async fn served_range(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("served-range", "0123456789").await?;
    let cases: [(&str, u16, &str, Option<&str>); 21] = [
        ("bytes=0-0", 206, "0", Some("bytes 0-0/10")),
        ("bytes=2-4", 206, "234", Some("bytes 2-4/10")),
        ("bytes=7-", 206, "789", Some("bytes 7-9/10")),
        ("bytes=7-99", 206, "789", Some("bytes 7-9/10")),
        ("bytes=-3", 206, "789", Some("bytes 7-9/10")),
        ("bytes=-99", 206, "0123456789", Some("bytes 0-9/10")),
        ("bytes=0-", 206, "0123456789", Some("bytes 0-9/10")),
        ("bytes=0-18446744073709551615", 206, "0123456789", Some("bytes 0-9/10")),
        ("bytes=9-99999999999999999999999", 206, "9", Some("bytes 9-9/10")),
        ("bytes=-99999999999999999999999", 206, "0123456789", Some("bytes 0-9/10")),
        ("Bytes= ,5-5,", 206, "5", Some("bytes 5-5/10")),
        ("bytes=10-", 416, "", Some("bytes */10")),
        ("bytes=10-20", 416, "", Some("bytes */10")),
        ("bytes=-0", 416, "", Some("bytes */10")),
        ("bytes=18446744073709551615-", 416, "", Some("bytes */10")),
        ("bytes=99999999999999999999999-", 416, "", Some("bytes */10")),
        ("bytes=0-1,3-4", 200, "0123456789", None),
        ("bytes=4-2", 200, "0123456789", None),
        ("bytes=x", 200, "0123456789", None),
        ("items=0-1", 200, "0123456789", None),
        ("", 200, "0123456789", None),
    ];
    for (range, status, body, content_range) in cases {
        let served = bucket.serve("served-range", &get(&[("range", range)])).await;
        let served = served.map_err(|error| failed(format!("{range}: {error:?}")))?;
        equal(range, served.status(), status)?;
        equal(range, served.header("content-range"), content_range)?;
        if status == 416 {
            is_told(served, "GET", status).await?;
        } else {
            let len = body.len().to_string();
            equal(range, served.header("content-length"), Some(len.as_str()))?;
            equal(range, served.header("etag"), Some(format!("\"{}\"", written.etag()).as_str()))?;
            equal(range, text(served).await?, body)?;
        }
        let head = bucket.serve("served-range", &asks("HEAD", &[("range", range)])).await?;
        equal(
            "ranges are of GET",
            (head.status(), head.header("content-length")),
            (200, Some("10")),
        )?;
    }
    Ok(())
}

case!(SERVED_EMPTY, "bucket/of an empty object there is no range", served_empty);

async fn served_empty(Stores { bucket, .. }: Stores) -> Checked {
    bucket.put("served-empty", "").await?;
    for (range, status) in [
        ("bytes=0-", 416),
        ("bytes=0-0", 416),
        ("bytes=5-", 416),
        ("bytes=-0", 416),
        ("bytes=-5", 200), // the last 5 of none: all
        ("bytes=0-1,3-4", 200),
    ] {
        let served = bucket.serve("served-empty", &get(&[("range", range)])).await;
        let served = served.map_err(|error| failed(format!("{range}: {error:?}")))?;
        equal(range, served.status(), status)?;
        let content_range = (status == 416).then_some("bytes */0");
        equal(range, served.header("content-range"), content_range)?;
    }
    Ok(())
}

case!(
    SERVED_IF_RANGE,
    "bucket/a range of a request counts for the object it names",
    served_if_range
);

async fn served_if_range(Stores { bucket, .. }: Stores) -> Checked {
    let written = bucket.put("served-if-range", "0123456789").await?;
    let [etag, weak] = [format!("\"{}\"", written.etag()), format!("W/\"{}\"", written.etag())];
    let uploaded = written.uploaded();
    let [at, before, after] = dates([uploaded, uploaded - HOUR, uploaded + HOUR])?;
    let values = [
        (etag.as_str(), true),
        (&at, false),
        (&weak, false),
        (&before, false),
        (&after, false),
        ("\"other\"", false),
        (written.etag(), false),
        ("*", false),
        ("", false),
    ];
    for (value, counts) in values {
        for (range, status) in [("bytes=2-4", 206), ("bytes=50-", 416)] {
            let asked = get(&[("range", range), ("if-range", value)]);
            let served = bucket.serve("served-if-range", &asked).await?;
            let (what, expected) = (format!("{range} {value}"), if counts { status } else { 200 });
            equal(&what, served.status(), expected)?;
            match expected {
                200 => equal(&what, text(served).await?, "0123456789")?,
                206 => equal(&what, text(served).await?, "234")?,
                _ => {}
            }
        }
        let whole = bucket.serve("served-if-range", &get(&[("if-range", value)])).await?;
        equal("without a range", whole.status(), 200)?;
    }
    Ok(())
}

case!(SERVED_IF_FIRST, "bucket/conditions of a request come before its range", served_if_first);

async fn served_if_first(Stores { bucket, .. }: Stores) -> Checked {
    let etag = format!("\"{}\"", bucket.put("served-first", "0123456789").await?.etag());
    let other = "\"other\"";
    for range in ["bytes=2-4", "bytes=50-"] {
        let cases = [
            (vec![("if-none-match", etag.as_str())], 304),
            (vec![("if-match", other)], 412),
            (vec![("if-none-match", "\"a\", \"b\""), ("if-match", other)], 412),
            (vec![("if-none-match", &etag), ("if-range", &etag)], 304),
            (vec![("if-match", other), ("if-range", other)], 412),
            (vec![("if-match", &etag), ("if-range", other)], 200),
        ];
        for (mut headers, expected) in cases {
            headers.push(("range", range));
            let served = bucket.serve("served-first", &get(&headers)).await?;
            equal(&format!("{headers:?}"), served.status(), expected)?;
        }
    }
    Ok(())
}

case!(SERVED_NOT, "bucket/a request that can't be answered with an object is told so", served_not);

async fn served_not(Stores { bucket, .. }: Stores) -> Checked {
    bucket.delete("served-not").await?;
    // Without an object there is nothing that a condition could be about.
    for header in ["if-match", "if-none-match"] {
        for method in ["GET", "HEAD"] {
            let asked = asks(method, &[(header, "*"), ("range", "bytes=5-")]);
            is_told(bucket.serve("served-not", &asked).await?, method, 404).await?;
        }
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "get"] {
        let served = bucket.serve("served-not", &asks(method, &[])).await?;
        equal("allow", served.header("allow"), Some("GET, HEAD"))?;
        is_told(served, method, 405).await?;
    }
    refused("no key", bucket.serve("", &get(&[])).await, ErrorKind::InvalidKey)
}

/// Times as headers have them.
fn dates<const N: usize>(times: [SystemTime; N]) -> Checked<[String; N]> {
    let dates = times.map(http_date);
    if dates.iter().any(Option::is_none) {
        return Err(failed(format!("not times of HTTP: {times:?}")));
    }
    Ok(dates.map(Option::unwrap_or_default))
}

/// That an answer without the object says why, and is not kept.
async fn is_told(served: Served, method: &str, status: u16) -> Checked {
    let code = match status {
        404 => "storage_object_not_found",
        405 => "storage_method_not_allowed",
        412 => "storage_precondition_failed",
        416 => "storage_range_not_satisfiable",
        _ => return Ok(()),
    };
    equal("status", served.status(), status)?;
    equal("caching", served.header("cache-control"), Some("no-store"))?;
    equal("type", served.header("content-type"), Some("application/json"))?;
    equal("etag", served.header("etag"), None)?;
    let len = served.header("content-length").map(str::to_owned);
    let body = text(served).await?;
    if method == "HEAD" {
        return equal("body of HEAD", body, "");
    }
    equal("length", len, Some(body.len().to_string()))?;
    let start = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"");
    equal("body", body.starts_with(&start), true)
}

async fn text(served: Served) -> Checked<String> {
    let bytes = served.into_body().gather(1024).await?;
    String::from_utf8(bytes.to_vec()).map_err(|error| failed(error.to_string()))
}
