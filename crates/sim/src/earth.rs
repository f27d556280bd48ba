//! The ground: layers over a half space, first arrivals of P and S, surface waves, and how strong they are.
//!
//! # Formulas
//! First arrival = least of the direct ray, by its ray parameter, and the head waves of all deeper layers, each
//! `x p + sum of h sqrt(1/v^2 - p^2)` over the ways down and up with p = 1 / v of the refractor (K. Aki and P. G. Richards,
//! *Quantitative seismology*, 2002, chapter 9). Local magnitude to amplitude: L. K. Hutton and D. M. Boore, *The ML scale in
//! southern California*, BSSA 77, 2074-2094, 1987. Charge to magnitude of a contained explosion: V. I. Khalturin,
//! T. G. Rautian and P. G. Richards, *The seismic signal strength of chemical explosions*, BSSA 88, 1511-1524, 1998:
//! M = 2.45 + 0.73 log10(t), their upper bound, from which each kind of source loses something; of theirs the great majority 1.5 to
//! 2 (abstract read; the bound's two numbers are from memory). So 300 kg in the open have a magnitude of 0.1 to 0.6. For comparison:
//! NORSAR gave 1 to 2 to the larger explosion at the Kakhovka dam (2023) and 2.8 to a depot of ammunition (Toropets, 2024).
use crate::random::{Draw, Subject};
use serde::Serialize;

/// A layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Layer {
    /// How thick, m; the last one has no bottom.
    pub thickness_m: f64,
    /// Speed of P, m/s.
    pub vp_m_s: f64,
    /// Speed of S, m/s.
    pub vs_m_s: f64,
}

/// The ground below the region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Earth {
    /// From the top.
    pub layers: Vec<Layer>,
    /// Group speed of surface waves, m/s.
    pub surface_m_s: f64,
}

/// A wave of the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Body {
    /// Compression.
    P,
    /// Shear.
    S,
}

impl Earth {
    /// The ground of a seed: weathered rock over an upper and a lower crust over the mantle, within what such crusts have.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        let mut draw = Draw::of(seed, Subject::Earth, &[0]);
        let layers = [(1_500.0, 4.6, 0.08), (13_000.0, 6.05, 0.02), (20_000.0, 6.7, 0.02), (0.0, 8.05, 0.01)]
            .map(|(thickness_m, vp_km_s, scatter)| {
                let vp_m_s = 1e3 * vp_km_s * libm::exp(scatter * draw.normal());
                Layer {
                    thickness_m: thickness_m * libm::exp(0.2 * draw.normal()),
                    vp_m_s,
                    vs_m_s: vp_m_s / draw.between(1.70, 1.77),
                }
            })
            .to_vec();
        Self { layers, surface_m_s: draw.between(2_600.0, 3_100.0) }
    }

    /// The layers as a part of the product's file of numbers: what a survey of the region would have found.
    #[must_use]
    pub fn numbers(&self) -> String {
        let mut text = String::new();
        let mut top_m = 0.0;
        for layer in &self.layers {
            let number = |name: &str, value: f64, unit: &str| {
                format!("{name} = {{ value = {value}, unit = \"{unit}\", source = \"the invented world's own\" }}\n")
            };
            // The product keeps speeds to the mm/s and depths to the m.
            let km_s = |m_s: f64| m_s.round() / 1e3;
            text += "\n[[association.layers]]\n";
            text += &number("top", f64::round(top_m) / 1e3, "km");
            text += &number("vp", km_s(layer.vp_m_s), "km/s");
            text += &number("vs", km_s(layer.vs_m_s), "km/s");
            top_m += layer.thickness_m;
        }
        text
    }

    /// The time of the first arrival, s, of a source of this depth at a sensor on the ground.
    #[must_use]
    pub fn first_s(&self, wave: Body, distance_m: f64, depth_m: f64) -> f64 {
        let speed = |layer: &Layer| if wave == Body::P { layer.vp_m_s } else { layer.vs_m_s };
        let speeds: Vec<f64> = self.layers.iter().map(speed).collect();
        let mut above = Vec::new();
        let mut top_m = 0.0;
        for (at, layer) in self.layers.iter().enumerate() {
            let is_last = at + 1 == self.layers.len();
            if is_last || depth_m < top_m + layer.thickness_m {
                above.push(depth_m - top_m);
                break;
            }
            above.push(layer.thickness_m);
            top_m += layer.thickness_m;
        }
        let source = above.len() - 1;
        let mut first_s = direct_s(&speeds[..=source], &above, distance_m);
        for refractor in source + 1..self.layers.len() {
            let p = 1.0 / speeds[refractor];
            let (mut time_s, mut run_m) = (0.0, 0.0);
            let mut reachable = true;
            for (at, layer) in self.layers[..refractor].iter().enumerate() {
                if speeds[at] >= speeds[refractor] {
                    reachable = false;
                    break;
                }
                // Once up, and down from where the source is.
                let up_m = layer.thickness_m;
                let down_m = if at > source {
                    up_m
                } else if at == source {
                    up_m - above[source]
                } else {
                    0.0
                };
                let steep = (1.0 / (speeds[at] * speeds[at]) - p * p).sqrt();
                time_s += (up_m + down_m) * steep;
                run_m += (up_m + down_m) * p / steep;
            }
            if reachable && run_m <= distance_m {
                first_s = first_s.min(distance_m * p + time_s);
            }
        }
        first_s
    }
}

/// The direct ray up through layers of these speeds and thicknesses: its ray parameter by bisection.
fn direct_s(speeds: &[f64], thicknesses: &[f64], distance_m: f64) -> f64 {
    let depth_m: f64 = thicknesses.iter().sum();
    if depth_m < 1.0 || speeds.len() == 1 {
        return libm::hypot(distance_m, depth_m) / speeds[0];
    }
    let fastest = speeds.iter().fold(0.0, |most: f64, speed| most.max(*speed));
    let run_m = |p: f64| {
        speeds.iter().zip(thicknesses).map(|(v, h)| h * p * v / (1.0 - p * p * v * v).max(1e-18).sqrt()).sum::<f64>()
    };
    let (mut low, mut high) = (0.0, 1.0 / fastest);
    // Halved down to the last bit of a double.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if run_m(middle) < distance_m { low = middle } else { high = middle }
    }
    let p = 0.5 * (low + high);
    let down = speeds.iter().zip(thicknesses).map(|(v, h)| h * (1.0 / (v * v) - p * p).max(0.0).sqrt());
    p * distance_m + down.sum::<f64>()
}

/// Local magnitude of a charge, kg, that loses so many units of what a contained one has.
#[must_use]
pub fn magnitude(charge_kg: f64, loss: f64) -> f64 {
    2.45 + 0.73 * libm::log10(charge_kg / 1e3) - loss
}

/// Peak ground velocity of S, m/s, of a local magnitude at a distance from the focus; at 5 Hz, where local waves are strong.
#[must_use]
pub fn velocity_m_s(magnitude: f64, distance_m: f64) -> f64 {
    const FREQUENCY_HZ: f64 = 5.0;
    // A Wood-Anderson seismometer magnifies 2080 times (R. A. Uhrhammer and E. R. Collins, BSSA 80, 702-716, 1990).
    const MAGNIFICATION: f64 = 2_080.0;
    let km = (distance_m / 1e3).max(0.5);
    let trace_mm = libm::pow(10.0, magnitude - (1.110 * libm::log10(km / 100.0) + 0.001_89 * (km - 100.0) + 3.0));
    std::f64::consts::TAU * FREQUENCY_HZ * trace_mm * 1e-3 / MAGNIFICATION
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_layers() -> Earth {
        let layer = |thickness_m, vp_m_s| Layer { thickness_m, vp_m_s, vs_m_s: vp_m_s / 1.73 };
        Earth { layers: vec![layer(1_000.0, 3_000.0), layer(0.0, 6_000.0)], surface_m_s: 2_800.0 }
    }

    /// Textbook: the head wave overtakes the direct one at 2 h sqrt((v2 + v1) / (v2 - v1)).
    #[test]
    fn head_waves_overtake_where_they_should() {
        let earth = two_layers();
        let crossover_m = 2.0 * 1_000.0 * (9.0_f64 / 3.0).sqrt();
        for distance_m in [500.0, crossover_m - 50.0] {
            assert!((earth.first_s(Body::P, distance_m, 0.0) - distance_m / 3_000.0).abs() < 1e-9);
        }
        let far_m = 20_000.0;
        let expected_s = far_m / 6_000.0 + 2.0 * 1_000.0 * (1.0 / 9e6_f64 - 1.0 / 36e6).sqrt();
        assert!((earth.first_s(Body::P, far_m, 0.0) - expected_s).abs() < 1e-9);
    }

    #[test]
    fn a_source_below_is_nearer_the_refractor() {
        let earth = two_layers();
        let ray_s = libm::hypot(1_000.0, 500.0) / 3_000.0;
        assert!((earth.first_s(Body::P, 1_000.0, 500.0) - ray_s).abs() < 1e-9);
        // Straight up through both layers.
        let up_s = 1_000.0 / 3_000.0 + 4_000.0 / 6_000.0;
        assert!((earth.first_s(Body::P, 0.0, 5_000.0) - up_s).abs() < 1e-6);
        let earlier = |depth_m: f64| earth.first_s(Body::P, 30_000.0, depth_m);
        assert!(earlier(900.0) < earlier(100.0));
    }

    #[test]
    fn time_grows_with_distance_and_stays_below_that_of_the_slowest_layer() {
        for seed in 0..20 {
            let earth = Earth::drawn(seed);
            for depth_m in [0.0, 800.0, 7_000.0, 25_000.0] {
                let mut before_s = 0.0;
                for km in 0..200 {
                    let distance_m = f64::from(km) * 1e3;
                    let time_s = earth.first_s(Body::S, distance_m, depth_m);
                    assert!(
                        time_s >= before_s
                            && time_s <= libm::hypot(distance_m, depth_m) / earth.layers[0].vs_m_s + 1e-6
                    );
                    before_s = time_s;
                }
            }
        }
    }

    /// Hutton and Boore: magnitude 3 gives 1 mm at 100 km, and 10 mm at 17 km.
    #[test]
    fn amplitudes_are_those_of_the_scale() {
        let trace_mm = |km: f64| velocity_m_s(3.0, km * 1e3) * 2_080.0 * 1e3 / (std::f64::consts::TAU * 5.0);
        assert!((trace_mm(100.0) - 1.0).abs() < 1e-9);
        assert!((trace_mm(17.0) - 10.0).abs() < 0.5, "{}", trace_mm(17.0));
        assert!((magnitude(1_000.0, 0.0) - 2.45).abs() < 1e-12);
    }
}
