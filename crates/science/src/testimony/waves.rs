//! The waves that owners are held to, and how well their times are known.
use crate::associate::{Settings, Wave};
use truceline_model::measurement::Phase;

/// What differs from path to path beside what the settings state, as a share of the travel time: of ground waves so many per cent
/// in layered ground taken for even ground, of surface waves more, since they are slow where the ground is soft.
const GROUND_PATH_RELATIVE: f64 = 0.01;
const SURFACE_PATH_RELATIVE: f64 = 0.03;

/// Which waves share what is not known of their speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// P and S.
    Ground,
    /// Along the ground.
    Surface,
    /// Sound, at arrays and where it shakes the ground.
    Sound,
}

/// One wave.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfWave {
    pub(super) group: Group,
    pub(super) speed_m_s: f64,
    pub(super) relative: f64,
    pub(super) fixed_s: f64,
    pub(super) path_relative: f64,
}

/// All of them.
#[derive(Debug, Clone)]
pub struct Waves {
    of: Vec<(Phase, OfWave)>,
    pub(super) wind_m_s: f64,
}

impl Waves {
    /// From the associator's settings. Sound is taken as it shakes the ground: what arrays hear from hundreds of kilometres goes
    /// by paths of unlike speed, and holds nobody to a second.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let one = |wave: &Wave, group: Group, path_relative: f64| OfWave {
            group,
            speed_m_s: wave.speed_m_s,
            relative: wave.speed_relative,
            fixed_s: wave.time_sigma_s,
            path_relative: wave.path_relative.max(path_relative),
        };
        let mut of = Vec::new();
        for wave in &settings.waves {
            match wave.phase {
                Phase::P | Phase::S => of.push((wave.phase, one(wave, Group::Ground, GROUND_PATH_RELATIVE))),
                Phase::Surface => of.push((wave.phase, one(wave, Group::Surface, SURFACE_PATH_RELATIVE))),
                _ => {}
            }
        }
        of.extend(settings.coupled.as_ref().map(|sound| (Phase::Airwave, one(sound, Group::Sound, 0.0))));
        Self { of, wind_m_s: settings.coupled.map_or(0.0, |sound| sound.wind_m_s) }
    }

    /// A wave; none where the settings have none, or nobody is held to it.
    pub(super) fn of(&self, phase: Phase) -> Option<OfWave> {
        self.of.iter().find(|(of, _)| *of == phase).map(|(_, wave)| *wave)
    }

    /// The doubt about the speed of a group, relative.
    pub(super) fn doubt(&self, group: Group) -> f64 {
        let of_group = self.of.iter().filter(|(_, wave)| wave.group == group);
        of_group.map(|(_, wave)| wave.relative).fold(1e-3, f64::max)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As the associator has them by itself.
    pub(in super::super) fn waves() -> Waves {
        Waves::new(&Settings::default())
    }

    #[test]
    fn sound_is_the_one_that_shakes_the_ground() {
        assert!((waves().of(Phase::Airwave).unwrap().speed_m_s - 340.0).abs() < 1e-9);
        assert!(waves().of(Phase::Muzzle).is_none());
        let still = Waves::new(&Settings { coupled: None, ..Settings::default() });
        assert!(still.of(Phase::Airwave).is_none() && still.of(Phase::P).is_some());
    }
}
