//! Driving a rotation: page after page of a running Worker.

mod progress;
mod report;
mod route;
mod state;

use storage_core::crypto::{KeyRing, Resource};
use storage_core::rotation::RotationRequest;

pub(crate) use progress::Progress;
pub(crate) use report::report;
pub(crate) use route::{Failure, Route};
pub(crate) use state::State;

/// What is to be rotated.
pub(crate) struct Job {
    pub(crate) url: String,
    pub(crate) resource: Resource,
    /// The name in the declaration, with its namespace.
    pub(crate) name: String,
    /// What the secret is called.
    pub(crate) secret: String,
    pub(crate) ring: KeyRing,
    /// What is asked of every page.
    pub(crate) request: RotationRequest,
}

impl Job {
    fn kind(&self) -> &'static str {
        match self.resource {
            Resource::Bucket => "bucket",
            _ => "kv",
        }
    }

    fn primary(&self) -> &str {
        self.ring.primary().id().as_str()
    }
}

/// `1 entry`, `1,234 entries`.
pub(crate) fn counted(entries: u64) -> String {
    let noun = if entries == 1 { "entry" } else { "entries" };
    format!("{} {noun}", grouped(entries))
}

/// A number as people read it: `12,345`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!([counted(1), counted(1_000)], ["1 entry", "1,000 entries"]);
    }
}
