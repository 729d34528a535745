//! One change.

use std::fmt;

use super::lifecycle::Wanted;
use crate::account::bucket::Address;
use crate::account::namespace::Namespace;

#[derive(Debug)]
pub(crate) enum Step {
    AddRule { bucket: Address, wanted: Wanted },
    CreateBucket(Address),
    CreateNamespace { binding: String, title: String },
    RemoveRule { bucket: Address, name: String },
    WriteId { binding: String, namespace: Namespace },
}

/// What was done.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddRule { bucket, wanted } => {
                write!(f, "set the rule {} of the bucket {bucket}", wanted.rule.name)
            }
            Self::CreateBucket(bucket) => write!(f, "created the bucket {bucket}"),
            Self::CreateNamespace { title, .. } => write!(f, "created the KV namespace {title}"),
            Self::RemoveRule { bucket, name } => {
                write!(f, "removed the rule {name} of the bucket {bucket}")
            }
            Self::WriteId { binding, namespace } => {
                write!(f, "wrote the id of {} for {binding}", namespace.title)
            }
        }
    }
}
