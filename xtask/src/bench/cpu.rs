//! The CPU time of workerd, which does not grow when other programs keep the machine busy.

use std::fs;
use std::path::Path;

use crate::workerd::{Process, processes};

/// The threads of all workerd processes in a process group.
pub(super) struct Cpu {
    processes: Vec<Process>,
}

impl Cpu {
    /// Finds the processes. `None` where the system has no `/proc` with such figures.
    pub(super) fn of_group(group: i32) -> Option<Self> {
        let cpu = Self { processes: processes(group) };
        (cpu.seconds() > 0.0).then_some(cpu)
    }

    /// What they have used so far.
    pub(super) fn seconds(&self) -> f64 {
        let threads = self.processes.iter().filter_map(|process| {
            let threads = fs::read_dir(process.folder().join("task")).ok()?;
            Some(threads.filter_map(|thread| nanoseconds(&thread.ok()?.path())))
        });
        threads.flatten().sum::<f64>() / 1e9
    }
}

/// `/proc/<pid>/task/<tid>/schedstat` begins with the nanoseconds that the thread has run.
fn nanoseconds(thread: &Path) -> Option<f64> {
    let stat = fs::read_to_string(thread.join("schedstat")).ok()?;
    stat.split_whitespace().next()?.parse().ok()
}
