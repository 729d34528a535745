//! What storage has been opened in this Worker itself, and not in a storage Worker.
//!
//! Whether keys are here or elsewhere is known to a request only when it is made, so it would link both ways. What
//! is noted here is never set where nothing opens such storage, and whoever optimises the whole Worker sees
//! that: what is done only then is left out.

use std::sync::atomic::{AtomicBool, Ordering};

/// Something encrypted.
pub(crate) static ENCRYPTED: Here = Here(AtomicBool::new(false));

/// A bucket with links.
pub(crate) static SIGNED: Here = Here(AtomicBool::new(false));

pub(crate) struct Here(AtomicBool);

impl Here {
    /// Notes that it was opened.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was. Whoever has something that was opened knows that already.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
