//! What a declaration says of URLs that the Worker signs.

use super::{must, must_fit};
use crate::const_text::Writer;
use crate::limits::signed_urls::{MAX_AGE, MAX_AGE_SECONDS_MAX};
use crate::name;

/// The variable that says where signed URLs lead in a local run, `http://127.0.0.1:8787`, or in an environment.
pub const SIGNED_URLS_ORIGIN_VARIABLE: &str = "STORAGE_SIGNED_URLS_ORIGIN";

/// URLs are signed by the Worker, with the keys in one of its secrets, and lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedUrlsSpec {
    /// The secret that holds the key ring, `LINK_KEYS`.
    pub secret: &'static str,
    /// Where they lead, `files.example.com`, with a port if it has one. Without it, each
    /// link says where.
    pub host: Option<&'static str>,
    /// Where a link may lead as well, if it says so. With neither these nor a host, it may lead to any.
    pub other_hosts: &'static [&'static str],
    /// For how many seconds one of them may be good at most.
    pub max_age_seconds: u32,
}

impl SignedUrlsSpec {
    /// With the keys in that secret, good for up to seven days.
    ///
    /// # Panics
    ///
    /// In the constant, if the secret's name breaks the rule.
    #[must_use]
    pub const fn new(secret: &'static str) -> Self {
        must(name::check_secret(secret));
        Self { secret, host: None, other_hosts: &[], max_age_seconds: MAX_AGE_SECONDS_MAX }
    }

    /// Leading to that host.
    ///
    /// # Panics
    ///
    /// In the constant, if it is not a host.
    #[must_use]
    pub const fn host(mut self, host: &'static str) -> Self {
        must(name::check_host(host));
        self.host = Some(host);
        self
    }

    /// Leading to one of those hosts, if a link says so.
    ///
    /// # Panics
    ///
    /// In the constant, if one is not a host.
    #[must_use]
    pub const fn other_hosts(mut self, hosts: &'static [&'static str]) -> Self {
        let mut rest = hosts;
        while let [host, tail @ ..] = rest {
            must(name::check_host(host));
            rest = tail;
        }
        self.other_hosts = hosts;
        self
    }

    /// Good for no longer than that.
    ///
    /// # Panics
    ///
    /// In the constant, if it is no time or more than seven days.
    #[must_use]
    pub const fn max_age_seconds(mut self, seconds: u32) -> Self {
        must_fit(MAX_AGE.check(seconds as u64));
        self.max_age_seconds = seconds;
        self
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.key("signed_urls");
        out.raw("{\"secret\":");
        out.string(self.secret);
        if let Some(host) = self.host {
            out.key("host");
            out.string(host);
        }
        if !self.other_hosts.is_empty() {
            out.key("other_hosts");
            out.strings(self.other_hosts);
        }
        out.key("max_age_seconds");
        out.number(self.max_age_seconds as u64);
        out.raw("}");
    }
}

/// The same, read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SignedUrlsRecord {
    /// The secret that holds the key ring.
    pub secret: name::SecretName,
    /// Where they lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<name::Host>,
    /// Where a link may lead as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_hosts: Vec<name::Host>,
    /// For how many seconds one of them may be good at most.
    pub max_age_seconds: u32,
}
