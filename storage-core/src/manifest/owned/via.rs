//! Which storage Worker a field goes by, read back from a manifest.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::Verb;
use crate::name::{
    BindingName, DEFAULT_NAMESPACE, KeyPrefix, NameError, WorkerName, derive_binding,
};

/// The storage Worker that a field goes by, and what is granted there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[non_exhaustive]
pub struct ViaRecord {
    /// The Worker, `media-storage`.
    pub service: WorkerName,
    /// What the application calls it, `MEDIA_STORAGE`: follows from its name.
    pub binding: BindingName,
    /// What the application may do with what the field holds.
    pub grants: BTreeSet<Verb>,
    /// What every key that goes there starts with.
    pub prefix: Option<KeyPrefix>,
}

impl ViaRecord {
    /// By that Worker, for that.
    ///
    /// # Errors
    ///
    /// [`NameError::Binding`] if the name of the Worker is too long to make a binding of it.
    pub fn new(
        service: WorkerName,
        grants: BTreeSet<Verb>,
        prefix: Option<KeyPrefix>,
    ) -> Result<Self, NameError> {
        let binding = BindingName::new(derive_binding(DEFAULT_NAMESPACE, service.as_str()))?;
        Ok(Self { service, binding, grants, prefix })
    }
}

/// As it stands in the manifest.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    service: WorkerName,
    grants: BTreeSet<Verb>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<KeyPrefix>,
}

impl TryFrom<Written> for ViaRecord {
    type Error = NameError;

    fn try_from(Written { service, grants, prefix }: Written) -> Result<Self, NameError> {
        Self::new(service, grants, prefix)
    }
}

impl From<ViaRecord> for Written {
    fn from(ViaRecord { service, binding: _, grants, prefix }: ViaRecord) -> Self {
        Self { service, grants, prefix }
    }
}
