//! What has to hold of an object for a request to go ahead.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use storage_core::ErrorKind;
use storage_core::key::BucketKey;

use super::{ObjectInfo, check_key};
use crate::error::{Error, Result};

/// What has to hold of the object that is there.
///
/// All of them, with two exceptions, which are HTTP's (RFC 9110, section 13.2.2): a time has no say
/// beside an etag condition of the same direction that holds.
///
/// | condition | HTTP | holds without an object |
/// | --- | --- | --- |
/// | `etag_matches` | `If-Match` | no |
/// | `etag_does_not_match` | `If-None-Match` | yes |
/// | `uploaded_before` | `If-Unmodified-Since` | yes |
/// | `uploaded_after` | `If-Modified-Since` | no |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conditions {
    /// The object has one of these etags.
    pub etag_matches: Option<Etags>,
    /// The object has none of these etags, or is not there.
    pub etag_does_not_match: Option<Etags>,
    /// The object was written before this time, or is not there.
    pub uploaded_before: Option<SystemTime>,
    /// The object was written after this time.
    pub uploaded_after: Option<SystemTime>,
    /// Both times, and that of the object, are cut to whole seconds before they are compared, as
    /// HTTP's dates are.
    pub whole_seconds: bool,
}

/// Which etags a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Etags {
    /// Any etag: that of whatever object there is.
    Any,
    /// One of these, without quotes.
    OneOf(Vec<String>),
}

impl Etags {
    fn have(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(etags) => etags.iter().any(|one| one == etag),
        }
    }
}

impl Conditions {
    /// Only if there is no object: a create-only write.
    #[must_use]
    pub fn not_exists() -> Self {
        Self { etag_does_not_match: Some(Etags::Any), ..Self::default() }
    }

    /// Whether they are those of [`not_exists`](Self::not_exists).
    pub(crate) fn is_create(&self) -> bool {
        let Self { etag_matches, etag_does_not_match, uploaded_before, uploaded_after, .. } = self;
        matches!(etag_does_not_match, Some(Etags::Any))
            && etag_matches.is_none()
            && uploaded_before.is_none()
            && uploaded_after.is_none()
    }

    /// Whether there is nothing to hold.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { etag_matches, etag_does_not_match, uploaded_before, uploaded_after, .. } = self;
        etag_matches.is_none()
            && etag_does_not_match.is_none()
            && uploaded_before.is_none()
            && uploaded_after.is_none()
    }

    /// Checks that etags are written as objects have them, not as headers do: those would never match.
    ///
    /// With the key of the request, because what can fail once is smaller in wasm.
    pub(super) fn check_with(&self, key: Result<String>) -> Result<BucketKey> {
        for etags in [&self.etag_matches, &self.etag_does_not_match] {
            let Some(Etags::OneOf(etags)) = etags else { continue };
            if etags.iter().any(|etag| etag.bytes().any(|byte| byte == b'"')) {
                let message = "an etag is given without its quotes";
                return Err(Error::new(ErrorKind::InvalidOption, message));
            }
        }
        check_key(key)
    }

    /// Whether they hold of an object, or of none. The rule is R2's.
    #[must_use]
    pub fn hold(&self, object: Option<&ObjectInfo>) -> bool {
        let Some(object) = object else {
            return self.etag_matches.is_none() && self.uploaded_after.is_none();
        };
        let (etag, uploaded) = (object.etag(), self.comparable(object.uploaded()));
        let matches = self.etag_matches.as_ref().map(|etags| etags.have(etag));
        let differs = self.etag_does_not_match.as_ref().map(|etags| !etags.have(etag));
        let before = self.uploaded_before.is_none_or(|time| uploaded < self.comparable(time));
        let after = self.uploaded_after.is_none_or(|time| self.comparable(time) < uploaded);
        matches != Some(false)
            && differs != Some(false)
            && (before || matches == Some(true))
            && (after || differs == Some(true))
    }

    fn comparable(&self, time: SystemTime) -> SystemTime {
        if self.whole_seconds { whole_seconds(time) } else { time }
    }
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => UNIX_EPOCH + Duration::from_secs(since.as_secs()),
        Err(_) => time, // before 1970, where nothing was written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millis)
    }

    fn one(etag: &str) -> Etags {
        Etags::OneOf(vec!["other".into(), etag.into()])
    }

    #[test]
    fn without_an_object_only_absences_hold() {
        assert!(Conditions::default().hold(None));
        assert!(Conditions::not_exists().hold(None));
        assert!(Conditions { uploaded_before: Some(at(0)), ..Conditions::default() }.hold(None));
        let any = Conditions { etag_matches: Some(Etags::Any), ..Conditions::default() };
        assert!(!any.hold(None));
        assert!(!Conditions { uploaded_after: Some(at(0)), ..Conditions::default() }.hold(None));
    }

    #[test]
    fn a_time_has_no_say_beside_an_etag_condition_that_holds() {
        let object = ObjectInfo::new("k".into(), 1, "etag".into(), at(5500));
        let holds = |conditions: Conditions| conditions.hold(Some(&object));
        let none = Conditions::default();
        assert!(holds(Conditions { etag_matches: Some(one("etag")), ..none.clone() }));
        assert!(!holds(Conditions { etag_matches: Some(one("e")), ..none.clone() }));
        assert!(!holds(Conditions { etag_does_not_match: Some(one("etag")), ..none.clone() }));
        assert!(!holds(Conditions { uploaded_before: Some(at(5500)), ..none.clone() }));
        assert!(holds(Conditions {
            uploaded_before: Some(at(1)),
            etag_matches: Some(one("etag")),
            ..none.clone()
        }));
        assert!(holds(Conditions {
            uploaded_after: Some(at(9000)),
            etag_does_not_match: Some(one("e")),
            ..none.clone()
        }));
        assert!(!holds(Conditions::not_exists()));
    }

    #[test]
    fn an_etag_has_no_quotes() {
        let matches = |etag: &str| {
            let conditions = Conditions { etag_matches: Some(one(etag)), ..Conditions::default() };
            conditions.check_with(Ok("k".into()))
        };
        assert!(matches("5d41402a").is_ok());
        assert!(Conditions::not_exists().check_with(Ok("k".into())).is_ok());
        for wrong in ["\"5d41402a\"", "W/\"5d41402a\""] {
            assert_eq!(matches(wrong).unwrap_err().kind(), ErrorKind::InvalidOption, "{wrong}");
        }
    }

    #[test]
    fn whole_seconds_are_compared_as_http_dates_are() {
        let object = ObjectInfo::new("k".into(), 1, "etag".into(), at(5500));
        let after = Conditions { uploaded_after: Some(at(5000)), ..Conditions::default() };
        assert!(after.hold(Some(&object)));
        assert!(!Conditions { whole_seconds: true, ..after }.hold(Some(&object)));
    }
}
