//! How an object is kept.

/// How an object is kept: what it costs to store it, and to read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StorageClass {
    /// For what is read once a month or more often.
    #[default]
    Standard,
    /// Cheaper to keep, dearer to read, and charged for 30 days at least.
    InfrequentAccess,
}

impl StorageClass {
    /// The name R2 has for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::InfrequentAccess => "InfrequentAccess",
        }
    }

    /// The class of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Standard, Self::InfrequentAccess].into_iter().find(|class| class.name() == name)
    }
}
