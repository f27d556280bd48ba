//! Laplace's approximation against quadrature, cell by cell, through what is kept of a posterior.
mod common;
use common::reference::{azimuths_log, normal_nodes, times};
use common::{Draws, event, priors, utah};
use truceline_model::geodesic::area;
use truceline_model::posterior::Posterior;
use truceline_science::locate::{Arrival, locate};

/// The largest differences over a posterior's cells: of the log density, nats; of the origin time's mean and
/// deviation given the cell, in units of that deviation.
#[derive(Debug, Default, Clone, Copy)]
struct Differences {
    log: f64,
    mean: f64,
    sigma: f64,
}

fn differences(arrivals: &[Arrival], posterior: &Posterior, nodes: &[(f64, f64)], every: usize) -> Differences {
    let grid = &posterior.grid;
    let mut sorted = arrivals.to_vec();
    sorted.sort_by_key(|arrival| arrival.arrival);
    let reference_s = posterior.time_reference.seconds_since(sorted[0].arrival);
    // Down to a hundredth of the densest cell: there lies 99 %.
    let floor = posterior.cells.iter().map(|cell| cell.mass_ppb).max().unwrap() / 100;
    let rows: Vec<(f64, f64, f64, f64)> = posterior
        .cells
        .iter()
        .filter(|cell| cell.mass_ppb >= floor)
        .step_by(every)
        .map(|cell| {
            let middle = grid.middle(cell.index);
            let place = (middle.lat_deg(), middle.lon_deg());
            let half = f64::from(grid.d_lat_e7) / 2e7;
            let area_m2 = area::cell_m2(place.0 - half, place.0 + half, f64::from(grid.d_lon_e7) / 1e7);
            let expected = times(&sorted, place, nodes);
            let log = libm::log(f64::from(cell.mass_ppb) / area_m2) - expected.log - azimuths_log(&sorted, place);
            let mean_s = f64::from(cell.time_mean_ms) / 1e3 + reference_s;
            let sigma_s = f64::from(cell.time_sigma_ms) / 1e3;
            let weight = f64::from(cell.mass_ppb);
            (weight, log, (mean_s - expected.mean_s) / expected.sigma_s, sigma_s / expected.sigma_s - 1.0)
        })
        .collect();
    // Both are known up to a constant only: the one that fits best on the mean.
    let total: f64 = rows.iter().map(|row| row.0).sum();
    let constant = rows.iter().map(|row| row.0 * row.1).sum::<f64>() / total;
    rows.iter().fold(Differences::default(), |worst, row| Differences {
        log: worst.log.max((row.1 - constant).abs()),
        mean: worst.mean.max(row.2.abs()),
        sigma: worst.sigma.max(row.3.abs()),
    })
}

#[test]
fn laplace_is_close_to_quadrature() {
    let nodes = normal_nodes(21);
    let posterior = locate(&utah(), &priors(), 1).unwrap();
    println!("{:?}", differences(&utah(), &posterior, &nodes, 10));
    for stream in 0..10 {
        let event = event(&mut Draws::new(7, stream), 1.0);
        let posterior = locate(&event.arrivals, &priors(), 1).unwrap();
        println!(
            "{} {:?}",
            posterior.region(90).unwrap().area_m2 as f64 / 1e6,
            differences(&event.arrivals, &posterior, &nodes, 40)
        );
    }
}
