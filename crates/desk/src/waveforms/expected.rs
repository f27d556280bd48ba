//! When each wave of an event was to be expected at a sensor, were its place and time as they are said and its waves as fast as the
//! epoch states: so an onset that was not found, or was found elsewhere, is seen at a look.
use crate::api::waveforms::Expected;
use crate::views::CaseFile;
use truceline_model::association::{Association, EarthLayer, WavePrior};
use truceline_model::detection::SensorClass;
use truceline_model::event::{ArrivalUse, Cited};
use truceline_model::measurement::Phase;
use truceline_model::posterior::PPB;
use truceline_model::time::Time;

/// How a wave goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// So fast, m/s, and so much later, s.
    Straight { m_s: f64, later_s: f64 },
    /// By rays through the epoch's layers.
    Layers,
}

/// What is expected of an event's waves.
#[derive(Debug, Default)]
pub(super) struct Waves {
    origin: Option<Time>,
    /// Below the ground, where waves of the ground alone tell that it lay there.
    depth_m: f64,
    layers: Vec<EarthLayer>,
    /// Those that the event rests on somewhere.
    waves: Vec<(Phase, Way)>,
}

impl Waves {
    /// Of a case. Nothing is expected of an epoch that states no speeds.
    pub(super) fn of(file: &CaseFile) -> Self {
        let association = file.configuration.as_ref().and_then(|numbers| numbers.association.as_ref());
        let (Some((_, event)), Some(association)) = (file.event(), association) else { return Self::default() };
        let solution = &event.content.solution;
        let phase = |cited: Cited| match cited {
            Cited::Detection { phase, .. } | Cited::Bearing { phase, .. } => Some(phase),
            _ => None,
        };
        // A phase has no order of its own: by its name.
        let mut named: Vec<(&str, Phase)> =
            solution.arrivals.iter().filter_map(|used| phase(used.cited)).map(|phase| (phase.name(), phase)).collect();
        named.sort_by_key(|(name, _)| *name);
        named.dedup_by_key(|(name, _)| *name);
        let is_heard_by_array = |used: &ArrivalUse| matches!(used.cited, Cited::Bearing { phase: Phase::Airwave, .. });
        let is_shaken = !solution.arrivals.iter().any(is_heard_by_array);
        let waves = named.into_iter().filter_map(|(_, phase)| Some((phase, way(association, phase, is_shaken)?)));
        let depth = solution.kinds.as_ref().and_then(|kinds| kinds.depth);
        let below = depth.filter(|depth| f64::from(depth.p_ground_ppb) < 0.5 * PPB);
        Self {
            origin: Some(solution.posterior.time_mean),
            depth_m: below.map_or(0.0, |depth| f64::from(depth.mean_m)),
            layers: association.layers.clone().unwrap_or_default(),
            waves: waves.collect(),
        }
    }

    /// At sensors, each of a class and so far away in m: of each by the times. `rays` is [`WriteSide::layered_s`].
    ///
    /// [`WriteSide::layered_s`]: crate::write_side::WriteSide::layered_s
    pub(super) fn at(
        &self,
        sensors: &[(SensorClass, u32)],
        rays: impl Fn(&[EarthLayer], Phase, f64, &[f64]) -> Vec<Option<f64>>,
    ) -> Vec<Vec<Expected>> {
        let mut times: Vec<Vec<(Time, Phase)>> = vec![Vec::new(); sensors.len()];
        let distances_m: Vec<f64> = sensors.iter().map(|(_, distance_m)| f64::from(*distance_m)).collect();
        for (origin, (phase, way)) in
            self.origin.iter().flat_map(|origin| self.waves.iter().map(move |wave| (origin, wave)))
        {
            let travel_s = match way {
                Way::Straight { m_s, later_s } => distances_m.iter().map(|far_m| Some(far_m / m_s + later_s)).collect(),
                Way::Layers => rays(&self.layers, *phase, self.depth_m, &distances_m),
            };
            for ((at, (class, _)), travel_s) in times.iter_mut().zip(sensors).zip(travel_s) {
                let travel_s: Option<f64> = travel_s.filter(|_| registers(*class, *phase));
                at.extend(travel_s.map(|travel_s| (origin.plus_s(travel_s), *phase)));
            }
        }
        let expected = |mut of: Vec<(Time, Phase)>| {
            of.sort_by_key(|(time, _)| *time);
            of.into_iter().map(|(time, phase)| Expected::new(time, phase)).collect()
        };
        times.into_iter().map(expected).collect()
    }
}

/// Whether sensors of a class register a wave.
fn registers(class: SensorClass, phase: Phase) -> bool {
    match class {
        SensorClass::Seismic => matches!(phase, Phase::P | Phase::S | Phase::Surface | Phase::Airwave),
        SensorClass::Infrasound => phase == Phase::Airwave,
        SensorClass::Acoustic => phase == Phase::Muzzle,
    }
}

/// How a wave goes, as the locator takes it, but for the heights of sensors. Where no array heard the air, its sound is that
/// which shook seismometers.
fn way(told: &Association, phase: Phase, is_shaken: bool) -> Option<Way> {
    let m_s = |wave: &WavePrior| wave.speed_mm_s.value as f64 / 1e3;
    let delay = told.ground_delay.as_ref().filter(|_| told.layers.is_none());
    let ground_s = delay.map_or(0.0, |delay| delay.mean_us.value as f64 / 1e6);
    // As these are slower.
    let later_s = ground_s * m_s(&told.p) / m_s(&told.s);
    let sound = told.coupled.as_ref().filter(|_| is_shaken).unwrap_or(&told.airwave);
    let (m_s, later_s) = match phase {
        Phase::P | Phase::S if told.layers.is_some() => return Some(Way::Layers),
        Phase::P => (m_s(&told.p), ground_s),
        Phase::S => (m_s(&told.s), later_s),
        Phase::Surface => (m_s(&told.surface), later_s),
        Phase::Airwave => (m_s(sound), 0.0),
        Phase::Muzzle => (m_s(&told.muzzle), 0.0),
        _ => return None,
    };
    (m_s > 0.0).then_some(Way::Straight { m_s, later_s })
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::association::GroundDelay;
    use truceline_model::configuration::Stated;

    fn stated(value: i64) -> Stated {
        Stated { value, source: "a test".to_owned() }
    }

    fn speed(mm_s: i64) -> WavePrior {
        let some = || stated(10_000);
        WavePrior {
            speed_mm_s: stated(mm_s),
            speed_relative_ppm: some(),
            path_relative_ppm: some(),
            time_sigma_us: some(),
        }
    }

    fn told() -> Association {
        let some = || stated(1_000);
        Association {
            p: speed(6_000_000),
            s: speed(3_000_000),
            surface: speed(2_500_000),
            airwave: speed(300_000),
            muzzle: speed(340_000),
            shock: speed(340_000),
            light_time_sigma_us: some(),
            airwave_secondary_milli: some(),
            muzzle_echo_ppm: some(),
            muzzle_echo_ms: some(),
            depth_m_max: some(),
            margin_spacings_milli: some(),
            p_real_min_ppm: some(),
            layers: None,
            coupled: Some(speed(335_000)),
            ground_delay: Some(GroundDelay { mean_us: stated(200_000), sigma_us: some() }),
        }
    }

    #[test]
    fn each_wave_is_expected_where_a_class_registers_it_by_its_stated_speed() {
        let told = told();
        let all = [Phase::P, Phase::S, Phase::Surface, Phase::Airwave, Phase::Muzzle, Phase::Shock, Phase::Light];
        let of = |told: &Association, is_shaken: bool| Waves {
            origin: Some(Time(0)),
            depth_m: 0.0,
            layers: told.layers.clone().unwrap_or_default(),
            waves: all.into_iter().filter_map(|phase| Some((phase, way(told, phase, is_shaken)?))).collect(),
        };
        // Rays that take 7 s, and reach no sensor beyond.
        let rays = |_: &[EarthLayer], _, _, distances_m: &[f64]| vec![Some(7.0); distances_m.len()];
        let at = |waves: &Waves, class| waves.at(&[(class, 30_000)], rays).remove(0);
        let said = |waves: &Waves, class| at(waves, class).into_iter().map(|one| one.phase).collect::<Vec<_>>();
        let waves = of(&told, false);
        assert_eq!(said(&waves, SensorClass::Seismic), ["P", "S", "surface", "airwave"]);
        assert_eq!(said(&waves, SensorClass::Infrasound), ["airwave"]);
        assert_eq!(said(&waves, SensorClass::Acoustic), ["muzzle"]);
        let time = |waves: &Waves, class, n: usize| at(waves, class)[n].at.clone();
        let after = |s: f64| Time(0).plus_s(s).to_string();
        assert_eq!(time(&waves, SensorClass::Seismic, 0), after(5.2));
        // Slow ground holds S and surface waves up the longer the slower they are.
        assert_eq!(time(&waves, SensorClass::Seismic, 1), after(10.4));
        assert_eq!(time(&waves, SensorClass::Seismic, 2), after(12.4));
        assert_eq!(time(&waves, SensorClass::Infrasound, 0), after(100.0));
        assert_eq!(time(&of(&told, true), SensorClass::Seismic, 3), after(30_000.0 / 335.0));
        let layered = of(&Association { layers: Some(Vec::new()), ..told.clone() }, false);
        assert_eq!(time(&layered, SensorClass::Seismic, 0), after(7.0));
        // Layers know what is near the surface.
        assert_eq!(time(&layered, SensorClass::Seismic, 2), after(12.0));
        assert!(at(&Waves::default(), SensorClass::Seismic).is_empty());
    }
}
