//! From measurements to events, by the associator.
use super::contradict::Contradicting;
use super::measure::measurement;
use super::networks::{Network, Stand};
use super::settings::settings;
use crate::state::Pooled;
use std::ops::Deref;
use std::sync::Arc;
use truceline_model::association::Association;
use truceline_model::measurement::{Measurement, Phase, Site};
use truceline_model::time::Time;
use truceline_science::associate::{Settings, Speeds, Unused, associate};
use truceline_science::locate::Together;

/// Fewer measurements of a network make no event.
const MEMBERS_MIN: usize = 3;

/// Before their window closes measurements are looked at again each second, and by chance something passes even odds in many looks:
/// where waves are not stated an event opens a case from odds on that chance reaches in one of as many looks as an hour has, ln 3600. A
/// likelihood ratio passes a bound at *any* of all its looks with no more than one over that bound's probability (J. Ville, *Étude
/// critique de la notion de collectif*, 1939).
const LOOK_LOG_ODDS_MIN: f64 = 8.2;

/// A measurement with the wave that its event takes it for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    of: &'a Pooled,
    /// The wave.
    pub(super) phase: Phase,
}

impl<'a> Member<'a> {
    /// One that says itself which wave it is.
    pub(super) fn stated(of: &'a Pooled) -> Option<Self> {
        Some(Self { of, phase: of.phase? })
    }

    /// As locating takes it.
    pub(super) fn measurement(&self, sensor: usize) -> Measurement {
        Measurement { phase: Some(self.phase), ..measurement(self.of, sensor) }
    }
}

impl Deref for Member<'_> {
    type Target = Pooled;

    fn deref(&self) -> &Pooled {
        self.of
    }
}

/// Measurements that belong together.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    /// They, in the order of their contents.
    pub(super) members: Vec<Member<'a>>,
    /// Whether the associator found it; else its observers each say that there was one.
    pub(super) is_associated: bool,
    /// Probability that the event is real.
    pub(super) p_real: f64,
    /// Log of the odds of that by the associator's own model, nats.
    pub(super) log_odds: f64,
    /// How many other events explain some of them.
    pub(super) runners_up: usize,
    /// That probability without each owner, by name.
    pub(super) left_out: Vec<(String, f64)>,
    /// When and where, as the associator puts it; none of people alone.
    pub(super) origin: Option<(Time, Site)>,
    /// Where and what all sensors are that would have measured it, ascending; of people alone nobody knows.
    pub(super) listening: Arc<[Stand]>,
    /// The events of its time, and which of them it is, where they say something of each other's travel times.
    pub(super) fellows: Option<(Arc<Together>, usize)>,
}

impl Found<'_> {
    /// Whether it is told before its window closes: always where its measurements say which waves they are, else from
    /// [`LOOK_LOG_ODDS_MIN`] on.
    pub(super) fn is_told_at_once(&self) -> bool {
        self.log_odds >= LOOK_LOG_ODDS_MIN || self.members.iter().all(|member| member.of.phase.is_some())
    }
}

/// What came of a network's measurements.
#[derive(Default)]
pub(super) struct Outcome<'a> {
    /// Events in the order of their members' contents.
    pub(super) events: Vec<Found<'a>>,
    /// Its sensors that contradict the others.
    pub(super) contradicting: Vec<Contradicting>,
    /// How fast waves ran, if enough events told.
    pub(super) speeds: Option<Speeds>,
}

/// The events of a network's measurements, and what else came of them. `observed_s`: for how long its sensors
/// were listened to.
pub(super) fn events<'a>(
    told: &Association,
    threads: usize,
    network: &Network,
    pooled: &[&'a Pooled],
    observed_s: f64,
) -> Result<Outcome<'a>, String> {
    let mut rows: Vec<&'a Pooled> =
        pooled.iter().copied().filter(|one| network.stands.binary_search(&one.stand()).is_ok()).collect();
    if rows.len() < MEMBERS_MIN {
        return Ok(Outcome::default());
    }
    rows.sort_by_cached_key(|one| one.content_order());
    let row = |one: &&Pooled| Some(measurement(one, network.stands.binary_search(&one.stand()).ok()?));
    let measurements: Vec<Measurement> = rows.iter().filter_map(row).collect();
    let settings =
        Settings { speeds: network.speeds.clone(), recorded: network.recorded.clone(), ..settings(told, observed_s) };
    let associated =
        associate(&network.sensors, &measurements, &settings, threads).map_err(|error| error.to_string())?;
    let contradicting = associated.inconsistent.iter().filter_map(|one| {
        let its_own = |(row, why): &&(usize, Unused)| {
            *why == Unused::Inconsistent && measurements.get(*row).is_some_and(|measured| measured.sensor == one.sensor)
        };
        let left_out = associated.unused.iter().filter(its_own).count();
        let owner = &network.sensors[one.sensor].owner;
        Contradicting::new(network.stands[one.sensor], owner, one, &associated.frame, left_out)
    });
    let contradicting: Vec<Contradicting> = contradicting.collect();
    let speeds = associated.learnt.speeds();
    let listening: Arc<[Stand]> = network.stands.as_slice().into();
    let found = associated.events.into_iter().map(|event| Found {
        members: event.members.iter().zip(event.phases).map(|(row, phase)| Member { of: rows[*row], phase }).collect(),
        is_associated: true,
        p_real: event.p_real,
        log_odds: event.log_odds,
        runners_up: event.runners_up.len(),
        origin: Some((event.time, event.site)),
        left_out: event
            .left_out
            .iter()
            .map(|left_out| (network.sensors[left_out.sensor].owner.clone(), left_out.p_real))
            .collect(),
        listening: listening.clone(),
        fellows: None,
    });
    let mut found: Vec<Found<'a>> = found.collect();
    found.sort_by_cached_key(|event| event.members.iter().map(|one| one.content_order()).collect::<Vec<_>>());
    Ok(Outcome { events: found, contradicting, speeds })
}

#[cfg(test)]
mod tests {
    use super::super::tests::pooled;
    use super::*;
    use truceline_model::place::Place;

    #[test]
    fn chance_of_many_looks_opens_no_case_and_who_states_waves_is_heard_at_once() {
        let of = |phase: Option<Phase>, log_odds: f64| {
            let place = Place::from_degrees(47.0, 31.0).unwrap();
            let pooled = Pooled { phase, ..pooled(0, "Mission", place, Time(0)) };
            let member = Member { of: &pooled, phase: Phase::P };
            let event = Found {
                members: vec![member; MEMBERS_MIN],
                is_associated: true,
                p_real: 0.9,
                log_odds,
                runners_up: 0,
                left_out: Vec::new(),
                origin: None,
                listening: Arc::new([]),
                fellows: None,
            };
            event.is_told_at_once()
        };
        assert!(of(None, LOOK_LOG_ODDS_MIN) && !of(None, LOOK_LOG_ODDS_MIN - 0.1));
        assert!(of(Some(Phase::P), 0.1));
        // As many looks as an hour has.
        assert!((LOOK_LOG_ODDS_MIN - libm::log(3_600.0)).abs() < 0.02);
    }
}
