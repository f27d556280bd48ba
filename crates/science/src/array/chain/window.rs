//! One window: which wave it holds, if any, and how strong it is against noise.
use super::element::View;
use super::settings::{Method, Settings};
use crate::array::bearing::Bearing;
use crate::array::error::ArrayError;
use crate::array::fdetector::{LN_F_MAX, PAST_MIN, peak};
use crate::array::fk::{Grid, Plan, bearing};
use crate::array::gcc_phat::pair_delays;
use crate::array::geometry::{Geometry, Offset};
use crate::array::scan::Scan;
use crate::array::slowness::plane_wave;
use crate::array::spectra::{Settings as SpectralSettings, Spectra, Taper};
use crate::array::traces::Traces;
use crate::array::{beam, fdistribution};
use crate::dsp::chain::timeline::RATE_TOLERANCE;
use std::collections::VecDeque;
use truceline_model::time::Time;

/// Sets of elements whose plans are kept: all, and those with one or two missing. What is kept changes no result.
const TEAMS_MAX: usize = 8;

/// Elements that are looked at together, with what is the same for all their windows.
#[derive(Debug, Clone)]
pub(super) struct Team {
    /// By number, ascending.
    pub(super) members: Vec<usize>,
    pub(super) geometry: Geometry,
    rate_hz: f64,
    plan: Option<Plan>,
    /// F that noise exceeds with the probability that was asked for, were it independent between elements.
    threshold: f64,
    /// ln F at which that noise's density peaks.
    ln_mode: f64,
}

/// The teams that were needed of late.
#[derive(Debug, Clone, Default)]
pub(super) struct Teams(VecDeque<Team>);

/// What a window holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Look {
    /// The window's number: it begins at so many steps since 1970.
    pub(super) window: i64,
    pub(super) bearing: Bearing,
    pub(super) members: Vec<usize>,
    /// Members whose clock is questionable.
    pub(super) questionable: Vec<usize>,
    /// A window that overlaps it holds a stronger wave from elsewhere.
    pub(super) masked: bool,
}

/// The noise of the past: how much more coherent it is than independent noise.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Noise {
    /// ln F less its most frequent value in independent noise, the oldest first.
    pub(super) past: VecDeque<f64>,
}

impl Noise {
    /// The stretch C of F; none before there is a past. Noise between elements is independent at the least, so C is 1
    /// at the least.
    pub(super) fn stretch(&self) -> Option<f64> {
        (self.past.len() >= PAST_MIN).then(|| libm::exp(peak(&self.past)).max(1.0))
    }

    pub(super) fn remember(&mut self, f_statistic: f64, ln_mode: f64, past_max: usize) {
        if f_statistic >= 0.0 {
            while self.past.len() >= past_max {
                self.past.pop_front();
            }
            self.past.push_back((libm::log(f_statistic) - ln_mode).clamp(-LN_F_MAX, LN_F_MAX));
        }
    }
}

impl Teams {
    /// The team of these elements; none if they stand on a line.
    pub(super) fn of(
        &mut self,
        members: &[usize],
        rate_hz: f64,
        offsets: &[Offset],
        survey_sigma_m: f64,
    ) -> Option<&mut Team> {
        let is = |team: &Team| team.members == members && team.rate_hz.to_bits() == rate_hz.to_bits();
        if let Some(at) = self.0.iter().position(is) {
            return self.0.get_mut(at);
        }
        let offsets: Vec<Offset> = members.iter().map(|member| offsets[*member]).collect();
        let geometry =
            Geometry::new(&offsets).and_then(|geometry| geometry.with_survey_sigma_m(survey_sigma_m)).ok()?;
        if self.0.len() >= TEAMS_MAX {
            self.0.pop_front();
        }
        let members = members.to_vec();
        self.0.push_back(Team { members, geometry, rate_hz, plan: None, threshold: f64::INFINITY, ln_mode: 0.0 });
        self.0.back_mut()
    }
}

/// The samples of a window as traces.
pub(super) fn traces<'a>(start: Time, views: &[View<'a>]) -> Result<Traces<'a>, ArrayError> {
    let channels: Vec<&[f64]> = views.iter().map(|view| view.samples).collect();
    let late_s: Vec<f64> = views.iter().map(|view| view.late_s).collect();
    Traces::new(start, rate_of(views), &channels)?.with_late_s(&late_s)
}

/// The rate of views that have one.
fn rate_of(views: &[View<'_>]) -> f64 {
    views.iter().map(|view| view.rate_hz).fold(f64::INFINITY, f64::min)
}

/// Which of the views have the rate that most have (of equally many the higher one): the others are left out, since
/// samples are never changed to another rate.
pub(super) fn of_one_rate<'a>(views: &[(usize, View<'a>)]) -> (Vec<usize>, Vec<View<'a>>) {
    let alike = |a: f64, b: f64| (a - b).abs() <= RATE_TOLERANCE * a.max(b);
    let count = |rate_hz: f64| views.iter().filter(|(_, view)| alike(view.rate_hz, rate_hz)).count();
    let best = views.iter().map(|(_, view)| view.rate_hz).max_by(|a, b| count(*a).cmp(&count(*b)).then(a.total_cmp(b)));
    let Some(best) = best else { return (Vec::new(), Vec::new()) };
    views.iter().filter(|(_, view)| alike(view.rate_hz, best)).map(|(member, view)| (*member, *view)).unzip()
}

/// How a window is transformed.
pub(super) fn spectral(settings: &Settings, padded: bool) -> SpectralSettings {
    let taper = match settings.method {
        Method::Beams => Taper::Hann,
        Method::Delays => Taper::Flat,
    };
    SpectralSettings { low_hz: settings.low_hz, high_hz: settings.high_hz, taper, whiten: false, padded }
}

impl Team {
    /// The strongest wave of a window.
    pub(super) fn look(
        &mut self,
        window: i64,
        start: Time,
        views: &[View<'_>],
        settings: &Settings,
    ) -> Result<Look, ArrayError> {
        let traces = traces(start, views)?;
        let n = self.members.len();
        let padded = settings.method == Method::Delays;
        let spectra = Spectra::of(&traces, n, &spectral(settings, padded))?;
        let bearing = match settings.method {
            Method::Beams => {
                let plan = match self.plan.take() {
                    Some(plan) => plan,
                    None => self.planned(&spectra, settings)?,
                };
                let peak = plan.peak(&spectra)?;
                self.plan = Some(plan);
                bearing(&self.geometry, &spectra, &peak)?
            }
            Method::Delays => {
                if self.threshold.is_infinite() {
                    let d1 = 2.0 * spectra.time_bandwidth();
                    self.threshold = fdistribution::threshold(settings.p_false, d1, d1 * (n as f64 - 1.0));
                }
                let delays =
                    pair_delays(&self.geometry, &spectra, settings.method.weighting(), settings.medium.speed_m_s_min)?;
                let wave = plane_wave(&self.geometry, &delays)?;
                let beams: Vec<(usize, f64)> = wave.delays_s(&self.geometry).into_iter().enumerate().collect();
                let (f_statistic, _) = beam::f_statistic(&spectra, &beams);
                wave.bearing(spectra.start(), spectra.end(), f_statistic)
            }
        };
        let questionable = self.members.iter().zip(views).filter(|(_, view)| view.questionable).map(|(m, _)| *m);
        Ok(Look { window, bearing, members: self.members.clone(), questionable: questionable.collect(), masked: false })
    }

    fn planned(&mut self, spectra: &Spectra, settings: &Settings) -> Result<Plan, ArrayError> {
        let highest_hz = spectra.frequency_hz(spectra.bins() - 1);
        let slowness_s_m = settings.slowness_s_m_max();
        let grid = Grid::covering(self.geometry.aperture_m(), highest_hz, 1e3 * slowness_s_m)?;
        let scan = Scan::new(&self.geometry, spectra, slowness_s_m);
        self.threshold = scan.threshold(settings.p_false);
        self.ln_mode = scan.ln_mode();
        Plan::new(&self.geometry, grid, spectra)
    }

    /// ln F at which independent noise's density peaks.
    pub(super) fn ln_mode(&self) -> f64 {
        self.ln_mode
    }

    /// F that noise of a stretch exceeds with the probability that was asked for.
    pub(super) fn threshold(&self, stretch: f64) -> f64 {
        stretch * self.threshold
    }
}
