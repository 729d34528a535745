//! Whether a file can end up in a commit.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::wrangler::file;

/// Asks git. Where that does not know, because there is no repository yet, a line in the `.gitignore`
/// beside the file will do.
pub(super) fn is_ignored(path: &Path) -> bool {
    let folder = file::folder_of(path);
    let Some(name) = path.file_name() else { return false };
    let mut command = Command::new("git");
    command.current_dir(folder).args(["check-ignore", "--quiet", "--"]).arg(name);
    // A hook that runs us has them set, for wherever it runs.
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status.ok().and_then(|status| status.code()) {
        Some(0) => true,
        Some(1) => false,
        _ => {
            let lines = fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
            let name = name.to_string_lossy();
            lines.lines().map(|line| line.trim().trim_start_matches('/')).any(|line| {
                line == name
                    || line
                        .strip_suffix('*')
                        .is_some_and(|start| start.starts_with('.') && name.starts_with(start))
            })
        }
    }
}
