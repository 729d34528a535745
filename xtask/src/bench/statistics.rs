//! Medians, and how sure they are.

/// How often the interval of a median may miss the true one.
const MISSES: f64 = 0.05;

/// How much longer one thing takes than another: the median over all rounds or starts, and the interval
/// that has the true median with a probability of 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ratio {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Ratio {
    /// Compares what was measured in the same rounds, round by round: noise that lasts longer than a
    /// round hits both.
    pub(super) fn of(measured: &[f64], base: &[f64]) -> Self {
        Self::of_ratios(round_by_round(measured, base))
    }

    /// The same where rounds of one start have an error in common: each start counts as one.
    pub(super) fn of_starts<'a>(starts: impl Iterator<Item = (&'a [f64], &'a [f64])>) -> Self {
        let medians = starts.map(|(measured, base)| median(&round_by_round(measured, base)));
        Self::of_ratios(medians.collect())
    }

    fn of_ratios(mut ratios: Vec<f64>) -> Self {
        ratios.sort_by(f64::total_cmp);
        let rank = rank_of_interval(ratios.len());
        let low = ratios.get(rank).copied().unwrap_or(f64::NAN);
        let high = ratios.iter().rev().nth(rank).copied().unwrap_or(f64::NAN);
        Self { median: median(&ratios), low, high }
    }
}

fn round_by_round(measured: &[f64], base: &[f64]) -> Vec<f64> {
    measured.iter().zip(base).map(|(one, other)| one / other).collect()
}

/// The value in the middle.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN);
    if sorted.len() % 2 == 1 {
        return upper;
    }
    let lower = sorted.get((sorted.len() / 2).wrapping_sub(1)).copied().unwrap_or(f64::NAN);
    f64::midpoint(lower, upper)
}

/// How far from either end of the sorted values the interval of their median begins. Whatever the
/// distribution, each value is above the true median like a coin shows heads, so no model of the
/// noise is needed.
fn rank_of_interval(count: usize) -> usize {
    let mut exactly = 1.0; // the probability of `rank` heads
    for _ in 0..count {
        exactly /= 2.0;
    }
    let mut at_most = 0.0;
    let (mut heads, mut tails) = (0.0, 0.0);
    for _ in 0..count {
        tails += 1.0;
    }
    for rank in 0..count {
        at_most += exactly;
        if 2.0 * at_most > MISSES {
            return rank.saturating_sub(1);
        }
        heads += 1.0;
        exactly *= tails / heads;
        tails -= 1.0;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn the_interval_is_that_of_the_sign_test() {
        // Tables of the binomial distribution: the lower end is the (rank + 1)-th smallest value.
        for (count, rank) in [(1, 0), (5, 0), (6, 0), (9, 1), (15, 3), (30, 9), (100, 39)] {
            assert_eq!(rank_of_interval(count), rank, "{count}");
        }
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        let base = [1.0, 10.0, 1.0, 10.0, 1.0];
        let measured = base.map(|time| time * 1.5);
        assert_eq!(Ratio::of(&measured, &base), Ratio { median: 1.5, low: 1.5, high: 1.5 });
    }

    #[test]
    fn a_start_counts_once() {
        let base = [1.0, 1.0, 1.0];
        let starts = [[1.1, 1.1, 1.5], [1.2, 1.2, 1.0], [1.3, 1.3, 1.3]];
        let ratio = Ratio::of_starts(starts.iter().map(|start| (start.as_slice(), &base[..])));
        assert_eq!(ratio, Ratio { median: 1.2, low: 1.1, high: 1.3 });
    }
}
