//! Things that fly or sail, from plots to where they came from.
//!
//! - [`smoother`]: the state at each plot, given all plots.
//! - [`back_trace`]: where it was before the first plot.
pub mod back_trace;
pub mod smoother;
