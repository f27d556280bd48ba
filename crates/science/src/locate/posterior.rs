//! From a solution to the posterior as kept and hashed: integers of a stated unit.
//!
//! As [`infrasound`](super::infrasound) rounds: masses down, so that the cells and what is outside sum to exactly one;
//! times to the millisecond, places to 1e-7 degree. Regions and intervals are those of the unrounded cells.
use super::solution::Solution;
use truceline_model::geodesic::area;
use truceline_model::measurement::Site;
use truceline_model::place::{Place, Ring};
use truceline_model::posterior::{Cell, Covariance, Grid, PPB, Posterior, Region, TimeRegion};
use truceline_model::time::{Interval, NS_PER_S, Time};

impl Solution {
    /// The posterior as kept; none of a solution in a local frame, or without any time.
    #[must_use]
    pub fn posterior(&self) -> Option<Posterior> {
        let time_mean = self.time_mean.filter(|_| self.geographic)?.rounded_ms();
        // Whole seconds read better, and the cells' times stay short.
        let time_reference = Time(time_mean.0.div_euclid(NS_PER_S) * NS_PER_S);
        let offset_s = time_reference.seconds_since(self.reference);
        let cell = |cell: &super::solution::Cell| Cell {
            index: cell.index,
            mass_ppb: (cell.mass * PPB).floor() as u32,
            time_mean_ms: ((cell.time_mean_s - offset_s) * 1e3).round() as i32,
            time_sigma_ms: (cell.time_sigma_s * 1e3).round().max(1.0) as u32,
        };
        let cells: Vec<Cell> = self.cells.iter().map(cell).filter(|cell| cell.mass_ppb > 0).collect();
        let inside_ppb: u64 = cells.iter().map(|cell| u64::from(cell.mass_ppb)).sum();
        let regions = self.regions.iter().map(|region| {
            let ring = |ring: &Vec<super::solution::Point>| -> Ring {
                let mut corners: Ring = ring.iter().filter_map(|point| Place::from_degrees(point.y, point.x)).collect();
                corners.dedup();
                corners
            };
            let rings: Vec<Ring> = region.rings.iter().map(ring).filter(|ring| ring.len() >= 3).collect();
            let area_m2 = area::rings_m2(&rings).round() as u64;
            Region { level_percent: region.level_percent, area_m2, rings }
        });
        let time_regions = self.time_regions.iter().map(|region| {
            let Interval { from, to } = region.interval;
            let interval = Interval { from: from.rounded_ms(), to: to.rounded_ms() };
            TimeRegion { level_percent: region.level_percent, interval }
        });
        let m2 = |value: f64| value.round() as i64;
        Some(Posterior {
            grid: Grid {
                south_e7: i32::try_from(self.grid.south).ok()?,
                west_e7: i32::try_from(self.grid.west).ok()?,
                d_lat_e7: u32::try_from(self.grid.d_north).ok()?,
                d_lon_e7: u32::try_from(self.grid.d_east).ok()?,
                rows: self.grid.rows,
                columns: self.grid.columns,
            },
            outside_ppb: (PPB as u64).saturating_sub(inside_ppb) as u32,
            cells: cells.into(),
            time_reference,
            mean: place(&self.mean)?,
            most_probable: place(&self.most_probable)?,
            covariance: Covariance {
                east_m2: m2(self.covariance.east_m2),
                north_m2: m2(self.covariance.north_m2),
                east_north_m2: m2(self.covariance.east_north_m2),
            },
            regions: regions.collect(),
            time_mean,
            time_regions: time_regions.collect(),
        })
    }
}

fn place(site: &Site) -> Option<Place> {
    match *site {
        Site::Geographic { lon_deg, lat_deg, .. } => Place::from_degrees(lat_deg, lon_deg),
        Site::Local { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::locate::{Priors, evidence};
    use crate::travel::{Medium, Speeds};
    use truceline_model::geodesic;
    use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
    use truceline_model::place::Place;
    use truceline_model::time::{Interval, Time};

    #[test]
    fn what_is_kept_says_what_the_solution_says() {
        let truth = (40.0, 20.0);
        let origin = Time::parse("2024-05-06T07:08:09.25Z").unwrap();
        let (mut sensors, mut measurements) = (Vec::new(), Vec::new());
        for n in 0..7 {
            let end = geodesic::direct(truth, f64::from(n) * 52.0, 20_000.0 + 9_000.0 * f64::from(n));
            let site = Site::Geographic { lon_deg: end.lon_deg, lat_deg: end.lat_deg, elevation_m: 0.0 };
            sensors.push(Sensor { id: n.to_string(), owner: "one".into(), kind: SensorKind::Seismometer, site });
            let r_m = geodesic::inverse(truth, (end.lat_deg, end.lon_deg)).distance_m;
            let phase = Some(Phase::P);
            measurements.push(Measurement { phase, ..Measurement::arrival(n as usize, origin.plus_s(r_m / 6_000.0)) });
        }
        let speeds = Speeds { p_m_s: Some(6_000.0), ..Speeds::default() };
        // As far as P goes, which is thousands of kilometres.
        let priors = Priors::new(Medium::homogeneous(speeds).unwrap());
        let solution = evidence(&sensors, &measurements, &[0, 1, 2, 3, 4, 5, 6], &priors, 1).unwrap();
        let kept = solution.posterior().unwrap();
        let sum: u64 = kept.cells.iter().map(|cell| u64::from(cell.mass_ppb)).sum();
        assert_eq!(sum + u64::from(kept.outside_ppb), 1_000_000_000);
        assert!(kept.outside_ppb < 1_000_000, "{}", kept.outside_ppb);
        let place = Place::from_degrees(truth.0, truth.1).unwrap();
        assert!(geodesic::between(kept.mean, place).distance_m < 300.0, "{:?}", kept.mean);
        assert!(kept.region_contains(90, place) && kept.interval(90).unwrap().contains(origin));
        for (kept, whole) in kept.regions.iter().zip(&solution.regions) {
            assert!((kept.area_m2 as f64 / whole.area_m2 - 1.0).abs() < 1e-3, "{} {}", kept.area_m2, whole.area_m2);
        }
        // Masses over places and times, from the rounded cells.
        let region = kept.region(90).unwrap();
        let inside = |place| truceline_model::place::rings_contain(&region.rings, place);
        let mass = kept.mass(inside, None);
        assert!((mass - 0.9).abs() < 0.02, "{mass}");
        let half = Interval { from: Time(i64::MIN), to: kept.time_mean };
        let earlier = kept.mass(|_| true, Some(&[half]));
        assert!((earlier - 0.5).abs() < 0.02, "{earlier}");
    }
}
