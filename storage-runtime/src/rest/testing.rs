//! Requests for tests.

use std::borrow::Cow;

use super::Incoming;
use crate::bucket::AsRequest;

struct Bare(&'static str);

impl AsRequest for Bare {
    fn method(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn header(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// A request without headers.
pub(super) fn request(method: &'static str, target: &str) -> Incoming {
    Incoming::new(target, Bare(method))
}
