//! What was measured, what it should be, and whether it is.

use serde::Serialize;

/// On which side of the goal a value is good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// The value may not be more.
    AtMost(f64),
    /// The value may not be less.
    AtLeast(f64),
}

impl Goal {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::AtMost(limit) | Self::AtLeast(limit) => limit,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::AtMost(_) => "≤",
            Self::AtLeast(_) => "≥",
        }
    }
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measure {
    #[serde(rename = "measure")]
    name: String,
    value: f64,
    goal: f64,
    met: bool,
    unit: &'static str,
    detail: String,
    #[serde(skip)]
    sign: &'static str,
}

impl Measure {
    /// A value beside its goal. A value that is no number misses every goal.
    pub(crate) fn new(
        name: &str,
        value: f64,
        goal: Goal,
        unit: &'static str,
        detail: String,
    ) -> Self {
        Self {
            name: name.to_owned(),
            value: if value.is_finite() {
                (value * 1000.0).round() / 1000.0
            } else {
                -1.0
            },
            goal: goal.number(),
            met: value.is_finite() && goal.met(value),
            unit,
            detail,
            sign: goal.sign(),
        }
    }

    /// A measure that could not be taken: missed, with the reason.
    pub(crate) fn failed(name: &str, goal: Goal, unit: &'static str, why: &str) -> Self {
        Self::new(name, f64::NAN, goal, unit, format!("not measured: {why}"))
    }

    /// Whether the goal is met.
    pub(crate) fn met(&self) -> bool {
        self.met
    }

    /// One line of JSON.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// One row of the Markdown table.
    pub(crate) fn row(&self) -> String {
        format!(
            "| {} | {:.2} {} | {} {:.2} | {} | {} |",
            self.name,
            self.value,
            self.unit,
            self.sign,
            self.goal,
            if self.met { "yes" } else { "**no**" },
            self.detail
        )
    }
}

/// Several values of the same thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    /// These values.
    pub(crate) fn of(values: Vec<f64>) -> Self {
        Self(values)
    }

    /// Adds a value.
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The value in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => sorted[odd / 2],
            even => f64::midpoint(sorted[even / 2 - 1], sorted[even / 2]),
        }
    }

    /// The median, and from where to where the values go.
    pub(crate) fn shown(&self) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        format!("{:.2} ({least:.2}-{most:.2})", self.median())
    }

    /// Each value divided by the one of the same round.
    pub(crate) fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }

    /// Each value with the one of the same round added.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a + b).collect())
    }

    /// Each value less the one of the same round.
    pub(crate) fn less(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a - b).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        let mut series = Series::default();
        for value in [4.0, 1.0, 3.0, 2.0] {
            series.push(value);
        }
        assert!((series.median() - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn what_was_not_measured_misses_its_goal() {
        let measure = Measure::failed("x", Goal::AtMost(1.0), "×", "no such program");
        assert!(!measure.met());
        assert!(measure.json().contains("no such program"));
    }

    #[test]
    fn a_value_at_its_goal_meets_it() {
        assert!(Measure::new("x", 1.4, Goal::AtMost(1.4), "×", String::new()).met());
        assert!(!Measure::new("x", 0.89, Goal::AtLeast(0.9), "×", String::new()).met());
    }
}
