//! `cargo storage`: the wrangler configuration of a Worker, written from its own declarations.
//!
//! [`collect`] finds the manifest, [`wrangler`] knows configuration files, [`cmd`] is what the user types.

#![forbid(unsafe_code)]

mod account;
mod apply;
pub mod cmd;
pub mod collect;
mod dev_vars;
mod diff;
mod key;
mod new_worker;
mod printable;
mod rotate;
mod storage_lock;
mod storage_workers;
mod tools;
mod worker_build;
pub mod wrangler;

pub use cmd::{Cli, Outcome};
