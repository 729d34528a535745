//! The processes of workerd, as the operating system sees them.

use std::fs;
use std::path::{Path, PathBuf};

/// The program that is looked for.
const PROGRAM: &str = "workerd";

/// One process.
#[derive(Clone, Debug)]
pub struct Process {
    folder: PathBuf,
}

/// The memory of a process that is not on disk, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resident {
    /// Now.
    pub now: u64,
    /// The highest since the process started.
    pub highest: u64,
}

/// Every process of workerd in a process group, older ones first; none where the system has no `/proc`.
pub fn processes(group: i32) -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<_> = folders
        .filter_map(|folder| started(&folder, group).map(|at| (at, Process { folder })))
        .collect();
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, process)| process).collect()
}

impl Process {
    /// Its folder in `/proc`.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its memory, where the system says so.
    pub fn resident(&self) -> Option<Resident> {
        parse_resident(&fs::read_to_string(self.folder.join("status")).ok()?)
    }
}

/// When it was started, if it is one of the group.
fn started(folder: &Path, group: i32) -> Option<u64> {
    parse_started(&fs::read_to_string(folder.join("stat")).ok()?, group)
}

/// `/proc/<pid>/stat` is `<pid> (<program>) <state> <parent> <group> ...`, the start in field 22.
fn parse_started(stat: &str, group: i32) -> Option<u64> {
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, program) = head.split_once('(')?;
    let fields: Vec<_> = rest.split_whitespace().collect();
    let is_one = program == PROGRAM && fields.get(2)?.parse() == Ok(group);
    if is_one { fields.get(19)?.parse().ok() } else { None }
}

/// `/proc/<pid>/status` has lines like `VmRSS:     1234 kB`.
fn parse_resident(status: &str) -> Option<Resident> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib * 1024)
    };
    Some(Resident { now: field("VmRSS:")?, highest: field("VmHWM:")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_recognized_by_its_program_and_its_group() {
        let stat = |program: &str| {
            format!("12 ({program}) S 3 45 45 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 777 9 9")
        };
        assert_eq!(parse_started(&stat("workerd"), 45), Some(777));
        assert_eq!(parse_started(&stat("workerd"), 46), None);
        assert_eq!(parse_started(&stat("a) b"), 45), None);
    }

    #[test]
    fn memory_is_told_in_bytes() {
        let status = "Name:\tworkerd\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        let expected = Resident { now: 1024 * 1024, highest: 2048 * 1024 };
        assert_eq!(parse_resident(status), Some(expected));
        assert_eq!(parse_resident("VmRSS:\t 1 kB\n"), None);
    }
}
