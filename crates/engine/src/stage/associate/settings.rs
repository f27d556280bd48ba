//! What associating and locating take, from the epoch's configuration.
use super::networks::SEISMIC_RANGE_M;
use truceline_model::association::{Association, EarthLayer, WavePrior};
use truceline_model::configuration::{Configuration, Stated};
use truceline_model::measurement::{Phase, SensorKind};
use truceline_science::associate::{Settings, Wave};
use truceline_science::locate::{Bounds, Heights, OWNERS_MAX, Priors, TimePrior};
use truceline_science::travel::{Layer, Medium, Reach, Speeds, crust_speeds_m_s};

fn parts(stated: &Stated, per_unit: f64) -> f64 {
    stated.value as f64 / per_unit
}

fn speed_m_s(wave: &WavePrior) -> f64 {
    parts(&wave.speed_mm_s, 1e3)
}

/// As far as a table of travel times through layers reaches, m: as far as a seismometer sees.
const LAYERED_M_MAX: f64 = SEISMIC_RANGE_M;

/// The earth model that the configuration states; empty where it states none.
fn layers(told: &Association) -> Vec<Layer> {
    let layer = |layer: &EarthLayer| Layer {
        top_m: parts(&layer.top_m, 1.0),
        p_m_s: parts(&layer.p_mm_s, 1e3),
        s_m_s: parts(&layer.s_mm_s, 1e3),
    };
    told.layers.iter().flatten().map(layer).collect()
}

/// Speeds of P and S along straight paths, m/s: of layers, those of vertical rays through the upper crust.
pub(super) fn body_speeds_m_s(told: &Association) -> (f64, f64) {
    crust_speeds_m_s(&layers(told)).unwrap_or((speed_m_s(&told.p), speed_m_s(&told.s)))
}

/// How far below the ground events are looked for, m.
pub(super) fn thickness_m(told: &Association) -> f64 {
    parts(&told.depth_m_max, 1.0)
}

/// The associator's settings. What it learns it learns from the measurements of one call: `DESIGN.md` says why nothing
/// is carried from one to the next. `observed_s`: for how long something was looked for.
pub(super) fn settings(told: &Association, observed_s: f64) -> Settings {
    let (p_m_s, s_m_s) = body_speeds_m_s(told);
    let wave = |phase, prior: &WavePrior| Wave {
        phase,
        speed_m_s: match phase {
            Phase::P => p_m_s,
            Phase::S => s_m_s,
            _ => speed_m_s(prior),
        },
        speed_relative: parts(&prior.speed_relative_ppm, 1e6),
        wind_m_s: 0.0,
        path_relative: parts(&prior.path_relative_ppm, 1e6),
        time_sigma_s: parts(&prior.time_sigma_us, 1e6),
        echo: None,
        secondary: None,
    };
    let secondary = Some(parts(&told.airwave_secondary_milli, 1e3));
    let echo = Some((parts(&told.muzzle_echo_ppm, 1e6), parts(&told.muzzle_echo_ms, 1e3)));
    let light = Wave {
        phase: Phase::Light,
        speed_m_s: f64::INFINITY,
        speed_relative: 0.0,
        wind_m_s: 0.0,
        path_relative: 0.0,
        time_sigma_s: parts(&told.light_time_sigma_us, 1e6),
        echo: None,
        secondary: None,
    };
    Settings {
        waves: vec![
            wave(Phase::P, &told.p),
            wave(Phase::S, &told.s),
            wave(Phase::Surface, &told.surface),
            Wave { secondary, ..wave(Phase::Airwave, &told.airwave) },
            Wave { echo, ..wave(Phase::Muzzle, &told.muzzle) },
            wave(Phase::Shock, &told.shock),
            light,
        ],
        // What is known of its speed worse than of air's own is wind, as to the locator.
        coupled: told.coupled.as_ref().map(|coupled| {
            let wave = wave(Phase::Airwave, coupled);
            Wave { wind_m_s: wave.speed_relative * wave.speed_m_s, ..wave }
        }),
        depth_m_max: thickness_m(told),
        margin_spacings: parts(&told.margin_spacings_milli, 1e3),
        p_real_min: parts(&told.p_real_min_ppm, 1e6),
        learn: true,
        start: None,
        speeds: None,
        observed_s: Some(observed_s),
        recorded: Vec::new(),
        owners_max: OWNERS_MAX,
    }
}

/// The slowest of these waves, m/s.
pub(super) fn slowest_m_s(told: &Association, phases: impl Iterator<Item = Phase>) -> f64 {
    let (p_m_s, s_m_s) = body_speeds_m_s(told);
    let speed = |phase| match phase {
        Phase::P => p_m_s,
        Phase::S => s_m_s,
        Phase::Surface => speed_m_s(&told.surface),
        Phase::Airwave => speed_m_s(&told.airwave),
        Phase::Muzzle => speed_m_s(&told.muzzle),
        Phase::Shock => speed_m_s(&told.shock),
        Phase::Light => f64::INFINITY,
    };
    phases.map(speed).fold(f64::INFINITY, f64::min)
}

/// What is taken for granted when arrivals of several kinds are located: the same speeds and deviations as when they
/// were associated, with the whole of a speed's doubt common to all paths. Where the configuration states layers, P and S go
/// by rays through them. Sources lie on the upper of the two levels `source_depth_m`; to the lower one travel times are made.
pub(super) fn priors(
    configuration: &Configuration,
    told: &Association,
    phases: &[(SensorKind, Phase)],
    bounds: Bounds,
    source_depth_m: (f64, f64),
    sensor_depth_m: (f64, f64),
) -> Result<Priors, String> {
    // What shook seismometers is sound from near, and so is what arrays heard of it; else what arrays heard may come from far.
    let from_near = phases.contains(&(SensorKind::Seismometer, Phase::Airwave))
        || !phases.contains(&(SensorKind::InfrasoundArray, Phase::Airwave));
    let shaken = told.coupled.as_ref().filter(|_| from_near);
    let speeds = Speeds {
        p_m_s: Some(speed_m_s(&told.p)),
        s_m_s: Some(speed_m_s(&told.s)),
        surface_m_s: Some(speed_m_s(&told.surface)),
        airwave_m_s: Some(speed_m_s(shaken.unwrap_or(&told.airwave))),
        sound_m_s: Some(speed_m_s(&told.muzzle)),
    };
    let layers = layers(told);
    let medium = if layers.is_empty() {
        Medium::homogeneous(speeds)
    } else {
        Medium::layered(&layers, Reach { distance_m_max: LAYERED_M_MAX, source_depth_m, sensor_depth_m }, speeds)
    };
    let medium = medium.map_err(|error| error.to_string())?;
    let of = |prior: TimePrior, wave: &WavePrior| {
        let sigma_s = parts(&wave.time_sigma_us, 1e6);
        let scale_sigma = parts(&wave.speed_relative_ppm, 1e6);
        TimePrior { sigma_s, fixed_s: sigma_s, scale_sigma, ..prior }
    };
    let usual = Priors::new(medium);
    let infrasound = &configuration.infrasound;
    let celerity_relative = infrasound.celerity_sigma_mm_s.value as f64 / infrasound.celerity_mean_mm_s.value as f64;
    let fixed_s = parts(&infrasound.travel_time_fixed_ms, 1e3);
    let windy = phases.iter().any(|(_, phase)| *phase == Phase::Airwave);
    // Layers know what is near the surface.
    let delay = told.ground_delay.as_ref().filter(|_| layers.is_empty());
    let delay_s = delay.map_or((0.0, 0.0), |delay| (parts(&delay.mean_us, 1e6), parts(&delay.sigma_us, 1e6)));
    let slower = speed_m_s(&told.p) / speed_m_s(&told.s);
    let later_s = (slower * delay_s.0, slower * delay_s.1);
    Ok(Priors {
        // To seek a depth too costs seven times as much (`DESIGN.md`).
        heights: Heights::Level { depth_m: source_depth_m.0 },
        p: TimePrior { delay_s, ..of(usual.p, &told.p) },
        s: TimePrior { delay_s: later_s, ..of(usual.s, &told.s) },
        // Of waves that set in so slowly the doubt about their speed is as good as each path's own: one unknown less.
        surface: TimePrior {
            delay_s: later_s,
            relative: parts(&told.surface.speed_relative_ppm, 1e6),
            scale_sigma: 0.0,
            ..of(usual.surface, &told.surface)
        },
        airwave: match shaken {
            Some(sound) => TimePrior { relative: parts(&sound.path_relative_ppm, 1e6), ..of(usual.airwave, sound) },
            None => TimePrior {
                sigma_s: fixed_s,
                fixed_s,
                relative: parts(&infrasound.travel_time_relative_ppm, 1e6),
                scale_sigma: celerity_relative,
                ..usual.airwave
            },
        },
        sound: TimePrior { relative: parts(&told.muzzle.path_relative_ppm, 1e6), ..of(usual.sound, &told.muzzle) },
        wind_sigma_m_s: match shaken {
            // What is known of its speed worse than of air's own is wind.
            Some(sound) if windy => parts(&sound.speed_relative_ppm, 1e6) * speed_m_s(sound),
            None if windy => parts(&infrasound.wind_sigma_mm_s, 1e3),
            _ => usual.wind_sigma_m_s,
        },
        bounds: Some(bounds),
        ..usual
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_formats::configuration;

    #[test]
    fn layers_give_the_associator_a_crossing_speed_and_the_locator_rays() {
        const LAYERS: &str = include_str!("../../../../../examples/earth-layers.toml");
        let text = [configuration::DEFAULT, LAYERS].concat();
        let configuration = configuration::read("configuration.toml", &text).unwrap();
        let told = configuration.association.as_ref().unwrap();
        let speed = |phase| settings(told, 0.0).waves.iter().find(|wave| wave.phase == phase).unwrap().speed_m_s;
        assert!((speed(Phase::P) - 5_800.0).abs() < 1e-6 && (speed(Phase::S) - 3_360.0).abs() < 1e-6);
        let bounds = Bounds { west: 20.0, south: 40.0, east: 22.0, north: 42.0 };
        let priors = priors(
            &configuration,
            told,
            &[(SensorKind::InfrasoundArray, Phase::Airwave)],
            bounds,
            (0.0, 0.0),
            (-500.0, 0.0),
        )
        .unwrap();
        // At 300 km the head wave below the crust is first: x / v3 + 2 h1 cos1 / v1 + 2 h2 cos2 / v2.
        let down = |h_km: f64, v: f64| 2.0 * h_km * (1.0 - (v / 8.04) * (v / 8.04)).sqrt() / v;
        let expected_s = 300.0 / 8.04 + down(20.0, 5.8) + down(15.0, 6.5);
        let leg = priors.medium.leg(Phase::P, 300e3, 0.0, 0.0).unwrap();
        // The globe is round, which this formula does not know; straight paths would take 7 s longer.
        assert!((leg.time_s - expected_s).abs() < 0.5, "{} {expected_s}", leg.time_s);
        assert!((priors.medium.leg(Phase::Airwave, 300e3, 0.0, 0.0).unwrap().time_s - 1e3).abs() < 1e-6);
    }

    /// The configuration that ships states the numbers that the associator has by itself.
    #[test]
    fn the_shipped_numbers_are_the_associators_own() {
        let told = configuration::read("configuration.toml", configuration::DEFAULT).unwrap().association.unwrap();
        let (stated, own) = (settings(&told, 0.0), Settings::default());
        let near = |a: f64, b: f64| a == b || (a / b - 1.0).abs() < 1e-6;
        for (stated, own) in stated.waves.iter().zip(&own.waves) {
            assert_eq!((stated.phase, stated.echo, stated.secondary), (own.phase, own.echo, own.secondary));
            assert!(near(stated.speed_m_s, own.speed_m_s), "{stated:?} {own:?}");
            assert!(near(stated.speed_relative, own.speed_relative), "{stated:?} {own:?}");
            assert!(near(stated.path_relative, own.path_relative), "{stated:?} {own:?}");
            assert!(near(stated.time_sigma_s, own.time_sigma_s), "{stated:?} {own:?}");
        }
        assert_eq!(stated.waves.len(), own.waves.len());
        assert_eq!(stated.coupled, own.coupled);
        assert_eq!((stated.depth_m_max, stated.margin_spacings), (own.depth_m_max, own.margin_spacings));
        assert_eq!((stated.p_real_min, stated.learn), (own.p_real_min, own.learn));
    }
}
