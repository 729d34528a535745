//! Two that do the same work in turn, timed in every round of several starts of workerd.

use std::array;

use anyhow::Result;

use super::results::{interval, time};
use super::statistics::{Ratio, median};

/// Seconds that some work took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Took {
    /// On the clock.
    pub(super) clock: f64,
    /// Of all threads of workerd: none where the system does not say.
    pub(super) cpu: f64,
}

/// What the two took: by hand first, then the library.
#[derive(Debug, Default)]
pub(super) struct Pair {
    starts: Vec<[Vec<Took>; 2]>,
}

/// One of the two things that are measured.
pub(super) type Measure = fn(&Took) -> f64;

/// With the words of a table.
pub(super) const MEASURES: [(&str, Measure); 2] =
    [("CPU time of workerd", |took| took.cpu), ("time", |took| took.clock)];

impl Pair {
    /// Begins with the rounds of another start.
    pub(super) fn start(&mut self) {
        self.starts.push(Default::default());
    }

    /// Once there and once back, so that a drift of the machine hits both alike; and the other first in
    /// every second round.
    pub(super) fn round(&mut self, mut work: impl FnMut(usize) -> Result<Took>) -> Result<()> {
        let Some(rounds) = self.starts.last_mut() else { return Ok(()) };
        let first = rounds.first().map_or(0, Vec::len) % 2;
        let order = [first, 1 - first, 1 - first, first];
        let mut both = [Took::default(); 2];
        for contender in order {
            let took = work(contender)?;
            if let Some(sum) = both.get_mut(contender) {
                sum.clock += took.clock / 2.0;
                sum.cpu += took.cpu / 2.0;
            }
        }
        rounds.iter_mut().zip(both).for_each(|(rounds, took)| rounds.push(took));
        Ok(())
    }

    /// The median of each of the two, over all rounds of all starts.
    pub(super) fn medians(&self, measure: Measure) -> [f64; 2] {
        array::from_fn(|contender| {
            let rounds = self.starts.iter().filter_map(|start| start.get(contender)).flatten();
            median(&rounds.map(measure).collect::<Vec<_>>())
        })
    }

    /// How much longer the library takes.
    pub(super) fn longer(&self, measure: Measure) -> Ratio {
        self.ratio(measure, |[by_hand, library]| (library, by_hand))
    }

    /// How much more the library does in the same time.
    pub(super) fn more(&self, measure: Measure) -> Ratio {
        self.ratio(measure, |[by_hand, library]| (by_hand, library))
    }

    /// What the library takes, in seconds.
    pub(super) fn library(&self, measure: Measure) -> Ratio {
        self.ratio(measure, |[_, library]| {
            let seconds = vec![1.0; library.len()];
            (library, seconds)
        })
    }

    fn ratio(&self, measure: Measure, of: impl Fn([Vec<f64>; 2]) -> (Vec<f64>, Vec<f64>)) -> Ratio {
        let starts = self
            .starts
            .iter()
            .map(|start| of(start.each_ref().map(|rounds| rounds.iter().map(measure).collect())));
        let starts: Vec<_> = starts.collect();
        Ratio::of_starts(starts.iter().map(|(one, other)| (one.as_slice(), other.as_slice())))
    }

    /// Whether the system says what CPU time is.
    pub(super) fn has(&self, measure: Measure) -> bool {
        self.medians(measure).iter().all(|seconds| *seconds > 0.0)
    }
}

/// Times, in place of what [`interval`] writes of a ratio.
pub(super) fn interval_of_time(Ratio { median, low, high }: Ratio) -> String {
    format!("{} [{}, {}]", time(median), time(low), time(high))
}

/// A ratio that should not be below a goal.
pub(super) fn at_least(ratio: Ratio, goal: f64) -> String {
    let word = match ratio {
        Ratio { median, .. } if median >= goal => "met",
        Ratio { high, .. } if high < goal => "missed",
        _ => "open",
    };
    format!("{} | {goal:.2} {word}", interval(ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: Measure = |took| took.clock;

    /// Takes twice as long the second time, and the library half as long.
    fn measured() -> Pair {
        let mut pair = Pair::default();
        for _ in 0..2 {
            pair.start();
            let mut order = Vec::new();
            for round in [1.0, 2.0] {
                pair.round(|contender| {
                    order.push(contender);
                    let clock = if contender == 0 { round } else { round / 2.0 };
                    Ok(Took { clock, cpu: 0.0 })
                })
                .unwrap();
            }
            assert_eq!(order, [0, 1, 1, 0, 1, 0, 0, 1]);
        }
        pair
    }

    #[test]
    fn two_are_compared_round_by_round() {
        let pair = measured();
        assert_eq!(format!("{:?}", pair.medians(CLOCK)), "[1.5, 0.75]");
        assert_eq!(pair.longer(CLOCK), Ratio { median: 0.5, low: 0.5, high: 0.5 });
        assert_eq!(pair.more(CLOCK), Ratio { median: 2.0, low: 2.0, high: 2.0 });
        assert_eq!(pair.library(CLOCK), Ratio { median: 0.75, low: 0.75, high: 0.75 });
        assert_eq!(MEASURES.map(|(_, measure)| pair.has(measure)), [false, true]);
    }

    #[test]
    fn a_least_goal_is_met_missed_or_open() {
        let says = |median, high| at_least(Ratio { median, low: 0.5, high }, 0.95);
        assert_eq!(says(0.95, 1.0), "0.950 [0.500, 1.000] | 0.95 met");
        assert_eq!(says(0.9, 1.0), "0.900 [0.500, 1.000] | 0.95 open");
        assert_eq!(says(0.9, 0.94), "0.900 [0.500, 0.940] | 0.95 missed");
    }
}
