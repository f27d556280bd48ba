//! What associating is told.
use super::{Kept, Number, keep};
use crate::error::FormatError;
use serde::Deserialize;
use truceline_model::association::{Association, EarthLayer, GroundDelay, MAX_LAYERS, WavePrior};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssociationOfFile {
    p: Wave,
    s: Wave,
    surface: Wave,
    airwave: Wave,
    muzzle: Wave,
    shock: Wave,
    light_time_sigma: Number,
    airwave_secondary: Number,
    muzzle_echo_share: Number,
    muzzle_echo: Number,
    depth_max: Number,
    margin_spacings: Number,
    p_real_min: Number,
    coupled: Option<Wave>,
    ground_delay: Option<Delay>,
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    top: Number,
    vp: Number,
    vs: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delay {
    mean: Number,
    sigma: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wave {
    speed: Number,
    speed_relative: Number,
    path_relative: Number,
    time_sigma: Number,
}

/// The numbers in their kept units.
pub(super) fn kept(file: &str, read: AssociationOfFile) -> Result<Association, FormatError> {
    let kept = |name: &str, number: Number, as_kept: Kept| keep(file, &format!("association.{name}"), number, as_kept);
    let wave = |name: &str, wave: Wave| {
        let kept = |field: &str, number, as_kept| kept(&format!("{name}.{field}"), number, as_kept);
        Ok::<_, FormatError>(WavePrior {
            speed_mm_s: kept("speed", wave.speed, Kept("km/s", 1e6, 0.01, 20.0))?,
            speed_relative_ppm: kept("speed_relative", wave.speed_relative, Kept("1", 1e6, 0.0, 0.29))?,
            path_relative_ppm: kept("path_relative", wave.path_relative, Kept("1", 1e6, 0.0, 0.5))?,
            time_sigma_us: kept("time_sigma", wave.time_sigma, Kept("s", 1e6, 1e-6, 1e3))?,
        })
    };
    Ok(Association {
        p: wave("p", read.p)?,
        s: wave("s", read.s)?,
        surface: wave("surface", read.surface)?,
        airwave: wave("airwave", read.airwave)?,
        muzzle: wave("muzzle", read.muzzle)?,
        shock: wave("shock", read.shock)?,
        light_time_sigma_us: kept("light_time_sigma", read.light_time_sigma, Kept("s", 1e6, 1e-6, 1e3))?,
        airwave_secondary_milli: kept("airwave_secondary", read.airwave_secondary, Kept("1", 1e3, 0.001, 100.0))?,
        muzzle_echo_ppm: kept("muzzle_echo_share", read.muzzle_echo_share, Kept("1", 1e6, 0.0, 1.0))?,
        muzzle_echo_ms: kept("muzzle_echo", read.muzzle_echo, Kept("s", 1e3, 0.001, 60.0))?,
        depth_m_max: kept("depth_max", read.depth_max, Kept("km", 1e3, 0.0, 700.0))?,
        margin_spacings_milli: kept("margin_spacings", read.margin_spacings, Kept("1", 1e3, 0.0, 100.0))?,
        p_real_min_ppm: kept("p_real_min", read.p_real_min, Kept("1", 1e6, 0.000_001, 0.999_999))?,
        layers: layers(file, read.layers)?,
        ground_delay: read.ground_delay.map(|read| delay(file, read)).transpose()?,
        coupled: read.coupled.map(|read| wave("coupled", read)).transpose()?,
    })
}

/// Slow ground near the surface.
fn delay(file: &str, read: Delay) -> Result<GroundDelay, FormatError> {
    let kept = |field: &str, number| {
        keep(file, &format!("association.ground_delay.{field}"), number, Kept("s", 1e6, 0.0, 60.0))
    };
    Ok(GroundDelay { mean_us: kept("mean", read.mean)?, sigma_us: kept("sigma", read.sigma)? })
}

/// The earth model, if the file states one.
fn layers(file: &str, read: Vec<Layer>) -> Result<Option<Vec<EarthLayer>>, FormatError> {
    if read.len() > MAX_LAYERS {
        let message = format!("{} of them, at most {MAX_LAYERS} are read", read.len());
        return Err(FormatError::new(file, "association.layers", message));
    }
    let mut layers: Vec<EarthLayer> = Vec::with_capacity(read.len());
    for (at, layer) in read.into_iter().enumerate() {
        let name = |field: &str| format!("association.layers[{at}].{field}");
        let speed = || Kept("km/s", 1e6, 0.05, 20.0);
        let layer = EarthLayer {
            top_m: keep(file, &name("top"), layer.top, Kept("km", 1e3, -9.0, 800.0))?,
            p_mm_s: keep(file, &name("vp"), layer.vp, speed())?,
            s_mm_s: keep(file, &name("vs"), layer.vs, speed())?,
        };
        if let Some(above) = layers.last().filter(|above| above.top_m.value >= layer.top_m.value) {
            let message =
                format!("{} m, expected below the layer above it, {} m", layer.top_m.value, above.top_m.value);
            return Err(FormatError::new(file, name("top"), message));
        }
        layers.push(layer);
    }
    Ok((!layers.is_empty()).then_some(layers))
}
