//! What is known of an object's digests.

use storage_core::checksum::{Algorithm, Checksum};

/// The digests that are kept with an object: its MD5 (but not after an upload in parts), and those
/// that were given when it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checksums(Vec<Checksum>);

impl Checksums {
    /// The digest by an algorithm, if it is kept.
    #[must_use]
    pub fn get(&self, algorithm: Algorithm) -> Option<&[u8]> {
        let found = self.0.iter().find(|checksum| checksum.algorithm() == algorithm);
        found.map(Checksum::digest)
    }

    /// All that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Checksum> {
        self.0.iter()
    }
}

impl FromIterator<Checksum> for Checksums {
    /// One of each algorithm: the first.
    fn from_iter<T: IntoIterator<Item = Checksum>>(checksums: T) -> Self {
        let mut kept = Self::default();
        for checksum in checksums {
            if kept.get(checksum.algorithm()).is_none() {
                kept.0.push(checksum);
            }
        }
        kept
    }
}
