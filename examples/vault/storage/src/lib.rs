//! The storage Worker: what the app goes by. It answers its calls, and links at its public host.

#![forbid(unsafe_code)]

use storage::Bucket;
use vault_declarations::{Documents, Statements};

/// What it holds.
#[storage::worker(name = "vault-storage", placement = "smart", public_host = "files.example.com")]
pub struct VaultStorage {
    /// Documents, encrypted here.
    pub documents: Bucket<Documents>,
    /// Statements, which others write.
    pub statements: Bucket<Statements>,
}
