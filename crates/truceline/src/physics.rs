//! From the owner's file to what the science takes.
use anyhow::{Context, Result};
use std::path::Path;
use truceline_formats::network::{self, Network};
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_science::associate::{self, Learnt, sound_speed_m_s};
use truceline_science::locate::{Heights, Priors, TimePrior};
use truceline_science::travel::{Layer, Medium, Reach, Speeds, crust_speeds_m_s};

/// The network's file, if one is named.
pub(crate) fn named(file: Option<&Path>) -> Result<Network> {
    let Some(path) = file else { return Ok(Network::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(network::read(&path.display().to_string(), &text)?)
}

/// An event is no farther from a sensor that registered it than what was learnt of how far they see, with this much room: the
/// associator looked for it no farther, and a few picks that contradict each other would else have come from anywhere.
const REACH_ROOM: f64 = 1.5;
/// No box is narrower than this, m: the locator's cells have millimetres.
const REACH_M_MIN: f64 = 100.0;

/// The associator's settings: its own, and over them what the file says.
pub(crate) fn association(network: &Network) -> associate::Settings {
    let (ground, air, times) = (&network.ground, &network.air, &network.times);
    let mut settings = match air.temperature_deg_c {
        Some(temperature_deg_c) => associate::Settings::with_temperature(temperature_deg_c),
        None => associate::Settings::default(),
    };
    let (vp_m_s, vs_m_s) = body_speeds(network);
    for wave in &mut settings.waves {
        let (speed_m_s, sigma_s) = match wave.phase {
            Phase::P => (vp_m_s, times.p_sigma_s),
            Phase::S => (vs_m_s, times.s_sigma_s),
            Phase::Surface => (ground.surface_m_s, times.surface_sigma_s),
            Phase::Airwave => (air.celerity_m_s, times.airwave_sigma_s),
            Phase::Muzzle | Phase::Shock => (air.sound_m_s, times.sound_sigma_s),
            Phase::Light => (None, None),
        };
        wave.speed_m_s = speed_m_s.unwrap_or(wave.speed_m_s);
        wave.time_sigma_s = sigma_s.unwrap_or(wave.time_sigma_s);
    }
    settings.depth_m_max = network.source.depth_m_max.unwrap_or(settings.depth_m_max);
    settings.p_real_min = network.associate.p_real_min.unwrap_or(settings.p_real_min);
    settings.margin_spacings = network.associate.margin_spacings.unwrap_or(settings.margin_spacings);
    settings.learn = network.associate.learn.unwrap_or(settings.learn);
    settings
}

/// The file's layers.
fn layers(network: &Network) -> Vec<Layer> {
    let layer = |layer: &network::Layer| Layer { top_m: layer.top_m, p_m_s: layer.vp_m_s, s_m_s: layer.vs_m_s };
    network.ground.layers.iter().map(layer).collect()
}

/// Speeds of P and S, as far as the file says them. Of layers, the speed at which a vertical ray crosses the upper crust: the
/// associator takes straight paths.
pub(crate) fn body_speeds(network: &Network) -> (Option<f64>, Option<f64>) {
    let ground = &network.ground;
    if let Some((p_m_s, s_m_s)) = crust_speeds_m_s(&layers(network)) {
        return (Some(p_m_s), Some(s_m_s));
    }
    let vs_m_s = match (ground.vs_m_s, ground.vp_vs) {
        (Some(vs_m_s), _) => Some(vs_m_s),
        (None, Some(ratio)) => Some(ground.vp_m_s.unwrap_or(P_M_S) / ratio),
        // P alone was said: S goes with it, as in a Poisson solid.
        (None, None) => ground.vp_m_s.map(|vp_m_s| vp_m_s / 1.73),
    };
    (ground.vp_m_s, vs_m_s)
}

/// The speed of P where the file does not say it, m/s: the associator's own.
const P_M_S: f64 = 6_000.0;

/// Priors for locating some measurements. What the file says goes before what the associator learnt, and both before
/// the program's own numbers.
///
pub(crate) fn location(
    network: &Network,
    sensors: &[Sensor],
    measurements: &[Measurement],
    members: &[usize],
    learnt: Option<&Learnt>,
) -> Result<Priors> {
    let settings = association(network);
    let (air, times) = (&network.air, &network.times);
    let speed = |phase: Phase| {
        let known = settings.waves.iter().find(|wave| wave.phase == phase).map(|wave| wave.speed_m_s);
        learnt.and_then(|learnt| of(learnt, phase)).map(|class| class.speed_m_s).or(known)
    };
    let sound_m_s = speed(Phase::Muzzle).or(air.temperature_deg_c.map(sound_speed_m_s));
    let speeds = Speeds {
        p_m_s: speed(Phase::P),
        s_m_s: speed(Phase::S),
        surface_m_s: speed(Phase::Surface),
        airwave_m_s: speed(Phase::Airwave),
        sound_m_s,
    };
    let heights = heights(network, sensors, measurements, members);
    let layers = layers(network);
    let medium = if layers.is_empty() {
        Medium::homogeneous(speeds)?
    } else {
        Medium::layered(&layers, reach(heights, sensors), speeds)?
    };
    let mut priors = Priors::new(medium);
    priors.heights = heights;
    type Of = fn(&mut Priors) -> &mut TimePrior;
    let settable: [(Phase, Of, Option<f64>); 5] = [
        (Phase::P, |priors| &mut priors.p, times.p_sigma_s),
        (Phase::S, |priors| &mut priors.s, times.s_sigma_s),
        (Phase::Surface, |priors| &mut priors.surface, times.surface_sigma_s),
        (Phase::Airwave, |priors| &mut priors.airwave, times.airwave_sigma_s),
        (Phase::Muzzle, |priors| &mut priors.sound, times.sound_sigma_s),
    ];
    let stated: Vec<Phase> = [
        (Phase::P, body_speeds(network).0),
        (Phase::S, body_speeds(network).1),
        (Phase::Surface, network.ground.surface_m_s),
        (Phase::Airwave, air.celerity_m_s),
        (Phase::Muzzle, air.sound_m_s.or(air.temperature_deg_c)),
    ]
    .into_iter()
    .filter_map(|(phase, said)| said.map(|_| phase))
    .collect();
    for (phase, of_priors, sigma_s) in settable {
        let prior = of_priors(&mut priors);
        if let Some((learnt, class)) = learnt.and_then(|learnt| Some((learnt, of(learnt, phase)?))) {
            // What was learnt holds for the whole of a time's error.
            (prior.sigma_s, prior.fixed_s) = (1e-3, class.time_sigma_s);
            (prior.relative, prior.scale_sigma) = (class.travel_relative, 0.0);
            let reach_m = REACH_ROOM * class.detection.reach_m(learnt.strength_sigma_of(class));
            prior.range_m_max = prior.range_m_max.min(reach_m.max(REACH_M_MIN));
            continue;
        }
        prior.sigma_s = sigma_s.unwrap_or(prior.sigma_s);
        // A speed that the file does not say is doubtful for all arrivals alike.
        let wave = settings.waves.iter().find(|wave| wave.phase == phase && !stated.contains(&phase));
        prior.scale_sigma = wave.map_or(0.0, |wave| wave.speed_relative);
    }
    priors.wind_sigma_m_s = air.wind_sigma_m_s.unwrap_or(priors.wind_sigma_m_s);
    priors.outlier_share = network.locate.outlier_share.unwrap_or(priors.outlier_share);
    priors.azimuth_sigma_deg = network.locate.azimuth_sigma_deg.unwrap_or(priors.azimuth_sigma_deg);
    Ok(priors)
}

/// What was learnt of a wave, if anything was.
fn of(learnt: &Learnt, phase: Phase) -> Option<&associate::ClassModel> {
    let of_phase = learnt.classes.iter().filter(|class| class.phase == phase && class.in_use && learnt.events > 0);
    // Several kinds of sensors register it: the least sharp of them holds for all.
    of_phase.max_by(|a, b| a.time_sigma_s.total_cmp(&b.time_sigma_s))
}

/// Where the source of these measurements can be: down to the greatest depth if it was registered by a wave through
/// the ground, on the nearest sensor's level if microphones heard it and nothing else did, else on the sensors' level.
fn heights(network: &Network, sensors: &[Sensor], measurements: &[Measurement], members: &[usize]) -> Heights {
    let kind_of = |member: &usize| sensors.get(measurements[*member].sensor).map(|sensor| sensor.kind);
    let is = |member: &usize, kinds: &[SensorKind], phases: &[Phase]| match measurements[*member].phase {
        Some(phase) => phases.contains(&phase),
        None => kind_of(member).is_some_and(|kind| kinds.contains(&kind)),
    };
    let mut depths_m: Vec<f64> = members
        .iter()
        .filter_map(|member| sensors.get(measurements[*member].sensor))
        .map(|sensor| below_datum_m(sensor.site))
        .collect();
    depths_m.sort_by(f64::total_cmp);
    let depth_m = depths_m.get(depths_m.len() / 2).copied().unwrap_or(0.0);
    let in_ground =
        |member: &usize| is(member, &[SensorKind::Seismometer, SensorKind::SeismicArray], &[Phase::P, Phase::S]);
    let in_town = |member: &usize| {
        is(member, &[SensorKind::Microphone, SensorKind::MicrophoneArray], &[Phase::Muzzle, Phase::Shock])
    };
    let bottom_m = association(network).depth_m_max;
    if bottom_m > depth_m && members.iter().any(in_ground) {
        Heights::Between { top_m: depth_m, bottom_m }
    } else if !members.is_empty() && members.iter().all(in_town) {
        Heights::First
    } else {
        Heights::Level { depth_m }
    }
}

/// Depth of a place below the datum, m.
pub(crate) fn below_datum_m(site: Site) -> f64 {
    match site {
        Site::Geographic { elevation_m: up_m, .. } | Site::Local { z_m: up_m, .. } => 0.0 - up_m,
    }
}

/// For which distances and depths travel times of layers are made.
fn reach(heights: Heights, sensors: &[Sensor]) -> Reach {
    /// As far as a regional network reaches.
    const DISTANCE_M_MAX: f64 = 1_000e3;
    let depths = sensors.iter().map(|sensor| below_datum_m(sensor.site));
    let sensor_depth_m = depths
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), depth_m| (least.min(depth_m), most.max(depth_m)));
    let source_depth_m = match heights {
        Heights::Level { depth_m } => (depth_m, depth_m),
        // That of a sensor.
        Heights::First => sensor_depth_m,
        Heights::Between { top_m, bottom_m } => (top_m, bottom_m),
    };
    Reach { distance_m_max: DISTANCE_M_MAX, source_depth_m, sensor_depth_m }
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_formats::network::Layer;

    #[test]
    fn the_example_file_says_what_the_program_takes_by_itself() {
        let example = include_str!("../../../examples/invented-network/network.toml");
        let example = network::read("network.toml", example).unwrap();
        assert_eq!(association(&example), association(&Network::default()));
    }

    #[test]
    fn layers_become_their_mean_and_p_alone_brings_s() {
        let mut network = Network::default();
        network.ground.vp_m_s = Some(5_190.0);
        assert_eq!(body_speeds(&network), (Some(5_190.0), Some(3_000.0)));
        let layer = |top_m, vp_m_s| Layer { top_m, vp_m_s, vs_m_s: vp_m_s / 2.0 };
        network.ground = Default::default();
        network.ground.layers = vec![layer(0.0, 5_000.0), layer(5_000.0, 6_000.0), layer(40_000.0, 8_000.0)];
        let (p, s) = body_speeds(&network);
        let expected = 15_000.0 / (1.0 + 10_000.0 / 6_000.0);
        assert!((p.unwrap() - expected).abs() < 1e-9 && (s.unwrap() - expected / 2.0).abs() < 1e-9);
    }
}
