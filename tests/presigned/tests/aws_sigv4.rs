//! Whatever is signed, the crate of the AWS SDK signs it in the same way.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use proptest::collection::vec;
use proptest::prelude::*;
use storage_core::signing::sigv4::{Credentials, Endpoint, Method, Presigner, Request, SignError};
use storage_presigned::{ENDPOINT, ID, SECRET, aws_sigv4};

/// What the other side does not sign, because something on the way may change it.
const UNSIGNED_THERE: [&str; 4] =
    ["authorization", "user-agent", "x-amzn-trace-id", "transfer-encoding"];

fn presigner() -> Presigner {
    let credentials = Credentials::new(ID, SECRET).unwrap();
    Presigner::new(Endpoint::new(ENDPOINT).unwrap(), credentials)
}

/// The parts of a URL, in an order that does not depend on who made it.
fn parts(url: &str) -> (&str, Vec<&str>) {
    let (path, query) = url.split_once('?').unwrap();
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort_unstable();
    (path, parameters)
}

fn method() -> impl Strategy<Value = Method> {
    use Method::{Delete, Get, Head, Post, Put};
    prop_oneof![Just(Delete), Just(Get), Just(Head), Just(Post), Just(Put)]
}

/// Any text, and often one that paths are made of.
fn key() -> impl Strategy<Value = String> {
    let any = vec(any::<char>(), 1..60).prop_map(String::from_iter);
    prop_oneof![any, "[a-z/.%+ ~_&=?#\u{fc}]{1,40}"]
}

fn header() -> impl Strategy<Value = (String, String)> {
    ("[A-Za-z][A-Za-z0-9-]{0,20}", "[ -~]{0,40}")
}

fn parameter() -> impl Strategy<Value = (String, String)> {
    let text = || prop_oneof![vec(any::<char>(), 0..20).prop_map(String::from_iter), "[ -~]{0,9}"];
    (text(), text())
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_request(
        method in method(),
        key in key(),
        expires_seconds in 1..=604_800_u64,
        now in 0..=253_402_300_799_u64,
        headers in vec(header(), 0..6),
        query in vec(parameter(), 0..6),
    ) {
        let (headers, query) = (borrowed(&headers), borrowed(&query));
        let request = Request {
            method, bucket: "user-assets", key: &key, expires_seconds, headers: &headers, query: &query,
        };
        prop_assume!(!headers.iter().any(|(name, _)| {
            UNSIGNED_THERE.iter().any(|other| name.eq_ignore_ascii_case(other))
        }));
        match presigner().sign(&request, now) {
            Ok(url) => {
                let other = aws_sigv4(&request, now).unwrap();
                prop_assert_eq!(parts(&url), parts(&other));
            }
            Err(SignError::DotSegment) => {
                prop_assert!(key.split('/').any(|segment| segment == "." || segment == ".."));
            }
            Err(SignError::Header { .. }) => {
                let names = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
                let mut names: Vec<_> = names.collect();
                names.sort();
                names.dedup();
                let reserved = ["host", "x-amz-date", "x-amz-content-sha256"];
                prop_assert!(
                    names.len() < headers.len()
                        || names.iter().any(|name| reserved.contains(&name.as_str()))
                );
            }
            Err(SignError::Query { .. }) => {
                let mut names: Vec<_> = query.iter().map(|(name, _)| name).collect();
                names.sort();
                names.dedup();
                prop_assert!(names.len() < query.len() || names[0].is_empty());
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

/// What clients of R2 do, so that it does not depend on chance.
#[test]
fn known_requests() {
    let one = |request: Request<'_>| {
        let url = presigner().sign(&request, 1_795_000_000).unwrap();
        assert_eq!(parts(&url), parts(&aws_sigv4(&request, 1_795_000_000).unwrap()));
    };
    let request = |method| Request::new(method, "user-assets", "a b/\u{fc}+%.txt", 600);
    for method in [Method::Delete, Method::Get, Method::Head, Method::Put] {
        one(request(method));
    }
    for key in ["a//b", "/a", "a/", "%2e%2e/a", "...", "a'b(c)*!", "\0\r\n\t", "\u{1f600}"] {
        one(Request { key, ..request(Method::Get) });
    }
    let headers = [("content-type", "image/png"), ("content-length", "34567")];
    one(Request { headers: &headers, ..request(Method::Put) });
    one(Request { headers: &[("x-amz-meta-name", " a  b ")], ..request(Method::Put) });
    one(Request { query: &[("uploads", "")], ..request(Method::Post) });
    one(Request { query: &[("uploadId", "a+/=")], ..request(Method::Post) });
    let part = [("partNumber", "10000"), ("uploadId", "a+/=")];
    one(Request { query: &part, ..request(Method::Put) });
    let download = [
        ("response-content-type", "text/plain; charset=utf-8"),
        ("response-content-disposition", "attachment; filename=\"a \u{20ac}.txt\""),
    ];
    one(Request { query: &download, ..request(Method::Get) });
}
