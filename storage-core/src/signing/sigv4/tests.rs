//! The example that AWS documents, and what holds for every URL. Against the implementations of
//! others: `tests/presigned/`.

use super::date::Timestamp;
use super::*;
use crate::key::KeyError;
use crate::name::NameError;

/// 2013-05-24T00:00:00Z
const NOW: u64 = 1_369_353_600;

fn presigner() -> Presigner {
    let credentials = Credentials::new("local", "local-secret").unwrap();
    Presigner::new(Endpoint::new("http://127.0.0.1:8787/s3").unwrap(), credentials)
}

fn get(key: &str) -> Request<'_> {
    Request::new(Method::Get, "files", key, 60)
}

fn refused(request: &Request<'_>) -> SignError {
    presigner().sign(request, NOW).unwrap_err()
}

/// "Authenticating Requests: Using Query Parameters" of the S3 API Reference. It has the bucket in
/// the host.
#[test]
fn the_example_of_aws() {
    let credentials =
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let endpoint = Endpoint::new("https://examplebucket.s3.amazonaws.com").unwrap();
    let presigner = Presigner::of_region("us-east-1", endpoint, credentials.unwrap());
    let request = Request::new(Method::Get, "", "", 86_400);
    let url = presigner.sign_path(&["test.txt"], &request, &Timestamp::new(NOW).unwrap());
    assert_eq!(
        url,
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
         &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}

#[test]
fn parameters_are_in_order_and_the_signature_is_last() {
    let request = Request {
        headers: &[("X-Amz-Meta-B", "2"), ("content-type", "text/plain")],
        query: &[("uploadId", "a/b"), ("partNumber", "1"), ("A|", ""), ("Aa", "\u{fc}")],
        ..Request::new(Method::Put, "files", "a", 60)
    };
    let url = presigner().sign(&request, NOW).unwrap();
    let names: Vec<_> = url.split(['?', '&']).skip(1).collect();
    let text = names.join(" ");
    assert!(text.starts_with("A%7C= Aa=%C3%BC X-Amz-Algorithm="), "{text}");
    let signed = "X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-meta-b";
    let end = format!("{signed} partNumber=1 uploadId=a%2Fb X-Amz-Signature=");
    assert!(text.contains(&end), "{text}");
}

#[test]
fn the_order_of_what_is_given_changes_nothing() {
    let url = |headers, query| {
        let request = Request { headers, query, ..get("a") };
        presigner().sign(&request, NOW).unwrap()
    };
    assert_eq!(
        url(&[("b", "1"), ("A", " x  y ")], &[("d", "1"), ("c", "2")]),
        url(&[("a", "x y"), ("B", "1")], &[("c", "2"), ("d", "1")]),
    );
}

#[test]
fn a_day_has_one_key_and_another_day_another() {
    let kept = presigner();
    for now in [NOW, NOW + 86_399, NOW + 86_400, NOW, 0, NOW + 1] {
        let url = kept.sign(&get("a"), now).unwrap();
        assert_eq!(url, presigner().sign(&get("a"), now).unwrap(), "{now}");
    }
}

#[test]
fn everything_that_is_signed_changes_the_signature() {
    let signature = |request: &Request<'_>| {
        let url = presigner().sign(request, NOW).unwrap();
        url.rsplit_once('=').unwrap().1.to_owned()
    };
    let mut signatures = vec![
        signature(&get("a")),
        signature(&get("b")),
        signature(&get("a/")),
        signature(&Request { method: Method::Head, ..get("a") }),
        signature(&Request { bucket: "others", ..get("a") }),
        signature(&Request { expires_seconds: 61, ..get("a") }),
        signature(&Request { headers: &[("content-type", "a")], ..get("a") }),
        signature(&Request { headers: &[("content-type", "b")], ..get("a") }),
        signature(&Request { query: &[("uploads", "")], ..get("a") }),
        signature(&Request { query: &[("uploads", "1")], ..get("a") }),
    ];
    signatures.sort();
    signatures.dedup();
    assert_eq!(signatures.len(), 10);
}

#[test]
fn a_url_is_allocated_once() {
    let long = "\u{1f600}".repeat(256);
    let pairs = [(long.as_str(), long.as_str()), ("b", ""), ("c", "")];
    let names = [("~".repeat(300), ""), ("|".repeat(300), "")];
    let headers = names.each_ref().map(|(name, value)| (name.as_str(), *value));
    for (key, query, headers) in
        [("a", &[][..], &[][..]), (&long, &pairs[..], &headers[..]), ("a", &[], &headers[1..])]
    {
        let request = Request { expires_seconds: 604_800, headers, query, ..get(key) };
        let token = "/".repeat(500);
        let credentials = Credentials::new(&"a".repeat(128), "b").unwrap();
        let endpoint = presigner().endpoint().clone();
        let presigner = Presigner::new(endpoint, credentials.session_token(&token).unwrap());
        let url = presigner.sign(&request, NOW).unwrap();
        let planned = presigner.length_max(&[request.bucket, request.key], &request);
        assert!(url.len() <= planned, "{} of {planned}", url.len());
        assert_eq!(url.capacity(), planned, "it has grown");
    }
}

#[test]
fn keys_that_no_url_leads_to_are_refused() {
    for key in [".", "..", "./a", "a/..", "a/./b", "a/../b", "/.", "../"] {
        assert_eq!(refused(&get(key)), SignError::DotSegment, "{key}");
    }
    for key in ["...", "a..", ".a", "a//b", "/", "a/", "%2e%2e", "..\\a", "\0"] {
        assert!(presigner().sign(&get(key), NOW).is_ok(), "{key}");
    }
    assert_eq!(refused(&get("")), SignError::Key(KeyError::Empty));
    let long = "a".repeat(1025);
    let too_long = KeyError::TooLong { bytes: 1025, max: 1024 };
    assert_eq!(refused(&get(&long)), SignError::Key(too_long));
}

#[test]
fn buckets_times_and_expiries_have_their_rules() {
    for bucket in ["", "a/b", "..", "ab", "A-bucket"] {
        let error = refused(&Request { bucket, ..get("a") });
        assert_eq!(error, SignError::Bucket(NameError::Bucket), "{bucket}");
    }
    for expires_seconds in [0, 604_801, u64::MAX] {
        let error = refused(&Request { expires_seconds, ..get("a") });
        assert!(matches!(error, SignError::Expiry(_)), "{expires_seconds}");
    }
    for expires_seconds in [1, 604_800] {
        let request = Request { expires_seconds, ..get("a") };
        assert!(presigner().sign(&request, NOW).is_ok(), "{expires_seconds}");
    }
    let error = presigner().sign(&get("a"), NOW * 1000).unwrap_err();
    assert!(error.to_string().ends_with("help: give seconds, not milliseconds"));
}

#[test]
fn headers_and_parameters_have_their_rules() {
    let header = |headers: &[_]| match refused(&Request { headers, ..get("a") }) {
        SignError::Header { rule, .. } => rule,
        other => panic!("{other}"),
    };
    assert_eq!(header(&[("", "a")]), PairRule::Name);
    assert_eq!(header(&[("a b", "a")]), PairRule::Name);
    assert_eq!(header(&[("\u{e4}", "a")]), PairRule::Name);
    assert_eq!(header(&[("a", "1"), ("b", "2"), ("A", "1")]), PairRule::Once);
    for name in ["Host", "authorization", "X-Amz-Date", "x-amz-content-sha256"] {
        assert_eq!(header(&[(name, "a")]), PairRule::Reserved, "{name}");
    }
    for value in ["a\r\nb", "a\tb", "\u{e4}", "\0", "\u{7f}"] {
        assert_eq!(header(&[("a", value)]), PairRule::Value, "{value:?}");
    }

    let query = |query: &[_]| match refused(&Request { query, ..get("a") }) {
        SignError::Query { rule, .. } => rule,
        other => panic!("{other}"),
    };
    assert_eq!(query(&[("", "a")]), PairRule::Name);
    assert_eq!(query(&[("a", "1"), ("a", "2")]), PairRule::Once);
    for name in ["X-Amz-Signature", "x-amz-expires", "X-Amz-Security-Token"] {
        assert_eq!(query(&[(name, "a")]), PairRule::Reserved, "{name}");
    }
    let error = refused(&Request { query: &[("X-Amz-Date", "")], ..get("a") });
    assert_eq!(
        error.to_string(),
        "the query parameter \"X-Amz-Date\" can't be chosen: it belongs to the signature"
    );
}

#[test]
fn nothing_secret_is_printed() {
    let credentials = Credentials::new("local", "hidden").unwrap().session_token("hidden").unwrap();
    let presigner = Presigner::new(presigner().endpoint().clone(), credentials);
    presigner.sign(&get("a"), NOW).unwrap();
    assert_eq!(
        format!("{presigner:?}"),
        "Presigner { endpoint: Endpoint(\"http://127.0.0.1:8787/s3\"), credentials: Credentials { \
         access_key_id: \"local\", .. }, .. }"
    );
}
