//! The time, as it comes in from outside.

use std::sync::Arc;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Tells the time; a test owns its own.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The clock of the machine.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock for the sandbox"
)]
pub fn system_clock() -> Clock {
    Arc::new(OffsetDateTime::now_utc)
}

/// `2026-01-02T03:04:05Z`, as GitHub writes a time.
pub(crate) fn rfc3339(time: OffsetDateTime) -> String {
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    whole.format(&Rfc3339).unwrap_or_default()
}

/// `2026-01-02T03:04:05.000+0000`, as Jira and Confluence write a time.
pub(crate) fn atlassian(time: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+0000",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

/// Milliseconds since 1970, as Bitbucket writes a time.
pub(crate) fn milliseconds(time: OffsetDateTime) -> i64 {
    time.unix_timestamp() * 1000 + i64::from(time.millisecond())
}
