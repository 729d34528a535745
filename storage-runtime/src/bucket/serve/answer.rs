//! The answers there are, and their headers.

use super::super::headers::{self, Headers};
use super::super::{Conditions, HttpMetadata, ObjectInfo, precondition_failed};
use super::asked::{Asked, Method};
use super::{ServeOptions, Served};
use crate::backend::FoundBody;
use crate::content::Content;
use crate::error::{self, Error, Place};

/// What an object is served with that says nothing of caching: a browser may keep it for itself, and
/// asks each time whether it still is what it was.
const REVALIDATED: &str = "private, no-cache";

/// The same for an object that says until when it may be kept.
const PRIVATE: &str = "private";

/// What a 304 says of the object: what a cache is to bring up to date.
const OF_NOT_MODIFIED: [&str; 4] = ["cache-control", "etag", "expires", "last-modified"];

/// Makes answers to a request.
pub(super) struct Answers<'a> {
    pub(super) place: Place,
    pub(super) asked: &'a Asked,
    pub(super) options: &'a ServeOptions,
}

impl Answers<'_> {
    /// 200, with all of the object.
    pub(super) fn whole(&self, info: &ObjectInfo, found: FoundBody) -> Served {
        let content = Content::new(found.body, self.place);
        Served::new(200, self.of_all(info), Some(content))
    }

    /// 200, without the body.
    pub(super) fn head(&self, info: &ObjectInfo) -> Served {
        Served::new(200, self.of_all(info), None)
    }

    /// 206, with a part of the object.
    pub(super) fn partial(&self, info: &ObjectInfo, found: FoundBody) -> Served {
        let FoundBody { range, body } = found;
        let mut headers = self.of(info);
        headers.push(("content-length", (range.end - range.start).to_string()));
        headers.push(headers::content_range(&range, info.size()));
        Served::new(206, headers, Some(Content::new(body, self.place)))
    }

    /// 412 or 304 if a condition does not hold of the object, in the order of RFC 9110, section 13.2.2.
    pub(super) fn unmet(&self, info: &ObjectInfo) -> Option<Served> {
        let Conditions { etag_matches, uploaded_before, whole_seconds, .. } =
            self.asked.conditions.clone();
        let unchanged =
            Conditions { etag_matches, uploaded_before, whole_seconds, ..Conditions::default() };
        if !unchanged.hold(Some(info)) {
            return Some(self.refuse(412, &precondition_failed()));
        }
        (!self.asked.conditions.hold(Some(info))).then(|| self.not_modified(info))
    }

    /// The same where the backend has said that a condition does not hold.
    pub(super) fn not_this_one(&self, info: &ObjectInfo) -> Served {
        self.unmet(info).unwrap_or_else(|| {
            let Conditions { etag_does_not_match, uploaded_after, .. } = &self.asked.conditions;
            if etag_does_not_match.is_some() || uploaded_after.is_some() {
                self.not_modified(info)
            } else {
                self.refuse(412, &precondition_failed())
            }
        })
    }

    /// 416, with how many bytes there are.
    pub(super) fn range_not_satisfiable(&self, info: &ObjectInfo, error: &Error) -> Served {
        let size = ("content-range", format!("bytes */{}", info.size()));
        self.refuse(416, error).with_header(size)
    }

    /// 404.
    pub(super) fn not_found(&self) -> Served {
        self.say(404, error::json("storage_object_not_found", "there is no such object"))
    }

    /// 405.
    pub(super) fn method_not_allowed(&self) -> Served {
        let message = "objects are served to GET and HEAD only";
        let served = self.say(405, error::json("storage_method_not_allowed", message));
        served.with_header(("allow", "GET, HEAD".to_owned()))
    }

    fn not_modified(&self, info: &ObjectInfo) -> Served {
        let mut headers = self.of(info);
        headers.retain(|(name, _)| OF_NOT_MODIFIED.contains(name));
        Served::new(304, headers, None)
    }

    fn refuse(&self, status: u16, error: &Error) -> Served {
        self.say(status, error.to_json())
    }

    /// An answer without the object.
    fn say(&self, status: u16, json: String) -> Served {
        let served = Served::json(status, json, self.place);
        if self.asked.method == Some(Method::Head) { served.without_body() } else { served }
    }

    fn of_all(&self, info: &ObjectInfo) -> Headers {
        let mut headers = self.of(info);
        headers.push(("content-length", info.size().to_string()));
        headers
    }

    /// What an answer says of an object, whichever part of it it has.
    fn of(&self, info: &ObjectInfo) -> Headers {
        let ServeOptions { cache_control, content_disposition, content_type, .. } = self.options;
        let mut http: HttpMetadata = info.http_metadata().clone();
        if cache_control.is_some() {
            http.cache_control.clone_from(cache_control);
            http.expires = None;
        }
        if content_disposition.is_some() {
            http.content_disposition.clone_from(content_disposition);
        }
        if content_type.is_some() {
            http.content_type.clone_from(content_type);
        }
        let may_be_kept = http.expires.is_some();
        let mut headers = headers::of(info, &http);
        if !headers.iter().any(|(name, _)| *name == "cache-control") {
            let policy = if may_be_kept { PRIVATE } else { REVALIDATED };
            headers.push(("cache-control", policy.to_owned()));
        }
        headers.push(("accept-ranges", "bytes".to_owned()));
        // What users upload is what it says it is, or a browser would find scripts in pictures.
        headers.push(("x-content-type-options", "nosniff".to_owned()));
        headers
    }
}
