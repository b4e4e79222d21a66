//! Whether odd text costs more than ordinary text of its size: without a limit in seconds, which a busy machine would break.

use std::time::{Duration, Instant};

/// What is too short to be compared: a lap of the system's clock, a cold cache.
const NOISE: Duration = Duration::from_millis(20);

/// How often a comparison is made anew before it counts: work that is really too much is too much each time.
const ATTEMPTS: usize = 4;

/// Holds that `odd` takes at most `factor` times what `ordinary` takes. Both run on this thread and are charged with the time for
/// which it ran, or, where the system does not tell, with the time that passed.
pub(crate) fn at_most(factor: u32, what: &str, ordinary: impl FnMut(), odd: impl FnMut()) {
    compare(factor, what, thread_time().is_some(), ordinary, odd);
}

/// The same of work that threads of a pool do: charged with the time that passed.
pub(crate) fn at_most_in_pool(factor: u32, what: &str, ordinary: impl FnMut(), odd: impl FnMut()) {
    compare(factor, what, false, ordinary, odd);
}

fn compare(factor: u32, what: &str, by_thread: bool, mut ordinary: impl FnMut(), mut odd: impl FnMut()) {
    let charge = |work: &mut dyn FnMut()| {
        let (passed, ran) = (Instant::now(), thread_time());
        work();
        let ran = thread_time().zip(ran).filter(|_| by_thread);
        ran.map_or_else(|| passed.elapsed(), |(after, before)| after.saturating_sub(before))
    };
    let mut last = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ATTEMPTS {
        // What is quick needs no yardstick.
        let took = charge(&mut odd);
        if took <= NOISE {
            return;
        }
        let yardstick = charge(&mut ordinary);
        if took <= (yardstick + NOISE) * factor {
            return;
        }
        last = (took, yardstick);
    }
    panic!("{what:?} took {:?}, ordinary text of its size {:?}", last.0, last.1);
}

/// How long this thread has run, as Linux tells.
fn thread_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

#[test]
fn what_is_many_times_the_work_is_noticed() {
    let work = |steps: u64| {
        move || {
            std::hint::black_box((0..steps).fold(0u64, |sum, step| std::hint::black_box(sum.wrapping_mul(31) ^ step)));
        }
    };
    at_most(4, "twice the work", work(1_000_000), work(2_000_000));
    let refused = std::panic::catch_unwind(|| at_most(4, "much work", work(1_000), work(100_000_000)));
    assert!(refused.is_err(), "many times the work went unnoticed");
}
