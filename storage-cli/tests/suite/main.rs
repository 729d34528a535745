//! The configuration files and the command, from outside.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod command;
mod conflicts;
mod dev_vars;
mod foreign;
mod golden;
mod grants;
mod hostile;
mod hosts;
mod inspect;
mod keygen;
#[cfg(unix)]
mod new_worker;
mod rotate;
mod services;
mod signed;
mod storage_lock;
mod support;
#[cfg(unix)]
mod tools;
#[cfg(unix)]
mod workspace;
