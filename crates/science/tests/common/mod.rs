//! What the tests of locating share: the priors as issued, the Utah arrivals, and a generator of synthetic events.
#![allow(dead_code, clippy::unwrap_used)]
pub(crate) mod reference;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use truceline_model::celerity::{CelerityPhases, PhaseCelerity};
use truceline_model::configuration::{InfrasoundPriors, Stated};
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_model::time::Time;
use truceline_science::locate::infrasound::SeasonalCelerity;
use truceline_science::locate::{Arrival, locate};

/// The priors of the Utah example.
pub(crate) fn priors() -> InfrasoundPriors {
    let stated = |value| Stated { value, source: "test".into() };
    InfrasoundPriors {
        celerity_mean_mm_s: stated(300_000),
        celerity_sigma_mm_s: stated(20_000),
        wind_sigma_mm_s: stated(20_000),
        azimuth_sigma_mdeg: stated(2_500),
        beam_azimuth_sigma_mdeg: stated(6_200),
        travel_time_relative_ppm: stated(20_000),
        travel_time_fixed_ms: stated(10_000),
        region_margin_m: stated(500_000),
        phases: None,
    }
}

pub(crate) fn stated(value: i64) -> Stated {
    Stated { value, source: "test".into() }
}

pub(crate) fn phase(mean: i64, sigma: i64) -> PhaseCelerity {
    PhaseCelerity { mean_mm_s: stated(mean), sigma_mm_s: stated(sigma) }
}

/// Celerities by phase and season as in `examples/infrasound-phases.toml`.
pub(crate) fn phases() -> CelerityPhases {
    CelerityPhases {
        tropospheric: phase(327_000, 7_000),
        stratospheric: phase(293_000, 7_000),
        thermospheric: phase(260_000, 22_000),
        tropospheric_ppm: stated(54_000),
        stratospheric_equinox_ppm: stated(500_000),
        stratospheric_swing_ppm: stated(400_000),
    }
}

/// Of synthetic events drawn from that mixture, those whose place (first) and time (second) lie inside the 90 % region and
/// interval. Each event is a draw of its own stream, so threads cannot show in the figures.
pub(crate) fn covered_by_phases(seed: u64, events: u64) -> (u64, u64) {
    const THREADS: u64 = 2;
    let count = |thread: u64| {
        let celerity = SeasonalCelerity::new(&phases()).unwrap();
        let priors = InfrasoundPriors { phases: Some(phases()), ..priors() };
        (thread..events).step_by(THREADS as usize).fold((0, 0), |(places, times), stream| {
            let event = phased_event(&mut Draws::new(seed, stream), &celerity);
            let posterior = locate(&event.arrivals, &priors, 1).expect("an event of the generator is located");
            let place = posterior.region_contains(90, event.place);
            let time = posterior.interval(90).is_some_and(|interval| interval.contains(event.time));
            (places + u64::from(place), times + u64::from(time))
        })
    };
    std::thread::scope(|scope| {
        let count = &count;
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || count(thread))).collect();
        let parts = threads.into_iter().map(|thread| thread.join().expect("a thread of the test ends"));
        parts.fold((0, 0), |sum: (u64, u64), part| (sum.0 + part.0, sum.1 + part.1))
    })
}

/// A place in degrees.
pub(crate) fn place(lat: f64, lon: f64) -> Place {
    Place::from_degrees(lat, lon).unwrap()
}

/// An arrival from its figures.
pub(crate) fn arrival(lat: f64, lon: f64, time: &str, azimuth_deg: f64, f_statistic: f64) -> Arrival {
    Arrival { place: place(lat, lon), arrival: Time::parse(time).unwrap(), azimuth_deg, f_statistic }
}

/// The explosion of 2 June 2004 in Utah as three arrays registered it.
pub(crate) fn utah() -> Vec<Arrival> {
    vec![
        arrival(42.7668, -109.5939, "2004-06-02T17:42:14Z", -125.6, 75.0),
        arrival(38.4296, -118.3036, "2004-06-02T17:50:38Z", 56.6, 75.0),
        arrival(48.2641, -117.1257, "2004-06-02T18:09:14Z", 157.5, 75.0),
    ]
}

/// Where and when that explosion was.
pub(crate) fn utah_truth() -> (Place, Time) {
    (place(41.131, -112.896), Time::parse("2004-06-02T17:23:04Z").unwrap())
}

/// A synthetic event: what the arrays say, and the truth.
pub(crate) struct Event {
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) place: Place,
    pub(crate) time: Time,
}

/// Draws of the generator.
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    /// Draws of a seed and a stream of it.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Uniform in [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform between two numbers.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal, by Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Von Mises around zero, radians, by Best and Fisher (1979).
    pub(crate) fn von_mises(&mut self, kappa: f64) -> f64 {
        let tau = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
        let rho = (tau - (2.0 * tau).sqrt()) / (2.0 * kappa);
        let r = (1.0 + rho * rho) / (2.0 * rho);
        loop {
            let z = libm::cos(std::f64::consts::PI * self.uniform());
            let f = (1.0 + r * z) / (r + z);
            let c = kappa * (r - f);
            let u = self.uniform();
            if c * (2.0 - c) > u || libm::log(c / u) + 1.0 >= c {
                return libm::acos(f.clamp(-1.0, 1.0)) * if self.uniform() < 0.5 { -1.0 } else { 1.0 };
            }
        }
    }
}

/// The margin of the prior's region around the arrays, km.
const MARGIN_KM: f64 = 500.0;

/// A three-array event from the stated priors, with every deviation `widened` by a factor. Half of the events are
/// heard by the arrays of Utah, half by arrays thrown at random into a box of like size. The place is flat per area
/// in the region of the prior, out to its edges: so only is 90 % the coverage that is to be expected.
pub(crate) fn event(draws: &mut Draws, widened: f64) -> Event {
    drawn(draws, widened, Time::parse("2004-06-02T17:23:04Z").unwrap(), None)
}

/// The same at a random time of the year, each path's phase and celerity drawn from the mixture.
pub(crate) fn phased_event(draws: &mut Draws, celerity: &SeasonalCelerity) -> Event {
    let time = Time::parse("2004-01-01T00:00:00Z").unwrap().plus_s(draws.between(0.0, 366.0 * 86_400.0));
    drawn(draws, 1.0, time, Some(celerity))
}

fn drawn(draws: &mut Draws, widened: f64, time: Time, phased: Option<&SeasonalCelerity>) -> Event {
    let arrays: Vec<(f64, f64)> = if draws.uniform() < 0.5 {
        vec![(42.7668, -109.5939), (38.4296, -118.3036), (48.2641, -117.1257)]
    } else {
        (0..3).map(|_| (draws.between(38.0, 48.5), draws.between(-119.0, -109.0))).collect()
    };
    let (lats, lons): (Vec<f64>, Vec<f64>) = arrays.iter().copied().unzip();
    let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let lat_margin = MARGIN_KM / 110.574;
    let lon_margin = MARGIN_KM / (111.3195 * libm::cos(most(&lats).to_radians()));
    // Uniform per area: uniform in longitude and in the sine of latitude, near enough on the ellipsoid.
    let south = libm::sin((least(&lats) - lat_margin).to_radians());
    let north = libm::sin((most(&lats) + lat_margin).to_radians());
    let lat = libm::asin(draws.between(south, north)).to_degrees();
    let source = (lat, draws.between(least(&lons) - lon_margin, most(&lons) + lon_margin));
    loop {
        let (daily, regional) = (widened * draws.normal(), (300.0, 20.0));
        let wind = (20.0 * widened * draws.normal(), 20.0 * widened * draws.normal());
        let arrivals: Option<Vec<Arrival>> = arrays
            .iter()
            .map(|array| {
                let path = geodesic::inverse(*array, source);
                let azimuth = path.azimuth_deg.to_radians();
                let (mean, sigma) = phased.map_or(regional, |celerity| {
                    // Against the direction in which the array sees the source.
                    let zonal = SeasonalCelerity::zonal(array.0, time);
                    let [tropospheric, stratospheric, _] = celerity.shares(zonal, -libm::sin(azimuth));
                    let drawn = draws.uniform();
                    let phase = usize::from(drawn >= tropospheric) + usize::from(drawn >= tropospheric + stratospheric);
                    celerity.celerities_m_s()[phase]
                });
                let speed = mean + sigma * daily - wind.0 * libm::sin(azimuth) - wind.1 * libm::cos(azimuth);
                if speed <= 0.0 {
                    return None;
                }
                let deviation_s = 10.0 + 0.02 * path.distance_m / mean;
                let travel_s = path.distance_m / speed + widened * deviation_s * draws.normal();
                let f_statistic = draws.between(4.0, 80.0);
                let beam_deg = 6.2 / (f_statistic - 1.0).sqrt();
                let sigma = widened * (2.5 * 2.5 + beam_deg * beam_deg).sqrt().to_radians();
                let off = draws.von_mises(1.0 / (sigma * sigma)).to_degrees();
                Some(Arrival {
                    place: place(array.0, array.1),
                    arrival: time.plus_s(travel_s),
                    azimuth_deg: path.azimuth_deg + off,
                    f_statistic,
                })
            })
            .collect();
        if let Some(arrivals) = arrivals {
            return Event { arrivals, place: place(source.0, source.1), time };
        }
    }
}
