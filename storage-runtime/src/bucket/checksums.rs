//! What is known of an object's digests.

use std::fmt;
use std::sync::{Arc, LazyLock};

use storage_core::checksum::{Algorithm, Checksum};

/// The digests that are kept with an object: its MD5 (but not after an upload in parts), and those
/// that were given when it was written.
#[derive(Clone)]
pub struct Checksums(Kept);

#[derive(Clone)]
enum Kept {
    Known(Vec<Checksum>),
    Unread(Arc<Unread>),
}

type Unread = LazyLock<Vec<Checksum>, Box<dyn FnOnce() -> Vec<Checksum> + Send>>;

impl Checksums {
    /// Digests that are read when the first is asked for: few ask, and on Workers reading them costs
    /// more than all else there is to an object. For backends.
    #[must_use]
    pub fn read_later(read: impl FnOnce() -> Vec<Checksum> + Send + 'static) -> Self {
        Self(Kept::Unread(Arc::new(LazyLock::new(Box::new(read)))))
    }

    /// The digest by an algorithm, if it is kept.
    #[must_use]
    pub fn get(&self, algorithm: Algorithm) -> Option<&[u8]> {
        let found = self.iter().find(|checksum| checksum.algorithm() == algorithm);
        found.map(Checksum::digest)
    }

    /// All that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Checksum> {
        match &self.0 {
            Kept::Known(checksums) => checksums.iter(),
            Kept::Unread(checksums) => checksums.iter(),
        }
    }
}

impl Default for Checksums {
    fn default() -> Self {
        Self(Kept::Known(Vec::new()))
    }
}

impl PartialEq for Checksums {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Checksums {}

impl fmt::Debug for Checksums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl FromIterator<Checksum> for Checksums {
    /// One of each algorithm: the first.
    fn from_iter<T: IntoIterator<Item = Checksum>>(checksums: T) -> Self {
        let mut kept: Vec<Checksum> = Vec::new();
        for checksum in checksums {
            if kept.iter().all(|other| other.algorithm() != checksum.algorithm()) {
                kept.push(checksum);
            }
        }
        Self(Kept::Known(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_once_and_when_asked_for() {
        let md5 = Checksum::new(Algorithm::Md5, vec![7; 16]).unwrap();
        let (send, reads) = std::sync::mpsc::channel();
        let one = md5.clone();
        let later = Checksums::read_later(move || {
            send.send(()).unwrap();
            vec![one]
        });
        let copy = later.clone();
        assert!(reads.try_recv().is_err());
        assert_eq!(later.get(Algorithm::Md5), Some(&[7; 16][..]));
        assert_eq!(copy, [md5].into_iter().collect());
        assert_eq!(reads.iter().count(), 1);
    }
}
