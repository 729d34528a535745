//! What links to R2 itself are signed with.

use std::fmt;

use storage_core::ErrorKind;
use storage_core::crypto::Zeroizing;
use storage_core::manifest::{S3_ENDPOINT_VARIABLE, S3_JURISDICTION_VARIABLE_PREFIX, S3Spec};
use storage_core::signing::sigv4::{
    Credentials, CredentialsError, Endpoint, EndpointError, Presigner,
};

use crate::error::{Error, Result};

/// The access key in the environment, for the account that is there, or where the S3 interface is locally.
#[allow(dead_code, reason = "natively there is no R2")]
pub(crate) fn presigner(
    spec: &'static S3Spec,
    jurisdiction: Option<&str>,
    variable: impl Fn(&'static str) -> Option<String>,
) -> Result<Presigner> {
    let S3Spec { account_id, access_key_id, secret_access_key, .. } = *spec;
    let of_account = |id: &str| match jurisdiction {
        Some(jurisdiction) => Endpoint::in_jurisdiction(id, jurisdiction.trim()),
        None => Endpoint::account(id),
    };
    let endpoint = if let Some(endpoint) = variable(S3_ENDPOINT_VARIABLE) {
        Endpoint::new(&endpoint)
            .map_err(|error| invalid(ErrorKind::Misconfigured, S3_ENDPOINT_VARIABLE, &error))?
    } else {
        let id = variable(account_id).ok_or_else(|| no_account(account_id))?;
        of_account(id.trim()).map_err(|error| {
            let of_bucket = format!("{S3_JURISDICTION_VARIABLE_PREFIX}<binding>");
            let is_of_bucket = matches!(error, EndpointError::Jurisdiction);
            let name: &str = if is_of_bucket { &of_bucket } else { account_id };
            invalid(ErrorKind::Misconfigured, name, &error)
        })?
    };
    let secret = |name: &'static str| variable(name).ok_or_else(|| no_secret(name));
    let (id, key) = (secret(access_key_id)?, Zeroizing::new(secret(secret_access_key)?));
    let credentials = Credentials::new(&id, &key).map_err(|error| {
        let is_of_id = matches!(error, CredentialsError::AccessKeyId);
        let name = if is_of_id { access_key_id } else { secret_access_key };
        invalid(ErrorKind::SecretInvalid, name, &error)
    })?;
    Ok(Presigner::new(endpoint, credentials))
}

/// No secret, and not set as one: wrangler holds back what the file does not list.
fn no_account(name: &str) -> Error {
    unconfigured(ErrorKind::Misconfigured).with_detail(format!(
        "there is no variable `{name}`, the id of the account; help: add \
         `\"vars\": {{ \"{name}\": \"<the id>\" }}` to the wrangler file, and for a local run use \
         `cargo storage dev`, which needs none"
    ))
}

fn no_secret(name: &str) -> Error {
    unconfigured(ErrorKind::SecretMissing).with_detail(format!(
        "there is no secret `{name}`; help: set it with `wrangler secret put {name}`, and for a local run \
         with `cargo storage generate --dev-vars`"
    ))
}

/// As text, and not as the source: logs show that as Rust's debug form, which has no rule.
fn invalid(kind: ErrorKind, name: &str, error: &dyn fmt::Display) -> Error {
    let rule = error.to_string().replace('\n', "; ");
    unconfigured(kind).with_detail(format!("`{name}`: {rule}"))
}

fn unconfigured(kind: ErrorKind) -> Error {
    Error::new(kind, "this application is not configured for its access to R2")
}
