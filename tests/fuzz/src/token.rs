//! Tokens of signed URLs. The input is taken for what is signed, and for a token.

use std::sync::LazyLock;

use storage_core::crypto::KeyRing;
use storage_core::signing::token::{TokenKeys, read_signed, write_signed};

static KEYS: LazyLock<TokenKeys> = LazyLock::new(|| TokenKeys::of(&KeyRing::unprotected()));

pub(crate) fn run(input: &[u8]) {
    if let Some((key_id, grant)) = read_signed(input) {
        assert_eq!(write_signed(&grant, &key_id).as_deref(), Ok(input), "one grant, one encoding");
        let token = KEYS.sign(&grant).unwrap();
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(KEYS.open_at_any_time(&token).as_ref(), Ok(&grant));
        assert_eq!(KEYS.open(&token, grant.issued_at).as_ref(), Ok(&grant));
        assert!(KEYS.open(&token, grant.expires_at()).is_err(), "it expires");
    }
    if let Ok(token) = std::str::from_utf8(input)
        && let Ok(grant) = KEYS.open_at_any_time(token)
    {
        assert_eq!(KEYS.sign(&grant).as_deref(), Ok(token), "one grant, one token");
    }
}
