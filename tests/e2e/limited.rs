//! Bodies under a limit, which a layer between the edge and the handler puts on them.

use anyhow::{Result, ensure};

use crate::worker::Running;

/// How many bytes the layer lets through.
const LIMIT: usize = 100_000;

/// The stream of the platform is not taken behind its back.
pub(crate) fn a_body_over_the_limit_of_a_layer_is_not_stored(running: &Running) -> Result<()> {
    let ask = |method, path: &str, body: &[u8]| running.client.ask(method, path, &[], body);
    for len in [0, 1, LIMIT] {
        let (path, body) = (format!("/limited/{len}"), vec![b'x'; len]);
        let written = ask("PUT", &path, &body)?;
        ensure!(written.status == 201, "{len}: answered {}", written.describe());
        let read = ask("GET", &path, b"")?;
        ensure!((read.status, read.body) == (200, body), "{len}: other bytes");
    }
    // Not longer: of a body that was not read, `wrangler dev` may lose the answer.
    for len in [LIMIT + 1, 2 * LIMIT] {
        let path = format!("/limited/{len}");
        ask("PUT", &path, &vec![b'x'; len])?.is_error(413, "storage_value_too_large")?;
        ask("GET", &path, b"")?.is_error(404, "storage_object_not_found")?;
    }
    Ok(())
}
