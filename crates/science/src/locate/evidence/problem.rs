//! Sensors and measurements, checked and put into the order and form in which they are computed.
use super::super::error::{EvidenceError, Kind};
use super::super::priors::{Bounds, Priors, TimePrior};
use super::MAX_MEMBERS;
use super::frame::{Sight, Stand, metres_per_unit};
use super::likelihood::SPEED_SHARE_MIN;
use super::precision::Precision;
use super::robust::Robust;
use crate::travel::Leg;
use std::cmp::Ordering;
use truceline_model::measurement::{Measurement, Phase, Sensor, SensorKind, Site};
use truceline_model::time::Time;

/// Nearer to a pole the grid's cells would be needles, degrees.
const LATITUDE_DEG_MAX: f64 = 85.0;

/// The greatest coordinate of a local frame, m: in millimetres it fits 32 bits.
const LOCAL_M_MAX: f64 = 2e6;

/// The longest time from the first arrival to the last, s: 10 days.
const TIME_SPAN_S_MAX: f64 = 864_000.0;

/// The most technologies with a scale of their own: one for each [`TimePrior`].
pub(super) const TECHNOLOGIES: usize = 6;

/// A phase of each technology.
pub(super) const PHASES: [Phase; TECHNOLOGIES] =
    [Phase::P, Phase::S, Phase::Surface, Phase::Airwave, Phase::Muzzle, Phase::Light];

/// An arrival time.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeTerm {
    pub stand: usize,
    pub phase: Phase,
    /// s from the reference.
    pub time_s: f64,
    /// What does not depend on the place, s2.
    pub variance_s2: f64,
    pub relative: f64,
    /// Which unknown scales its travel time.
    pub scale: Option<usize>,
    /// Whether wind carries it, and whether its doubt is an unknown.
    pub blown: bool,
    pub windy: bool,
    /// What is common to all waves of the ground, s, and its deviation.
    pub delay_s: (f64, f64),
    pub measurement: usize,
}

/// A back-azimuth.
#[derive(Debug, Clone, Copy)]
pub(super) struct BearingTerm {
    pub stand: usize,
    pub east: f64,
    pub north: f64,
    pub variance_rad2: f64,
    pub measurement: usize,
}

/// A horizontal slowness.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlownessTerm {
    pub stand: usize,
    pub phase: Phase,
    pub slowness_s_per_m: f64,
    pub sigma_s_per_m: f64,
    pub measurement: usize,
}

/// A distance between two bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct RangeTerm {
    pub stand: usize,
    pub least_m: f64,
    pub most_m: f64,
    pub measurement: usize,
}

/// A place that was measured; it stands like a sensor.
#[derive(Debug, Clone, Copy)]
pub(super) struct FixTerm {
    pub stand: usize,
    pub sigma_m: f64,
    pub measurement: usize,
}

/// The ground, where a source was registered in it and in the air above: it lies there or shook it from below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    /// Its level, m below the datum.
    pub depth_m: f64,
    /// How probable it is beforehand that the source lies on it, as a length of even depth.
    pub weight_m: f64,
}

/// All of it.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub geographic: bool,
    pub reference: Time,
    pub stands: Vec<Stand>,
    pub times: Vec<TimeTerm>,
    pub bearings: Vec<BearingTerm>,
    pub slownesses: Vec<SlownessTerm>,
    pub ranges: Vec<RangeTerm>,
    pub fixes: Vec<FixTerm>,
    pub priors: Priors,
    pub robust: Robust,
    /// Prior deviations of the scales.
    pub scales: Vec<f64>,
    pub windy: bool,
    /// Whether a delay that is common to all waves of the ground is in doubt.
    pub delayed: bool,
    /// The inverse covariance of the unknowns beside origin time and place, in units of their deviations, where they hang together.
    pub precision: Option<Precision>,
    /// Least and greatest depth of the source.
    pub depths_m: (f64, f64),
    /// Whether some wave came through the ground.
    pub in_ground: bool,
    /// The ground, where depth is to be resolved and the source was registered in it and in the air.
    pub ground: Option<Ground>,
    /// Middle of the sensors.
    pub middle: Site,
    /// Where the sensor of the first measurement stands.
    pub first: (f64, f64),
    pub bounds: Bounds,
    /// The box of the sensors: west, south, east, north.
    pub extent: (f64, f64, f64, f64),
    /// What all deviations of times were multiplied by.
    pub widened: f64,
    /// How many measurements there are.
    pub members: usize,
}

impl Problem {
    /// Of the measurements `members` (by index) of the sensors.
    pub(super) fn new(
        sensors: &[Sensor],
        measurements: &[Measurement],
        members: &[usize],
        priors: &Priors,
    ) -> Result<Self, EvidenceError> {
        priors.check()?;
        if members.is_empty() {
            return Err(EvidenceError(Kind::None));
        }
        if members.len() > MAX_MEMBERS {
            return Err(EvidenceError(Kind::TooMany { members: members.len() }));
        }
        for member in members {
            check(sensors, measurements, *member)?;
        }
        // By content, so that neither order nor names can show.
        let mut order: Vec<usize> = members.to_vec();
        order.sort_by(|a, b| by_content(sensors, &measurements[*a], &measurements[*b]));
        let geographic = matches!(sensors[measurements[order[0]].sensor].site, Site::Geographic { .. });
        let reference = measurements[order[0]].time;

        let mut problem = Self {
            geographic,
            reference,
            stands: Vec::new(),
            times: Vec::new(),
            bearings: Vec::new(),
            slownesses: Vec::new(),
            ranges: Vec::new(),
            fixes: Vec::new(),
            priors: priors.clone(),
            robust: Robust::new(priors.outlier_share, priors.outlier_sigmas),
            scales: Vec::new(),
            windy: false,
            delayed: false,
            precision: None,
            depths_m: priors.depths_m(-up_m(&sensors[measurements[order[0]].sensor].site)),
            in_ground: false,
            ground: None,
            middle: sensors[measurements[order[0]].sensor].site,
            first: {
                let (x, y, _) = coordinates(&sensors[measurements[order[0]].sensor].site);
                (x, y)
            },
            bounds: Bounds { west: 0.0, south: 0.0, east: 0.0, north: 0.0 },
            extent: (0.0, 0.0, 0.0, 0.0),
            widened: 1.0,
            members: members.len(),
        };
        let mut used: Vec<(usize, usize)> = Vec::new();
        let mut scale_of = [None; TECHNOLOGIES];
        for member in &order {
            let measurement = &measurements[*member];
            let sensor = &sensors[measurement.sensor];
            if matches!(sensor.site, Site::Geographic { .. }) != geographic {
                return Err(EvidenceError(Kind::Frames { sensor: sensor.id.clone() }));
            }
            let stand = match used.iter().find(|(index, _)| *index == measurement.sensor) {
                Some((_, stand)) => *stand,
                None => {
                    problem.stands.push(Stand::new(&sensor.site));
                    used.push((measurement.sensor, problem.stands.len() - 1));
                    problem.stands.len() - 1
                }
            };
            problem.add(sensor.kind, measurement, *member, stand, &mut scale_of)?;
        }
        problem.precision = priors.shared.as_ref().and_then(|shared| problem.precision(shared, &scale_of));
        problem.in_ground = problem.times.iter().any(|term| matches!(term.phase, Phase::P | Phase::S | Phase::Surface));
        problem.ground = problem.ground();
        let sites: Vec<Site> = used.iter().map(|(sensor, _)| sensors[*sensor].site).collect();
        problem.middle = middle(&sites);
        let all = f64::INFINITY;
        problem.extent = sites
            .iter()
            .map(coordinates)
            .fold((all, all, -all, -all), |(w, s, e, n), (x, y, _)| (w.min(x), s.min(y), e.max(x), n.max(y)));
        problem.bounds = match priors.bounds {
            Some(bounds) => checked_bounds(bounds, geographic)?,
            None => problem.reach(sensors, measurements, &order)?,
        };
        Ok(problem)
    }

    fn add(
        &mut self,
        kind: SensorKind,
        measurement: &Measurement,
        member: usize,
        stand: usize,
        scale_of: &mut [Option<usize>; TECHNOLOGIES],
    ) -> Result<(), EvidenceError> {
        let phase = phase_of(kind, measurement);
        // A person's clock time counts only if it comes with a deviation.
        if kind != SensorKind::Observer || measurement.time_sigma_s.is_some() {
            let (technology, prior) = technology(&self.priors, phase);
            if !self.priors.medium.knows(phase) {
                return Err(EvidenceError(Kind::Speed { number: member + 1, phase: name_of(phase) }));
            }
            let sigma_s = measurement.time_sigma_s.unwrap_or(prior.sigma_s);
            let scale = if prior.scale_sigma > 0.0 {
                if scale_of[technology].is_none() {
                    self.scales.push(prior.scale_sigma);
                    scale_of[technology] = Some(self.scales.len() - 1);
                }
                scale_of[technology]
            } else {
                None
            };
            let windy = self.priors.wind_sigma_m_s > 0.0 && in_air(phase);
            let blown = windy || in_air(phase) && self.priors.shared.is_some();
            self.windy |= windy;
            let delay_s = prior.delay_s;
            self.delayed |= delay_s.1 > 0.0;
            self.times.push(TimeTerm {
                stand,
                phase,
                time_s: measurement.time.seconds_since(self.reference),
                variance_s2: sigma_s * sigma_s + prior.fixed_s * prior.fixed_s,
                relative: prior.relative,
                scale,
                blown,
                windy,
                delay_s,
                measurement: member,
            });
        }
        if let Some(azimuth_deg) = measurement.azimuth_deg {
            let (east, north) = libm::sincos(azimuth_deg.to_radians());
            let own = measurement.azimuth_sigma_deg.unwrap_or(self.priors.azimuth_sigma_deg).to_radians();
            let fixed = self.priors.azimuth_fixed_deg.to_radians();
            let variance_rad2 = (own * own + fixed * fixed).max(1e-12);
            self.bearings.push(BearingTerm { stand, east, north, variance_rad2, measurement: member });
        }
        if let Some(slowness) = measurement.slowness_s_per_km {
            let slowness_s_per_m = slowness / 1e3;
            let sigma_s_per_m = (self.priors.slowness_relative * slowness_s_per_m).max(1e-6);
            self.slownesses.push(SlownessTerm { stand, phase, slowness_s_per_m, sigma_s_per_m, measurement: member });
        }
        if let Some((least_m, most_m)) = measurement.range_m {
            self.ranges.push(RangeTerm { stand, least_m, most_m, measurement: member });
        }
        if let Some(fix) = measurement.fix {
            self.stands.push(Stand::new(&fix.site));
            self.fixes.push(FixTerm { stand: self.stands.len() - 1, sigma_m: fix.sigma_m, measurement: member });
        }
        Ok(())
    }

    /// The ground, where it matters: the middle of the levels on which the ground's waves were registered.
    fn ground(&self) -> Option<Ground> {
        let (top_m, bottom_m) = self.depths_m;
        let in_air = self.times.iter().any(|term| in_air(term.phase));
        let mut levels_m: Vec<f64> = (self.times.iter())
            .filter(|term| matches!(term.phase, Phase::P | Phase::S | Phase::Surface))
            .map(|term| self.stands[term.stand].depth_m)
            .collect();
        levels_m.sort_by(f64::total_cmp);
        let depth_m = levels_m.get(levels_m.len() / 2).map(|depth_m| depth_m.clamp(top_m, bottom_m))?;
        let odds = self.priors.on_ground / (1.0 - self.priors.on_ground);
        (in_air && bottom_m > top_m).then_some(Ground { depth_m, weight_m: odds * (bottom_m - top_m) })
    }

    /// Standard deviation of the depth before any measurement, m.
    pub(super) fn depth_sigma_m(&self) -> f64 {
        let (top_m, bottom_m) = self.depths_m;
        let height_m = bottom_m - top_m;
        let even_m2 = height_m * height_m / 12.0;
        let Some(ground) = self.ground else { return even_m2.sqrt() };
        let share = height_m / (height_m + ground.weight_m);
        let off_m = 0.5 * (top_m + bottom_m) - ground.depth_m;
        (share * even_m2 + share * (1.0 - share) * off_m * off_m).sqrt()
    }

    /// The depth from which a phase leaves a source at this depth: in the air from no deeper than the ground.
    pub(super) fn leaves_from_m(&self, phase: Phase, depth_m: f64) -> f64 {
        match self.ground {
            Some(ground) if in_air(phase) => depth_m.min(ground.depth_m),
            _ => depth_m,
        }
    }

    /// Unknowns beside the place: origin time, scales, wind, delay.
    pub(super) fn unknowns(&self) -> usize {
        let known = usize::from(!self.times.is_empty()) + self.scales.len() + 2 * usize::from(self.windy);
        known + usize::from(self.delayed)
    }

    /// From a source that a term's sensor sees so, at this depth, with the wind as it is taken to blow.
    #[inline]
    pub(super) fn leg(&self, term: &TimeTerm, sight: &Sight, from_m: f64) -> Option<Leg> {
        let mut leg = self.priors.medium.leg(term.phase, sight.distance_m, from_m, self.stands[term.stand].depth_m)?;
        if term.blown {
            let (east_m_s, north_m_s) = self.priors.wind_mean_m_s;
            // Travel goes from the source to the sensor, against the direction in which the sensor sees it.
            let tail_m_s = -(east_m_s * sight.east + north_m_s * sight.north);
            let faster = (1.0 + tail_m_s * leg.time_s / sight.distance_m.max(1.0)).max(SPEED_SHARE_MIN);
            leg.time_s /= faster;
            leg.per_distance_s_per_m /= faster;
            leg.per_depth_s_per_m /= faster;
        }
        Some(leg)
    }

    /// Multiplies all deviations of times.
    pub(super) fn widen(&mut self, by: f64) {
        self.widened *= by;
        for term in &mut self.times {
            term.variance_s2 *= by * by;
            term.relative *= by;
        }
    }

    /// The box in which a source is within reach of every sensor that registered it.
    fn reach(
        &self,
        sensors: &[Sensor],
        measurements: &[Measurement],
        order: &[usize],
    ) -> Result<Bounds, EvidenceError> {
        let all = f64::INFINITY;
        let mut bounds = Bounds { west: -all, south: -all, east: all, north: all };
        for member in order {
            let measurement = &measurements[*member];
            let sensor = &sensors[measurement.sensor];
            let prior = self.priors.time(phase_of(sensor.kind, measurement));
            let (site, mut reach_m) = (&sensor.site, prior.range_m_max);
            if let Some((_, most_m)) = measurement.range_m {
                reach_m = reach_m.min(3.0 * most_m);
            }
            tighten(&mut bounds, site, reach_m);
            if let Some(fix) = measurement.fix {
                tighten(&mut bounds, &fix.site, 50.0 * fix.sigma_m);
            }
        }
        if bounds.west >= bounds.east || bounds.south >= bounds.north {
            return Err(EvidenceError(Kind::Nowhere));
        }
        if self.geographic {
            bounds.south = bounds.south.max(-LATITUDE_DEG_MAX);
            bounds.north = bounds.north.min(LATITUDE_DEG_MAX);
        }
        checked_bounds(bounds, self.geographic)
    }
}

fn tighten(bounds: &mut Bounds, site: &Site, reach_m: f64) {
    let (x, y, geographic) = coordinates(site);
    // A box around the circle: where meridians converge it is as wide as the circle's poleward end needs.
    let (_, north_m) = metres_per_unit(y, geographic);
    let d_y = reach_m / north_m;
    let edge = if geographic { (y.abs() + d_y).min(LATITUDE_DEG_MAX) } else { y };
    let d_x = reach_m / metres_per_unit(edge, geographic).0;
    bounds.west = bounds.west.max(x - d_x);
    bounds.east = bounds.east.min(x + d_x);
    bounds.south = bounds.south.max(y - d_y);
    bounds.north = bounds.north.min(y + d_y);
}

fn checked_bounds(bounds: Bounds, geographic: bool) -> Result<Bounds, EvidenceError> {
    let Bounds { west, south, east, north } = bounds;
    let wrong = |what| Err(EvidenceError(Kind::Box { what }));
    if !(west < east && south < north) {
        return wrong("is empty or no number, expected west < east and south < north");
    }
    if geographic {
        if west < -180.0 || east > 180.0 {
            return wrong("crosses the antimeridian, expected longitudes within -180 and 180 degrees");
        }
        if south < -LATITUDE_DEG_MAX || north > LATITUDE_DEG_MAX {
            return wrong("reaches a pole, expected latitudes within 85 degrees");
        }
    } else if [west, south, east, north].iter().any(|value| value.abs() > LOCAL_M_MAX) {
        return wrong("is too large, expected metres within 2000 km of the origin");
    }
    Ok(bounds)
}

pub(super) fn coordinates(site: &Site) -> (f64, f64, bool) {
    match *site {
        Site::Geographic { lon_deg, lat_deg, .. } => (lon_deg, lat_deg, true),
        Site::Local { x_m, y_m, .. } => (x_m, y_m, false),
    }
}

fn up_m(site: &Site) -> f64 {
    match *site {
        Site::Geographic { elevation_m, .. } => elevation_m,
        Site::Local { z_m, .. } => z_m,
    }
}

/// A site at these coordinates.
pub(super) fn site(x: f64, y: f64, up_m: f64, geographic: bool) -> Site {
    if geographic {
        Site::Geographic { lon_deg: x, lat_deg: y, elevation_m: up_m }
    } else {
        Site::Local { x_m: x, y_m: y, z_m: up_m }
    }
}

fn middle(sites: &[Site]) -> Site {
    let n = sites.len() as f64;
    let mean = |of: fn(&Site) -> f64| sites.iter().map(of).sum::<f64>() / n;
    let geographic = sites.first().is_some_and(|site| coordinates(site).2);
    site(mean(|site| coordinates(site).0), mean(|site| coordinates(site).1), mean(up_m), geographic)
}

/// The phase of a measurement: what it says, or what its sensor registers.
pub(super) fn phase_of(kind: SensorKind, measurement: &Measurement) -> Phase {
    measurement.phase.unwrap_or(match kind {
        SensorKind::Seismometer | SensorKind::SeismicArray => Phase::P,
        SensorKind::InfrasoundArray => Phase::Airwave,
        SensorKind::Microphone | SensorKind::MicrophoneArray => Phase::Muzzle,
        SensorKind::Optical | SensorKind::Satellite | SensorKind::Observer => Phase::Light,
    })
}

/// Whether a phase travels through the air.
pub(super) fn in_air(phase: Phase) -> bool {
    matches!(phase, Phase::Airwave | Phase::Muzzle | Phase::Shock)
}

pub(super) fn technology(priors: &Priors, phase: Phase) -> (usize, TimePrior) {
    let index = match phase {
        Phase::P => 0,
        Phase::S => 1,
        Phase::Surface => 2,
        Phase::Airwave => 3,
        Phase::Muzzle | Phase::Shock => 4,
        Phase::Light => 5,
    };
    (index, *priors.time(phase))
}

fn name_of(phase: Phase) -> &'static str {
    match phase {
        Phase::P => "P",
        Phase::S => "S",
        Phase::Surface => "surface waves",
        Phase::Airwave => "airwaves",
        Phase::Muzzle => "muzzle blasts",
        Phase::Shock => "shock waves",
        Phase::Light => "light",
    }
}

fn check(sensors: &[Sensor], measurements: &[Measurement], member: usize) -> Result<(), EvidenceError> {
    let number = member + 1;
    let Some(measurement) = measurements.get(member) else {
        return Err(EvidenceError(Kind::Member { number, what: "there is none of this number" }));
    };
    let Some(sensor) = sensors.get(measurement.sensor) else {
        return Err(EvidenceError(Kind::Member { number, what: "its sensor is unknown" }));
    };
    let good_site = |site: &Site| match *site {
        Site::Geographic { lon_deg, lat_deg, elevation_m } => {
            (-180.0..=180.0).contains(&lon_deg) && lat_deg.abs() <= LATITUDE_DEG_MAX && elevation_m.abs() < 1e5
        }
        Site::Local { x_m, y_m, z_m } => [x_m, y_m, z_m].iter().all(|value| value.abs() <= LOCAL_M_MAX),
    };
    if !good_site(&sensor.site) {
        return Err(EvidenceError(Kind::Site { sensor: sensor.id.clone() }));
    }
    let within = |name, value: Option<f64>, (least, most): (f64, f64), expected| match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(EvidenceError(Kind::Value { number, name, value, expected }))
        }
        _ => Ok(()),
    };
    within("time_sigma_s", measurement.time_sigma_s, (1e-6, 1e5), "0.000001 to 100000 s")?;
    within("azimuth_deg", measurement.azimuth_deg, (-360.0, 360.0), "-360 to 360 degrees")?;
    within("azimuth_sigma_deg", measurement.azimuth_sigma_deg, (1e-3, 360.0), "0.001 to 360 degrees")?;
    within("slowness_s_per_km", measurement.slowness_s_per_km, (0.0, 20.0), "0 to 20 s/km")?;
    if let Some((least_m, most_m)) = measurement.range_m {
        within("range_m from", Some(least_m), (0.0, 5e6), "0 to 5000000 m")?;
        within("range_m to", Some(most_m), (least_m.max(1.0), 5e6), "its beginning, at least 1 m, to 5000000 m")?;
    }
    if let Some(fix) = measurement.fix {
        within("fix sigma_m", Some(fix.sigma_m), (0.01, 1e6), "0.01 to 1000000 m")?;
        if !good_site(&fix.site) || coordinates(&fix.site).2 != coordinates(&sensor.site).2 {
            return Err(EvidenceError(Kind::Member { number, what: "its fix is no place of the sensors' form" }));
        }
    }
    Ok(())
}

fn by_content(sensors: &[Sensor], a: &Measurement, b: &Measurement) -> Ordering {
    let floats = |m: &Measurement| {
        let (x, y, _) = coordinates(&sensors[m.sensor].site);
        let (from, to) = m.range_m.unwrap_or((-1.0, -1.0));
        let fix = m.fix.map_or((0.0, 0.0, -1.0), |fix| {
            let (x, y, _) = coordinates(&fix.site);
            (x, y, fix.sigma_m)
        });
        [
            x,
            y,
            up_m(&sensors[m.sensor].site),
            m.time_sigma_s.unwrap_or(-1.0),
            m.azimuth_deg.unwrap_or(-1e3),
            m.azimuth_sigma_deg.unwrap_or(-1.0),
            m.slowness_s_per_km.unwrap_or(-1.0),
            from,
            to,
            fix.0,
            fix.1,
            fix.2,
        ]
    };
    let key = |m: &Measurement| (m.time, m.phase, sensors[m.sensor].kind);
    key(a).cmp(&key(b)).then_with(|| {
        let pairs = floats(a).into_iter().zip(floats(b));
        pairs.map(|(a, b)| a.total_cmp(&b)).find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
    })
}

/// Whether two times are too far apart to be of one event.
pub(super) fn spans_too_long(times: &[TimeTerm]) -> bool {
    times.iter().any(|term| term.time_s > TIME_SPAN_S_MAX)
}
