//! Waiting for a condition instead of for a time.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// For what is there at once unless the machine is busy.
pub const SHORT: Duration = Duration::from_secs(20);
/// For what starts a program.
pub const LONG: Duration = Duration::from_secs(90);

/// Asks again and again until there is an answer; an error of `probe` ends it at once.
pub async fn until<T>(
    what: &str,
    patience: Duration,
    mut probe: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = probe()
            .await
            .with_context(|| format!("waiting for {what}"))?
        {
            return Ok(answer);
        }
        if began.elapsed() > patience {
            bail!("{what}: not within {} s", patience.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
