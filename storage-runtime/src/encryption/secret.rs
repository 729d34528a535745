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
             set it with `wrangler secret put {secret}`, locally in `.dev.vars`, or natively as a \
             variable of the environment"
        )));
    };
    KeyRing::parse(&Zeroizing::new(text)).map_err(|error| {
        Error::new(ErrorKind::SecretInvalid, message)
            .with_detail(format!("the secret `{secret}` is not a list of keys"))
            .with_source(error)
    })
}
