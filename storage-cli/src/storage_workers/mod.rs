//! The storage Workers that an app goes by: where they are in its workspace, and whether they have what it
//! asks for.

mod compare;
mod find;
pub(crate) mod session;

pub(crate) use compare::compare;
pub(crate) use find::{candidates, similar};
