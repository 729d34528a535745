//! The size of a Worker: what it costs to upload, and to start.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::repository::Repository;
use crate::tools::Tools;
use crate::{setup, worker};

/// The Worker that is measured.
pub const MEASURED: &str = "quickstart";

/// The same Worker without this library.
pub const BY_HAND: &str = "quickstart-by-hand";

/// Two Workers side by side.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// With the library.
    pub measured: Size,
    /// Written by hand.
    pub by_hand: Size,
}

/// The size of one wasm module, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// As it is in the file.
    pub raw: usize,
    /// As it travels.
    pub gzip: usize,
}

impl Size {
    /// Measures a file.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub fn of(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("{}", path.display()))?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        Ok(Self { raw: bytes.len(), gzip: encoder.finish()?.len() })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20} {:>12} {:>12}", "wasm, in bytes", "raw", "gzip -9")?;
        for (name, size) in [(MEASURED, self.measured), (BY_HAND, self.by_hand)] {
            writeln!(f, "{name:<20} {:>12} {:>12}", size.raw, size.gzip)?;
        }
        let raw = self.measured.raw.cast_signed() - self.by_hand.raw.cast_signed();
        let gzip = self.measured.gzip.cast_signed() - self.by_hand.gzip.cast_signed();
        write!(f, "{:<20} {raw:>+12} {gzip:>+12}", "difference")
    }
}

/// Sets up what is missing, then compares.
///
/// # Errors
///
/// If one of the Workers does not build.
pub fn run(repository: &Repository) -> Result<()> {
    compare(repository, &setup::run(repository)?).map(drop)
}

/// Builds both Workers and prints the comparison. It is a test that holds it against a budget.
///
/// # Errors
///
/// If one of the Workers does not build.
pub fn compare(repository: &Repository, tools: &Tools) -> Result<Comparison> {
    let measured = measure(repository, tools, MEASURED)?;
    let comparison = Comparison { measured, by_hand: measure(repository, tools, BY_HAND)? };
    println!("\n{comparison}");
    Ok(comparison)
}

/// Builds a Worker and measures it.
///
/// # Errors
///
/// If it does not build.
pub fn measure(repository: &Repository, tools: &Tools, package: &str) -> Result<Size> {
    Size::of(&worker::build(repository, tools, package)?.wasm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lines_up_and_signs_the_difference() {
        let measured = Size { raw: 1500, gzip: 400 };
        let by_hand = Size { raw: 1000, gzip: 500 };
        let text = Comparison { measured, by_hand }.to_string();
        assert!(text.ends_with("difference                   +500         -100"), "{text}");
    }
}
