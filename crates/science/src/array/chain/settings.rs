//! What an array's detector is told.
use crate::array::correlation::Weighting;
use crate::array::error::ArrayError;
use crate::array::fdetector::{PAST_MAX, PAST_MIN, RUN_MAX};
use crate::array::resolve::Medium;
use crate::dsp::chain::SETTING_S_MAX;
use crate::dsp::state::array_of;
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Float};

/// How a window's wave is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The strongest beam over all azimuths and slownesses ([`fk`](crate::array::fk)). Heights of elements are not used
    /// to seek, only to resolve.
    Beams,
    /// The plane wave of the pairs' delays ([`gcc_phat`](crate::array::gcc_phat)), phase transform: for short sounds
    /// with echoes, and arrays of any shape. The probability of a false alarm is a bound here, not a rate.
    Delays,
}

impl Method {
    /// How pairs are correlated.
    pub(super) fn weighting(self) -> Weighting {
        match self {
            Self::Beams => Weighting::Power,
            Self::Delays => Weighting::Phase,
        }
    }
}

/// What an array's detector is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Lower end of the band, Hz.
    pub low_hz: f64,
    /// Upper end of the band, Hz.
    pub high_hz: f64,
    /// Length of a window, s. Longer than a wave takes to cross the array, and some periods of the band.
    pub window_s: f64,
    /// From the start of a window to that of the next, s; windows begin at multiples of it since 1970.
    pub step_s: f64,
    /// How a window's wave is sought.
    pub method: Method,
    /// Which waves there are, and how well elements are timed.
    pub medium: Medium,
    /// How often a window of noise is taken for a wave.
    pub p_false: f64,
    /// How many windows of the past tell how coherent the noise is.
    pub past: usize,
    /// The fewest windows in a row that make an arrival.
    pub run_min: usize,
    /// How far the slowness vectors of an arrival lie apart, as a share of the strongest window's, beside three sigma.
    pub like_share: f64,
    /// The longest arrival, s; what lasts longer is given in parts.
    pub arrival_s_max: f64,
    /// So long, in the recordings' own time, windows wait for elements that are behind the third-foremost one.
    pub wait_s: f64,
    /// What the way between source and array adds to the azimuth, one sigma, degrees. It is handed through, never mixed
    /// with what the array measures.
    pub propagation_sigma_deg: f64,
    /// A clock whose stated quality is below this is questionable, percent. Zero: only flags count.
    pub clock_quality_percent_min: u8,
}

impl Settings {
    /// For infrasound arrays of some hundred metres.
    ///
    /// | number | value | why |
    /// |---|---|---|
    /// | band | 0.5 to 4 Hz | adopted: above the microbaroms (0.1 to 0.3 Hz), and below where blasts lose their power over some hundred kilometres |
    /// | window, step | 10 s, 2.5 s | adopted: five periods of the lowest frequency; a quarter, so that a short wave lies in the middle of some window |
    /// | speeds | 280 to 600 m/s | sound at -30 C less a wind of 30 m/s; trace velocities above belong to arrivals from 60 degrees up, whose path speed is sound's |
    /// | timing | 1 ms | a tenth of a sample at 100 Hz |
    /// | p | 0.001 | some 1.4 windows of noise an hour, of which few have two neighbours alike: no false arrival in a day of noise (`tests/array_chain_noise.rs`) |
    /// | past | 1,440 windows | one hour, S. J. Arrowsmith et al. 2009 |
    /// | run | 3 windows | noise that exceeds once shows in the two windows that overlap it by half |
    /// | like | 0.15 | adopted: 9 degrees of azimuth, about where PMCC families are parted |
    /// | propagation | 3 degrees | cross winds on the way turn it by some degrees: adopted, to be set per site and season |
    #[must_use]
    pub fn infrasound() -> Self {
        Self {
            low_hz: 0.5,
            high_hz: 4.0,
            window_s: 10.0,
            step_s: 2.5,
            method: Method::Beams,
            medium: Medium { speed_m_s_min: 280.0, speed_m_s_max: 600.0, timing_sigma_s: 1e-3 },
            p_false: 1e-3,
            past: 1_440,
            run_min: 3,
            like_share: 0.15,
            arrival_s_max: 60.0,
            wait_s: 120.0,
            propagation_sigma_deg: 3.0,
            clock_quality_percent_min: 0,
        }
    }

    /// For arrays of seismometers, distant and regional events.
    ///
    /// | number | value | why |
    /// |---|---|---|
    /// | band | 0.5 to 2 Hz | adopted: teleseismic P, whose waves are coherent over some ten kilometres there |
    /// | window, step | 20 s, 5 s | a wave of 3 km/s crosses 25 km in 8 s |
    /// | speeds | 2.5 to 30 km/s | Rg is the slowest wave, teleseismic P from 90 degrees the fastest along the ground |
    /// | timing | 10 ms | clocks and site delays |
    /// | propagation | 5 degrees | adopted: structure under arrays and on the way turns azimuths by some degrees |
    ///
    /// The other numbers as for infrasound.
    #[must_use]
    pub fn seismic() -> Self {
        Self {
            low_hz: 0.5,
            high_hz: 2.0,
            window_s: 20.0,
            step_s: 5.0,
            medium: Medium { speed_m_s_min: 2_500.0, speed_m_s_max: 30_000.0, timing_sigma_s: 0.01 },
            past: 720,
            arrival_s_max: 120.0,
            propagation_sigma_deg: 5.0,
            ..Self::infrasound()
        }
    }

    /// For arrays of microphones, some metres to some ten metres wide.
    ///
    /// | number | value | why |
    /// |---|---|---|
    /// | band | 300 to 4,000 Hz | adopted: muzzle blasts and voices; wind and traffic lie below. Needs 10 kHz or more |
    /// | window, step | 0.25 s, 0.125 s | sound crosses 30 m in 0.09 s |
    /// | speeds | 310 to 380 m/s | sound from -30 to 50 C, and 10 m/s of wind either way |
    /// | timing | 0.1 ms | recorders synchronised by GPS (ShotSpotter's Technical Note 098: 0.1 ms) |
    /// | p | 0.001 | as for infrasound; with delays it is a bound |
    /// | past | 480 windows | one minute: sounds of a place change faster than air pressure |
    /// | run | 1 window | a shot is in one or two windows |
    /// | propagation | 1 degree | adopted: some hundred metres of wind and temperature |
    #[must_use]
    pub fn microphones() -> Self {
        Self {
            low_hz: 300.0,
            high_hz: 4_000.0,
            window_s: 0.25,
            step_s: 0.125,
            method: Method::Delays,
            medium: Medium { speed_m_s_min: 310.0, speed_m_s_max: 380.0, timing_sigma_s: 1e-4 },
            p_false: 1e-3,
            past: 480,
            run_min: 1,
            like_share: 0.15,
            arrival_s_max: 5.0,
            wait_s: 10.0,
            propagation_sigma_deg: 1.0,
            clock_quality_percent_min: 0,
        }
    }

    /// Checks what does not depend on the sample rate or the geometry.
    pub(super) fn check(&self) -> Result<(), ArrayError> {
        let positive = |name, value: f64, expected| match value > 0.0 && value <= SETTING_S_MAX {
            true => Ok(()),
            false => Err(ArrayError::number(name, value, expected)),
        };
        positive("the window", self.window_s, "seconds above 0 and at most 3600")?;
        positive("the longest arrival", self.arrival_s_max, "seconds above 0 and at most 3600")?;
        positive("the wait", self.wait_s, "seconds above 0 and at most 3600")?;
        // Times are kept to the nanosecond: a window's start must be one.
        if !(self.step_s >= 1e-6 && self.step_s <= self.window_s) {
            return Err(ArrayError::number("the step", self.step_s, "from a microsecond to the window's length"));
        }
        if !(self.low_hz > 0.0 && self.high_hz > self.low_hz && self.high_hz < 1e7) {
            return Err(ArrayError::number("the band's upper end", self.high_hz, "hertz above the lower end's"));
        }
        if !(self.p_false > 0.0 && self.p_false < 0.5) {
            return Err(ArrayError::number("the probability of a false alarm", self.p_false, "between 0 and 0.5"));
        }
        if !(PAST_MIN..=PAST_MAX).contains(&self.past) {
            return Err(ArrayError::count("the number of past windows", self.past, "from 30 to 20000"));
        }
        if self.run_min == 0 || self.run_min > self.run_max() {
            return Err(ArrayError::count(
                "the fewest windows of an arrival",
                self.run_min,
                "from 1 to those of the longest",
            ));
        }
        if !(self.like_share >= 0.0 && self.like_share <= 1.0) {
            return Err(ArrayError::number("the share that slownesses differ", self.like_share, "from 0 to 1"));
        }
        if !(self.propagation_sigma_deg >= 0.0 && self.propagation_sigma_deg <= 180.0) {
            return Err(ArrayError::number("the propagation sigma", self.propagation_sigma_deg, "0 to 180 degrees"));
        }
        self.medium.check()
    }

    /// The most windows of an arrival.
    pub(super) fn run_max(&self) -> usize {
        (((self.arrival_s_max - self.window_s) / self.step_s).max(0.0) as usize + 1).min(RUN_MAX)
    }

    /// The slowest wave's slowness, s/m.
    pub(super) fn slowness_s_m_max(&self) -> f64 {
        1.0 / self.medium.speed_m_s_min
    }
}

/// For the memory of a detector.
impl Canonical for Settings {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(6);
        (Float(self.low_hz), Float(self.high_hz), Float(self.window_s), Float(self.step_s)).encode(encoder);
        let Medium { speed_m_s_min, speed_m_s_max, timing_sigma_s } = self.medium;
        (Float(speed_m_s_min), Float(speed_m_s_max), Float(timing_sigma_s)).encode(encoder);
        (self.method == Method::Delays, self.clock_quality_percent_min).encode(encoder);
        (Float(self.p_false), self.past as u64, self.run_min as u64, Float(self.like_share)).encode(encoder);
        (Float(self.arrival_s_max), Float(self.wait_s)).encode(encoder);
        Float(self.propagation_sigma_deg).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        array_of(decoder, 6)?;
        let (Float(low_hz), Float(high_hz), Float(window_s), Float(step_s)) = Canonical::decode(decoder)?;
        let (Float(speed_m_s_min), Float(speed_m_s_max), Float(timing_sigma_s)) = Canonical::decode(decoder)?;
        let (by_delays, clock_quality_percent_min): (bool, u8) = Canonical::decode(decoder)?;
        let (Float(p_false), past, run_min, Float(like_share)): (_, u32, u32, _) = Canonical::decode(decoder)?;
        let (Float(arrival_s_max), Float(wait_s)) = Canonical::decode(decoder)?;
        let Float(propagation_sigma_deg) = Canonical::decode(decoder)?;
        let method = if by_delays { Method::Delays } else { Method::Beams };
        let medium = Medium { speed_m_s_min, speed_m_s_max, timing_sigma_s };
        Ok(Self {
            low_hz,
            high_hz,
            window_s,
            step_s,
            method,
            medium,
            p_false,
            past: past as usize,
            run_min: run_min as usize,
            like_share,
            arrival_s_max,
            wait_s,
            propagation_sigma_deg,
            clock_quality_percent_min,
        })
    }
}
