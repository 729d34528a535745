//! The same cases on stores in a storage Worker.

use std::sync::Arc;

use storage_core::manifest::ServiceSpec;
use storage_core::rpc::{Grant, Grants};

use super::Stores;
use crate::error::Result;
use crate::rpc::Transport;
use crate::rpc::loopback::Loopback;
use crate::rpc::serve::{Shelf, Wanted};

/// The storage Worker, as if it were one.
const SERVICE: ServiceSpec = ServiceSpec::new("conformance", "CONFORMANCE");

impl Stores {
    /// These stores, reached as an application reaches those of a storage Worker: by calls that are written and
    /// read. The storage Worker is this very process.
    #[must_use]
    pub fn by_calls(&self) -> Self {
        let grants = Grants::default()
            .with(self.bucket.name(), Grant::all("bucket"))
            .with(self.archive.name(), Grant::all("bucket"))
            .with(self.kv.qualified_name(), Grant::all("kv"));
        let transport: Arc<dyn Transport> = Arc::new(Loopback::new(self.clone(), Ok(grants)));
        Self {
            bucket: self.bucket.remote(Arc::clone(&transport), &SERVICE),
            archive: self.archive.remote(Arc::clone(&transport), &SERVICE),
            kv: self.kv.remote(transport, &SERVICE),
        }
    }
}

impl Shelf for Stores {
    fn open(&self, wanted: &mut Wanted) -> Result<()> {
        wanted.show(self.bucket.clone());
        wanted.show(self.archive.clone());
        wanted.show(self.kv.clone());
        Ok(())
    }
}
