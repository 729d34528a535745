//! What makes an application a storage Worker: one that other Workers store by.

use super::must;
use crate::const_text::Writer;
use crate::name;

/// Where a Worker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "manifest", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "manifest", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Placement {
    /// Where the platform finds that requests are answered fastest: near what it calls, and not near who calls.
    Smart,
}

impl Placement {
    /// The word used in declarations and manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smart => "smart",
        }
    }
}

/// A storage Worker, as a constant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerSpec {
    /// Where it runs: near who calls if it is left out.
    pub placement: Option<Placement>,
    /// Where it answers signed URLs, `files.example.com`. Without it, it has no address at all.
    pub public_host: Option<&'static str>,
}

impl WorkerSpec {
    /// One that runs near who calls, and has no address.
    #[must_use]
    pub const fn new() -> Self {
        Self { placement: None, public_host: None }
    }

    /// Running there.
    #[must_use]
    pub const fn placement(mut self, placement: Placement) -> Self {
        self.placement = Some(placement);
        self
    }

    /// Answering signed URLs there.
    ///
    /// # Panics
    ///
    /// In the constant, if it is no name in the DNS.
    #[must_use]
    pub const fn public_host(mut self, host: &'static str) -> Self {
        must(name::check_domain(host));
        self.public_host = Some(host);
        self
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.key("worker");
        out.raw("{");
        if let Some(placement) = self.placement {
            out.string("placement");
            out.raw(":");
            out.string(placement.name());
        }
        if let Some(host) = self.public_host {
            out.raw(if self.placement.is_some() { "," } else { "" });
            out.string("public_host");
            out.raw(":");
            out.string(host);
        }
        out.raw("}");
    }
}

/// The same, read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WorkerRecord {
    /// Where it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// Where it answers signed URLs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_host: Option<name::Domain>,
}
