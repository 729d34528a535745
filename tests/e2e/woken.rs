//! Work that is woken while other work is done.

use anyhow::{Result, ensure};

use crate::worker::Running;

/// Whoever wakes it may hold a lock, or be in the scope of another request.
pub(crate) fn work_is_not_done_where_it_is_woken(running: &Running) -> Result<()> {
    for (path, expected) in [
        ("/woken/shared", "true true"),
        ("/woken/by/nobody", "none true"),
        ("/woken/by/trace", "none true"),
        ("/woken/by/batch", "none true"),
    ] {
        let answer = running.client.get(path)?;
        let found = String::from_utf8_lossy(&answer.body);
        ensure!((answer.status, &*found) == (200, expected), "{path}: {}", answer.describe());
    }
    Ok(())
}
