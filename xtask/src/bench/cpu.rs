//! The CPU time of workerd, which does not grow when other programs keep the machine busy.

use std::fs;
use std::path::{Path, PathBuf};

/// The program whose time is counted: every process of that name in a process group.
const PROGRAM: &str = "workerd";

/// The threads of all workerd processes in a process group.
pub(super) struct Cpu {
    processes: Vec<PathBuf>,
}

impl Cpu {
    /// Finds the processes. `None` where the system has no `/proc` with such figures.
    pub(super) fn of_group(group: i32) -> Option<Self> {
        let processes: Vec<_> = fs::read_dir("/proc")
            .ok()?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|process| belongs(process, group).unwrap_or(false))
            .collect();
        let cpu = Self { processes };
        (cpu.seconds() > 0.0).then_some(cpu)
    }

    /// What they have used so far.
    pub(super) fn seconds(&self) -> f64 {
        let threads = self.processes.iter().filter_map(|process| {
            let threads = fs::read_dir(process.join("task")).ok()?;
            Some(threads.filter_map(|thread| nanoseconds(&thread.ok()?.path())))
        });
        threads.flatten().sum::<f64>() / 1e9
    }
}

/// `/proc/<pid>/stat` is `<pid> (<program>) <state> <parent> <group> ...`.
fn belongs(process: &Path, group: i32) -> Option<bool> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, program) = head.split_once('(')?;
    Some(program == PROGRAM && rest.split_whitespace().nth(2)?.parse() == Ok(group))
}

/// `/proc/<pid>/task/<tid>/schedstat` begins with the nanoseconds that the thread has run.
fn nanoseconds(thread: &Path) -> Option<f64> {
    let stat = fs::read_to_string(thread.join("schedstat")).ok()?;
    stat.split_whitespace().next()?.parse().ok()
}
