//! Durations as people write them: `90s`, `5m`, `1h`, `30d`, `2w`, `6mo`, `1y`.

use std::time::Duration;

use thiserror::Error;

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DurationError {
    /// It is not a number with a unit behind it.
    #[error("not a duration: {0}")]
    Form(String),
    /// It is longer than can be counted.
    #[error("too long: {0}")]
    TooLong(String),
}

const DAY: u64 = 24 * 60 * 60;
/// A hundred years: longer is meant by nobody and overflows what adds it to a time.
const LONGEST: u64 = 100 * 365 * DAY;

/// Reads a duration; a month has 30 days, a year 365.
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let wrong = || DurationError::Form(text.to_owned());
    let digits = text
        .find(|character: char| !character.is_ascii_digit())
        .ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => DAY,
        "w" => 7 * DAY,
        "mo" => 30 * DAY,
        "y" => 365 * DAY,
        _ => return Err(wrong()),
    };
    if number.is_empty() {
        return Err(wrong());
    }
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(seconds))
        .filter(|seconds| *seconds <= LONGEST)
        .map(Duration::from_secs)
        .ok_or_else(|| DurationError::TooLong(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_unit() {
        let seconds = |text| duration(text).unwrap().as_secs();
        assert_eq!(seconds("90s"), 90);
        assert_eq!(seconds("5m"), 300);
        assert_eq!(seconds("1h"), 3600);
        assert_eq!(seconds("30d"), 30 * DAY);
        assert_eq!(seconds("2w"), 14 * DAY);
        assert_eq!(seconds("6mo"), 180 * DAY);
        assert_eq!(seconds("1y"), 365 * DAY);
    }

    #[test]
    fn refuses_everything_else() {
        for wrong in [
            "",
            "5",
            "m",
            "5 m",
            "-5m",
            "5M",
            "1.5h",
            "5min",
            "\u{0665}m",
        ] {
            assert_eq!(
                duration(wrong),
                Err(DurationError::Form(wrong.to_owned())),
                "{wrong}"
            );
        }
        for wrong in ["101y", "99999999999999999999s"] {
            assert_eq!(
                duration(wrong),
                Err(DurationError::TooLong(wrong.to_owned())),
                "{wrong}"
            );
        }
    }
}
