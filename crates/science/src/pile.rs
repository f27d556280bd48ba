//! When what a sensor registered in event after event is too much for chance.

/// How improbable a pile must be, nats: e^-20 leaves no false alarm among thousands of sensors.
pub(crate) const NATS_MIN: f64 = 20.0;

/// Fewer events may have a common reason of their own, such as one wall.
pub const EVENTS_MIN: usize = 5;

/// The log-likelihood ratio of a pile of `count` where `mean` are to be expected, less what looking at so many places costs.
pub(crate) fn nats(count: usize, mean: f64, looks: f64) -> f64 {
    let (count, mean) = (count as f64, mean.max(1e-3));
    if count <= mean { 0.0 } else { count * libm::log(count / mean) - count + mean - libm::log(looks.max(1.0)) }
}
