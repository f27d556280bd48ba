//! From reports, detections and bearings to measurements that wait in the pool. A further kind of input is one more function here.
use super::networks::Stand;
use crate::state::{Array, Origin, Pooled, Said, State};
use crate::step::Engine;
use truceline_model::association::Association;
use truceline_model::bearing::{Bearing, Direction};
use truceline_model::canonical;
use truceline_model::detection::{Detection, PulseKind, SensorClass};
use truceline_model::hash::Hash;
use truceline_model::inventory::SensorSite;
use truceline_model::measurement::{Fix, Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::observation::{Means, Observation, ObservedAt};
use truceline_model::place::Place;
use truceline_model::report::Report;
use truceline_science::locate::Arrival;

/// A time that is known worse than this is none to measure with, s: others of the same half hour would all fit it.
const OBSERVED_SIGMA_S_MAX: f64 = 600.0;

/// How far away is heard or seen what somebody gives only a direction of, m: large explosions over open country.
pub(super) const HEARD_M_MAX: u32 = 30_000;

/// The measurement of an infrasound array's report. It carries its own place.
pub(super) fn of_report(engine: &Engine, hash: Hash, report: &Report, order: (u64, u32)) -> Pooled {
    let arrival = Arrival::from_report(report);
    let sigma_mdeg = (arrival.azimuth_sigma_deg(&engine.configuration.infrasound) * 1e3).round() as u32;
    Pooled {
        origin: Origin::Report,
        hash,
        order,
        owner: report.owner.clone(),
        kind: SensorKind::InfrasoundArray,
        place: report.place,
        elevation_cm: 0,
        time: report.arrival,
        time_sigma_us: None,
        phase: Some(Phase::Airwave),
        azimuth_mdeg: Some(report.azimuth_mdeg),
        azimuth_sigma_mdeg: Some(sigma_mdeg),
        f_statistic_milli: Some(report.f_statistic_milli),
        slowness_us_km: None,
        said: None,
        lasted_us: None,
    }
}

/// The measurement of a detection in one channel; none where no inventory names the channel, or it is one that
/// does not count by itself ([`counts`]).
pub(super) fn of_detection(state: &State, detection: &Detection, order: (u64, u32)) -> Option<Pooled> {
    let site = state.sites.0.get(&detection.channel).filter(|site| counts(site))?;
    let phase = match (detection.class, detection.kind) {
        // An onset of the ground alone does not tell P from S.
        (SensorClass::Seismic, _) => None,
        (SensorClass::Infrasound, _) => Some(Phase::Airwave),
        (SensorClass::Acoustic, PulseKind::Shock) => Some(Phase::Shock),
        (SensorClass::Acoustic, _) => Some(Phase::Muzzle),
    };
    // A seismometer's channel of sound would be a mistake of the inventory; the wave is none that its kind registers.
    let seismic = matches!(site.kind, SensorKind::Seismometer | SensorKind::SeismicArray);
    if seismic != (detection.class == SensorClass::Seismic) {
        return None;
    }
    Some(Pooled {
        origin: Origin::Detection,
        hash: Hash::of(&canonical::to_bytes(detection)),
        order,
        owner: site.owner.clone(),
        kind: site.kind,
        place: site.place,
        elevation_cm: site.elevation_cm,
        time: detection.onset,
        time_sigma_us: Some(detection.onset_sigma_us),
        phase,
        azimuth_mdeg: None,
        azimuth_sigma_mdeg: None,
        f_statistic_milli: None,
        slowness_us_km: None,
        said: None,
        lasted_us: (!detection.cut_short).then_some(detection.duration_us),
    })
}

/// The measurement of a bearing; none where the wave has no direction, or goes on one before: its beginning is no arrival.
///
/// A wave of the ground is P where it runs over the array faster than half way, in ratio, from S to P, else S. What runs
/// through the air comes down at a slant, so its slowness is not that of the way from the source, and is left out.
pub(super) fn of_bearing(told: &Association, state: &State, bearing: &Bearing, order: (u64, u32)) -> Option<Pooled> {
    let Direction::Towards(towards) = &bearing.direction else { return None };
    if bearing.continued {
        return None;
    }
    let (p_mm_s, s_mm_s) = (told.p.speed_mm_s.value as f64, told.s.speed_mm_s.value as f64);
    let fast = f64::from(towards.slowness_us_km) * (p_mm_s * s_mm_s).sqrt() < 1e12;
    let (phase, slowness_us_km) = match bearing.class {
        SensorClass::Seismic => (if fast { Phase::P } else { Phase::S }, Some(towards.slowness_us_km)),
        SensorClass::Infrasound => (Phase::Airwave, None),
        SensorClass::Acoustic => (Phase::Muzzle, None),
    };
    let (kind, place, elevation_cm) = array_stand(bearing.class, bearing.place, state.arrays.0.get(&bearing.array));
    Some(Pooled {
        origin: Origin::Bearing,
        hash: Hash::of(&canonical::to_bytes(bearing)),
        order,
        owner: bearing.owners.join(", "),
        kind,
        place,
        elevation_cm,
        time: bearing.onset,
        time_sigma_us: Some(bearing.onset_sigma_us),
        phase: Some(phase),
        azimuth_mdeg: Some(towards.azimuth_mdeg),
        azimuth_sigma_mdeg: Some((towards.azimuth_sigma_deg() * 1e3).round() as u32),
        f_statistic_milli: None,
        slowness_us_km,
        said: None,
        lasted_us: None,
    })
}

/// The measurement of an observation: a direction with a distance interval, or a place, at a time. Why there is none otherwise.
///
/// Who heard it heard a sound over a direct path; all else, also what is told second hand, has the time of the event itself.
/// The time is that of the middle of what was stated, with an even spread over it.
pub(super) fn of_observation(hash: Hash, observed: &Observation, order: (u64, u32)) -> Result<Pooled, &'static str> {
    let Observation { time, at, means, .. } = observed;
    let length_s = time.span.to.seconds_since(time.span.from);
    let sigma_s = (length_s * length_s / 12.0 + (time.sigma_ms as f64 / 1e3) * (time.sigma_ms as f64 / 1e3)).sqrt();
    if sigma_s > OBSERVED_SIGMA_S_MAX {
        return Err("its time is not stated closely enough to be measured with");
    }
    let (azimuth_mdeg, azimuth_sigma_mdeg, said) = match (at, observed.observer_place) {
        (ObservedAt::Sector { .. }, None) => return Err("it states a direction, and not from where"),
        (ObservedAt::Sector { azimuth_mdeg, azimuth_sigma_mdeg, range_m }, Some(_)) => {
            let range_m = Some(range_m.unwrap_or((0, HEARD_M_MAX)));
            (Some(*azimuth_mdeg), Some(*azimuth_sigma_mdeg), Said { range_m, fix: None })
        }
        _ => match at.place().zip(at.variance_m2()) {
            Some((place, variance_m2)) => {
                let sigma_m = variance_m2.sqrt().round() as u32;
                (None, None, Said { range_m: None, fix: Some((place, sigma_m)) })
            }
            None => return Err("it states no place"),
        },
    };
    let place = observed.observer_place.or_else(|| at.place()).ok_or("it states no place")?;
    let kind = match means {
        Means::SatelliteThermal | Means::SatelliteOptical | Means::SatelliteSar => SensorKind::Satellite,
        Means::Camera | Means::Uav => SensorKind::Optical,
        _ => SensorKind::Observer,
    };
    Ok(Pooled {
        origin: Origin::Observation,
        hash,
        order,
        owner: observed.owner.clone(),
        kind,
        place,
        elevation_cm: 0,
        time: time.span.from.plus_s(0.5 * length_s),
        time_sigma_us: Some((sigma_s * 1e6).round() as u64),
        phase: Some(if *means == Means::Heard { Phase::Muzzle } else { Phase::Light }),
        azimuth_mdeg,
        azimuth_sigma_mdeg,
        f_statistic_milli: None,
        slowness_us_km: None,
        said: Some(said),
        lasted_us: None,
    })
}

/// Where and what counts for a channel: its sensor, or the array that it is an element of. None where no inventory names it.
pub(crate) fn stand_of(state: &State, channel: &str) -> Option<Stand> {
    let site = state.sites.0.get(channel)?;
    let array = site.array.as_ref().and_then(|name| state.arrays.0.get(name));
    match array.and_then(|array| Some((array.class?, array))) {
        Some((class, array)) => Some(array_stand(class, array.place, Some(array))),
        None => Some((site.kind, site.place, site.elevation_cm)),
    }
}

/// Where and what an array is: at the mean of its elements' places and heights.
pub(crate) fn array_stand(class: SensorClass, place: Place, array: Option<&Array>) -> Stand {
    let kind = match class {
        SensorClass::Seismic => SensorKind::SeismicArray,
        SensorClass::Infrasound => SensorKind::InfrasoundArray,
        SensorClass::Acoustic => SensorKind::MicrophoneArray,
    };
    let heights = || array.into_iter().flat_map(|array| array.elements.0.values()).map(|e| i64::from(e.elevation_cm));
    let mean_cm = heights().sum::<i64>() / (heights().count() as i64).max(1);
    (kind, place, i32::try_from(mean_cm).unwrap_or(0))
}

/// Whether detections of a channel count by themselves. For an array's element the array speaks. Of a seismometer's
/// components only the vertical one counts: there the first wave, P, is strongest, and three components of one sensor
/// would otherwise be three witnesses of one arrival.
pub(crate) fn counts(site: &SensorSite) -> bool {
    let horizontal = site.id.strip_prefix("FDSN:").and_then(|codes| codes.split('_').nth(5)).is_some_and(|component| {
        // The third of channels 1, 2, 3 is the vertical one; U, V, W are none of them.
        !matches!(component, "Z" | "3" | "")
    });
    let single = matches!(site.kind, SensorKind::Seismometer | SensorKind::Microphone);
    single && site.array.is_none() && !(site.kind == SensorKind::Seismometer && horizontal)
}

/// As associating takes it.
pub(super) fn measurement(pooled: &Pooled, sensor: usize) -> Measurement {
    let thousandths = |value: Option<u32>| value.map(|value| f64::from(value) / 1e3);
    Measurement {
        phase: pooled.phase,
        time_sigma_s: pooled.time_sigma_us.map(|us| us as f64 / 1e6),
        azimuth_deg: thousandths(pooled.azimuth_mdeg),
        azimuth_sigma_deg: thousandths(pooled.azimuth_sigma_mdeg),
        slowness_s_per_km: pooled.slowness_us_km.map(|us| f64::from(us) / 1e6),
        range_m: pooled.said.and_then(|said| said.range_m).map(|(near, far)| (f64::from(near), f64::from(far))),
        fix: pooled.said.and_then(|said| said.fix).map(|(place, sigma_m)| Fix {
            site: Site::Geographic { lon_deg: place.lon_deg(), lat_deg: place.lat_deg(), elevation_m: 0.0 },
            sigma_m: f64::from(sigma_m),
        }),
        ..Measurement::arrival(sensor, pooled.time)
    }
}

/// The sensor of a stand. Its name is its number: names move nothing.
pub(super) fn sensor(number: usize, owner: &str, stand: Stand) -> Sensor {
    let (kind, place, elevation_cm) = stand;
    let (lon_deg, lat_deg) = (place.lon_deg(), place.lat_deg());
    let site = Site::Geographic { lon_deg, lat_deg, elevation_m: f64::from(elevation_cm) / 100.0 };
    Sensor { id: number.to_string(), owner: owner.to_owned(), kind, site }
}
