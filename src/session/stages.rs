//! What each stage of a run took, for whoever wonders why a scan is slow.

use std::fmt;
use std::time::{Duration, Instant};

/// Stages and their wall-clock time, in order.
#[derive(Debug, Clone)]
pub struct Stages {
    done: Vec<(&'static str, Duration)>,
    since: Instant,
}

impl Stages {
    /// Starts the clock.
    pub(super) fn start() -> Self {
        Self { done: Vec::new(), since: Instant::now() }
    }

    /// Starts the clock anew, after a pause that belongs to no stage.
    pub(super) fn resume(mut self) -> Self {
        self.since = Instant::now();
        self
    }

    /// Ends the stage at hand; the next one begins.
    pub(super) fn end(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.done.push((stage, now - self.since));
        self.since = now;
    }

    /// Each stage and what it took.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        self.done.iter().copied()
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (stage, took)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{stage} {:.1} ms", took.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}
