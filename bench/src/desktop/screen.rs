//! What is on the screen, read from the memory of the virtual one.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use gatewright_tests::Desk;
use tokio::time::sleep;

/// One block of every eight is looked at: each line of text crosses many of them.
const BLOCK: usize = 4096;
const EVERY: u64 = 8;
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// The virtual screen.
pub(super) struct Screen {
    pixels: File,
    blocks: u64,
}

/// A part of the screen's pixels, evenly spread.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Picture(Vec<u8>);

impl Picture {
    /// Whether this is that picture, but for what changes with the clock.
    pub(super) fn resembles(&self, other: &Self) -> bool {
        let (all, other) = (self.0.chunks(BLOCK), other.0.chunks(BLOCK));
        let blocks = all.len();
        let different = all.zip(other).filter(|(one, other)| one != other).count();
        different * 50 <= blocks
    }
}

impl Screen {
    /// The screen of a desk.
    pub(super) fn of(desk: &Desk) -> Result<Self> {
        let pixels = File::open(desk.pixels()).context("the screen's pixels")?;
        let blocks = pixels.metadata()?.len() / BLOCK as u64 / EVERY;
        Ok(Self { pixels, blocks })
    }

    /// What is on it.
    pub(super) fn picture(&self) -> Result<Picture> {
        let mut picture = vec![0; BLOCK * usize::try_from(self.blocks)?];
        for (block, into) in (0..).zip(picture.chunks_mut(BLOCK)) {
            self.pixels
                .read_exact_at(into, block * EVERY * BLOCK as u64)?;
        }
        Ok(Picture(picture))
    }

    /// Waits until nothing has changed for `quiet`: when it last changed, and to what.
    pub(super) async fn settled(&self, quiet: Duration) -> Result<(Instant, Picture)> {
        let began = Instant::now();
        let mut changed = None;
        let mut last = self.picture()?;
        while began.elapsed() < Duration::from_secs(30) {
            let now = self.picture()?;
            if now != last {
                changed = Some(Instant::now());
                last = now;
            }
            match changed {
                Some(at) if at.elapsed() > quiet => return Ok((at, last)),
                _ => sleep(LOOK).await,
            }
        }
        bail!("the screen does not come to rest")
    }

    /// Waits until the screen looks like this again.
    pub(super) async fn becomes(&self, picture: &Picture) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if self.picture()?.resembles(picture) {
                return Ok(());
            }
            sleep(LOOK).await;
        }
        bail!("something stays on the screen")
    }
}
