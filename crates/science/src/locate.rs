//! Where and when something happened: a probability over place and origin time.
//!
//! - [`infrasound`]: regional infrasound arrays alone, with one celerity and one wind as shared unknowns. What the
//!   engine runs on array reports.
mod contour;
mod credible;
pub mod infrasound;
mod marginal;

pub use infrasound::{
    Arrival, Levels, LocateError, MAX_ARRIVALS, MIN_ARRIVALS, Work, levels_at, locate, locate_counted,
};
