//! Rotating the keys of a namespace.

use std::sync::Arc;

use super::{Kv, RawKv};
use crate::body::Body;
use crate::bucket::AsRequest;
use crate::declare::Encrypted;
use crate::encryption::rotation::{Guard, KvJob, Rotate, RotateBy};
use crate::grant::CanRotate;

impl<D, G> Kv<D, G> {
    /// Encrypts a page of entries anew that are not under the primary key: how keys are rotated. Awaiting it
    /// gives a [`RotationPage`](crate::rotation::RotationPage); go on while it has a cursor.
    ///
    /// As [`Bucket::rotate`](crate::Bucket::rotate), with what KV is: metadata and the time of expiry stay as
    /// they are; an entry that expires within 70 seconds is left alone. A page takes one listing, one read for
    /// each entry, and another read and a write for each that is rotated.
    ///
    /// **A write of somebody else in the same moment can be lost**: KV has no conditional write, so an entry is
    /// compared right before it is written, and what was written elsewhere in the last minute may not be seen yet.
    /// Rotate when few write, or have the writers wait.
    ///
    /// # Errors
    ///
    /// When awaited: [`InvalidOption`](crate::ErrorKind::InvalidOption) if the limit is not 1 to 300 or the
    /// cursor is not one of a rotation, and what the listing fails with.
    pub fn rotate(&self) -> Rotate
    where
        D: Encrypted,
        G: CanRotate,
    {
        self.raw.rotate()
    }

    /// Answers a request of `cargo storage rotate`: see [`Bucket::rotate_by`](crate::Bucket::rotate_by).
    ///
    /// # Errors
    ///
    /// As [`Bucket::rotate_by`](crate::Bucket::rotate_by).
    pub fn rotate_by(&self, request: &impl AsRequest, body: impl Into<Body>) -> RotateBy
    where
        D: Encrypted,
        G: CanRotate,
    {
        RotateBy::new(self.raw.rotate(), self.raw.rotation_guard(), request, body.into())
    }
}

impl RawKv {
    /// What rotates a page.
    pub(crate) fn rotate(&self) -> Rotate {
        let job = self.sealed.as_ref().and_then(|sealed| {
            sealed.parts().job(|stored, cipher| Arc::new(KvJob::new(stored, cipher)))
        });
        Rotate::new(job, self.place("rotate"))
    }

    /// What says who may.
    pub(crate) fn rotation_guard(&self) -> Option<Arc<dyn Guard>> {
        self.sealed.as_ref().and_then(|sealed| sealed.parts().guard())
    }
}
