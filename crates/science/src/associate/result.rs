//! What is said of an event.
use super::frame::Frame;
use super::leave_out::LeftOut;
use super::model::{Learnt, blown};
use super::network::Network;
use super::picks::Picks;
use super::region::{Region, distance};
use super::sweep::Live;
use crate::locate::PointFit;
use truceline_model::measurement::{Phase, Site};
use truceline_model::time::Time;

/// How many other explanations an event names.
const RUNNERS_UP_MAX: usize = 3;

/// How much of the log odds holds where waves echo. Mixtures of true arrivals and echoes are not all of the model, so its
/// odds are too sharp: a likelihood to a power below one is right on the mean (P. Grünwald, *The safe Bayesian*, ALT
/// 2012). Learnt on 300 invented towns, reported on 300 others (`examples/bench_acoustic.rs`).
const ECHO_RATE: f64 = 0.22;

/// The same where waves are not stated: mixtures of rounds of one salvo are not all of the model either. Learnt on invented worlds,
/// reported on others (`cargo xtask bench world`: the events' probability of being real).
const OPEN_RATE: f64 = 0.15;

/// No event of waves that are not stated is surer. Some mixtures of many rounds have log odds without bound: of 381 events of three
/// sets of invented worlds that these called .99 and more six were none. Where the log score of these sets is best; of two others it is better with
/// this bound, too (`.315` instead of `.333`, 1,144 events).
const OPEN_P_MAX: f64 = 0.985;

/// The probability of what has these log odds: too sharp where waves are not stated.
pub(super) fn probability(is_open: bool, log_odds: f64) -> f64 {
    if is_open { logistic(OPEN_RATE * log_odds).min(OPEN_P_MAX) } else { logistic(log_odds) }
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// Another event that explains some of the same measurements.
#[derive(Debug, Clone, PartialEq)]
pub struct RunnerUp {
    /// Metres east, north and up of the other event.
    pub place_m: [f64; 3],
    /// When that was.
    pub time: Time,
    /// How many of this event's measurements it predicts too.
    pub shared: usize,
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct Associated {
    /// Metres east, north and up in the frame.
    pub place_m: [f64; 3],
    /// The same as the sensors' sites are given.
    pub site: Site,
    /// Depth below the sensors' middle height, m, where seismic waves tell one.
    pub depth_m: Option<f64>,
    /// When.
    pub time: Time,
    /// Probability that it is real.
    pub p_real: f64,
    /// Log of the odds that it is real.
    pub log_odds: f64,
    /// Its measurements, by index.
    pub members: Vec<usize>,
    /// The wave that each of them is: the stated one, or the one that explains it best.
    pub phases: Vec<Phase>,
    /// Covariance of time (s) and place (m, east, north, up) of the quick fit, by rows; zero where nothing was fitted.
    pub covariance: [[f64; 4]; 4],
    /// Other events that explain part of the same measurements.
    pub runners_up: Vec<RunnerUp>,
    /// How real it is without each owner, if that was asked for ([`Settings::owners_max`](super::Settings::owners_max)).
    pub left_out: Vec<LeftOut>,
}

impl Associated {
    /// With the place, time and spread of a fit of its members by [`crate::locate::fit`]: its model knows heights and
    /// outliers, which the search leaves out.
    #[must_use]
    pub fn relocated(mut self, frame: &Frame, fit: &PointFit) -> Self {
        let up_m = self.place_m[2];
        let site = match self.site {
            Site::Local { .. } => Site::Local { x_m: fit.place.x, y_m: fit.place.y, z_m: up_m },
            Site::Geographic { .. } => {
                Site::Geographic { lon_deg: fit.place.x, lat_deg: fit.place.y, elevation_m: up_m }
            }
        };
        let Some(place_m) = frame.metres(&site) else { return self };
        (self.site, self.place_m, self.time) = (site, place_m, fit.time);
        let spread = &fit.covariance;
        (self.covariance[1][1], self.covariance[2][2]) = (spread.east_m2, spread.north_m2);
        (self.covariance[1][2], self.covariance[2][1]) = (spread.east_north_m2, spread.east_north_m2);
        self
    }

    /// The event with the odds that it is another one's echo, or made of others' measurements: they and clutter are what
    /// it may be instead.
    pub(super) fn or_other(mut self, odds: f64) -> Self {
        if odds > 0.0 {
            self.log_odds = -libm::log(libm::exp(-self.log_odds) + odds);
        }
        self
    }

    /// The event with the probability that its log odds leave, which are too sharp where waves echo and where they are not stated.
    pub(super) fn judged(mut self, is_open: bool, among_echoes: bool) -> Self {
        self.p_real =
            if among_echoes { logistic(ECHO_RATE * self.log_odds) } else { probability(is_open, self.log_odds) };
        self
    }

    /// The event with its members under other numbers.
    pub(super) fn numbered(mut self, id: impl Fn(&usize) -> usize) -> Self {
        let mut members: Vec<(usize, Phase)> = self.members.iter().map(id).zip(self.phases).collect();
        members.sort_unstable();
        (self.members, self.phases) = members.into_iter().unzip();
        self
    }
}

/// Slowness, s/m, and deviation of a time, s, of a class; and whether wind carries it.
type Carried = (f64, f64, bool);

/// What of the model tells whether an event predicts a measurement.
pub(super) struct Waves {
    /// By class.
    of: Vec<Carried>,
    wind_m_s: [f64; 2],
    /// The longest travel time, s.
    reach_s: f64,
}

impl Waves {
    pub(super) fn new(learnt: &Learnt) -> Self {
        let of =
            learnt.classes.iter().map(|class| (1.0 / class.speed_m_s, class.time_sigma_s, class.in_wind)).collect();
        Self { of, wind_m_s: learnt.wind_m_s, reach_s: learnt.longest_travel_s(0..learnt.classes.len()) }
    }
}

/// What is said of an event; members are rows. `all` are the events in order of time.
pub(super) fn associated(
    network: &Network,
    region: &Region,
    picks: &Picks,
    reference: Time,
    one: &Live,
    all: &[Live],
    waves: &Waves,
) -> Associated {
    let spot = &one.fitted.spot;
    let member = |(pick, _): &(u32, f64)| {
        let pick = &picks.all[*pick as usize];
        let class = network.channels[pick.channel as usize].class;
        (pick.row as usize, network.classes[class as usize].phase)
    };
    let mut members: Vec<(usize, Phase)> = one.fitted.members.iter().map(member).collect();
    members.sort_unstable();
    let (members, phases) = members.into_iter().unzip();
    let mut runners: Vec<RunnerUp> = Vec::new();
    // Times, places and waves of the members, once for all the others.
    let registered: Vec<(f64, [f64; 3], Carried)> = one
        .fitted
        .members
        .iter()
        .map(|(pick, _)| {
            let pick = &picks.all[*pick as usize];
            let channel = network.channels[pick.channel as usize];
            (pick.time_s, network.places[channel.sensor as usize], waves.of[channel.class as usize])
        })
        .collect();
    let first = all.partition_point(|other| other.fitted.spot[0] < spot[0] - waves.reach_s);
    for other in all[first..].iter().take_while(|other| other.fitted.spot[0] <= spot[0] + waves.reach_s) {
        if std::ptr::eq(other, one) {
            continue;
        }
        let near = |(time_s, place, (slowness_s_m, sigma_s, in_wind)): &(f64, [f64; 3], Carried)| {
            let r_m = distance(place, &other.fitted.spot, region.rows);
            let slowness_s_m = match in_wind {
                true => blown(*slowness_s_m, waves.wind_m_s, place, &other.fitted.spot, r_m),
                false => *slowness_s_m,
            };
            let travel_s = time_s - other.fitted.spot[0];
            // No arrival before its event: most are told by that.
            travel_s > -3.0 * sigma_s && (travel_s - r_m * slowness_s_m).abs() < 3.0 * sigma_s
        };
        let shared = registered.iter().filter(|one| near(one)).count();
        if shared > 0 {
            let at = &other.fitted.spot;
            runners.push(RunnerUp { place_m: [at[1], at[2], at[3]], time: reference.plus_s(at[0]), shared });
        }
    }
    runners.sort_by(|a, b| b.shared.cmp(&a.shared).then(a.time.cmp(&b.time)));
    runners.truncate(RUNNERS_UP_MAX);
    // At the surface the arrivals do not change with depth: then time and place on the surface are what is known.
    let root = one.fitted.information.root(region.rows).or_else(|| one.fitted.information.root(3));
    let covariance = root.map_or([[0.0; 4]; 4], |root| root.inverse());
    Associated {
        place_m: [spot[1], spot[2], spot[3]],
        site: network.frame.site(spot[1], spot[2], spot[3]),
        depth_m: (region.rows == 4).then(|| region.high[2] - spot[3]),
        time: reference.plus_s(spot[0]),
        p_real: probability(picks.is_open(), one.net()),
        log_odds: one.net(),
        members,
        phases,
        covariance,
        runners_up: runners,
        left_out: Vec::new(),
    }
}
