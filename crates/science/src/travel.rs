//! How long a wave takes from a source to a sensor, and how that changes with the source's distance and depth.
//!
//! A [`Medium`] answers for each [`Phase`] of a measurement. Speeds are constant (0-D: `distance / speed` along the
//! straight path), or, for P and S, those of a 1-D earth model whose first arrivals are kept in a table
//! (`layered.rs` says how they are found, `table.rs` how they are kept).
//!
//! Depths are metres below the datum of the elevations (negative above it), distances are horizontal metres.
//!
//! # Checked against
//! The two-layer head wave in closed form, and TauPy (ObsPy 1.5.1) for iasp91 and for a model of central Italy:
//! `tests/travel.rs` states how far both are off.
mod error;
mod layered;
mod table;

use error::Kind;
pub use error::TravelError;
use std::sync::Arc;
use table::Table;
use truceline_model::measurement::Phase;

/// Speed of light in vacuum, m/s.
const LIGHT_M_S: f64 = 299_792_458.0;

/// The least and the greatest speed of a wave in rock or air, m/s: between loose soil's S and the lower mantle's P,
/// with room on both sides.
pub const SPEED_M_S: (f64, f64) = (50.0, 20_000.0);

/// The most nodes of an earth model. iasp91 has some 60 down to the core.
pub const MAX_NODES: usize = 128;

/// The greatest depth of a source, m: no earthquake is deeper.
pub const DEPTH_M_MAX: f64 = 800_000.0;

/// The greatest distance of a table, m: beyond a sixth of the globe first arrivals come from below the model's care.
pub const DISTANCE_M_MAX: f64 = 3_500_000.0;

/// The least and the greatest depth of a sensor, m: mountain tops and mines.
pub const SENSOR_DEPTH_M: (f64, f64) = (-9_000.0, 5_000.0);

/// A constant layer of an earth model; it reaches down to the next one's top, the last one without end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layer {
    /// Depth of its top, m below the datum. The first layer also holds everything above its top.
    pub top_m: f64,
    /// Speed of P, m/s.
    pub p_m_s: f64,
    /// Speed of S, m/s.
    pub s_m_s: f64,
}

/// The speeds at which vertical rays of P and S cross the upper crust of a layered model, m/s: what stands for it where
/// paths are taken as straight. `None` without a layer.
#[must_use]
pub fn crust_speeds_m_s(layers: &[Layer]) -> Option<(f64, f64)> {
    /// The upper crust, where most is recorded that a local network sees.
    const CRUST_M: f64 = 15_000.0;
    let (first, last) = (layers.first()?, layers.last()?);
    let bottom_m = (first.top_m + CRUST_M).max(last.top_m.min(CRUST_M));
    let (mut p_s, mut s_s) = (0.0, 0.0);
    for (at, layer) in layers.iter().enumerate() {
        let below_m = layers.get(at + 1).map_or(bottom_m, |below| below.top_m.min(bottom_m));
        let thick_m = (below_m - layer.top_m).max(0.0);
        p_s += thick_m / layer.p_m_s;
        s_s += thick_m / layer.s_m_s;
    }
    let crossed_m = bottom_m - first.top_m;
    Some((crossed_m / p_s, crossed_m / s_s))
}

/// A node of an earth model with gradients. Between nodes the speed is a power of the radius (nearly linear in
/// depth); two nodes of one depth are a jump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Depth, m below the datum.
    pub depth_m: f64,
    /// Speed of P, m/s.
    pub p_m_s: f64,
    /// Speed of S, m/s.
    pub s_m_s: f64,
}

/// For which sources and sensors a table is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Greatest horizontal distance, m.
    pub distance_m_max: f64,
    /// Least and greatest depth of a source, m below the datum.
    pub source_depth_m: (f64, f64),
    /// Least and greatest depth of a sensor, m below the datum: minus the greatest and least elevation.
    pub sensor_depth_m: (f64, f64),
}

/// Speeds of waves whose paths are taken as straight, m/s; none where a phase has no travel time here.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Speeds {
    /// P.
    pub p_m_s: Option<f64>,
    /// S.
    pub s_m_s: Option<f64>,
    /// Surface and guided waves (Lg, Rg).
    pub surface_m_s: Option<f64>,
    /// The celerity of infrasound: horizontal distance over time.
    pub airwave_m_s: Option<f64>,
    /// Sound over a direct path, for muzzle blasts and shock waves alike.
    pub sound_m_s: Option<f64>,
}

/// Speed of sound in dry air, m/s: `331.3 sqrt(1 + t / 273.15)` (ideal gas, 331.3 m/s at 0 degrees Celsius).
/// `None` below -100 and above 100 degrees, and for what is no number.
#[must_use]
pub fn sound_m_s(temperature_c: f64) -> Option<f64> {
    (-100.0..=100.0).contains(&temperature_c).then(|| 331.3 * (1.0 + temperature_c / 273.15).sqrt())
}

/// One leg: from a source to a sensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// Travel time, s.
    pub time_s: f64,
    /// Its change with the source's horizontal distance, s/m: the horizontal slowness.
    pub per_distance_s_per_m: f64,
    /// Its change with the source's depth, s/m.
    pub per_depth_s_per_m: f64,
}

/// How one phase travels.
#[derive(Debug, Clone)]
enum Wave {
    Straight { slowness_s_per_m: f64 },
    Layered(Arc<Table>),
}

/// What waves travel through. Cloning is cheap: tables are shared.
#[derive(Debug, Clone)]
pub struct Medium {
    p: Option<Wave>,
    s: Option<Wave>,
    surface: Option<Wave>,
    airwave: Option<Wave>,
    sound: Option<Wave>,
}

impl Medium {
    /// Constant speeds.
    ///
    /// # Errors
    /// If a speed lies outside [`SPEED_M_S`].
    pub fn homogeneous(speeds: Speeds) -> Result<Self, TravelError> {
        let wave = |name, speed: Option<f64>| match speed {
            None => Ok(None),
            Some(speed) if (SPEED_M_S.0..=SPEED_M_S.1).contains(&speed) => {
                Ok(Some(Wave::Straight { slowness_s_per_m: 1.0 / speed }))
            }
            Some(speed) => Err(TravelError(Kind::Speed { name, speed })),
        };
        Ok(Self {
            p: wave("p_m_s", speeds.p_m_s)?,
            s: wave("s_m_s", speeds.s_m_s)?,
            surface: wave("surface_m_s", speeds.surface_m_s)?,
            airwave: wave("airwave_m_s", speeds.airwave_m_s)?,
            sound: wave("sound_m_s", speeds.sound_m_s)?,
        })
    }

    /// P and S by an earth model of constant layers, the other phases by `speeds` (whose P and S are not used).
    ///
    /// # Errors
    /// If a layer or the reach has no meaning, layers are not in order of depth, or a speed of `speeds` is none.
    pub fn layered(layers: &[Layer], reach: Reach, speeds: Speeds) -> Result<Self, TravelError> {
        let mut nodes = Vec::with_capacity(2 * layers.len());
        for (i, layer) in layers.iter().enumerate() {
            nodes.push(Node { depth_m: layer.top_m, p_m_s: layer.p_m_s, s_m_s: layer.s_m_s });
            if let Some(below) = layers.get(i + 1) {
                nodes.push(Node { depth_m: below.top_m, ..nodes[nodes.len() - 1] });
            }
        }
        Self::graded(&nodes, reach, speeds)
    }

    /// P and S by an earth model with gradients, the other phases by `speeds` (whose P and S are not used). Above
    /// the first node and below the last the speed is constant.
    ///
    /// # Errors
    /// If a node or the reach has no meaning, nodes are not in order of depth, or a speed of `speeds` is none.
    pub fn graded(nodes: &[Node], reach: Reach, speeds: Speeds) -> Result<Self, TravelError> {
        checked_nodes(nodes)?;
        checked_reach(&reach)?;
        let table = |of: fn(&Node) -> f64| {
            let nodes: Vec<(f64, f64)> = nodes.iter().map(|node| (node.depth_m, of(node))).collect();
            Wave::Layered(Arc::new(Table::new(&nodes, &reach)))
        };
        let straight = Self::homogeneous(Speeds { p_m_s: None, s_m_s: None, ..speeds })?;
        Ok(Self { p: Some(table(|node| node.p_m_s)), s: Some(table(|node| node.s_m_s)), ..straight })
    }

    /// Whether there is a speed for a phase.
    #[must_use]
    pub fn knows(&self, phase: Phase) -> bool {
        match phase {
            Phase::P => self.p.is_some(),
            Phase::S => self.s.is_some(),
            Phase::Surface => self.surface.is_some(),
            Phase::Airwave => self.airwave.is_some(),
            Phase::Muzzle | Phase::Shock => self.sound.is_some(),
            Phase::Light => true,
        }
    }

    /// How a phase travels.
    fn wave_mut(&mut self, phase: Phase) -> Option<&mut Wave> {
        match phase {
            Phase::P => self.p.as_mut(),
            Phase::S => self.s.as_mut(),
            Phase::Surface => self.surface.as_mut(),
            Phase::Airwave => self.airwave.as_mut(),
            Phase::Muzzle | Phase::Shock => self.sound.as_mut(),
            Phase::Light => None,
        }
    }

    /// Whether a phase has one speed, so that [`Medium::slow`] can change it.
    #[must_use]
    pub fn is_straight(&self, phase: Phase) -> bool {
        self.clone().wave_mut(phase).is_some_and(|wave| matches!(wave, Wave::Straight { .. }))
    }

    /// The speed of a phase that has one, m/s.
    #[must_use]
    pub fn straight_m_s(&self, phase: Phase) -> Option<f64> {
        match self.clone().wave_mut(phase) {
            Some(Wave::Straight { slowness_s_per_m }) => Some(1.0 / *slowness_s_per_m),
            _ => None,
        }
    }

    /// Multiplies the travel times of a phase that has one speed; others stay.
    pub fn slow(&mut self, phase: Phase, by: f64) {
        if let Some(Wave::Straight { slowness_s_per_m }) = self.wave_mut(phase) {
            *slowness_s_per_m *= by;
        }
    }

    /// The leg of a phase from a source at this horizontal distance and depth to a sensor at this depth, m. `None`
    /// if the medium has no speed for the phase, or the leg is outside the table's reach, or a number is none.
    ///
    /// Light takes the straight path at its own speed. Infrasound's celerity is horizontal distance over time, so
    /// depths do not count for it.
    #[inline]
    #[must_use]
    pub fn leg(&self, phase: Phase, distance_m: f64, depth_m: f64, sensor_depth_m: f64) -> Option<Leg> {
        let wave = match phase {
            Phase::P => &self.p,
            Phase::S => &self.s,
            Phase::Surface => &self.surface,
            Phase::Airwave => {
                let Some(Wave::Straight { slowness_s_per_m }) = self.airwave else { return None };
                return straight(slowness_s_per_m, distance_m, 0.0);
            }
            Phase::Muzzle | Phase::Shock => &self.sound,
            Phase::Light => return straight(1.0 / LIGHT_M_S, distance_m, depth_m - sensor_depth_m),
        };
        match wave {
            None => None,
            Some(Wave::Straight { slowness_s_per_m }) => {
                straight(*slowness_s_per_m, distance_m, depth_m - sensor_depth_m)
            }
            Some(Wave::Layered(table)) => table.leg(distance_m, depth_m, sensor_depth_m),
        }
    }
}

/// A straight leg.
#[inline]
fn straight(slowness_s_per_m: f64, distance_m: f64, drop_m: f64) -> Option<Leg> {
    let length_m = (distance_m * distance_m + drop_m * drop_m).sqrt();
    if !(length_m.is_finite() && distance_m >= 0.0) {
        return None;
    }
    // At the sensor itself every direction leads away; that of growing distance is taken.
    let (along, down) = if length_m > 0.0 { (distance_m / length_m, drop_m / length_m) } else { (1.0, 0.0) };
    Some(Leg {
        time_s: slowness_s_per_m * length_m,
        per_distance_s_per_m: slowness_s_per_m * along,
        per_depth_s_per_m: slowness_s_per_m * down,
    })
}

fn checked_nodes(nodes: &[Node]) -> Result<(), TravelError> {
    if nodes.is_empty() || nodes.len() > MAX_NODES {
        return Err(TravelError(Kind::Nodes { nodes: nodes.len() }));
    }
    for (i, node) in nodes.iter().enumerate() {
        for (name, speed) in [("p_m_s", node.p_m_s), ("s_m_s", node.s_m_s)] {
            if !(SPEED_M_S.0..=SPEED_M_S.1).contains(&speed) {
                return Err(TravelError(Kind::NodeSpeed { number: i + 1, name, speed }));
            }
        }
        let above = if i == 0 { SENSOR_DEPTH_M.0 } else { nodes[i - 1].depth_m };
        let third = i >= 2 && nodes[i - 2].depth_m == node.depth_m;
        if !(above..=layered::MODEL_DEPTH_M_MAX).contains(&node.depth_m) || third {
            return Err(TravelError(Kind::NodeDepth { number: i + 1, depth_m: node.depth_m, above_m: above }));
        }
    }
    Ok(())
}

fn checked_reach(reach: &Reach) -> Result<(), TravelError> {
    let wrong = |name, value, expected| Err(TravelError(Kind::Reach { name, value, expected }));
    if !(100.0..=DISTANCE_M_MAX).contains(&reach.distance_m_max) {
        return wrong("distance_m_max", reach.distance_m_max, "100 to DISTANCE_M_MAX = 3500000 m");
    }
    let (top, bottom) = reach.source_depth_m;
    if !(SENSOR_DEPTH_M.0..=DEPTH_M_MAX).contains(&top) {
        return wrong("source_depth_m from", top, "-9000 to DEPTH_M_MAX = 800000 m");
    }
    if !(top..=DEPTH_M_MAX).contains(&bottom) {
        return wrong("source_depth_m to", bottom, "its beginning to DEPTH_M_MAX = 800000 m");
    }
    let (top, bottom) = reach.sensor_depth_m;
    if !(SENSOR_DEPTH_M.0..=SENSOR_DEPTH_M.1).contains(&top) {
        return wrong("sensor_depth_m from", top, "SENSOR_DEPTH_M = -9000 to 5000 m");
    }
    if !(top..=SENSOR_DEPTH_M.1).contains(&bottom) {
        return wrong("sensor_depth_m to", bottom, "its beginning to 5000 m");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_speeds_and_their_derivatives() {
        let medium = Medium::homogeneous(Speeds { p_m_s: Some(6_000.0), ..Speeds::default() }).unwrap();
        let leg = medium.leg(Phase::P, 30_000.0, 40_000.0, 0.0).unwrap();
        assert!((leg.time_s - 50.0 / 6.0).abs() < 1e-12);
        assert!((leg.per_distance_s_per_m - 0.6 / 6_000.0).abs() < 1e-15);
        assert!((leg.per_depth_s_per_m - 0.8 / 6_000.0).abs() < 1e-15);
        assert!(medium.leg(Phase::S, 1.0, 0.0, 0.0).is_none());
        assert!(medium.leg(Phase::P, f64::NAN, 0.0, 0.0).is_none());
        assert!(medium.leg(Phase::P, -1.0, 0.0, 0.0).is_none());
        assert!(medium.leg(Phase::Light, 3e5, 0.0, 0.0).unwrap().time_s < 1.1e-3);
    }

    #[test]
    fn bad_models_are_named() {
        let layer = |top_m, p_m_s| Layer { top_m, p_m_s, s_m_s: 3_000.0 };
        let reach = Reach { distance_m_max: 1e5, source_depth_m: (0.0, 3e4), sensor_depth_m: (0.0, 0.0) };
        let text = |layers: &[Layer], reach| Medium::layered(layers, reach, Speeds::default()).unwrap_err().to_string();
        assert_eq!(text(&[], reach), "0 nodes, expected 1 to MAX_NODES = 128");
        assert_eq!(
            text(&[layer(0.0, 6_000.0), layer(5e3, f64::NAN)], reach),
            "node 3: p_m_s is NaN, expected 50 to 20000 m/s"
        );
        assert_eq!(
            text(&[layer(0.0, 6_000.0), layer(-1e3, 7_000.0)], reach),
            "node 2: its depth is -1000 m, expected from 0 m (the node above; at most two share one) to 3000000 m"
        );
        let far = Reach { distance_m_max: 4e6, ..reach };
        assert_eq!(
            text(&[layer(0.0, 6_000.0)], far),
            "reach: distance_m_max is 4000000, expected 100 to DISTANCE_M_MAX = 3500000 m"
        );
        let error = Medium::homogeneous(Speeds { s_m_s: Some(0.0), ..Speeds::default() }).unwrap_err();
        assert_eq!(error.to_string(), "s_m_s is 0, expected 50 to 20000 m/s");
    }

    #[test]
    fn sound_by_temperature() {
        assert!((sound_m_s(0.0).unwrap() - 331.3).abs() < 1e-9);
        assert!((sound_m_s(20.0).unwrap() - 343.2).abs() < 0.1);
        assert!(sound_m_s(f64::NAN).is_none());
    }
}
