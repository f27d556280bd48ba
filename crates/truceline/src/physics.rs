//! From the owner's file to what the science takes.
use anyhow::{Context, Result};
use std::path::Path;
use truceline_formats::network::{self, Network};
use truceline_model::measurement::Phase;
use truceline_science::associate;

/// The network's file, if one is named.
pub(crate) fn named(file: Option<&Path>) -> Result<Network> {
    let Some(path) = file else { return Ok(Network::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(network::read(&path.display().to_string(), &text)?)
}

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

/// Speeds of P and S, as far as the file says them. Of layers, the speed at which a vertical ray crosses the upper
/// [`CRUST_M`]: the associator takes straight paths.
pub(crate) fn body_speeds(network: &Network) -> (Option<f64>, Option<f64>) {
    /// The upper crust, where most is recorded that a local network sees.
    const CRUST_M: f64 = 15_000.0;
    let ground = &network.ground;
    if let Some(first) = ground.layers.first() {
        let bottom_m = (first.top_m + CRUST_M).max(ground.layers.last().map_or(0.0, |layer| layer.top_m.min(CRUST_M)));
        let (mut p_s, mut s_s) = (0.0, 0.0);
        for (at, layer) in ground.layers.iter().enumerate() {
            let below_m = ground.layers.get(at + 1).map_or(bottom_m, |below| below.top_m.min(bottom_m));
            let thick_m = (below_m - layer.top_m).max(0.0);
            p_s += thick_m / layer.vp_m_s;
            s_s += thick_m / layer.vs_m_s;
        }
        let crossed_m = bottom_m - first.top_m;
        return (Some(crossed_m / p_s), Some(crossed_m / s_s));
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

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_formats::network::Layer;

    #[test]
    fn the_example_file_says_what_the_program_takes_by_itself() {
        let example = network::read("network.toml", network::EXAMPLE).unwrap();
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
