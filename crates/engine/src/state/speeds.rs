//! How fast waves ran in the block before: what its events told.
use super::Map;
use truceline_model::canonical_map;
use truceline_model::measurement::{Phase, SensorKind};
use truceline_model::place::Place;
use truceline_model::time::{NS_PER_S, Time};
use truceline_science::associate;

/// Networks of which it is kept, those with the newest: a region has one of seismometers and one of microphones.
pub const MAX_NETWORKS: usize = 16;

/// After so long the wind is another one, ns: three hours.
const AGE_MAX_NS: i64 = 3 * 3_600 * NS_PER_S;

/// By the first sensor of a network, in the order of what and where they are.
pub type SpeedsByNetwork = Map<(SensorKind, Place, i32), Speeds>;

/// Of one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speeds {
    /// When the block ended that told it.
    pub until: Time,
    /// The wind to the east and to the north, mm/s.
    pub wind_mm_s: (i64, i64),
    /// Of each wave the speed, mm/s, and the doubt about travel times that is left, 1e-6.
    pub waves: Map<(SensorKind, Phase), (u64, u64)>,
}

canonical_map!(Speeds { "until" => until, "waves" => waves, "wind_mm_s" => wind_mm_s });

impl Speeds {
    /// What a block told that ended then.
    pub(crate) fn of(told: &associate::Speeds, until: Time) -> Self {
        let mm_s = |m_s: f64| (m_s * 1e3).round() as i64;
        let wave = |wave: &associate::WaveSpeed| {
            let parts = (wave.travel_relative * 1e6).round() as u64;
            ((wave.kind, wave.phase), ((wave.speed_m_s * 1e3).round() as u64, parts))
        };
        let [east, north] = told.wind_m_s.map(mm_s);
        Self { until, wind_mm_s: (east, north), waves: Map(told.waves.iter().map(wave).collect()) }
    }

    /// As the associator takes it for what begins then; nothing once it is too old.
    pub(crate) fn told(&self, from: Time) -> Option<associate::Speeds> {
        let is_fresh = from.0.saturating_sub(self.until.0) <= AGE_MAX_NS;
        let m_s = |mm_s: i64| mm_s as f64 / 1e3;
        let wave = |((kind, phase), (speed_mm_s, parts)): (&(SensorKind, Phase), &(u64, u64))| associate::WaveSpeed {
            kind: *kind,
            phase: *phase,
            speed_m_s: *speed_mm_s as f64 / 1e3,
            travel_relative: *parts as f64 / 1e6,
        };
        is_fresh.then(|| associate::Speeds {
            wind_m_s: [m_s(self.wind_mm_s.0), m_s(self.wind_mm_s.1)],
            waves: self.waves.0.iter().map(wave).collect(),
        })
    }
}

/// Keeps what a network's block told; the oldest gives way.
pub(crate) fn keep(all: &mut SpeedsByNetwork, network: (SensorKind, Place, i32), speeds: Speeds) {
    all.0.insert(network, speeds);
    if all.0.len() > MAX_NETWORKS
        && let Some(oldest) = all.0.iter().min_by_key(|(_, speeds)| speeds.until).map(|(network, _)| *network)
    {
        all.0.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::canonical::{from_bytes, to_bytes};

    #[test]
    fn what_is_kept_is_what_was_told_and_for_three_hours() {
        let wave = |phase, speed_m_s, travel_relative| associate::WaveSpeed {
            kind: SensorKind::Seismometer,
            phase,
            speed_m_s,
            travel_relative,
        };
        let told = associate::Speeds {
            wind_m_s: [3.25, -1.5],
            waves: vec![wave(Phase::P, 6_196.0, 0.0203), wave(Phase::Airwave, 342.5, 0.0112)],
        };
        let kept = Speeds::of(&told, Time(0));
        assert_eq!(from_bytes::<Speeds>(&to_bytes(&kept)).unwrap(), kept);
        assert_eq!(kept.told(Time(AGE_MAX_NS)), Some(told));
        assert_eq!(kept.told(Time(AGE_MAX_NS + 1)), None);
        let mut all = SpeedsByNetwork::default();
        for n in 0..=MAX_NETWORKS {
            let place = Place::from_degrees(40.0 + n as f64, 31.0).unwrap();
            keep(&mut all, (SensorKind::Seismometer, place, 0), Speeds { until: Time(n as i64), ..kept.clone() });
        }
        assert_eq!((all.0.len(), all.0.values().map(|one| one.until).min()), (MAX_NETWORKS, Some(Time(1))));
    }
}
