//! First arrivals in a table over distance, depth and the sensor's depth.
//!
//! What is kept is the time over the straight distance, which is constant in a constant medium and smooth near the
//! sensor, where the time itself has a corner. Columns lie even in `sqrt(distance + softening)`: dense near, sparse
//! far. Rows are even in depth, and the model's interfaces are rows, since the time has a corner there. Between them
//! everything is linear. Each (distance, depth) keeps the values for all sensors' depths side by side.
use super::layered::{self, Model};
use super::{Leg, Reach};

/// Columns.
const COLUMNS: usize = 384;

/// Rows, without the model's own depths.
const ROWS: usize = 64;

/// Steps of the sensor's depth are at most this, m: linear between them is good to a millisecond.
const SENSOR_STEP_M: f64 = 500.0;

/// The distance at which columns begin to thin out, as a share of the greatest.
const SOFTENING: f64 = 0.01;

/// Entries of the index of rows.
const HINTS: usize = 512;

/// The table of one wave.
#[derive(Debug, Clone)]
pub(super) struct Table {
    softening_m: f64,
    distance_m_max: f64,
    u0: f64,
    per_u: f64,
    depths_m: Vec<f64>,
    /// One over the height from each row to the next.
    per_height: Vec<f64>,
    /// The row that begins at or above each of even steps of depth.
    hints: Vec<u16>,
    hints_per_m: f64,
    sensor_top_m: f64,
    sensor_bottom_m: f64,
    sensors: usize,
    sensors_per_m: f64,
    /// Time over straight distance, s/m: by row, column, sensor's depth. Single precision keeps 6e-8 of a time.
    slowness: Vec<f32>,
}

impl Table {
    /// The table of a model's nodes (depth, speed), which are in order.
    pub(super) fn new(nodes: &[(f64, f64)], reach: &Reach) -> Self {
        let (top_m, bottom_m) = reach.source_depth_m;
        let (sensor_top_m, sensor_bottom_m) = reach.sensor_depth_m;
        let model = Model::new(nodes, top_m.min(sensor_top_m));

        let softening_m = SOFTENING * reach.distance_m_max;
        let u0 = softening_m.sqrt();
        let width = (reach.distance_m_max + softening_m).sqrt() - u0;
        let step = width / (COLUMNS - 1) as f64;
        let distances_m: Vec<f64> = (0..COLUMNS)
            .map(|column| {
                let u = u0 + step * column as f64;
                (u * u - softening_m).max(0.0)
            })
            .collect();

        let depths_m = rows(&model, top_m, bottom_m);
        let sensors = ((sensor_bottom_m - sensor_top_m) / SENSOR_STEP_M).ceil() as usize + 1;
        let sensor_step_m = if sensors > 1 { (sensor_bottom_m - sensor_top_m) / (sensors - 1) as f64 } else { 1.0 };

        let mut slowness = vec![0.0_f32; depths_m.len() * COLUMNS * sensors];
        for sensor in 0..sensors {
            let sensor_m = sensor_top_m + sensor_step_m * sensor as f64;
            for (row, depth_m) in depths_m.iter().enumerate() {
                let times = layered::earliest(&model.curves(*depth_m, sensor_m), &distances_m);
                for (column, time_s) in times.iter().enumerate() {
                    let length_m = straight(distances_m[column], depth_m - sensor_m);
                    let value = if length_m > 0.1 { time_s / length_m } else { model.slowness_s_per_m(sensor_m) };
                    slowness[(row * COLUMNS + column) * sensors + sensor] = value as f32;
                }
            }
        }

        let per_height = depths_m.windows(2).map(|pair| 1.0 / (pair[1] - pair[0])).collect();
        let extent_m = (bottom_m - top_m).max(1.0);
        let hints_per_m = (HINTS - 1) as f64 / extent_m;
        let hints = (0..HINTS)
            .map(|hint| {
                let depth_m = top_m + hint as f64 / hints_per_m;
                depths_m.partition_point(|row| *row <= depth_m).saturating_sub(1) as u16
            })
            .collect();
        Self {
            softening_m,
            distance_m_max: reach.distance_m_max,
            u0,
            per_u: 1.0 / step,
            depths_m,
            per_height,
            hints,
            hints_per_m,
            sensor_top_m,
            sensor_bottom_m,
            sensors,
            sensors_per_m: 1.0 / sensor_step_m,
            slowness,
        }
    }

    /// The leg; `None` outside the reach.
    #[inline]
    pub(super) fn leg(&self, distance_m: f64, depth_m: f64, sensor_depth_m: f64) -> Option<Leg> {
        let (first, last) = (self.depths_m[0], self.depths_m[self.depths_m.len() - 1]);
        let inside = (0.0..=self.distance_m_max).contains(&distance_m)
            && (first..=last).contains(&depth_m)
            && (self.sensor_top_m..=self.sensor_bottom_m).contains(&sensor_depth_m);
        if !inside {
            return None;
        }
        let u = (distance_m + self.softening_m).sqrt();
        let at = ((u - self.u0) * self.per_u).max(0.0);
        let column = (at as usize).min(COLUMNS - 2);
        let part = at - column as f64;

        let mut row = self.hints[(((depth_m - first) * self.hints_per_m) as usize).min(HINTS - 1)] as usize;
        row = row.min(self.depths_m.len() - 2);
        while row + 2 < self.depths_m.len() && self.depths_m[row + 1] <= depth_m {
            row += 1;
        }
        let per_height = self.per_height[row];
        let fall = (depth_m - self.depths_m[row]) * per_height;

        let at = (sensor_depth_m - self.sensor_top_m) * self.sensors_per_m;
        let sensor = (at as usize).min(self.sensors.saturating_sub(2));
        let (next, rise) = if self.sensors > 1 { (1, at - sensor as f64) } else { (0, 0.0) };
        // The next column stands right behind, the next row a whole row of columns later.
        let corner = (row * COLUMNS + column) * self.sensors + sensor;
        let corners = |from: usize| {
            let near = &self.slowness[from..from + self.sensors + next + 1];
            let value = |i: usize| {
                let (a, b) = (f64::from(near[i]), f64::from(near[i + next]));
                a + rise * (b - a)
            };
            (value(0), value(self.sensors))
        };
        let (a, b) = corners(corner);
        let (c, d) = corners(corner + COLUMNS * self.sensors);
        let (upper, lower) = (a + part * (b - a), c + part * (d - c));
        let slowness = upper + fall * (lower - upper);
        let per_u = ((b - a) + fall * ((d - c) - (b - a))) * self.per_u;
        let per_depth = (lower - upper) * per_height;

        let drop_m = depth_m - sensor_depth_m;
        let length_m = straight(distance_m, drop_m);
        let per_length = 1.0 / length_m;
        let (along, down) = if length_m > 0.0 { (distance_m * per_length, drop_m * per_length) } else { (1.0, 0.0) };
        Some(Leg {
            time_s: slowness * length_m,
            per_distance_s_per_m: slowness * along + length_m * per_u * (0.5 / u),
            per_depth_s_per_m: slowness * down + length_m * per_depth,
        })
    }
}

#[inline]
fn straight(distance_m: f64, drop_m: f64) -> f64 {
    (distance_m * distance_m + drop_m * drop_m).sqrt()
}

/// The rows' depths: even steps, and the model's depths; those of the latter that lie nearly on a step replace it.
fn rows(model: &Model, top_m: f64, bottom_m: f64) -> Vec<f64> {
    // One depth alone still needs two rows to interpolate between.
    let bottom_m = bottom_m.max(top_m + 1.0);
    let step_m = (bottom_m - top_m) / (ROWS - 1) as f64;
    let own: Vec<f64> = model.depths_m().filter(|depth_m| (top_m..=bottom_m).contains(depth_m)).collect();
    let near = |depth_m: f64| own.iter().any(|own| (own - depth_m).abs() < 0.25 * step_m);
    let mut rows: Vec<f64> = (1..ROWS - 1).map(|row| top_m + step_m * row as f64).filter(|row| !near(*row)).collect();
    rows.extend_from_slice(&own);
    rows.push(top_m);
    rows.push(bottom_m);
    rows.sort_by(f64::total_cmp);
    rows.dedup();
    rows
}
