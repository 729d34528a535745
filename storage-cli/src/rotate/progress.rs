//! How far a rotation is, while it runs, on a terminal.

use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use storage_core::rotation::RotationPage;

use super::{counted, grouped};

/// A line that is written over. How many entries there are nobody knows before the end.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(name: &str) -> Self {
        let bar = ProgressBar::new_spinner().with_prefix(name.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    pub(crate) fn show(&self, done: &RotationPage) {
        let mut text = format!(
            "{}, {} rotated, {}",
            counted(done.entries()),
            grouped(done.rotated),
            HumanBytes(done.bytes)
        );
        let left = done.unreadable.saturating_add(done.failed);
        if left > 0 {
            text = format!("{text}, {} left", grouped(left));
        }
        self.0.set_message(text);
    }

    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}
