//! The keys of storage in memory: nobody sets a secret for it, so each process makes its own.

use std::sync::OnceLock;

use storage_core::crypto::{KEY_LEN, KeyId, KeyRing, Zeroizing};

use crate::backend;

/// What stands for the key of everything that is stored in the memory of this process.
static KEY: OnceLock<Zeroizing<[u8; KEY_LEN]>> = OnceLock::new();

/// A ring of one key, `none`, which is random and the same as long as the process lives. None if there are no
/// random numbers.
pub(super) fn of_process() -> Option<KeyRing> {
    let key = if let Some(key) = KEY.get() {
        key
    } else {
        let random = Zeroizing::new(backend::random().ok()?);
        // Of several that are made at once, one is that of all.
        KEY.get_or_init(|| random)
    };
    let id = KeyId::new("none").ok()?;
    KeyRing::parse(&KeyRing::generate_entry(&id, key)).ok()
}
