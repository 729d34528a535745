//! The app: what it goes by.

use storage::{Bucket, BucketReader};
use vault_declarations::{Documents, Statements};

/// Everything the handlers use. None of it is bound to this Worker.
#[storage::app(name = "vault")]
#[derive(Clone)]
pub struct App {
    /// All of it.
    #[storage(via = "vault-storage")]
    pub documents: Bucket<Documents>,
    /// To be read, and only what is published.
    #[storage(via = "vault-storage", prefix = "published/")]
    pub statements: BucketReader<Statements>,
}
