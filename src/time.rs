//! The machine's clock; time as a value stands in `sayso_core::time`.

pub use sayso_core::time::*;

/// The machine's clock.
pub fn system() -> Clock {
    // Counts on while the machine sleeps, so that sleep does not look like a clock that was
    // moved.
    #[cfg(target_os = "linux")]
    const SINCE_BOOT: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    const SINCE_BOOT: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    let boot = || {
        let since = rustix::time::clock_gettime(SINCE_BOOT);
        since.tv_sec * 1000 + since.tv_nsec / 1_000_000
    };
    Clock::from_fns(|| UtcMillis(micros().div_euclid(1_000)), boot).with_micros(|| UtcMicros(micros()))
}

/// Microseconds since 1970. A clock that is beyond every calendar is at the end of ours: it is in
/// doubt then, and nothing may panic because of it.
fn micros() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    let now = std::time::SystemTime::now();
    let of = |length: std::time::Duration| i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    let micros = match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => of(since),
        Err(before) => of(before.duration()).saturating_neg(),
    };
    let (first, last) = (jiff::Timestamp::MIN.as_microsecond(), jiff::Timestamp::MAX.as_microsecond());
    micros.clamp(first, last)
}

/// What tells one boot of this machine from the next, where the system says it.
pub fn boot_id() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// The first instant (UTC) of the day on which this program was built.
pub fn built() -> Option<UtcMillis> {
    env!("SAYSO_BUILT").parse().ok().map(|seconds: i64| UtcMillis(seconds.saturating_mul(1000)).midnight())
}
