//! The S3 interface, by the rules.

use storage_core::manifest::Purpose;
use storage_core::name::{SecretName, VariableName};

use super::Environment;
use crate::args::{S3Args, Value};
use crate::diag::Errors;

pub(crate) struct S3Decl {
    pub(crate) account_id: VariableName,
    pub(crate) access_key_id: SecretName,
    pub(crate) secret_access_key: SecretName,
}

impl S3Decl {
    /// Reports every rule that is broken.
    pub(super) fn new(
        args: Value<S3Args>,
        environment: &mut Environment,
        errors: &mut Errors,
    ) -> Option<Self> {
        let Value { content, written, .. } = args;
        let S3Args { account_id, access_key_id, secret_access_key } = content;
        let meaning = "the variable of the Worker that holds the id of the account";
        let account_id =
            super::required::<S3Args, _>(account_id, "account_id", meaning, &written, errors)
                .and_then(|text| {
                    environment.claim(&text, Purpose::AccountId, VariableName::new, errors)
                });
        let meaning = "the secret of the Worker that holds the id of an access key";
        let access_key_id =
            super::required::<S3Args, _>(access_key_id, "access_key_id", meaning, &written, errors)
                .and_then(|text| {
                    environment.claim(&text, Purpose::AccessKeyId, SecretName::new, errors)
                });
        let meaning = "the secret of the Worker that holds the access key itself";
        let key = "secret_access_key";
        let secret_access_key =
            super::required::<S3Args, _>(secret_access_key, key, meaning, &written, errors)
                .and_then(|text| {
                    environment.claim(&text, Purpose::SecretAccessKey, SecretName::new, errors)
                });
        Some(Self {
            account_id: account_id?,
            access_key_id: access_key_id?,
            secret_access_key: secret_access_key?,
        })
    }
}
