//! The sensors with what each of them registers, in one plane.
use crate::physics;
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use truceline_formats::network::Network;
use truceline_formats::spelling::{kind_name, phase_name};
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_science::associate::{Associated, Curve, Frame, STRENGTH_SIGMA, associate};
use truceline_science::coverage::{
    Area, Demand, Hour, Registered, Sense, Watcher, middle, population, sensors_of_weakest,
};
use truceline_science::locate::AZIMUTH_SIGMA_DEG;

/// Cells along the longer side, where nobody says how large they are.
const CELLS_ALONG: f64 = 50.0;

/// A way by which events are registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// Waves in the ground.
    Ground,
    /// Infrasound.
    Infrasound,
    /// Sound near the ground.
    Sound,
    /// Light, heat and radio.
    Light,
    /// All of them together.
    Any,
}

impl Medium {
    /// Those that are told apart.
    pub(crate) const APART: [Self; 4] = [Self::Ground, Self::Infrasound, Self::Sound, Self::Light];

    /// The one in which a wave travels.
    pub(crate) fn of(phase: Phase) -> Self {
        match phase {
            Phase::P | Phase::S | Phase::Surface => Self::Ground,
            Phase::Airwave => Self::Infrasound,
            Phase::Muzzle | Phase::Shock => Self::Sound,
            Phase::Light => Self::Light,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ground => "ground",
            Self::Infrasound => "infrasound",
            Self::Sound => "sound",
            Self::Light => "light",
            Self::Any => "any",
        }
    }

    pub(crate) fn holds(self, phase: Phase) -> bool {
        self == Self::Any || self == Self::of(phase)
    }

    /// With which power of the distance amplitudes fall, 0 where none is meant; see `science::coverage::heard_ratio`.
    pub(crate) fn exponent(self) -> f64 {
        match self {
            Self::Ground => 1.11,
            Self::Infrasound => 1.4072,
            Self::Sound => 1.0,
            Self::Light | Self::Any => 0.0,
        }
    }
}

/// How sensors of a kind register a wave.
#[derive(Debug, Clone)]
pub(crate) struct Curved {
    pub(crate) kind: SensorKind,
    pub(crate) phase: Phase,
    pub(crate) sense: Sense,
    /// The charge of an event of middle strength, where it was stated, kg.
    pub(crate) charge_kg: Option<f64>,
    /// Whether it was learnt from the arrivals; else it was stated.
    pub(crate) is_learnt: bool,
}

/// A sensor in the plane.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) at_m: [f64; 2],
    pub(crate) owner: u32,
    pub(crate) kind: SensorKind,
}

/// The network and what it registers.
#[derive(Debug)]
pub(crate) struct Watching {
    pub(crate) frame: Frame,
    pub(crate) sensors: Vec<Placed>,
    /// The owners by their number.
    pub(crate) owners: Vec<String>,
    pub(crate) curves: Vec<Curved>,
    /// Standard deviation of the logarithm of an event's reach.
    pub(crate) strength_sigma: f64,
    /// How many times as far the middle one of all events is registered as the middle one of those that were learnt from.
    pub(crate) reach_ratio: f64,
}

impl Watching {
    pub(crate) fn new(
        known: &Network,
        all: &[Sensor],
        arrivals: Option<&[Measurement]>,
        threads: usize,
    ) -> Result<Self> {
        let frame = Frame::of(all)?;
        let names: BTreeMap<&str, ()> = all.iter().map(|sensor| (sensor.owner.as_str(), ())).collect();
        let owners: Vec<String> = names.into_keys().map(str::to_owned).collect();
        let placed = all.iter().filter_map(|sensor| {
            let [x, y, _] = frame.metres(&sensor.site)?;
            let owner = owners.binary_search(&sensor.owner).ok()? as u32;
            Some(Placed { id: sensor.id.clone(), at_m: [x, y], owner, kind: sensor.kind })
        });
        let mut watching = Self {
            frame,
            sensors: placed.collect(),
            owners,
            curves: Vec::new(),
            strength_sigma: STRENGTH_SIGMA,
            reach_ratio: 1.0,
        };
        watching.state(known)?;
        if let Some(arrivals) = arrivals {
            watching.learn(known, all, arrivals, threads)?;
        }
        watching.curves.sort_by_key(|curved| (curved.kind, curved.phase));
        if watching.curves.is_empty() {
            bail!(
                "how far the sensors see is not known: give arrivals in which events can be found (--arrivals), or state it \
                 in [[detection]] tables of --config"
            );
        }
        Ok(watching)
    }

    /// What the configuration states.
    fn state(&mut self, known: &Network) -> Result<()> {
        let settings = physics::association(known);
        for stated in &known.detection {
            let Some((kind, phase)) = stated.wave() else { continue };
            let Some(wave) = settings.wave(kind, phase) else {
                bail!("detection of {}: no speed is known of it", phase_name(phase));
            };
            let curve = Curve { ceiling: stated.ceiling, range_m: stated.range_m, width_m: stated.width_m };
            let sense = Sense {
                curve,
                speed_m_s: wave.speed_m_s,
                time_sigma_s: wave.time_sigma_s,
                travel_relative: (wave.speed_relative * wave.speed_relative + wave.path_relative * wave.path_relative)
                    .sqrt(),
                azimuth_sigma_deg: is_array(kind).then(|| azimuth_sigma_deg(known)),
                heard_ratio: 1.0,
            };
            self.curves.push(Curved { kind, phase, sense, charge_kg: stated.charge_kg, is_learnt: false });
        }
        Ok(())
    }

    /// What the arrivals teach, where the configuration does not state it.
    fn learn(
        &mut self,
        known: &Network,
        sensors: &[Sensor],
        measurements: &[Measurement],
        threads: usize,
    ) -> Result<()> {
        let found = associate(sensors, measurements, &physics::association(known), threads)?;
        if found.learnt.events == 0 {
            return Ok(());
        }
        let mut learnt: Vec<Curved> = Vec::new();
        for class in found.learnt.classes.iter().filter(|class| class.in_use) {
            if self.curves.iter().any(|curved| (curved.kind, curved.phase) == (class.kind, class.phase)) {
                continue;
            }
            let of_class = |m: &&Measurement| sensors[m.sensor].kind == class.kind && m.azimuth_deg.is_some();
            let mut sigmas: Vec<f64> =
                measurements.iter().filter(of_class).filter_map(|m| m.azimuth_sigma_deg).collect();
            sigmas.sort_by(f64::total_cmp);
            let middle = sigmas.get(sigmas.len() / 2).copied();
            let points = measurements.iter().any(|m| of_class(&m));
            let sense = Sense {
                curve: class.detection,
                speed_m_s: class.speed_m_s,
                time_sigma_s: class.time_sigma_s,
                travel_relative: class.travel_relative,
                azimuth_sigma_deg: points.then(|| middle.unwrap_or_else(|| azimuth_sigma_deg(known))),
                heard_ratio: 1.0,
            };
            let (kind, phase) = (class.kind, class.phase);
            learnt.push(Curved { kind, phase, sense, charge_kg: None, is_learnt: true });
        }
        // The middle one is the middle one of those that were found.
        for medium in Medium::APART {
            let watcher = |placed: &Placed| {
                let of_kind = learnt.iter().filter(|one| one.kind == placed.kind && medium.holds(one.phase));
                let senses = of_kind.map(|curved| curved.sense).collect();
                Watcher { at_m: placed.at_m, owner: placed.owner, up: 1.0, senses }
            };
            let watchers: Vec<Watcher> = self.sensors.iter().map(watcher).collect();
            let sigmas = found.learnt.classes.iter().filter(|class| class.in_use && medium.holds(class.phase));
            let sigma = sigmas.map(|class| found.learnt.strength_sigma_of(class)).fold(0.0, f64::max);
            let registered = |event: &Associated| {
                let [x_m, y_m, _] = self.frame.metres(&event.site)?;
                let of_medium = event.members.iter().zip(&event.phases).filter(|(_, phase)| medium.holds(**phase));
                let id = |member: &usize| sensors[measurements[*member].sensor].id.as_str();
                let watcher = |(member, _)| self.sensors.iter().position(|placed| placed.id == id(member));
                let mut by: Vec<usize> = of_medium.filter_map(watcher).collect();
                by.sort_unstable();
                by.dedup();
                Some(Registered { place_m: [x_m, y_m], by })
            };
            let events: Vec<Registered> = found.events.iter().filter_map(registered).collect();
            // Of a medium in which none of them was registered nothing is known.
            if events.iter().all(|event| event.by.is_empty()) {
                learnt.retain(|one| !medium.holds(one.phase));
                continue;
            }
            // Where nearly all sensors registered them, how much farther others would have is not known: nothing is moved outwards.
            let moved = Some(middle(&watchers, &events, sigma)).filter(|moved| moved.reach_ratio < 1.0);
            let Some(moved) = moved else { continue };
            for curved in learnt.iter_mut().filter(|one| medium.holds(one.phase)) {
                curved.sense.curve.ceiling *= moved.ceiling_ratio;
                curved.sense.curve.range_m *= moved.reach_ratio;
                curved.sense.curve.width_m *= moved.reach_ratio;
            }
        }
        // The events that were found are the stronger ones; what is told is told of all.
        let watcher = |placed: &Placed| {
            let of_kind = learnt.iter().filter(|curved| curved.kind == placed.kind);
            let senses = of_kind.map(|curved| curved.sense).collect();
            Watcher { at_m: placed.at_m, owner: placed.owner, up: 1.0, senses }
        };
        let watchers = self.sensors.iter().map(watcher).collect();
        let hour = Hour::new(watchers, Demand::default(), found.learnt.strength_sigma)?;
        let events: Vec<&[usize]> = found.events.iter().map(|event| &event.members[..]).collect();
        let weakest = sensors_of_weakest(measurements, &events);
        let places_m: Vec<[f64; 2]> = self.sensors.iter().map(|placed| placed.at_m).collect();
        let all = population(&hour, weakest, found.learnt.strength_sigma, &places_m);
        for curved in &mut learnt {
            curved.sense.curve.range_m *= all.reach_ratio;
            curved.sense.curve.width_m *= all.reach_ratio;
        }
        self.strength_sigma = all.strength_sigma;
        self.reach_ratio = all.reach_ratio;
        self.curves.extend(learnt);
        Ok(())
    }

    /// The area to look at: around the sensors, in square cells of a round size.
    pub(crate) fn area(&self, cell_km: Option<f64>, margin_km: Option<f64>) -> Result<Area> {
        let side = |axis: usize| {
            let along = self.sensors.iter().map(|sensor| sensor.at_m[axis]);
            along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
        };
        let ((west, east), (south, north)) = (side(0), side(1));
        let longer_m = (east - west).max(north - south).max(1.0);
        let margin_m = margin_km.map_or(longer_m / 4.0, |km| km * 1e3);
        let cell_m = cell_km.map_or_else(|| round_up((longer_m + 2.0 * margin_m) / CELLS_ALONG), |km| km * 1e3);
        let cells = |wide_m: f64| ((wide_m + 2.0 * margin_m) / cell_m).ceil().max(1.0) as usize;
        let (columns, rows) = (cells(east - west), cells(north - south));
        let centred = |low: f64, high: f64, cells: usize| 0.5 * (low + high - cells as f64 * cell_m);
        let area = Area { low_m: [centred(west, east, columns), centred(south, north, rows)], cell_m, columns, rows };
        if let Err(error) = area.middles_m() {
            bail!("{columns} by {rows} cells: {error}; give a larger --cell-km or a smaller --margin-km");
        }
        Ok(area)
    }

    /// A place in the plane as a site.
    pub(crate) fn site(&self, [x_m, y_m]: [f64; 2]) -> Site {
        self.frame.site(x_m, y_m, 0.0)
    }
}

/// A back-azimuth's deviation where the arrivals do not say it: the configuration's, else the locator's.
fn azimuth_sigma_deg(known: &Network) -> f64 {
    known.locate.azimuth_sigma_deg.unwrap_or(AZIMUTH_SIGMA_DEG)
}

fn is_array(kind: SensorKind) -> bool {
    matches!(kind, SensorKind::InfrasoundArray | SensorKind::SeismicArray | SensorKind::MicrophoneArray)
}

/// The next of 1, 2 and 5 times a power of ten, from 1 on.
fn round_up(value: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= value {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0].into_iter().map(|step| step * power).find(|step| *step >= value).unwrap_or(10.0 * power)
}

/// A curve's kind and wave in words.
pub(crate) fn curve_name(curved: &Curved) -> String {
    format!("{} {}", kind_name(curved.kind), phase_name(curved.phase))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cells_are_round() {
        for (value, expected) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (2_100.0, 5_000.0), (5_001.0, 10_000.0)] {
            assert_eq!(super::round_up(value), expected);
        }
    }
}
