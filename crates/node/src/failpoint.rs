//! Places where a test may stop the process, to be killed there.
//!
//! `TRUCELINE_FAIL_AT=fsync:2` stops at the second passing of `fsync`: the process says so and waits for its end.
//! Builds without debug assertions have none of it.

/// Passes a named place.
#[cfg(debug_assertions)]
pub(crate) fn pass(name: &str) {
    use std::io::Write;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Nobody killed it: end, so that no test leaves a process behind.
    const WAIT: std::time::Duration = std::time::Duration::from_secs(60);
    static ARMED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let armed = ARMED.get_or_init(|| {
        let text = std::env::var("TRUCELINE_FAIL_AT").ok()?;
        let (name, count) = text.split_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    if let Some((armed, count)) = armed
        && armed == name
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *count
    {
        let _ = writeln!(std::io::stderr(), "fail point {name}:{count} reached");
        std::thread::sleep(WAIT);
        std::process::exit(70);
    }
}

/// Passes a named place.
#[cfg(not(debug_assertions))]
pub(crate) fn pass(_name: &str) {}
