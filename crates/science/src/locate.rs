//! Where and when something happened: a probability over place and origin time.
//!
//! - [`evidence()`]: measurements of any kinds, on the globe or in metres; [`without_owners`]: the same without each
//!   owner, [`leave_out`] in short, [`fn@apart`] with what each set of owners says; [`fit`]: the most probable point alone; [`fn@learn`]: how well travel times hold, from many events.
//!   [`Priors`] say what is taken for granted, a [`Solution`] what is known then, and its
//!   [`posterior`](Solution::posterior) in the model's words.
//! - [`fn@consistency`]: which sensors are off in event after event, and which owners contradict each other.
//! - [`Solution::sides`], [`posterior_sides`], [`normal_sides`]: on which side of an uncertain [`Line`].
//! - [`infrasound`]: regional infrasound arrays alone, with one celerity and one wind as shared unknowns. What the
//!   engine runs on array reports.
mod consistency;
mod contour;
mod credible;
mod ellipse;
mod error;
mod evidence;
pub mod infrasound;
mod marginal;
mod posterior;
mod priors;
mod query;
mod side;
mod solution;

pub use consistency::{Consistency, Contradicting, Off, OffSensor, consistency};
pub use ellipse::{Ellipse, EllipseRegion};
pub use error::EvidenceError;
pub use evidence::{
    Company, DepthOfGroundWaves, Fellow, LearntTimes, MAX_MEMBERS, ON_GROUND, OWNERS_MAX, PointFit, SETS_MAX, Shared,
    Together, apart, depth_of_ground_waves, evidence, fit, learn, leave_out, without_owners,
};
pub use infrasound::{
    Arrival, Levels, LocateError, MAX_ARRIVALS, MIN_ARRIVALS, Work, levels_at, locate, locate_counted,
};
pub use priors::{AZIMUTH_SIGMA_DEG, Bounds, Heights, Priors, TimePrior};
pub use query::{Credible, Sample};
pub use side::{Across, Line, NoLine, Segments, Sides, VERTICES_MAX, Vertex, normal_sides, posterior_sides};
pub use solution::{
    Bearing, Cell, Covariance, DepthEstimate, Grid, OwnerLeftOut, OwnersAlone, Placed, Point, Region, Residual,
    Resolution, Rest, Solution, TimeRegion, Unresolved, Without,
};
