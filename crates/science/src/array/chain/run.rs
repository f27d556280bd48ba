//! Windows in a row that hold one wave, and the arrival they make.
use super::element::{Stream, View};
use super::settings::{Method, Settings};
use super::window::{Look, of_one_rate, spectral, traces};
use super::{Arrival, Direction, Towards};
use crate::array::bearing::{Bearing, M_PER_KM, slowness_of, turn_deg};
use crate::array::correlation::Correlator;
use crate::array::delay_and_sum::delay_and_sum;
use crate::array::delays::PairDelay;
use crate::array::error::ArrayError;
use crate::array::gcc_phat::{SHARE_OF_FLAT, pair_delays};
use crate::array::geometry::{Geometry, Offset};
use crate::array::resolve::{Resolution, resolve};
use crate::array::spectra::Spectra;
use crate::dsp::aic::aic_onset;
use crate::dsp::biquad::{Cascade, group_delay_samples, settling_samples};
use crate::dsp::butterworth::{Band, butterworth};
use crate::dsp::chain::pending::{INDEPENDENT_PER_WIDTH, SNR_MAX, delay_correction};
use truceline_model::bearing::Unresolved;
use truceline_model::time::{NS_PER_S, Time};

/// Corners per edge of the band in which the beam's onset is sought: few, for they delay it.
const CORNERS: u32 = 2;

/// Differences of slowness within so many of their sigmas are none.
const LIKE_SIGMAS: f64 = 3.0;

/// Before the first window so many windows are held: one of noise, and what the band takes to settle.
pub(super) const WINDOWS_BEFORE: f64 = 2.0;

/// The windows of one wave.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Run {
    pub(super) looks: Vec<Look>,
    /// It goes on one that became too long.
    pub(super) continued: bool,
    /// What lies before belongs to the run before: no onset is sought there.
    pub(super) free_from: Option<Time>,
    /// Samples ended before it did.
    pub(super) cut_short: bool,
    /// The stretch of the past at its last window.
    pub(super) stretch: f64,
}

/// What an arrival is made from, beside its windows.
pub(super) struct Field<'a> {
    pub(super) streams: &'a [Stream],
    pub(super) offsets: &'a [Offset],
    pub(super) survey_sigma_m: f64,
    pub(super) settings: &'a Settings,
}

/// When the beam rose.
struct Rise {
    time: Time,
    sigma_s: f64,
    amplitude: f64,
    snr: f64,
}

impl Run {
    /// The window with the largest F, the first of equal ones.
    fn strongest(&self) -> Option<&Look> {
        self.looks.iter().reduce(|a, b| if b.bearing.f_statistic > a.bearing.f_statistic { b } else { a })
    }

    /// Whether a window can belong to the run: it follows, and all stay like the strongest one.
    pub(super) fn goes_on(&self, look: &Look, like_share: f64) -> bool {
        let (Some(strongest), Some(last)) = (self.strongest(), self.looks.last()) else { return true };
        if look.window != last.window + 1 {
            return false;
        }
        if look.bearing.f_statistic > strongest.bearing.f_statistic {
            self.looks.iter().all(|other| like(&look.bearing, &other.bearing, like_share))
        } else {
            like(&strongest.bearing, &look.bearing, like_share)
        }
    }

    /// The arrival of the run's windows that no stronger wave masks, if they are enough.
    pub(super) fn arrival(mut self, field: &Field<'_>) -> Option<Arrival> {
        self.looks.retain(|look| !look.masked);
        let strongest = self.strongest()?;
        if self.looks.len() < field.settings.run_min {
            return None;
        }
        let (from, to) = (self.looks[0].bearing.start, self.looks.last()?.bearing.end);
        let name = |element: &usize| field.streams[*element].channel.clone();
        let all = 0..field.streams.len();
        let mut questionable: Vec<usize> = self.looks.iter().flat_map(|look| look.questionable.clone()).collect();
        questionable.sort_unstable();
        questionable.dedup();
        let mut arrival = Arrival {
            time: from.plus_s(field.settings.window_s / 2.0),
            // Somewhere in the first window.
            sigma_s: field.settings.window_s * SHARE_OF_FLAT / 2.0,
            onset_picked: false,
            peak: strongest.bearing.start.plus_s(field.settings.window_s / 2.0),
            from,
            to,
            direction: Direction::NotResolvable(Unresolved::Incoherent),
            f_statistic: strongest.bearing.f_statistic,
            stretch: self.stretch,
            windows: self.looks.len(),
            elements: strongest.members.len(),
            without: all.filter(|element| !strongest.members.contains(element)).map(|e| name(&e)).collect(),
            wrong_element: None,
            amplitude: 0.0,
            snr: 1.0,
            clock_questionable: questionable.iter().map(name).collect(),
            continued: self.continued,
            cut_short: self.cut_short,
        };
        let mut used = strongest.members.clone();
        let mut found = strongest.bearing;
        if let Ok((resolution, geometry)) = field.resolved(strongest) {
            match resolution {
                Resolution::Bearing { bearing, near, wrong_element } => {
                    let by_delays = near
                        || wrong_element.is_some()
                        || geometry.is_solid()
                        || field.settings.method == Method::Delays;
                    if by_delays {
                        found = Bearing { f_statistic: bearing.f_statistic, ..bearing };
                    }
                    if let Some(wrong) = wrong_element {
                        arrival.wrong_element = Some(name(&used.remove(wrong)));
                        arrival.elements = used.len();
                        arrival.f_statistic = bearing.f_statistic;
                    }
                    arrival.direction = Direction::Towards(self.towards(&found, near, field.settings));
                }
                Resolution::NotResolvable(reason) => arrival.direction = Direction::NotResolvable(reason),
            }
        }
        if let Some(rise) = field.rise(&used, from, self.free_from, &found) {
            arrival.amplitude = rise.amplitude;
            arrival.snr = rise.snr;
            // What goes on has no onset of its own.
            if !self.continued {
                arrival.time = rise.time;
                arrival.sigma_s = rise.sigma_s;
                arrival.onset_picked = true;
            }
        }
        Some(arrival)
    }

    /// A direction with how far the windows lie apart beyond what their sigmas let expect.
    fn towards(&self, bearing: &Bearing, near: bool, settings: &Settings) -> Towards {
        let (mut weights, mut turns, mut slower) = (0.0, 0.0, 0.0);
        let (mut expected_turns, mut expected_slower) = (0.0, 0.0);
        for look in &self.looks {
            let sigma = look.bearing.azimuth_sigma_deg.max(f64::MIN_POSITIVE);
            // By the strength of the beam: equal weights would let the flanks of a pulse speak as loud as its top.
            let weight = (look.bearing.f_statistic - 1.0).max(0.0);
            let turn = turn_deg(bearing.azimuth_deg, look.bearing.azimuth_deg);
            let more = look.bearing.slowness_s_km - bearing.slowness_s_km;
            weights += weight;
            turns += weight * turn * turn;
            slower += weight * more * more;
            expected_turns += weight * sigma * sigma;
            expected_slower += weight * look.bearing.slowness_sigma_s_km * look.bearing.slowness_sigma_s_km;
        }
        let beyond = |found: f64, expected: f64| match weights > 0.0 {
            true => ((found - expected) / weights).max(0.0).sqrt(),
            false => 0.0,
        };
        Towards {
            azimuth_deg: bearing.azimuth_deg,
            azimuth_sigma_deg: bearing.azimuth_sigma_deg,
            azimuth_spread_deg: beyond(turns, expected_turns),
            azimuth_propagation_sigma_deg: settings.propagation_sigma_deg,
            slowness_s_km: bearing.slowness_s_km,
            slowness_sigma_s_km: bearing.slowness_sigma_s_km,
            slowness_spread_s_km: beyond(slower, expected_slower),
            covariance_s2_km2: bearing.covariance_s2_km2,
            elevation: bearing.elevation,
            near,
        }
    }
}

/// Of two windows that overlap and hold different waves the weaker one is masked: at the edge of a window the taper cuts
/// a pulse differently at each element, and the beam then points anywhere.
pub(super) fn mask(a: &mut Look, b: &mut Look, settings: &Settings) {
    let overlapping = (settings.window_s / settings.step_s).ceil() as u64;
    if a.window.abs_diff(b.window) >= overlapping {
        return;
    }
    let (strong, weak) = if b.bearing.f_statistic > a.bearing.f_statistic { (b, a) } else { (a, b) };
    weak.masked |= !like(&strong.bearing, &weak.bearing, settings.like_share);
}

/// Whether two windows hold one wave: by the difference of their slowness vectors.
fn like(strong: &Bearing, other: &Bearing, share: f64) -> bool {
    let vector = |bearing: &Bearing| slowness_of(bearing.azimuth_deg, bearing.slowness_s_km);
    let (a, b) = (vector(strong), vector(other));
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    let variance = |bearing: &Bearing| bearing.covariance_s2_km2[0] + bearing.covariance_s2_km2[2];
    let allowed = share * strong.slowness_s_km;
    x * x + y * y <= allowed * allowed + LIKE_SIGMAS * LIKE_SIGMAS * (variance(strong) + variance(other))
}

impl<'a> Field<'a> {
    fn geometry(&self, members: &[usize]) -> Result<Geometry, ArrayError> {
        let offsets: Vec<Offset> = members.iter().map(|member| self.offsets[*member]).collect();
        Geometry::new(&offsets)?.with_survey_sigma_m(self.survey_sigma_m)
    }

    /// The samples of some elements from an instant on; none if one has not all of them.
    fn views(&self, members: &[usize], start: Time, length_s: f64) -> Option<Vec<View<'a>>> {
        let views: Option<Vec<(usize, View<'a>)>> = members
            .iter()
            .map(|member| self.streams[*member].view(start, length_s).map(|view| (*member, view)))
            .collect();
        let (kept, views) = of_one_rate(&views?);
        (kept.len() == members.len()).then_some(views)
    }

    /// What the delays of the strongest window say: first those beside the beam's, so that no cycle is skipped, then
    /// the highest ones, for an element may be off by more.
    fn resolved(&self, look: &Look) -> Result<(Resolution, Geometry), ArrayError> {
        let settings = self.settings;
        let (start, n) = (look.bearing.start, look.members.len());
        let geometry = self.geometry(&look.members)?;
        let views = self
            .views(&look.members, start, settings.window_s)
            .ok_or_else(|| ArrayError::count("the number of samples", 0, "those of the strongest window"))?;
        let spectra = Spectra::of(&traces(start, &views)?, n, &spectral(settings, true))?;
        let highest = || pair_delays(&geometry, &spectra, settings.method.weighting(), settings.medium.speed_m_s_min);
        let beside = match settings.method {
            Method::Beams => beside(&geometry, &spectra, settings, &look.bearing)?,
            Method::Delays => highest()?,
        };
        let resolution = resolve(&geometry, &spectra, &beside, &settings.medium)?;
        let contradicts =
            matches!(resolution, Resolution::NotResolvable(Unresolved::Inconsistent | Unresolved::Incoherent));
        if contradicts && settings.method == Method::Beams {
            let other = resolve(&geometry, &spectra, &highest()?, &settings.medium)?;
            if matches!(other, Resolution::Bearing { .. }) {
                return Ok((other, geometry));
            }
        }
        Ok((resolution, geometry))
    }

    /// When the beam of a wave rose, at the centre of the whole array.
    fn rise(&self, members: &[usize], first_window: Time, free_from: Option<Time>, bearing: &Bearing) -> Option<Rise> {
        let (settings, geometry) = (self.settings, self.geometry(members).ok()?);
        let band = Band::BandPass { low_hz: settings.low_hz, high_hz: settings.high_hz };
        let longest_s = WINDOWS_BEFORE * settings.window_s;
        // As much before as all have; each part shorter by a quarter.
        let windows_s = bearing.end.seconds_since(first_window);
        let (before_s, views) = (0..=4).find_map(|quarters| {
            let before_s = longest_s * (1.0 - 0.25 * f64::from(quarters));
            let views = self.views(members, first_window.plus_s(-before_s), before_s + windows_s);
            views.map(|views| (before_s, views))
        })?;
        let start = first_window.plus_s(-before_s);
        let means: Vec<Vec<f64>> = views
            .iter()
            .map(|view| {
                let mean = view.samples.iter().sum::<f64>() / view.samples.len() as f64;
                view.samples.iter().map(|sample| sample - mean).collect()
            })
            .collect();
        let centred: Vec<View<'_>> =
            views.iter().zip(&means).map(|(view, samples)| View { samples, ..*view }).collect();
        let [east, north] = slowness_of(bearing.azimuth_deg, bearing.slowness_s_km / M_PER_KM);
        let up = bearing.elevation.map_or(0.0, |elevation| {
            let level = bearing.slowness_s_km / M_PER_KM;
            -level * libm::tan(elevation.angle_deg.to_radians())
        });
        let beam = delay_and_sum(&traces(start, &centred).ok()?, &geometry, [east, north, up]).ok()?;
        let rate_hz = beam.rate_hz;
        let sections = butterworth(band, CORNERS, rate_hz).ok()?;
        let (delay, settled) =
            (group_delay_samples(&sections, band.middle_hz() / rate_hz), settling_samples(&sections) as usize);
        let mut cascade = Cascade::new(sections);
        let filtered: Vec<f64> = beam.samples.iter().map(|sample| cascade.push(*sample)).collect();
        let index_at = |time: Time| (time.seconds_since(beam.start) * rate_hz).max(0.0) as usize;
        let from = settled.max(free_from.map_or(0, index_at)).min(filtered.len());
        let window_begins = index_at(first_window);
        let at = |i: &usize| filtered[*i].abs();
        let top = (window_begins.max(from)..filtered.len()).max_by(|a, b| at(a).total_cmp(&at(b)).then(b.cmp(a)))?;
        let independent = INDEPENDENT_PER_WIDTH * band.width_hz(rate_hz) / rate_hz;
        // A period after the top, so that the wave has some samples on its side.
        let to = (top + 1 + (rate_hz / band.middle_hz()).ceil() as usize).min(filtered.len());
        let onset = aic_onset(&filtered[from..to], top - from, independent)?;
        let index = from + onset.index;
        let noise = &filtered[from..index];
        let rms = (noise.iter().map(|x| x * x).sum::<f64>() / noise.len().max(1) as f64).sqrt();
        let amplitude = at(&top);
        let snr = if rms > 0.0 { (amplitude / rms).min(SNR_MAX) } else { 1.0 };
        let (lag, lag_sigma) = delay_correction(band, CORNERS, delay, snr, rate_hz);
        // The beam's time is that at the mean of the elements used.
        let mean = |axis: fn(&Offset) -> f64, of: &[usize]| {
            of.iter().map(|member| axis(&self.offsets[*member])).sum::<f64>() / of.len() as f64
        };
        let all: Vec<usize> = (0..self.offsets.len()).collect();
        let away = |axis: fn(&Offset) -> f64| mean(axis, &all) - mean(axis, members);
        let later_s = east * away(|o| o.east_m) + north * away(|o| o.north_m) + up * away(|o| o.up_m);
        let seconds = (index as f64 - lag) / rate_hz + later_s;
        let sigma_s = libm::hypot(onset.sigma_samples, lag_sigma) / rate_hz;
        Some(Rise { time: beam.start.plus_s(seconds), sigma_s, amplitude, snr })
    }
}

/// The delays of all pairs at the maxima nearest to those of a bearing, at most half a period of the band's middle away.
fn beside(
    geometry: &Geometry,
    spectra: &Spectra,
    settings: &Settings,
    bearing: &Bearing,
) -> Result<Vec<PairDelay>, ArrayError> {
    let correlator = Correlator::new(spectra, settings.method.weighting())
        .ok_or_else(|| ArrayError::count("the number of frequencies", spectra.bins(), "a narrower band"))?;
    let [east, north] = slowness_of(bearing.azimuth_deg, bearing.slowness_s_km / M_PER_KM);
    let half_s = 1.0 / (settings.low_hz + settings.high_hz);
    Ok(geometry
        .pairs()
        .map(|pair| {
            let x = geometry.baseline_m(pair);
            let due_s = east * x[0] + north * x[1];
            match correlator.of(pair).nearest(due_s, half_s) {
                Some(found) => PairDelay {
                    pair,
                    delay_s: found.delay_s,
                    sigma_s: found.sigma_s.min(half_s * SHARE_OF_FLAT),
                    height: found.height,
                    rival: 0.0,
                },
                None => PairDelay { pair, delay_s: due_s, sigma_s: half_s * SHARE_OF_FLAT, height: 0.0, rival: 1.0 },
            }
        })
        .collect())
}

/// The start of a window.
pub(super) fn start_of(window: i64, step_s: f64) -> Time {
    Time(window.saturating_mul(step_ns(step_s)))
}

/// The first window that begins at an instant or after.
pub(super) fn window_from(time: Time, step_s: f64) -> i64 {
    let step = step_ns(step_s);
    time.0.div_euclid(step) + i64::from(time.0.rem_euclid(step) > 0)
}

/// The last window that begins at an instant or before.
pub(super) fn window_until(time: Time, step_s: f64) -> i64 {
    time.0.div_euclid(step_ns(step_s))
}

fn step_ns(step_s: f64) -> i64 {
    ((step_s * NS_PER_S as f64).round() as i64).max(1)
}
