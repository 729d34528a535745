//! URLs that let their bearer do one thing for a while, without credentials.
//!
//! Nothing here asks for the time or sends anything: the caller does.

pub mod sigv4;
pub mod token;
