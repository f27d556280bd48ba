//! How finely a posterior is computed: as finely as its regions are drawn, or as a mean, a covariance and an area need.
//!
//! # Checked against
//! One by the other, on random events (`tests/leave_out.rs`).

/// How finely.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    /// Leaves of the tree at the start along the longer side.
    pub first: f64,
    /// Splitting ends when no leaf holds more than this share: in the plane, in space.
    pub share_max: (f64, f64),
    /// Cells that the 90 % region should have: in the plane, and fewer where each cell is computed at many depths.
    pub core_cells: (f64, f64),
    /// Cells that are computed at most, likewise.
    pub cells_max: (f64, f64),
    /// Of so many cells beside each other each begins where the one before ended: so few that a mode which is lost is found again
    /// soon. Some places in invented worlds moved by some percent of their error with it: regions are computed without.
    pub row_max: usize,
}

impl Detail {
    /// Regions with smooth edges, whose area is known to about a percent.
    pub(super) const REGIONS: Self = Self {
        first: 16.0,
        share_max: (1.0 / 140.0, 1.0 / 640.0),
        core_cells: (550.0, 300.0),
        cells_max: (5_000.0, 2_500.0),
        row_max: 1,
    };

    /// Sums over the posterior alone. The same tails are kept, which is what a covariance hangs on; a smooth density is summed
    /// on cells of 0.45 of its deviation as exactly as on narrower ones, and an area is right to some percent.
    pub(super) const MOMENTS: Self = Self {
        first: 10.0,
        share_max: (1.0 / 18.0, 1.0 / 80.0),
        core_cells: (70.0, 50.0),
        cells_max: (650.0, 450.0),
        row_max: 16,
    };
}
