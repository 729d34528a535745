//! Ctrl-C and its like: what a chore has started ends first, then the chore.

use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Result, bail};

/// The status of a program that was interrupted, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Whether this process was told to end.
static RECEIVED: AtomicBool = AtomicBool::new(false);

/// How many process groups depend on this process.
static DEPENDENTS: AtomicUsize = AtomicUsize::new(0);

/// Takes over INT, TERM and HUP, for the whole process and before it starts anything.
///
/// While a [`ProcessGroup`](crate::process_group::ProcessGroup) runs, whoever waits for it ends it
/// and gets an error; otherwise this process ends at once.
///
/// # Errors
///
/// If the operating system refuses.
pub fn handle() -> Result<()> {
    ctrlc::set_handler(|| {
        RECEIVED.store(true, Ordering::SeqCst);
        if DEPENDENTS.load(Ordering::SeqCst) == 0 {
            process::exit(INTERRUPTED.into());
        }
    })?;
    Ok(())
}

/// Whether a signal has arrived: what fails from here on fails because of it.
pub fn received() -> bool {
    RECEIVED.load(Ordering::SeqCst)
}

/// Held for a process group, so that a signal leaves the time to end it.
#[derive(Debug)]
pub(crate) struct Dependent(());

impl Dependent {
    /// Fails once a signal has arrived: nothing is started any more.
    pub(crate) fn register() -> Result<Self> {
        // Counted before the look at the signal, and the handler looks the other way round: one
        // of the two sees the other.
        DEPENDENTS.fetch_add(1, Ordering::SeqCst);
        let dependent = Self(());
        if received() {
            bail!("stopped by a signal");
        }
        Ok(dependent)
    }
}

impl Drop for Dependent {
    fn drop(&mut self) {
        DEPENDENTS.fetch_sub(1, Ordering::SeqCst);
    }
}
