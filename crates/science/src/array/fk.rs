//! Frequency-domain beamforming: from which azimuth and with which slowness the strongest coherent wave came.
//!
//! # Algorithm
//! The beam at slowness s: b(f) = sum over elements of X_i(f) e^(2 pi i f s.r_i). Bartlett's power, summed over the
//! band, over its largest possible value is the *semblance* S = sum |b|2 / (n sum sum |X_i|2) in [0, 1]
//! (J. Capon, Proceedings of the IEEE 57, 1408-1418, 1969, where it is the conventional method).
//!
//! The **F statistic** of the beam (R. R. Blandford, Geophysics 39, 633-643, 1974; J. V. Olson, Geophysical Journal
//! International 159, 2004): with P_beam = sum |b|2 / n and P_total = sum sum |X_i|2
//! F = (n - 1) P_beam / (P_total - P_beam) = (n - 1) S / (1 - S).
//! For noise that is independent between elements, at a slowness chosen without looking, it has the central F
//! distribution with 2 B T and 2 B T (n - 1) degrees of freedom; for a wave with power signal-to-noise ratio r in each
//! element its mean is about 1 + n r.
//!
//! [`Plan::peak`] finds the largest semblance of a grid of azimuths and slownesses **without computing every beam, and
//! with the same result to the bit as computing every beam** ([`Plan::peak_of_all`]). The power is a sum over pairs,
//! sum |b|2 = P_total + 2 sum over i < j of g_ij(tau_ij), where g_ij is the band-limited cross-correlation of two
//! elements: a function of one number, the delay. So each g_ij is tabulated with step h, between nodes it lies below
//! the larger node's value plus h2/8 max |g''|, and max |g''| <= sum w2 |C_ij|. Blocks of beams whose bound (range
//! maxima over their delays) lies below a beam already computed are dropped, then single beams (linear interpolation
//! plus the same term), and what is left is computed in full.
//!
//! # Units
//! Delays in s, slowness in s/km (s/m inside), azimuths in degrees clockwise from north towards the source. Heights
//! of elements are not used here.
//!
//! # Checked against
//! Every beam computed (`tests/array_fk.rs`: same beam, same bits, on random windows, geometries and grids, noise among
//! them), plane waves in closed form, and infrapy's `beamforming_new` on the same samples: the same beam of 28,800, and
//! semblances equal to 1e-12 (`Settings::whiten` is its `normalize_beam`). infrapy's Hann window has zeros at its ends
//! and its offsets are on a sphere: on recordings the peaks lie within a step of the grid, F within 1 %.
mod capon;
mod grid;
mod plan;
mod refine;

pub use capon::{Covariances, capon};
pub use grid::{BEAMS_MAX, Grid};
pub use plan::{Peak, Plan};
pub use refine::{bearing, cramer_rao_s2_m2};

/// The F statistic of a beam with a semblance, from n elements. Infinite for a semblance of 1.
#[must_use]
pub fn f_of_semblance(semblance: f64, elements: usize) -> f64 {
    (elements as f64 - 1.0) * semblance / (1.0 - semblance).max(0.0)
}

/// The semblance of a beam with an F statistic.
#[must_use]
pub fn semblance_of_f(f_statistic: f64, elements: usize) -> f64 {
    f_statistic / (f_statistic + elements as f64 - 1.0)
}
