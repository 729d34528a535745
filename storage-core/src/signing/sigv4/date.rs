//! The time as the signature has it.

use super::error::SignError;
use crate::calendar::civil;

const DAY_SECONDS: u64 = 24 * 60 * 60;
/// 9999-12-31T23:59:59Z: the year has four digits.
const SECONDS_MAX: u64 = 253_402_300_799;

/// A second of UTC, written as `20130524T000000Z`.
pub(super) struct Timestamp {
    day_number: u64,
    day: [u8; 8],
    time: [u8; 8],
}

impl Timestamp {
    pub(super) fn new(unix_seconds: u64) -> Result<Self, SignError> {
        if unix_seconds > SECONDS_MAX {
            return Err(SignError::Time { unix_seconds });
        }
        let day_number = unix_seconds / DAY_SECONDS;
        let seconds = unix_seconds % DAY_SECONDS;
        let (year, month, day) = civil(day_number);
        let ([y1, y2, y3, y4], [m1, m2], [d1, d2]) = (digits(year), digits(month), digits(day));
        let [h1, h2] = digits(seconds / 3600);
        let [i1, i2] = digits(seconds / 60 % 60);
        let [s1, s2] = digits(seconds % 60);
        Ok(Self {
            day_number,
            day: [y1, y2, y3, y4, m1, m2, d1, d2],
            time: [b'T', h1, h2, i1, i2, s1, s2, b'Z'],
        })
    }

    /// Days since 1970.
    pub(super) fn day_number(&self) -> u64 {
        self.day_number
    }

    /// `20130524`
    pub(super) fn day(&self) -> &[u8] {
        &self.day
    }

    /// What follows the day: `T000000Z`.
    pub(super) fn time(&self) -> &[u8] {
        &self.time
    }
}

/// The last digits of a number.
fn digits<const N: usize>(mut number: u64) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(unix_seconds: u64) -> String {
        let time = Timestamp::new(unix_seconds).unwrap();
        String::from_utf8([time.day(), time.time()].concat()).unwrap()
    }

    #[test]
    fn known_seconds() {
        assert_eq!(text(0), "19700101T000000Z");
        assert_eq!(text(951_827_696), "20000229T123456Z");
        assert_eq!(text(1_369_353_600), "20130524T000000Z");
        assert_eq!(text(4_107_542_399), "21000228T235959Z");
        assert_eq!(text(4_107_542_400), "21000301T000000Z");
        assert_eq!(text(SECONDS_MAX), "99991231T235959Z");
    }

    #[test]
    fn years_of_five_digits_are_refused() {
        for unix_seconds in [SECONDS_MAX + 1, u64::MAX] {
            let error = Timestamp::new(unix_seconds).err();
            assert_eq!(error, Some(SignError::Time { unix_seconds }));
        }
    }

    #[test]
    fn every_second_of_a_day() {
        let times = (0..DAY_SECONDS).map(|second| text(1_369_353_600 + second));
        let expected = (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute)));
        let expected = expected.flat_map(|(hour, minute)| {
            (0..60).map(move |second| format!("20130524T{hour:02}{minute:02}{second:02}Z"))
        });
        assert!(times.eq(expected));
    }
}
