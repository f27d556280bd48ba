//! What a network's owner knows beforehand, as a TOML file: speeds, air, depths, how well times hold.
//!
//! Every number may be missing: then the program's own is used, or it is learnt from the arrivals. The unit is the end
//! of each name. An unknown name is refused, since a misspelt one would silently do nothing. A file that holds all of
//! them is `examples/invented-network/network.toml`.
use crate::error::FormatError;
use crate::spelling;
use serde::Deserialize;
use truceline_model::measurement::{Phase, SensorKind};

/// The most layers of an earth model.
pub const MAX_LAYERS: usize = 64;

/// The most curves of detection: each wave at each kind of sensor.
pub const MAX_DETECTIONS: usize = 64;

/// What is known beforehand. A field is none where the file does not say it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Speeds of waves in the ground.
    pub ground: Ground,
    /// The air.
    pub air: Air,
    /// Where sources can be.
    pub source: Source,
    /// How well arrival times hold, where an arrival does not say it.
    pub times: Times,
    /// How events are sought.
    pub associate: Associate,
    /// How they are located.
    pub locate: Locate,
    /// How far sensors see, for `truceline coverage`; the associator learns it from the arrivals.
    pub detection: Vec<Detection>,
}

/// Speeds of waves in the ground.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ground {
    /// Speed of P, m/s.
    pub vp_m_s: Option<f64>,
    /// Speed of S, m/s.
    pub vs_m_s: Option<f64>,
    /// Speed of P over that of S, where the speed of S is not said.
    pub vp_vs: Option<f64>,
    /// Speed of Lg and Rg, m/s.
    pub surface_m_s: Option<f64>,
    /// Layers of constant speed, from the top; instead of the speeds of P and S.
    pub layers: Vec<Layer>,
}

/// A layer; it reaches down to the next one's top.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Depth of its top, m below sea level.
    pub top_m: f64,
    /// Speed of P, m/s.
    pub vp_m_s: f64,
    /// Speed of S, m/s.
    pub vs_m_s: f64,
}

/// The air.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Air {
    /// Temperature near the ground, degrees Celsius: gives the speed of sound.
    pub temperature_deg_c: Option<f64>,
    /// Speed of sound near the ground, m/s, instead of the temperature.
    pub sound_m_s: Option<f64>,
    /// Celerity of infrasound: distance over travel time, m/s.
    pub celerity_m_s: Option<f64>,
    /// Standard deviation of each component of the wind, m/s.
    pub wind_sigma_m_s: Option<f64>,
}

/// Where sources can be.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// Greatest depth, m; 0 keeps sources at the surface.
    pub depth_m_max: Option<f64>,
}

/// Standard deviations of arrival times, where an arrival does not say its own.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Times {
    /// P, s.
    pub p_sigma_s: Option<f64>,
    /// S, s.
    pub s_sigma_s: Option<f64>,
    /// Lg and Rg, s.
    pub surface_sigma_s: Option<f64>,
    /// Infrasound, s.
    pub airwave_sigma_s: Option<f64>,
    /// Sound near the ground, s.
    pub sound_sigma_s: Option<f64>,
}

/// How events are sought.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Associate {
    /// Events that are less probably real are left out, 0 to 1.
    pub p_real_min: Option<f64>,
    /// How far outside of the network events are sought, in mean distances between neighbours.
    pub margin_spacings: Option<f64>,
    /// Whether speeds, scatter and how far sensors see are learnt from the arrivals.
    pub learn: Option<bool>,
}

/// How events are located.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Locate {
    /// Share of the arrivals that are wrong, 0 to 1.
    pub outlier_share: Option<f64>,
    /// Standard deviation of a back-azimuth that does not say its own, degrees.
    pub azimuth_sigma_deg: Option<f64>,
}

/// How probably sensors of a kind register a wave at a distance r: `ceiling / (1 + exp((r - range) / width))`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detection {
    /// The kind of sensor, as in the file of sensors.
    pub kind: String,
    /// The wave, as in the file of arrivals.
    pub phase: String,
    /// Probability beside the event.
    pub ceiling: f64,
    /// Distance at which half of it is left for an event of middle strength, m.
    pub range_m: f64,
    /// Scale of the fall, m.
    pub width_m: f64,
    /// The explosive charge of an event of middle strength, kg of TNT; for infrasound alone.
    pub charge_kg: Option<f64>,
}

/// A kind of sensor and a wave that it registers.
pub type SensorWave = (SensorKind, Phase);

impl Detection {
    /// The kind of sensor and the wave; `None` if one of them is no name, which [`read`] refuses.
    #[must_use]
    pub fn wave(&self) -> Option<SensorWave> {
        Some((spelling::kind(&self.kind).ok()??, spelling::phase(&self.phase).ok()??))
    }

    fn check(&self, file: &str, place: &str) -> Result<(), FormatError> {
        let wrong = |name: &str, message: String| Err(FormatError::new(file, format!("{place}.{name}"), message));
        if !matches!(spelling::kind(&self.kind), Ok(Some(_))) {
            return wrong("kind", format!("{:?}, expected a kind of sensor such as seismometer", self.kind));
        }
        if !matches!(spelling::phase(&self.phase), Ok(Some(_))) {
            return wrong("phase", format!("{:?}, expected a wave such as P", self.phase));
        }
        for (name, value, least, most) in [
            ("ceiling", self.ceiling, 1e-6, 1.0),
            ("range_m", self.range_m, 0.0, 2e7),
            ("width_m", self.width_m, 1e-3, 2e7),
            ("charge_kg", self.charge_kg.unwrap_or(1.0), 1e-6, 1e12),
        ] {
            if !(least..=most).contains(&value) {
                return wrong(name, format!("{value}, expected {least} to {most}"));
            }
        }
        if self.charge_kg.is_some() && self.wave().is_none_or(|(_, phase)| phase != Phase::Airwave) {
            return wrong("charge_kg", format!("it is stated of {}, expected of infrasound (I) alone", self.phase));
        }
        Ok(())
    }
}

/// Reads the file.
///
/// # Errors
/// Names the line or the number, and what was expected.
pub fn read(file: &str, text: &str) -> Result<Network, FormatError> {
    let read: Network = toml::from_str(text).map_err(|error| FormatError::of_toml(file, text, &error))?;
    read.check(file)?;
    Ok(read)
}

impl Network {
    fn check(&self, file: &str) -> Result<(), FormatError> {
        let (ground, air, times) = (&self.ground, &self.air, &self.times);
        let speed = (50.0, 20_000.0);
        let sigma = (1e-6, 3_600.0);
        let numbers = [
            ("ground.vp_m_s", ground.vp_m_s, speed),
            ("ground.vs_m_s", ground.vs_m_s, speed),
            ("ground.vp_vs", ground.vp_vs, (1.2, 5.0)),
            ("ground.surface_m_s", ground.surface_m_s, speed),
            ("air.temperature_deg_c", air.temperature_deg_c, (-90.0, 60.0)),
            ("air.sound_m_s", air.sound_m_s, (250.0, 400.0)),
            ("air.celerity_m_s", air.celerity_m_s, (150.0, 400.0)),
            ("air.wind_sigma_m_s", air.wind_sigma_m_s, (0.0, 100.0)),
            ("source.depth_m_max", self.source.depth_m_max, (0.0, 800_000.0)),
            ("times.p_sigma_s", times.p_sigma_s, sigma),
            ("times.s_sigma_s", times.s_sigma_s, sigma),
            ("times.surface_sigma_s", times.surface_sigma_s, sigma),
            ("times.airwave_sigma_s", times.airwave_sigma_s, sigma),
            ("times.sound_sigma_s", times.sound_sigma_s, sigma),
            ("associate.p_real_min", self.associate.p_real_min, (1e-6, 1.0 - 1e-6)),
            ("associate.margin_spacings", self.associate.margin_spacings, (0.0, 100.0)),
            ("locate.outlier_share", self.locate.outlier_share, (1e-6, 0.5)),
            ("locate.azimuth_sigma_deg", self.locate.azimuth_sigma_deg, (0.01, 180.0)),
        ];
        for (name, value, (least, most)) in numbers {
            if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
                return Err(FormatError::new(file, name, format!("{value}, expected {least} to {most}")));
            }
        }
        let both = |first: &str, second: &str, is: bool| match is {
            true => Err(FormatError::new(file, first, format!("it stands beside {second}, expected one of them"))),
            false => Ok(()),
        };
        both("ground.vs_m_s", "ground.vp_vs", ground.vs_m_s.is_some() && ground.vp_vs.is_some())?;
        both("air.sound_m_s", "air.temperature_deg_c", air.sound_m_s.is_some() && air.temperature_deg_c.is_some())?;
        let layered = !ground.layers.is_empty();
        both("ground.vp_m_s", "ground.layers", layered && ground.vp_m_s.is_some())?;
        both("ground.vs_m_s", "ground.layers", layered && (ground.vs_m_s.is_some() || ground.vp_vs.is_some()))?;
        if ground.layers.len() > MAX_LAYERS {
            let message = format!("{} of them, at most {MAX_LAYERS} are read", ground.layers.len());
            return Err(FormatError::new(file, "ground.layers", message));
        }
        if self.detection.len() > MAX_DETECTIONS {
            let message = format!("{} of them, at most {MAX_DETECTIONS} are read", self.detection.len());
            return Err(FormatError::new(file, "detection", message));
        }
        for (at, detection) in self.detection.iter().enumerate() {
            let place = format!("detection[{at}]");
            detection.check(file, &place)?;
            let before = self.detection[..at].iter().position(|other| other.wave() == detection.wave());
            if let Some(before) = before {
                return Err(FormatError::new(file, place, format!("the kind and wave of detection[{before}] again")));
            }
        }
        for (at, layer) in ground.layers.iter().enumerate() {
            let wrong = |message: String| Err(FormatError::new(file, format!("ground.layers[{at}]"), message));
            let above = at.checked_sub(1).map_or(-9_000.0, |at| ground.layers[at].top_m);
            if !(-9_000.0..=800_000.0).contains(&layer.top_m) || at > 0 && layer.top_m <= above {
                return wrong(format!("top_m is {}, expected more than {above} m, up to 800000", layer.top_m));
            }
            for (name, value) in [("vp_m_s", layer.vp_m_s), ("vs_m_s", layer.vs_m_s)] {
                if !(speed.0..=speed.1).contains(&value) {
                    return wrong(format!("{name} is {value}, expected {} to {}", speed.0, speed.1));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_reads_and_nothing_is_needed() {
        let example = include_str!("../../../examples/invented-network/network.toml");
        let example = read("network.toml", example).unwrap();
        assert_eq!((example.ground.vp_m_s, example.air.temperature_deg_c), (Some(6000.0), Some(10.0)));
        assert_eq!(read("n.toml", "").unwrap(), Network::default());
        let layers = "[ground]\nlayers = [{ top_m = 0, vp_m_s = 5500, vs_m_s = 3200 }]\n";
        assert_eq!(read("n.toml", layers).unwrap().ground.layers.len(), 1);
    }

    #[test]
    fn every_error_names_its_number_or_line() {
        for (text, expected) in [
            ("[ground]\nvp_km_s = 6\n", "n.toml, line 2: unknown field `vp_km_s`"),
            ("[grounds]\n", "n.toml, line 1: unknown field `grounds`"),
            ("[ground]\nvp_m_s = 6\n", "n.toml, ground.vp_m_s: 6, expected 50 to 20000"),
            ("[ground]\nvp_m_s = nan\n", "n.toml, ground.vp_m_s: NaN, expected 50 to 20000"),
            ("[ground]\nvs_m_s = 3e3\nvp_vs = 1.7\n", "n.toml, ground.vs_m_s: it stands beside ground.vp_vs, "),
            ("[air]\nsound_m_s = 340\ntemperature_deg_c = 5\n", "n.toml, air.sound_m_s: it stands beside "),
            (
                "[[ground.layers]]\ntop_m = 0\nvp_m_s = 5e3\nvs_m_s = 3e3\n[[ground.layers]]\ntop_m = 0\nvp_m_s = 5e3\n\
                 vs_m_s = 3e3\n",
                "n.toml, ground.layers[1]: top_m is 0, expected more than 0 m",
            ),
            (
                "[[detection]]\nkind = \"seismometer\"\nphase = \"P\"\nceiling = 2\nrange_m = 1\nwidth_m = 1\n",
                "n.toml, detection[0].ceiling: 2, expected 0.000001 to 1",
            ),
            (
                "[[detection]]\nkind = \"ear\"\nphase = \"P\"\nceiling = 1\nrange_m = 1\nwidth_m = 1\n",
                "n.toml, detection[0].kind: \"ear\", expected a kind of sensor",
            ),
            ("[associate]\nlearn = 1\n", "n.toml, line 2: invalid type: integer `1`, expected a boolean"),
        ] {
            let error = read("n.toml", text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
