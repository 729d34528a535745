//! What a declaration says of R2's S3 interface.

use super::must;
use crate::const_text::Writer;
use crate::name;

/// The variable that says where the S3 interface is in a local run:
/// `http://127.0.0.1:8787/cdn-cgi/local/r2/s3`.
pub const S3_ENDPOINT_VARIABLE: &str = "STORAGE_S3_ENDPOINT";

/// What the name of the variable begins with that says which bucket of the account is meant, where it is
/// not the declared one: in an environment, `STORAGE_S3_BUCKET_UPLOADS` is `uploads-staging`. It ends with
/// the name of the binding.
pub const S3_BUCKET_VARIABLE_PREFIX: &str = "STORAGE_S3_BUCKET_";

/// The same of the variable that says which jurisdiction the bucket is in, if it is in one:
/// `STORAGE_S3_JURISDICTION_UPLOADS` is `eu`. Such buckets have a host of their own.
pub const S3_JURISDICTION_VARIABLE_PREFIX: &str = "STORAGE_S3_JURISDICTION_";

/// URLs that lead to R2 itself can be signed, with an access key of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct S3Spec {
    /// The variable that holds the id of the account, `R2_ACCOUNT_ID`.
    pub account_id: &'static str,
    /// The secret that holds the id of the access key, `R2_ACCESS_KEY_ID`.
    pub access_key_id: &'static str,
    /// The secret that holds the access key itself, `R2_SECRET_ACCESS_KEY`.
    pub secret_access_key: &'static str,
}

impl S3Spec {
    /// With what is in that variable and those secrets.
    ///
    /// # Panics
    ///
    /// In the constant, if a name breaks the rule.
    #[must_use]
    pub const fn new(
        account_id: &'static str,
        access_key_id: &'static str,
        secret_access_key: &'static str,
    ) -> Self {
        must(name::check_variable(account_id));
        must(name::check_secret(access_key_id));
        must(name::check_secret(secret_access_key));
        Self { account_id, access_key_id, secret_access_key }
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.key("s3");
        out.raw("{\"account_id\":");
        out.string(self.account_id);
        out.key("access_key_id");
        out.string(self.access_key_id);
        out.key("secret_access_key");
        out.string(self.secret_access_key);
        out.raw("}");
    }
}

/// The same, read back from a manifest.
#[cfg(feature = "manifest")]
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct S3Record {
    /// The variable that holds the id of the account.
    pub account_id: name::VariableName,
    /// The secret that holds the id of the access key.
    pub access_key_id: name::SecretName,
    /// The secret that holds the access key itself.
    pub secret_access_key: name::SecretName,
}
