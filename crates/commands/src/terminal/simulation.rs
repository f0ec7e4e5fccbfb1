//! A simulation as a table that people read.

use std::fmt::Write as _;

use gatewright_admin_api::{Difference, SimulationReport};
use time::format_description::well_known::Rfc3339;

/// Rows of each table; JSON has them all.
const ROWS: usize = 40;
/// The widest that a column gets.
const WIDEST: usize = 36;

pub(super) fn table(found: &SimulationReport) -> String {
    let report = &found.report;
    let mut text = String::new();
    let at = |time: time::OffsetDateTime| {
        time.replace_nanosecond(0)
            .unwrap_or(time)
            .format(&Rfc3339)
            .unwrap_or_default()
    };
    let _ = writeln!(
        text,
        "{} since {}, compared with v{}.",
        counted(report.requests),
        at(found.since),
        found.version
    );
    section(
        &mut text,
        "Newly refused",
        "They pass now and would be refused by",
        &report.newly_refused,
    );
    section(
        &mut text,
        "Newly allowed",
        "They are refused now by",
        &report.newly_allowed,
    );
    text.push('\n');
    let _ = writeln!(text, "{} would fare as now.", counted(report.same));
    if report.refused_otherwise > 0 {
        let _ = writeln!(
            text,
            "{} would be refused for another reason than now.",
            counted(report.refused_otherwise)
        );
    }
    for one in &report.not_judged {
        let _ = writeln!(
            text,
            "{} could not be judged: {}.",
            counted(one.requests),
            one.detail
        );
    }
    if report.more > 0 {
        let _ = writeln!(
            text,
            "{} more differ and are not listed.",
            counted(report.more)
        );
    }
    if found.left_out > 0 {
        let _ = writeln!(
            text,
            "{} of that time were not recorded: there were too many kinds of them.",
            counted(found.left_out)
        );
    }
    if !found.complete {
        text.push_str(
            "The time was over before everything was looked at; narrow it with --since.\n",
        );
    }
    text
}

fn section(text: &mut String, title: &str, lead: &str, differences: &[Difference]) {
    let all: u64 = differences.iter().map(|one| one.requests).sum();
    if differences.is_empty() {
        let _ = writeln!(text, "\n{title}: none");
        return;
    }
    let _ = writeln!(
        text,
        "\n{title}: {}. {lead} the setting beside them.",
        counted(all)
    );
    let mut rows =
        vec![["REQUESTS", "USER", "CLIENT", "PRODUCT", "REASON", "SETTING"].map(str::to_owned)];
    rows.extend(differences.iter().take(ROWS).map(|one| {
        [
            one.requests.to_string(),
            one.user.clone().unwrap_or_else(|| "nobody".to_owned()),
            one.client.clone(),
            one.product.clone(),
            one.reason.clone(),
            one.setting.clone().unwrap_or_else(|| "none".to_owned()),
        ]
    }));
    let rows: Vec<[String; 6]> = rows
        .into_iter()
        .map(|row| row.map(|cell| cut(&cell)))
        .collect();
    let widths: Vec<usize> = (0..6)
        .map(|column| {
            let lengths = rows.iter().map(|row| row[column].chars().count());
            lengths.max().unwrap_or(0)
        })
        .collect();
    for (index, row) in rows.iter().enumerate() {
        let mut line = format!("  {:>width$}", row[0], width = widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            let _ = write!(line, "  {cell:<width$}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
        let example = index
            .checked_sub(1)
            .and_then(|index| differences.get(index)?.examples.first());
        if let Some(example) = example {
            let _ = writeln!(
                text,
                "  {:>width$}  {} {} from {}, --request-id {}",
                "",
                example.method,
                printable(&example.path),
                example.address,
                example.request_id,
                width = widths[0]
            );
        }
    }
    if differences.len() > ROWS {
        let _ = writeln!(
            text,
            "  and {} more; --json lists them all",
            differences.len() - ROWS
        );
    }
}

fn counted(requests: u64) -> String {
    match requests {
        1 => "1 request".to_owned(),
        some => format!("{some} requests"),
    }
}

/// What others chose must not move a terminal's cursor.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

fn cut(cell: &str) -> String {
    let cell = printable(cell);
    if cell.chars().count() <= WIDEST {
        return cell;
    }
    let mut short: String = cell.chars().take(WIDEST - 1).collect();
    short.push('…');
    short
}
