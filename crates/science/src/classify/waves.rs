//! Which waves of an event were registered, and which were not although a sensor for them stood near.
use super::Features;
use truceline_model::measurement::{Phase, Sensor, SensorKind, Site};

/// Sensors of what goes through the ground, and of what goes through the air.
const OF_GROUND: [SensorKind; 2] = [SensorKind::Seismometer, SensorKind::SeismicArray];
const OF_AIR: [SensorKind; 3] = [SensorKind::InfrasoundArray, SensorKind::Microphone, SensorKind::MicrophoneArray];

impl Features {
    /// The waves of an event at this place: of `listening` all sensors that would have reported them, and of those each
    /// registered wave as (sensor by index, wave). That a sensor kept silent counts only if it stands no farther than half of those that
    /// registered the event; light, or a fix, tells no kind, and then nothing is said.
    #[must_use]
    pub fn of_waves(listening: &[Sensor], registered: &[(usize, Phase)], place: Site) -> Self {
        let seen = |phases: &[Phase]| registered.iter().any(|(_, phase)| phases.contains(phase));
        let in_ground = seen(&[Phase::P, Phase::S, Phase::Surface]);
        let in_air = seen(&[Phase::Airwave, Phase::Muzzle, Phase::Shock]);
        if !in_ground && !in_air {
            return Self::default();
        }
        let mut distances_m: Vec<f64> =
            registered.iter().map(|(sensor, _)| listening[*sensor].site.distance_m(place)).collect();
        distances_m.sort_by(f64::total_cmp);
        let reach_m = distances_m[distances_m.len() / 2];
        let stands_near = |kinds: &[SensorKind]| {
            listening.iter().any(|sensor| kinds.contains(&sensor.kind) && sensor.site.distance_m(place) <= reach_m)
        };
        Self {
            in_ground: (in_ground || stands_near(&OF_GROUND)).then_some(in_ground),
            in_air: (in_air || stands_near(&OF_AIR)).then_some(in_air),
            shock_wave: seen(&[Phase::Shock]),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(kind: SensorKind, x_m: f64) -> Sensor {
        let site = Site::Local { x_m, y_m: 0.0, z_m: 0.0 };
        Sensor { id: x_m.to_string(), owner: "o".into(), kind, site }
    }

    #[test]
    fn silence_counts_from_near_alone() {
        let place = Site::Local { x_m: 0.0, y_m: 0.0, z_m: 0.0 };
        let seismometers = [5e3, 8e3, 20e3].map(|x_m| at(SensorKind::Seismometer, x_m));
        let registered = [(0, Phase::P), (1, Phase::P), (2, Phase::S)];
        let with = |array_m: f64| {
            let sensors = [&seismometers[..], &[at(SensorKind::InfrasoundArray, array_m)]].concat();
            Features::of_waves(&sensors, &registered, place)
        };
        assert_eq!((with(7e3).in_ground, with(7e3).in_air), (Some(true), Some(false)));
        assert_eq!(with(9e3).in_air, None, "beyond the middle one of those that registered it");
        let heard = [(3, Phase::Airwave)];
        let sensors = [&seismometers[..], &[at(SensorKind::InfrasoundArray, 6e3)]].concat();
        let found = Features::of_waves(&sensors, &heard, place);
        assert_eq!((found.in_ground, found.in_air), (Some(false), Some(true)));
        assert_eq!(Features::of_waves(&sensors, &[(0, Phase::Light)], place), Features::default());
        assert_eq!(Features::of_waves(&sensors, &[], place), Features::default());
    }
}
