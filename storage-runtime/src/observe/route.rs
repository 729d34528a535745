//! How an operation gets to where things are stored.

/// How an operation gets to where things are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// By a binding of this Worker.
    Direct,
    /// To a folder on disk.
    Local,
    /// To the memory of this process.
    Memory,
    /// By a call of the Worker that has the binding.
    Stub,
}

impl Route {
    /// The word for it in lines and spans.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Local => "local",
            Self::Memory => "memory",
            Self::Stub => "stub",
        }
    }
}
