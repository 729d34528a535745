//! The secret that holds the keys.

use storage_core::ErrorKind;
use storage_core::crypto::{KeyRing, Zeroizing};

use crate::error::{Error, Result};

/// The keys in a secret, as the environment has it.
#[allow(dead_code, reason = "natively only storage on disk has an environment")]
pub(crate) fn key_ring(secret: &'static str, text: Option<String>) -> Result<KeyRing> {
    let message = "this application is not configured for its keys";
    let Some(text) = text else {
        return Err(Error::new(ErrorKind::SecretMissing, message).with_detail(format!(
            "there is no secret `{secret}`; help: make a key with `cargo storage keygen`, and \
             set it with `wrangler secret put {secret}`, for a local run with `cargo storage generate \
             --dev-vars`, or natively as a variable of the environment"
        )));
    };
    KeyRing::parse(&Zeroizing::new(text)).map_err(|error| {
        // As text, and not as the source: logs show that as Rust's debug form, which has no help.
        let rule = error.to_string().replace('\n', "; ");
        let detail = format!("the secret `{secret}` is not a list of keys: {rule}");
        Error::new(ErrorKind::SecretInvalid, message).with_detail(detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_what_is_wrong_with_a_secret_and_nothing_of_its_keys() {
        let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
        for (secret, says) in [
            (
                "a:c2hvcnQ=".to_owned(),
                "entry 1 of the keys: the key has 5 bytes, it needs 32; help: ",
            ),
            (format!("a:{key},b:{key}x"), "entry 2 of the keys: the key is not base64 of 32 bytes"),
            (
                format!("a:{key},b:{key}"),
                "entry 2 of the keys, `b`: entry 1 has the same key; help: ",
            ),
            (key.to_owned(), "entry 1 of the keys: no colon between the id and its key; help: "),
            (String::new(), "there are no keys; help: one is "),
        ] {
            let Err(error) = key_ring("VAULT_KEYS", Some(secret)) else { panic!("{says}") };
            assert_eq!(error.kind(), ErrorKind::SecretInvalid);
            assert_eq!(error.message(), "this application is not configured for its keys");
            let detail = format!("the secret `VAULT_KEYS` is not a list of keys: {says}");
            for log in [error.to_string(), format!("{error:?}")] {
                assert!(log.contains(&detail), "{log}");
                assert!(!log.contains("MDEy") && !log.contains("c2hv"), "{log}");
            }
        }
    }
}
