//! What kind of event it was, by which waves were registered, which were not, how long its sound lasted, and how deep it lay.
use super::find::Found;
use super::measure::sensor;
use truceline_model::kind::{Class, Depth, Kind, KindRatio, Kinds};
use truceline_model::measurement::{Phase, Sensor, Site};
use truceline_model::place::Place;
use truceline_model::posterior::PPB;
use truceline_science::classify::{Features, Ground, Priors, classify};

/// With fewer sensors how long a sound lasted is not told: something else may have passed one of them.
const LASTED_MIN: usize = 2;

/// The most probable kind, were all alike beforehand, and what speaks for each. That a sensor kept silent counts, so this hangs on
/// more than the event's arrivals.
pub(super) fn of(found: &Found<'_>, mean: Place, depth: Option<Depth>) -> (Class, Option<Kinds>) {
    let sensors: Vec<Sensor> = found.listening.iter().enumerate().map(|(n, stand)| sensor(n, "", *stand)).collect();
    let registered: Vec<(usize, Phase)> = (found.members.iter())
        .filter_map(|one| Some((found.listening.binary_search(&one.stand()).ok()?, one.phase)))
        .collect();
    let place = Site::Geographic { lon_deg: mean.lon_deg(), lat_deg: mean.lat_deg(), elevation_m: 0.0 };
    let waves = Features::of_waves(&sensors, &registered, place);
    if waves == Features::default() {
        return (Class::NotAssessed, None);
    }
    let ground = depth.map(|depth| Ground::On { p_ground: f64::from(depth.p_ground_ppb) / PPB });
    let Some(classes) = classify(&Features { depth: ground, duration_s: lasted_s(found), ..waves }, &Priors::default())
    else {
        return (Class::NotAssessed, None);
    };
    let class = classes.named().map_or(Class::Undecided, Class::Of);
    let stated = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Unknown);
    let ratio = |kind| KindRatio { kind, log10_milli: (classes.log10_ratio(kind) * 1e3).round() as i32 };
    let ratios = stated.map(ratio).collect();
    (class, Some(Kinds { depth, ratios }))
}

/// How long its sound lasted at the middle one of the sensors whose triggers tell, s. Waves of the ground are not asked: of whatever
/// source they die away in scattered waves that last longer than it.
fn lasted_s(found: &Found<'_>) -> Option<f64> {
    let is_sound = |phase: Phase| matches!(phase, Phase::Airwave | Phase::Muzzle);
    let sound = found.members.iter().filter(|one| is_sound(one.phase));
    let mut lasted_us: Vec<u64> = sound.filter_map(|one| one.lasted_us).collect();
    lasted_us.sort_unstable();
    let middle = lasted_us.get(lasted_us.len() / 2).filter(|_| lasted_us.len() >= LASTED_MIN)?;
    Some(*middle as f64 / 1e6)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
mod tests {
    use super::super::find::Member;
    use super::super::tests::pooled;
    use super::*;
    use crate::state::Pooled;
    use truceline_model::geodesic;
    use truceline_model::time::Time;

    /// What is said of a sound that so many seismometers registered for so long, s.
    fn kinds(phase: Phase, lasted_s: &[f64]) -> Kinds {
        let middle = Place::from_degrees(33.0, -42.0).unwrap();
        let one = |(n, s): (usize, &f64)| Pooled {
            phase: Some(phase),
            lasted_us: Some((s * 1e6) as u64),
            ..pooled(n as u64, "one", geodesic::destination(middle, 60.0 * n as f64, 9_000.0).unwrap(), Time(n as i64))
        };
        let rows: Vec<Pooled> = lasted_s.iter().enumerate().map(one).collect();
        let mut listening: Vec<_> = rows.iter().map(Pooled::stand).collect();
        listening.sort_unstable();
        let found = Found {
            members: rows.iter().filter_map(Member::stated).collect(),
            is_associated: true,
            p_real: 1.0,
            log_odds: f64::INFINITY,
            runners_up: 0,
            left_out: Vec::new(),
            origin: None,
            fellows: None,
            listening: listening.as_slice().into(),
        };
        of(&found, middle, None).1.unwrap()
    }

    #[test]
    fn a_sound_that_rumbles_is_no_shot_and_one_that_is_over_at_once_no_thunder() {
        let log10 = |kinds: &Kinds, kind: Kind| {
            f64::from(kinds.ratios.iter().find(|one| one.kind == kind).unwrap().log10_milli) / 1e3
        };
        let untold = kinds(Phase::Airwave, &[15.0]);
        let (long, short) = (kinds(Phase::Airwave, &[14.0, 15.0, 40.0]), kinds(Phase::Airwave, &[0.9, 1.0, 40.0]));
        assert!(log10(&long, Kind::Thunder) > log10(&untold, Kind::Thunder) + 0.5);
        assert!(log10(&long, Kind::Shot) < log10(&untold, Kind::Shot) - 0.5);
        assert!(log10(&short, Kind::Thunder) < log10(&untold, Kind::Thunder) - 0.5);
        assert!(long.natural_log10().unwrap() > untold.natural_log10().unwrap() + 0.2);
        // A motor burns as long: how long alone is never taken for natural.
        assert!(long.natural_log10().unwrap() < 1.0);
        // In the ground everything lasts.
        assert_eq!(kinds(Phase::P, &[15.0; 3]), kinds(Phase::P, &[1.0; 3]));
    }
}
