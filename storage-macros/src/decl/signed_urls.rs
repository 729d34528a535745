//! Signed URLs that keep the rules.

use storage_core::limits::signed_urls::MAX_AGE;
use storage_core::manifest::Purpose;
use storage_core::name::{Host, SecretName, suggest_host};

use super::Environment;
use crate::args::{SignedUrlsArgs, Value};
use crate::diag::Errors;

pub(crate) struct SignedUrlsDecl {
    pub(crate) secret: SecretName,
    pub(crate) host: Option<Host>,
    pub(crate) other_hosts: Vec<Host>,
    pub(crate) max_age_seconds: Option<u32>,
}

impl SignedUrlsDecl {
    /// Reports every rule that is broken.
    pub(super) fn new(
        args: Value<SignedUrlsArgs>,
        environment: &mut Environment,
        errors: &mut Errors,
    ) -> Option<Self> {
        let Value { content, written, .. } = args;
        let SignedUrlsArgs { secret, host, other_hosts, max_age_seconds } = content;
        let meaning = "the secret of the Worker that holds the keys which sign";
        let secret =
            super::required::<SignedUrlsArgs, _>(secret, "secret", meaning, &written, errors)
                .and_then(|text| {
                    environment.claim(&text, Purpose::SigningKeys, SecretName::new, errors)
                });
        let host = host
            .and_then(|host| super::checked(&host, Host::new, suggest_host(&host.content), errors));
        let other_hosts = match other_hosts {
            None => Some(Vec::new()),
            Some(list) => super::entries(&list, |text| Host::new(text), suggest_host, errors),
        };
        let max_age_seconds =
            max_age_seconds.and_then(|seconds| super::number_u32(&seconds, MAX_AGE, errors));
        Some(Self { secret: secret?, host, other_hosts: other_hosts?, max_age_seconds })
    }
}
