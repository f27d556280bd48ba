//! How deep in a posterior a place and a time lie.
use super::refine::row_cell_m2;
use crate::locate::credible;
use crate::locate::marginal::Marginal;
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::posterior::{PPB, Posterior};
use truceline_model::time::Time;

/// How deep in a posterior a place and a time lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Geodesic distance of the place from the mean, km.
    pub distance_km: f64,
    /// The smallest level, 0 to 1, whose credible region contains the place; one where no cell is kept.
    pub place_level: f64,
    /// The smallest level, 0 to 1, whose credible region of the origin time contains the time, if one was given.
    pub time_level: Option<f64>,
}

/// The smallest credible levels that contain a place and a time, from the cells as kept. A place takes the density
/// of its cell; a time that of the mixture of the cells' normal distributions.
#[must_use]
pub fn levels_at(posterior: &Posterior, place: Place, time: Option<Time>) -> Levels {
    let grid = &posterior.grid;
    let columns = grid.columns.max(1);
    // Cells ascend, so a row's area is computed once.
    let mut row_area = (u32::MAX, 0.0);
    let items: Vec<(f64, f64)> = posterior
        .cells
        .iter()
        .map(|cell| {
            let row = cell.index / columns;
            if row != row_area.0 {
                row_area = (row, row_cell_m2(grid, row));
            }
            let mass = f64::from(cell.mass_ppb) / PPB;
            (mass, mass / row_area.1)
        })
        .collect();
    let own = grid.index_of(place).and_then(|index| posterior.cells.iter().position(|cell| cell.index == index));
    let place_level = own.map_or(1.0, |own| credible::level(items.iter().copied(), items[own].1));

    let time_level = time.map(|time| {
        let parts = posterior.cells.iter().map(|cell| {
            (f64::from(cell.mass_ppb), f64::from(cell.time_mean_ms) / 1e3, f64::from(cell.time_sigma_ms) / 1e3)
        });
        Marginal::new(parts).map_or(1.0, |marginal| marginal.level(time.seconds_since(posterior.time_reference)))
    });
    Levels { distance_km: geodesic::between(posterior.mean, place).distance_m / 1e3, place_level, time_level }
}
