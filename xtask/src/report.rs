//! Steps with a heading, their time, and a table at the end.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// What was run, and how long it took.
#[derive(Debug, Default)]
pub struct Report {
    done: Vec<(String, Duration)>,
}

impl Report {
    /// Runs one step under a heading that says what it is for.
    ///
    /// # Errors
    ///
    /// The step's own error, with its name.
    pub fn step(
        &mut self,
        name: &str,
        purpose: &str,
        step: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        println!("\n=== {name}: {purpose}");
        let started = Instant::now();
        let result = step();
        let took = started.elapsed();
        let outcome = if result.is_ok() { "ok" } else { "FAILED" };
        println!("=== {name}: {outcome} in {}", seconds(took));
        if result.is_ok() {
            self.done.push((name.to_owned(), took));
        } else {
            self.summary(Some((name, took)));
        }
        result.with_context(|| format!("step `{name}` failed"))
    }

    /// Prints the table of steps after the last one passed.
    pub fn finish(&self) {
        self.summary(None);
    }

    fn summary(&self, failed: Option<(&str, Duration)>) {
        let done: Duration = self.done.iter().map(|(_, took)| *took).sum();
        let total = done + failed.map_or(Duration::ZERO, |(_, took)| took);
        println!("\n{:<12} {:>8}", "step", "time");
        for (name, took) in &self.done {
            println!("{name:<12} {:>8}  ok", seconds(*took));
        }
        if let Some((name, took)) = failed {
            println!("{name:<12} {:>8}  FAILED", seconds(took));
        }
        println!("{:<12} {:>8}", "total", seconds(total));
    }
}

/// A duration to a tenth of a second.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_step_and_keeps_its_cause() {
        let mut report = Report::default();
        report.step("good", "passes", || Ok(())).unwrap();
        let error = report.step("bad", "fails", || anyhow::bail!("the cause")).unwrap_err();
        assert_eq!(format!("{error:#}"), "step `bad` failed: the cause");
        assert_eq!(report.done.len(), 1);
    }
}
