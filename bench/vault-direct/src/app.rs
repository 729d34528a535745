//! The fields of the example, bound directly.

use storage::{Bucket, BucketReader};
use vault_declarations::{Documents, Statements};

/// Everything the handlers use.
#[storage::app(name = "vault-direct")]
#[derive(Clone)]
pub struct App {
    /// Documents, encrypted here.
    pub documents: Bucket<Documents>,
    /// Statements, which others write.
    pub statements: BucketReader<Statements>,
}
