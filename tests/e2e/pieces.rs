//! Bodies that a Worker reads piece by piece.

use anyhow::{Context as _, Result, ensure};

use crate::cipher::plaintext;
use crate::worker::Running;

/// What a piece has at least, on average. The platform's own pieces of a request are 4 KiB.
const PIECE_MIN: usize = 8 * 1024;

/// Each piece takes a turn of the event loop.
pub(crate) fn a_body_of_unknown_length_is_read_in_large_pieces(running: &Running) -> Result<()> {
    let length = 8 * 1024 * 1024;
    let answer = running.client.put_chunked("/pieces", &plaintext(length))?;
    ensure!(answer.status == 200, "answered {}", answer.describe());
    let answer = String::from_utf8(answer.body)?;
    let (count, bytes) = answer.split_once(' ').context("there are two numbers")?;
    let (count, bytes): (usize, usize) = (count.parse()?, bytes.parse()?);
    ensure!(bytes == length, "{bytes} bytes, not {length}");
    let max = length / PIECE_MIN;
    ensure!(count <= max, "it came in {count} pieces, more than {max}");
    Ok(())
}
