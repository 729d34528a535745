//! New keys.

use anyhow::{Result, anyhow};
use chrono::Utc;
use storage_core::crypto::{KEY_LEN, KeyId, KeyRing, Zeroizing};

/// The entry of a new key, from the system's random generator.
pub(crate) fn new_entry(id: &KeyId) -> Result<Zeroizing<String>> {
    let mut random = Zeroizing::new([0; KEY_LEN]);
    fill(random.as_mut())?;
    Ok(KeyRing::generate_entry(id, &random))
}

/// What a new key is called: the date in UTC and four random digits, as `2026-11-21-3fa9`. A secret takes no
/// two keys of one id, and two may be made on one day, or in one second.
pub(crate) fn new_id() -> Result<String> {
    let mut random = [0; 2];
    fill(&mut random)?;
    Ok(format!("{}-{:04x}", Utc::now().date_naive(), u16::from_be_bytes(random)))
}

fn fill(random: &mut [u8]) -> Result<()> {
    getrandom::fill(random).map_err(|error| anyhow!("the system gives no random bytes: {error}"))
}
