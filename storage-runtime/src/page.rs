//! A page of a listing.

/// One page of a listing.
///
/// A page may hold fewer items than asked for, even none, and still have a successor: go on while
/// there is a [`cursor`](Self::cursor).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What this page holds, in ascending order of the keys' bytes.
    pub items: Vec<T>,
    /// What the keys that were left out start with, in ascending order: of a listing of a bucket with
    /// a delimiter.
    pub prefixes: Vec<String>,
    /// Where the next page starts; `None` at the end. Opaque, and only good for the same listing.
    pub cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of those items. For backends.
    #[must_use]
    pub fn new(items: Vec<T>, cursor: Option<String>) -> Self {
        Self { items, prefixes: Vec::new(), cursor }
    }

    /// The same with prefixes. For backends.
    #[must_use]
    pub fn with_prefixes(mut self, prefixes: Vec<String>) -> Self {
        self.prefixes = prefixes;
        self
    }
}
