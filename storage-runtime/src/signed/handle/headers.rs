//! What the answers to links say beside what is asked for.

use super::request::Asked;
use crate::backend;
use crate::bucket::Served;
use crate::error::{Error, Place, Resource};

/// The headers that an answer can have.
pub(crate) const ANSWERED: [&str; 19] = [
    "accept-ranges",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "expires",
    "last-modified",
    "referrer-policy",
    "vary",
    "x-content-type-options",
];

/// An answer that is an error, without the reason.
pub(super) fn refuse(asked: &Asked, error: &Error) -> Served {
    backend::note(error);
    let place = Place { operation: "signed_url", resource: Resource::Bucket("unknown") };
    let served = guard(Served::json(error.http_status(), error.to_json(), place));
    if asked.method == "HEAD" { served.without_body() } else { served }
}

/// What every answer to a link says to a browser.
pub(super) fn guard(served: Served) -> Served {
    served.set("referrer-policy", "no-referrer".to_owned()).set(NOSNIFF, "nosniff".to_owned())
}

/// The same on another host than links lead to as a rule: what runs there would run as a page of this one.
pub(super) fn sandbox(served: Served) -> Served {
    let served = guard(served);
    let may_run = match served.header("content-type") {
        Some(content_type) => !is_shown(content_type),
        None => served.has_body(),
    };
    if may_run { served.set("content-security-policy", "sandbox".to_owned()) } else { served }
}

const NOSNIFF: &str = "x-content-type-options";

/// Whether a browser shows that type without running anything. Of all others, SVG and XML with its
/// style sheets among them, what users upload would run as a page of the site.
pub(super) fn is_shown(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim_end_matches([' ', '\t']).to_ascii_lowercase();
    // Of two types some browsers take the last. What is no text of a header would be left out.
    if content_type.contains([',', '\r', '\n', '\0']) || essence.ends_with("+xml") {
        return false;
    }
    match essence.split_once('/') {
        // Where a type ends that is not two tokens, browsers do not agree: at a space, some at a bracket.
        Some((kind, subtype)) if !(is_token(kind) && is_token(subtype)) => false,
        Some(("image" | "audio" | "video" | "font", _)) => true,
        _ => ["text/plain", "application/json", "application/pdf"].contains(&essence.as_str()),
    }
}

/// Whether it is a token of RFC 9110, section 5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;

    #[test]
    fn what_may_run_runs_in_a_sandbox() {
        let policy = |status, content_type: Option<&str>| {
            let headers = content_type.map(|text| ("content-type", text.to_owned()));
            let place = Place { operation: "signed_url", resource: Resource::Bucket("a") };
            let content = (status == 200)
                .then(|| Content::new(Box::new(bytes::Bytes::from_static(b"<script>")), place));
            let served = sandbox(Served::new(status, headers.into_iter().collect(), content));
            assert_eq!(served.header(NOSNIFF), Some("nosniff"));
            served.header("content-security-policy").map(str::to_owned)
        };
        for content_type in [None, Some("text/html"), Some("image/png;\r\n x"), Some("")] {
            assert_eq!(policy(200, content_type).as_deref(), Some("sandbox"), "{content_type:?}");
        }
        assert_eq!(policy(200, Some("image/png")), None);
        assert_eq!(policy(304, None), None);
    }

    #[test]
    fn what_may_run_is_not_shown() {
        for shown in [
            "image/png",
            "IMAGE/PNG",
            "image/jpeg; q=1",
            "image/jpeg \t;q=(1",
            "image/vnd.ms-photo",
            "audio/ogg",
            "video/mp4",
            "text/plain",
            "text/plain; charset=utf-8",
            "application/pdf",
            "application/json",
        ] {
            assert!(is_shown(shown), "{shown}");
        }
        for saved in [
            "",
            "text/html",
            "TEXT/HTML ; charset=utf-8",
            "image/svg+xml",
            "image/SVG+XML; charset=utf-8",
            "image/svg+xml (x",
            "image/svg+xml x",
            "image/svg+xml(x",
            "image/svg+xml\tx",
            "image/svg+xml\u{b}x; q=1",
            "image/svg+xml ; q=1",
            " image/png",
            "image/png/x",
            "image/",
            "image/ png",
            "image/\"png\"",
            "text/html(/image/png",
            "application/xhtml+xml",
            "text/xml",
            "application/xml",
            "text/javascript",
            "application/javascript",
            "image/png, text/html",
            "image/png;\r\n x",
            "application/octet-stream",
            "multipart/x-mixed-replace",
            "text/css",
            "imagex",
        ] {
            assert!(!is_shown(saved), "{saved}");
        }
    }
}
