//! What is stored: the app and the storage Worker declare the same.

#![forbid(unsafe_code)]

/// Documents, encrypted. Links lead to the storage Worker, which has the keys.
#[storage::bucket(
    name = "vault-documents",
    access = "private",
    encryption(secret = "VAULT_KEYS"),
    signed_urls(secret = "VAULT_LINK_KEYS", host = "files.example.com")
)]
pub struct Documents;

/// Statements, which others write.
#[storage::bucket(name = "vault-statements", access = "private")]
pub struct Statements;
