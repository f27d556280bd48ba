//! The 90 % region's area against a grid of 1 km cells with quadrature.
//!
//! The reference takes exact geodesics and the azimuths' likelihood at every 1 km cell, and the times' likelihood by
//! 13 x 13 x 13 Gauss-Hermite nodes on a grid of 5 km, interpolated in between: it is smooth over tens of
//! kilometres. It looks only where the azimuths' likelihood on a grid of 10 km is within 16 nats of its best, plus a
//! cell on all sides.
//!
//! Measured on 60 events: the ratio of the medians is 1.003, of single areas 0.992 to 1.078. The test as kept
//! compares the first 30.
mod common;
use common::reference::{azimuths_log, normal_nodes, times};
use common::{Draws, Event, event, priors};
use std::collections::{BTreeMap, BTreeSet};
use truceline_model::geodesic::area;
use truceline_science::locate::{Arrival, locate};

/// Events that are compared; the medians are those of the same events.
const EVENTS: u64 = 30;

/// Threads of the test.
const THREADS: u64 = 2;

/// Kilometres to a degree of latitude, for the reference's grid.
const DEGREE_KM: f64 = 111.2;

/// The reference's grid: whole kilometres north and east of the region's corner.
struct Reference<'a> {
    arrivals: &'a [Arrival],
    south: f64,
    west: f64,
    d_lon: f64,
    rows: i64,
    columns: i64,
}

impl<'a> Reference<'a> {
    fn new(arrivals: &'a [Arrival]) -> Self {
        let lats: Vec<f64> = arrivals.iter().map(|arrival| arrival.place.lat_deg()).collect();
        let lons: Vec<f64> = arrivals.iter().map(|arrival| arrival.place.lon_deg()).collect();
        let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lon_margin = 500.0 / (111.3195 * libm::cos(most(&lats).to_radians()));
        let (south, north) = (least(&lats) - 500.0 / 110.574, most(&lats) + 500.0 / 110.574);
        let (west, east) = (least(&lons) - lon_margin, most(&lons) + lon_margin);
        let d_lon = 1.0 / (DEGREE_KM * libm::cos(((south + north) / 2.0).to_radians()));
        let (rows, columns) = (((north - south) * DEGREE_KM) as i64, ((east - west) / d_lon) as i64);
        Self { arrivals, south, west, d_lon, rows, columns }
    }

    fn place(&self, north_km: f64, east_km: f64) -> (f64, f64) {
        (self.south + north_km / DEGREE_KM, self.west + east_km * self.d_lon)
    }

    /// Blocks of 10 km that may matter.
    fn blocks(&self) -> BTreeSet<(i64, i64)> {
        let all = (0..=self.rows / 10).flat_map(|row| (0..=self.columns / 10).map(move |column| (row, column)));
        let logs: Vec<((i64, i64), f64)> = all
            .map(|block| {
                let middle = self.place(block.0 as f64 * 10.0 + 5.0, block.1 as f64 * 10.0 + 5.0);
                (block, azimuths_log(self.arrivals, middle))
            })
            .collect();
        let best = logs.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
        let near = |(row, column): (i64, i64)| (-1..=1).flat_map(move |i| (-1..=1).map(move |j| (row + i, column + j)));
        logs.iter().filter(|(_, log)| *log >= best - 16.0).flat_map(|(block, _)| near(*block)).collect()
    }

    /// Area of the region of highest density that holds 90 %, km2.
    fn area90_km2(&self, nodes: &[(f64, f64)]) -> f64 {
        let blocks = self.blocks();
        let mut corners: BTreeMap<(i64, i64), f64> = BTreeMap::new();
        for (row, column) in &blocks {
            for (i, j) in (0..3).flat_map(|i| (0..3).map(move |j| (2 * row + i, 2 * column + j))) {
                corners
                    .entry((i, j))
                    .or_insert_with(|| times(self.arrivals, self.place(i as f64 * 5.0, j as f64 * 5.0), nodes).log);
            }
        }
        let mut cells: Vec<(f64, f64)> = Vec::new();
        for (row, column) in &blocks {
            for north in (row * 10..row * 10 + 10).filter(|north| (0..self.rows).contains(north)) {
                for east in (column * 10..column * 10 + 10).filter(|east| (0..self.columns).contains(east)) {
                    let middle = self.place(north as f64 + 0.5, east as f64 + 0.5);
                    let (i, j) = (north.div_euclid(5), east.div_euclid(5));
                    let (y, x) = (((north - 5 * i) as f64 + 0.5) / 5.0, ((east - 5 * j) as f64 + 0.5) / 5.0);
                    let time = (1.0 - y) * ((1.0 - x) * corners[&(i, j)] + x * corners[&(i, j + 1)])
                        + y * ((1.0 - x) * corners[&(i + 1, j)] + x * corners[&(i + 1, j + 1)]);
                    let half = 0.5 / DEGREE_KM;
                    let area_m2 = area::cell_m2(middle.0 - half, middle.0 + half, self.d_lon);
                    cells.push((azimuths_log(self.arrivals, middle) + time, area_m2));
                }
            }
        }
        cells.sort_by(|a, b| b.0.total_cmp(&a.0));
        let best = cells[0].0;
        let total: f64 = cells.iter().map(|(log, area_m2)| libm::exp(log - best) * area_m2).sum();
        let (mut sum, mut area_m2) = (0.0, 0.0);
        for (log, cell_m2) in &cells {
            sum += libm::exp(log - best) * cell_m2;
            area_m2 += cell_m2;
            if sum >= 0.9 * total {
                break;
            }
        }
        area_m2 / 1e6
    }
}

fn areas(stream: u64, nodes: &[(f64, f64)]) -> (f64, f64) {
    let Event { mut arrivals, .. } = event(&mut Draws::new(2006, stream), 1.0);
    let posterior = locate(&arrivals, &priors(), 1).expect("an event of the generator is located");
    arrivals.sort_by_key(|arrival| arrival.arrival);
    let area_km2 = posterior.region(90).map_or(f64::NAN, |region| region.area_m2 as f64 / 1e6);
    (area_km2, Reference::new(&arrivals).area90_km2(nodes))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[values.len() / 2] + values[(values.len() - 1) / 2]) / 2.0
}

#[test]
fn areas_are_those_of_a_fine_grid() {
    let nodes = normal_nodes(13);
    let pairs: Vec<(f64, f64)> = std::thread::scope(|scope| {
        let nodes = &nodes;
        let part =
            |thread: u64| (thread..EVENTS).step_by(THREADS as usize).map(|stream| areas(stream, nodes)).collect();
        let threads: Vec<_> =
            (0..THREADS).map(|thread| scope.spawn(move || -> Vec<(f64, f64)> { part(thread) })).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread of the test ends")).collect()
    });
    let ratio = median(pairs.iter().map(|pair| pair.0).collect()) / median(pairs.iter().map(|pair| pair.1).collect());
    assert!((0.97..=1.03).contains(&ratio), "medians: {ratio}");
    for (stream, (ours, reference)) in pairs.iter().enumerate() {
        assert!((0.9..=1.1).contains(&(ours / reference)), "event {stream}: {ours} km2, reference {reference} km2");
    }
}
