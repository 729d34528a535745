//! The chores of this repository, as a library: the end-to-end tests use the same tools and the
//! same development server as `cargo xtask dev`.

pub mod bench;
pub mod checks;
pub mod command;
pub mod conformance;
pub mod dev;
pub mod dev_server;
pub mod env;
pub mod fuzz;
pub mod kill;
pub mod package;
pub mod process_group;
pub mod report;
pub mod repository;
pub mod served;
pub mod setup;
pub mod signals;
pub mod size;
pub mod tidy;
pub mod tools;
pub mod upload;
pub mod worker;
pub mod workerd;
