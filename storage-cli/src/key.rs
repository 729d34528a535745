//! New keys.

use anyhow::{Result, anyhow};
use chrono::Utc;
use storage_core::crypto::{KEY_LEN, KeyId, KeyRing, Zeroizing};

/// The entry of a new key, from the system's random generator.
pub(crate) fn new_entry(id: &KeyId) -> Result<Zeroizing<String>> {
    let mut random = Zeroizing::new([0; KEY_LEN]);
    getrandom::fill(random.as_mut())
        .map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
    Ok(KeyRing::generate_entry(id, &random))
}

/// The date in UTC, as `2026-11-21`.
pub(crate) fn today() -> String {
    Utc::now().date_naive().to_string()
}
