//! What links to R2 itself are signed with.

use storage_core::ErrorKind;
use storage_core::crypto::Zeroizing;
use storage_core::manifest::{S3_ENDPOINT_VARIABLE, S3_JURISDICTION_VARIABLE_PREFIX, S3Spec};
use storage_core::signing::sigv4::{Credentials, Endpoint, EndpointError, Presigner};

use crate::error::{Error, Result};

/// The access key in the environment, for the account that is there, or where the S3 interface is locally.
#[allow(dead_code, reason = "natively there is no R2")]
pub(crate) fn presigner(
    spec: &'static S3Spec,
    jurisdiction: Option<&str>,
    variable: impl Fn(&'static str) -> Option<String>,
) -> Result<Presigner> {
    let S3Spec { account_id, access_key_id, secret_access_key, .. } = *spec;
    let text = |name: &'static str| {
        variable(name).ok_or_else(|| {
            let help = format!(
                "there is no `{name}`; help: set it with `wrangler secret put {name}`, \
                                or locally in `.dev.vars`"
            );
            unconfigured(ErrorKind::SecretMissing).with_detail(help)
        })
    };
    let invalid = |name: &str| {
        unconfigured(ErrorKind::SecretInvalid).with_detail(format!("`{name}` breaks a rule"))
    };
    let of_account = |id: &str| match jurisdiction {
        Some(jurisdiction) => Endpoint::in_jurisdiction(id, jurisdiction.trim()),
        None => Endpoint::account(id),
    };
    let endpoint = match variable(S3_ENDPOINT_VARIABLE) {
        Some(endpoint) => Endpoint::new(&endpoint)
            .map_err(|error| invalid(S3_ENDPOINT_VARIABLE).with_source(error))?,
        None => of_account(text(account_id)?.trim()).map_err(|error| {
            let of_bucket = format!("{S3_JURISDICTION_VARIABLE_PREFIX}<binding>");
            let is_of_bucket = matches!(error, EndpointError::Jurisdiction);
            invalid(if is_of_bucket { &of_bucket } else { account_id }).with_source(error)
        })?,
    };
    let (id, secret) = (text(access_key_id)?, Zeroizing::new(text(secret_access_key)?));
    let credentials = Credentials::new(&id, &secret)
        .map_err(|error| invalid(secret_access_key).with_source(error))?;
    Ok(Presigner::new(endpoint, credentials))
}

fn unconfigured(kind: ErrorKind) -> Error {
    Error::new(kind, "this application is not configured for its access to R2")
}
