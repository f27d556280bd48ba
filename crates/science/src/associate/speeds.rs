//! How fast waves ran, as the events of some time told it, for those of the time after.
//!
//! A stretch in which little happens tells nothing of speeds and wind, and what is heard from far fits none that is only adopted. Such
//! a stretch is looked at once more with what the time before told, and the better of both stands. Where a stretch
//! tells its own speeds nothing is carried: the wind may have turned.
use super::model::Learnt;
use truceline_model::measurement::{Phase, SensorKind};

/// Fewer events tell no speed from their own places.
const EVENTS_MIN: usize = 3;

/// By how much the wind has turned meanwhile, one deviation of each component, m/s. Adopted: as from one hour to the next in fair
/// weather.
const TURNED_M_S: f64 = 2.0;

/// How fast one wave ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveSpeed {
    /// The kind of sensor that registers it.
    pub kind: SensorKind,
    /// The wave.
    pub phase: Phase,
    /// Its speed, m/s.
    pub speed_m_s: f64,
    /// What is left of the doubt about travel times, as a share of them.
    pub travel_relative: f64,
}

/// How fast waves ran.
#[derive(Debug, Clone, PartialEq)]
pub struct Speeds {
    /// The wind, to the east and to the north, m/s.
    pub wind_m_s: [f64; 2],
    /// Each wave's speed.
    pub waves: Vec<WaveSpeed>,
}

impl Learnt {
    /// Whether this was learnt of enough events to tell the time after.
    pub(super) fn tells_speeds(&self) -> bool {
        self.events >= EVENTS_MIN
    }

    /// What is told to the time after; nothing of too few events.
    #[must_use]
    pub fn speeds(&self) -> Option<Speeds> {
        let in_use = self.classes.iter().filter(|class| class.in_use && class.speed_m_s.is_finite());
        let waves = in_use.map(|class| WaveSpeed {
            kind: class.kind,
            phase: class.phase,
            speed_m_s: class.speed_m_s,
            travel_relative: class.travel_relative,
        });
        self.tells_speeds().then(|| Speeds { wind_m_s: self.wind_m_s, waves: waves.collect() })
    }

    /// Begins with what the time before told; never surer of it than of what it had been adopted with, nor than wind allows.
    pub(super) fn begun(mut self, speeds: &Speeds) -> Self {
        self.wind_m_s = speeds.wind_m_s;
        for class in &mut self.classes {
            let of_class = |wave: &&WaveSpeed| (wave.kind, wave.phase) == (class.kind, class.phase);
            let Some(wave) = speeds.waves.iter().find(of_class) else { continue };
            let turned = if class.in_wind { TURNED_M_S / wave.speed_m_s } else { 0.0 };
            class.speed_m_s = wave.speed_m_s;
            class.travel_relative = class.travel_relative.min(libm::hypot(wave.travel_relative, turned));
        }
        self
    }
}
