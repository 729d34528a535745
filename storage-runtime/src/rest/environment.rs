//! Where a server's variables and secrets come from.

use std::collections::BTreeMap;

use storage_core::ErrorKind;

use super::network::RateLimiter;
use crate::error::Error;

/// The variables, secrets and bindings that a server is started with.
///
/// On Workers that is `worker::Env`, natively [`Process`], and in tests a map.
pub trait Environment {
    /// The variable or secret of that name.
    fn variable(&self, name: &str) -> Option<String>;

    /// The rate limit of that name: a binding of the platform.
    fn rate_limiter(&self, binding: &str) -> Option<RateLimiter>;
}

/// The environment of this process: its variables, and no bindings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Process;

impl Environment for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn rate_limiter(&self, _: &str) -> Option<RateLimiter> {
        None
    }
}

impl Environment for BTreeMap<&str, &str> {
    fn variable(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| (*value).to_owned())
    }

    fn rate_limiter(&self, _: &str) -> Option<RateLimiter> {
        None
    }
}

/// Why a server does not start. Clients are not told.
pub(super) fn misconfigured(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Misconfigured, "this server is not configured").with_detail(detail)
}
