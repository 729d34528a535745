//! Days of the calendar, for what is written by date.

/// From 0000-03-01, where the year of the calculation begins, to 1970-01-01.
const DAYS_BEFORE_1970: u64 = 719_468;
/// Four hundred years, after which the calendar repeats.
const ERA_DAYS: u64 = 146_097;

/// Year, month and day of a day since 1970, of UTC. Good for a million years.
///
/// Years are taken to begin in March, so that the day that some have is their last (Howard Hinnant,
/// "chrono-compatible low-level date algorithms").
#[must_use]
pub fn civil(day_number: u64) -> (u64, u64, u64) {
    let days = day_number + DAYS_BEFORE_1970;
    let (era, of_era) = (days / ERA_DAYS, days % ERA_DAYS);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 9999-12-31.
    const LAST_DAY: u64 = 2_932_896;

    /// A calendar that counts day after day, until the last day of a year of four digits.
    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for number in 0..=LAST_DAY {
            assert_eq!(civil(number), (year, month, day));
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month {
                2 if is_leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == last => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }
}
