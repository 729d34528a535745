//! The engine against vectors of others, and against changed bytes.

mod wycheproof;
