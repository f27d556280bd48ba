//! Where and when associated arrivals had their origin: a function of them, and of what the other events of the same look say of
//! speeds, wind and delay.
use super::find::{Found, Member};
use super::kind;
use super::measure::sensor;
use super::networks::Stand;
use super::settings::{priors, thickness_m};
use crate::stage::leave_out;
use crate::state::Origin;
use crate::step::Engine;
use truceline_model::event::{self, ArrivalUse, Cited, Part, Solution, Without};
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::kind::Depth;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind};
use truceline_model::place::Place;
use truceline_model::posterior::{PPB, Posterior};
use truceline_science::locate::infrasound::{self, Apart};
use truceline_science::locate::{self, Arrival, Bounds, Fellow, Heights, MAX_ARRIVALS, Together, evidence};

/// The place is flat in the sensors' box widened on every side by its longer side, and at least by this, degrees: some
/// 50 km where waves go through the ground or far through the air, 2 km where sound is heard.
const MARGIN_DEG_MIN: f64 = 0.5;
const SOUND_MARGIN_DEG_MIN: f64 = 0.02;

/// How many of its standard deviations around a stated place are looked at, and how much farther than the farthest stated
/// distance; metres in a degree, to a per cent.
const FIX_SIGMAS: u32 = 6;
const TOLD_SLACK: f64 = 1.5;
const DEGREE_M: f64 = 111_200.0;

/// The solution of an event.
pub(super) fn solution(engine: &Engine, found: &Found<'_>) -> Result<Solution, String> {
    let (Apart { posterior, left_out, parts }, depth) = located(engine, found)?;
    Ok(cite(found, posterior, depth, (leave_out::kept(left_out, |_| None), parts)))
}

/// The solution whose place, with and without each owner, is known already.
pub(super) fn cite(
    found: &Found<'_>,
    posterior: Posterior,
    depth: Option<Depth>,
    (mut without, parts): (Vec<Without>, Vec<Part>),
) -> Solution {
    let one = |one: &Member<'_>| ArrivalUse {
        cited: cited(one),
        distance_m: geodesic::between(one.place, posterior.mean).distance_m.round() as u32,
    };
    let mut arrivals: Vec<ArrivalUse> = found.members.iter().map(one).collect();
    arrivals.sort_by_key(ArrivalUse::hash);
    let association = found.is_associated.then(|| event::Association {
        // Rounded down: what is not quite sure is not called sure.
        p_real_ppb: (found.p_real * PPB).floor() as u32,
        runners_up: found.runners_up as u32,
    });
    for one in &mut without {
        let p_real = found.left_out.iter().find(|(owner, _)| *owner == one.owner).map(|(_, p_real)| *p_real);
        one.p_real_ppb = p_real.map(|p_real| (p_real * PPB).floor() as u32);
    }
    let (class, kinds) = kind::of(found, posterior.mean, depth);
    Solution { event_label: String::new(), arrivals, class, kinds, association, posterior, without, parts }
}

/// How a member is cited.
fn cited(one: &Member<'_>) -> Cited {
    let (hash, phase) = (one.hash, one.phase);
    let azimuth_sigma_mdeg = one.azimuth_sigma_mdeg.unwrap_or_default();
    match one.origin {
        Origin::Report => Cited::Report { hash, azimuth_sigma_mdeg },
        Origin::Detection => Cited::Detection { hash, phase },
        Origin::Observation => Cited::Observation { hash, phase },
        Origin::Bearing => Cited::Bearing { hash, phase, azimuth_sigma_mdeg },
    }
}

/// Whether an event cites the same arrivals as a solution, each as the same wave: then it is at the same place.
pub(super) fn is_cited(found: &Found<'_>, solution: &Solution) -> bool {
    let mut arrivals: Vec<(Hash, Cited)> = found.members.iter().map(|one| (one.hash, cited(one))).collect();
    arrivals.sort_by_key(|(hash, _)| *hash);
    arrivals.iter().map(|(_, cited)| cited).eq(solution.arrivals.iter().map(|used| &used.cited))
}

/// Where and when, what is left of that without each owner, and how deep.
fn located(engine: &Engine, found: &Found<'_>) -> Result<(Apart, Option<Depth>), String> {
    match of_arrays(&found.members) {
        Some(owned) => {
            let (priors, threads) = (&engine.configuration.infrasound, engine.threads);
            let window_s = f64::from(engine.configuration.group_window_s);
            let apart = infrasound::apart(&owned, window_s, priors, threads).map_err(|error| error.to_string())?;
            Ok((apart, None))
        }
        None => mixed(engine, found),
    }
}

/// The arrivals, where all are of infrasound arrays that state their beams.
fn of_arrays<'a>(members: &'a [Member<'_>]) -> Option<Vec<(&'a str, Arrival)>> {
    let owned: Option<Vec<(&str, Arrival)>> =
        members.iter().map(|one| arrival(one).map(|arrival| (one.owner.as_str(), arrival))).collect();
    owned.filter(|owned| owned.len() <= MAX_ARRIVALS)
}

/// The arrival of an infrasound array that states its beam.
fn arrival(one: &Member<'_>) -> Option<Arrival> {
    let beam = one.azimuth_mdeg.zip(one.f_statistic_milli);
    let heard = one.kind == SensorKind::InfrasoundArray && one.phase == Phase::Airwave;
    beam.filter(|_| heard).map(|(azimuth_mdeg, f_statistic_milli)| Arrival {
        place: one.place,
        arrival: one.time,
        azimuth_deg: f64::from(azimuth_mdeg) / 1e3,
        f_statistic: f64::from(f_statistic_milli) / 1e3,
    })
}

/// Has events of one time say to each other how their waves travel.
pub(super) fn together(engine: &Engine, found: &mut [Found<'_>]) {
    let (mut numbers, mut fellows) = (Vec::new(), Vec::new());
    for (number, event) in found.iter().enumerate().filter(|(_, event)| of_arrays(&event.members).is_none()) {
        // What lies below the ground says nothing of the ways of what lies on it, nor that of it.
        let on_ground =
            |fellow: &Fellow, thickness_m| matches!(depth(fellow, thickness_m), Ok(depth) if !is_below(depth));
        if let Ok((fellow, thickness_m)) = fellow(engine, &event.members)
            && on_ground(&fellow, thickness_m)
        {
            numbers.push(number);
            fellows.push(fellow);
        }
    }
    let Some(all) = Together::of(fellows, engine.threads) else { return };
    for (at, number) in numbers.into_iter().enumerate() {
        found[number].fellows = Some((all.clone(), at));
    }
}

/// Arrivals of any kinds as locating takes them, with what is taken for granted of them alone, and how far below the ground they
/// may come from, m.
fn fellow(engine: &Engine, members: &[Member<'_>]) -> Result<(Fellow, f64), String> {
    let told = engine.configuration.association.as_ref().ok_or("the epoch's configuration associates nothing")?;
    let mut stands: Vec<(Stand, &str)> = members.iter().map(|one| (one.stand(), one.owner.as_str())).collect();
    stands.sort_unstable();
    stands.dedup_by_key(|(stand, _)| *stand);
    let sensors: Vec<Sensor> = stands.iter().enumerate().map(|(n, (stand, owner))| sensor(n, owner, *stand)).collect();
    let row = |one: &Member<'_>| {
        let at = stands.binary_search_by_key(&one.stand(), |(stand, _)| *stand).ok()?;
        Some(one.measurement(at))
    };
    let measurements: Vec<Measurement> = members.iter().filter_map(row).collect();
    let mut phases: Vec<(SensorKind, Phase)> = members.iter().map(|one| (one.kind, one.phase)).collect();
    phases.sort_unstable();
    phases.dedup();
    let mut depths_cm: Vec<i32> = stands.iter().map(|((_, _, elevation_cm), _)| -elevation_cm).collect();
    depths_cm.sort_unstable();
    let level_m = depths_cm.get(depths_cm.len() / 2).map_or(0.0, |cm| f64::from(*cm) / 100.0);
    let ends_m = depths_cm.first().zip(depths_cm.last());
    let sensor_depth_m =
        ends_m.map_or((0.0, 0.0), |(top, bottom)| (f64::from(*top) / 100.0, f64::from(*bottom) / 100.0));
    let bounds = bounds(&stands, &phases, members);
    let of_ground = |(_, phase): &(SensorKind, Phase)| matches!(phase, Phase::P | Phase::S | Phase::Surface);
    let thickness_m = if phases.iter().all(of_ground) { thickness_m(told) } else { 0.0 };
    let source_depth_m = (level_m, level_m + thickness_m);
    let priors = priors(&engine.configuration, told, &phases, bounds, source_depth_m, sensor_depth_m)?;
    Ok((Fellow { sensors, measurements, priors }, thickness_m))
}

/// How deep it was, where only the ground's waves came.
fn depth(fellow: &Fellow, thickness_m: f64) -> Result<Option<Depth>, String> {
    let Fellow { sensors, measurements, priors } = fellow;
    let all: Vec<usize> = (0..measurements.len()).collect();
    let found = locate::depth_of_ground_waves(sensors, measurements, &all, priors, thickness_m);
    let rounded = |depth: locate::DepthOfGroundWaves| Depth {
        p_ground_ppb: (depth.p_ground * PPB).round() as u32,
        mean_m: depth.mean_m.round() as u32,
        sigma_m: depth.sigma_m.round() as u32,
    };
    found.map(|depth| depth.map(rounded)).map_err(|error| error.to_string())
}

/// Whether it lay more probably below the ground than on it.
fn is_below(depth: Option<Depth>) -> bool {
    depth.is_some_and(|depth| f64::from(depth.p_ground_ppb) < 0.5 * PPB)
}

/// Arrivals of any kinds. What came through the ground alone and lay more probably below it than on it is located at its mean
/// depth, everything else on the ground.
fn mixed(engine: &Engine, found: &Found<'_>) -> Result<(Apart, Option<Depth>), String> {
    let (own, thickness_m) = fellow(engine, &found.members)?;
    let depth = depth(&own, thickness_m)?;
    let Fellow { sensors, measurements, mut priors } = own;
    if let Some((all, at)) = &found.fellows {
        priors = Together::priors(all, *at, &[]);
    }
    if let (Some(depth), Heights::Level { depth_m }) = (depth.filter(|depth| is_below(Some(*depth))), priors.heights) {
        priors.heights = Heights::Level { depth_m: depth_m + f64::from(depth.mean_m) };
    }
    let all: Vec<usize> = (0..measurements.len()).collect();
    let solution = evidence(&sensors, &measurements, &all, &priors, engine.threads).map_err(|e| e.to_string())?;
    let posterior = solution.posterior().ok_or("no time was measured")?;
    let window_s = f64::from(engine.configuration.group_window_s);
    let (left_out, alone) =
        locate::apart((&sensors, &measurements, &all), &priors, &solution, window_s, engine.threads)
            .map_err(|error| error.to_string())?;
    Ok((Apart { posterior, left_out, parts: leave_out::parts(&alone) }, depth))
}

/// The box in which the place is flat. It holds every place that somebody states and its surroundings, and reaches as far as
/// the farthest distance.
fn bounds(stands: &[(Stand, &str)], phases: &[(SensorKind, Phase)], members: &[Member<'_>]) -> Bounds {
    let fixes = || members.iter().filter_map(|one| one.said?.fix);
    let degrees = |place: Place| (place.lon_deg(), place.lat_deg());
    let places = || stands.iter().map(|((_, place, _), _)| *place).chain(fixes().map(|(place, _)| place)).map(degrees);
    let far_m = members.iter().filter_map(|one| one.said?.range_m).map(|(_, far)| far).max().unwrap_or(0);
    let wide_m = fixes().map(|(_, sigma_m)| sigma_m).max().unwrap_or(0);
    let told_deg = f64::from(far_m.max(wide_m.saturating_mul(FIX_SIGMAS))) / DEGREE_M * TOLD_SLACK;
    let (west, east) = places().fold((180.0_f64, -180.0_f64), |(low, high), (lon, _)| (low.min(lon), high.max(lon)));
    let (south, north) = places().fold((90.0_f64, -90.0_f64), |(low, high), (_, lat)| (low.min(lat), high.max(lat)));
    let seen = |phase: &Phase| *phase == Phase::Light && told_deg > 0.0;
    let local = phases.iter().all(|(_, phase)| matches!(phase, Phase::Muzzle | Phase::Shock) || seen(phase));
    let narrow = libm::cos((0.5 * (south + north)).to_radians()).max(0.05);
    let least = if local { SOUND_MARGIN_DEG_MIN } else { MARGIN_DEG_MIN };
    let margin = (north - south).max((east - west) * narrow).max(least).max(told_deg);
    Bounds {
        west: (west - margin / narrow).max(-180.0),
        east: (east + margin / narrow).min(180.0),
        south: (south - margin).max(-85.0),
        north: (north + margin).min(85.0),
    }
}
