//! The memory of workerd.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::workerd::{Process, processes};

/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(5);

/// All workerd processes in a process group.
pub(super) struct Memory {
    processes: Vec<Process>,
}

impl Memory {
    /// Finds the processes. `None` where the system has no `/proc` with such figures.
    pub(super) fn of_group(group: i32) -> Option<Self> {
        let memory = Self { processes: processes(group) };
        (memory.bytes() > 0).then_some(memory)
    }

    /// What they hold together.
    pub(super) fn bytes(&self) -> u64 {
        self.processes.iter().filter_map(Process::resident).map(|resident| resident.now).sum()
    }

    /// What `work` comes to, and the most that they hold while it runs.
    pub(super) fn peak<T>(&self, work: impl FnOnce() -> T) -> (T, u64) {
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let mut peak = self.bytes();
                while !done.load(Ordering::Relaxed) {
                    thread::sleep(INTERVAL);
                    peak = peak.max(self.bytes());
                }
                peak
            });
            let worked = work();
            done.store(true, Ordering::Relaxed);
            // The watcher can't fail: a process that is gone holds nothing.
            (worked, watcher.join().unwrap_or_default())
        })
    }
}
