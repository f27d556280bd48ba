//! From the samples of an array's elements to bearings: from where a wave came, how fast it ran, and how sure that is.
//!
//! - [`Geometry`]: where the elements stand. [`Traces`]: their samples. [`Spectra`]: those inside a band.
//! - [`fk`]: beams over azimuth and slowness in the frequency domain (Bartlett, Capon), F statistic, Cramer-Rao bound.
//! - [`delay_and_sum`]: the beam and its F statistic in the time domain.
//! - [`gcc_phat`]: delays between elements. [`slowness`]: the plane wave that fits them. [`trimmed`]: although one
//!   element is wrong.
//! - [`fdetector`]: which windows hold a wave. [`pmcc`] and [`families`]: the same by the closure of delays.
//! - [`resolve`]: a bearing, or the reason why there is none. [`scan`]: how strong the strongest beam of noise is.
//! - [`chain`]: all of it as samples stream in, with gaps, missing elements and doubtful clocks.
//!
//! Two conventions hold throughout. A slowness *vector* points where the wave goes, (east, north, up) in s/m; an
//! *azimuth* is a back-azimuth, from the array towards the source, degrees clockwise from north. A *delay* of a pair is
//! the arrival at its second element less that at its first.
//!
//! Everything is a pure function of its arguments with the same bits on every machine; there is no place and no
//! distance among the results, since one array has a direction at most.
mod beam;
mod bearing;
pub mod chain;
mod correlation;
pub mod delay_and_sum;
mod delays;
mod error;
pub mod families;
pub mod fdetector;
pub mod fdistribution;
pub(crate) mod fft;
pub mod fk;
pub mod gcc_phat;
mod geometry;
pub mod pmcc;
pub mod resolve;
pub mod scan;
pub mod slowness;
mod small;
mod spectra;
mod traces;
pub mod trimmed;
mod wavefront;

pub use bearing::{AZIMUTH_SIGMA_DEG_MAX, Bearing, Elevation, Ellipse};
pub use correlation::Weighting;
pub use delays::{PairDelay, consistency_s, element_times_s};
pub use error::ArrayError;
pub use geometry::{APERTURE_M_MAX, Geometry, MAX_ELEMENTS, MIN_ELEMENTS, Offset, Pair};
pub use spectra::{BINS_MAX, Settings, Spectra, Taper};
pub use traces::{SAMPLES_MAX, Traces};
