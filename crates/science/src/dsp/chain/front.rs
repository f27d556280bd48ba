//! Mean, band and characteristic, sample by sample: the part that must be fast.
use super::settings::{Characteristic, Settings, samples_of};
use crate::dsp::biquad::{Cascade, Memory, Section, group_delay_samples, settling_samples};
use crate::dsp::butterworth::butterworth;
use crate::dsp::error::DspError;
use crate::dsp::highpass::RunningMeanHighPass;
use crate::dsp::kurtosis::Kurtosis;
use crate::dsp::stalta::{ClassicStaLta, RecursiveStaLta};
use crate::dsp::state::{State, array_of};
use crate::dsp::zdetect::ZDetector;
use truceline_model::canonical::{DecodeError, Decoder, Encoder};

/// Samples that are computed in one go. Small enough for the first-level cache, large enough for the loop's ends not
/// to matter. Results do not depend on it but for [`Front::settle_denormals`], which acts at its multiples.
pub(super) const BLOCK: usize = 256;

/// A filter memory below this is taken for zero at the end of a block. In a silent channel the memory decays into
/// numbers that many processors compute with ten to a hundred times slower.
const DENORMAL_GUARD: f64 = 1e-200;

/// Rounding of the product that stands for the division when a block is looked through.
const GUARD: f64 = 1.0 - 1e-9;

/// What comes out for a block.
pub(super) struct Scratch {
    /// Less the mean.
    pub broad: [f64; BLOCK],
    /// In the band.
    pub band: [f64; BLOCK],
    /// The characteristic's value, where asked for.
    pub value: [f64; BLOCK],
    /// STA and LTA.
    averages: [[f64; 2]; BLOCK],
}

impl Scratch {
    pub(super) fn new() -> Self {
        let zeros = [0.0; BLOCK];
        Self { broad: zeros, band: zeros, value: zeros, averages: [[0.0; 2]; BLOCK] }
    }
}

#[derive(Debug, Clone)]
enum Value {
    Recursive(RecursiveStaLta),
    Classic(ClassicStaLta),
    Z(ZDetector),
    Kurtosis(Kurtosis),
}

/// Mean, band and characteristic of a stretch without a gap.
#[derive(Debug, Clone)]
pub(super) struct Front {
    mean: RunningMeanHighPass,
    /// The band's gain, taken out of its sections so that every `b0` is 1.
    gain: f64,
    cascade: Cascade,
    /// Whether every `b2` is 1, too.
    unit: bool,
    value: Value,
    on: f64,
    /// Samples from the start for which the value means nothing yet.
    pub warm_up_samples: u32,
    /// Delay of the band's middle, samples.
    pub delay_samples: f64,
}

impl Front {
    pub(super) fn new(settings: &Settings, rate_hz: f64) -> Result<Self, DspError> {
        let mean_window = samples_of("mean_window_s", settings.mean_window_s, rate_hz)?;
        let mut sections = butterworth(settings.band, settings.corners, rate_hz)?;
        if sections.len() % 2 == 1 {
            // Pairs are what the fast loop takes. Applied on every path, so that all give the same bits.
            sections.push(Section { b0: 1.0, b1: 0.0, b2: 0.0, a1: 0.0, a2: 0.0 });
        }
        let delay_samples = group_delay_samples(&sections, settings.band.middle_hz() / rate_hz);
        let mut gain = 1.0;
        if let Some(Section { b0, b1, b2, .. }) = sections.first_mut() {
            gain = *b0;
            // Exact: each is the gain times a small whole number.
            (*b0, *b1, *b2) = (1.0, *b1 / gain, *b2 / gain);
        }
        let samples = |seconds| samples_of("window of the characteristic", seconds, rate_hz);
        let (value, long) = match settings.characteristic {
            Characteristic::RecursiveStaLta { sta_s, lta_s } => {
                (Value::Recursive(RecursiveStaLta::new(samples(sta_s)?, samples(lta_s)?)), samples(lta_s)?)
            }
            Characteristic::ClassicStaLta { sta_s, lta_s } => {
                (Value::Classic(ClassicStaLta::new(samples(sta_s)?, samples(lta_s)?)), samples(lta_s)?)
            }
            Characteristic::ZDetector { sta_s, lta_s } => {
                let (short, long) = (samples(sta_s)?, samples(lta_s)?);
                (Value::Z(ZDetector::new(short, long)), short + long)
            }
            Characteristic::Kurtosis { window_s } => {
                (Value::Kurtosis(Kurtosis::new(samples(window_s)?)), samples(5.0 * window_s)?)
            }
        };
        let settling = samples_of("settling of the band", f64::from(settling_samples(&sections)) / rate_hz, rate_hz)?;
        Ok(Self {
            mean: RunningMeanHighPass::new(mean_window),
            gain,
            unit: sections.iter().all(|section| section.b2 == 1.0),
            cascade: Cascade::new(sections),
            value,
            on: settings.on,
            warm_up_samples: long.max(settling).max(mean_window),
            delay_samples,
        })
    }

    /// Takes up to [`BLOCK`] samples in; `broad` and `band` are set. Whether any value may reach the threshold `on`;
    /// where that is false, `value` is not set unless `must` asks for it.
    pub(super) fn push<T: Copy + Into<f64>>(&mut self, samples: &[T], out: &mut Scratch, must: bool) -> bool {
        let n = samples.len().min(BLOCK);
        if let Value::Recursive(ratio) = &mut self.value
            && self.mean.is_settled()
            && ratio.is_settled()
            && n >= self.cascade.sections().len()
        {
            let (mean, cascade) = (&mut self.mean, (&mut self.cascade, self.gain));
            let (bar, unit, pairs) = (self.on * GUARD, self.unit, cascade.0.sections().len() / 2);
            let may_reach = match (pairs, unit) {
                (1, true) => fused::<1, true, T>(mean, cascade, ratio, bar, samples, out),
                (2, true) => fused::<2, true, T>(mean, cascade, ratio, bar, samples, out),
                (3, true) => fused::<3, true, T>(mean, cascade, ratio, bar, samples, out),
                (4, true) => fused::<4, true, T>(mean, cascade, ratio, bar, samples, out),
                (1, false) => fused::<1, false, T>(mean, cascade, ratio, bar, samples, out),
                (2, false) => fused::<2, false, T>(mean, cascade, ratio, bar, samples, out),
                (3, false) => fused::<3, false, T>(mean, cascade, ratio, bar, samples, out),
                _ => fused::<4, false, T>(mean, cascade, ratio, bar, samples, out),
            };
            if may_reach || must {
                for (value, [sta, lta]) in out.value[..n].iter_mut().zip(&out.averages[..n]) {
                    *value = sta / lta;
                }
            }
            return may_reach;
        }
        let mut may_reach = false;
        for (i, sample) in samples.iter().take(n).enumerate() {
            let broad = self.mean.push((*sample).into());
            let band = self.cascade.push(broad * self.gain);
            let value = match &mut self.value {
                Value::Recursive(ratio) => ratio.push(band),
                Value::Classic(ratio) => ratio.push(band),
                Value::Z(detector) => detector.push(band),
                Value::Kurtosis(kurtosis) => kurtosis.push(band),
            };
            (out.broad[i], out.band[i], out.value[i]) = (broad, band, value);
            may_reach |= value >= self.on;
        }
        may_reach
    }

    /// Sets filter memories that have all but vanished to zero. Called at multiples of [`BLOCK`] samples since the
    /// start, so that it does not depend on how the samples were cut.
    pub(super) fn settle_denormals(&mut self) {
        let (_, memory) = self.cascade.parts();
        for memory in memory {
            for value in [&mut memory.y, &mut memory.t, &mut memory.s] {
                if value.abs() < DENORMAL_GUARD {
                    *value = 0.0;
                }
            }
        }
        if let Value::Recursive(ratio) = &mut self.value {
            let (_, sta, lta) = ratio.parts();
            if sta < DENORMAL_GUARD {
                ratio.set(0.0, lta.max(DENORMAL_GUARD));
            }
        }
    }
}

impl State for Front {
    fn write_state(&self, encoder: &mut Encoder) {
        encoder.array(3);
        self.mean.write_state(encoder);
        self.cascade.write_state(encoder);
        match &self.value {
            Value::Recursive(ratio) => ratio.write_state(encoder),
            Value::Classic(ratio) => ratio.write_state(encoder),
            Value::Z(detector) => detector.write_state(encoder),
            Value::Kurtosis(kurtosis) => kurtosis.write_state(encoder),
        }
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 3)?;
        self.mean.read_state(decoder)?;
        self.cascade.read_state(decoder)?;
        match &mut self.value {
            Value::Recursive(ratio) => ratio.read_state(decoder),
            Value::Classic(ratio) => ratio.read_state(decoder),
            Value::Z(detector) => detector.read_state(decoder),
            Value::Kurtosis(kurtosis) => kurtosis.read_state(decoder),
        }
    }
}

/// Every second section side by side: one number of each in each array, so that two go through one instruction.
struct Lanes<const H: usize, const UNIT: bool> {
    b1: [f64; H],
    b2: [f64; H],
    a1: [f64; H],
    a2: [f64; H],
    y: [f64; H],
    t: [f64; H],
    s: [f64; H],
}

impl<const H: usize, const UNIT: bool> Lanes<H, UNIT> {
    /// Sections `first`, `first + 2`, and so on.
    fn new(sections: &[Section], kept: &[Memory], first: usize) -> Self {
        let section = |k: usize| sections[first + 2 * k];
        let memory = |k: usize| kept[first + 2 * k];
        Self {
            b1: std::array::from_fn(|k| section(k).b1),
            b2: std::array::from_fn(|k| section(k).b2),
            a1: std::array::from_fn(|k| section(k).a1),
            a2: std::array::from_fn(|k| section(k).a2),
            y: std::array::from_fn(|k| memory(k).y),
            t: std::array::from_fn(|k| memory(k).t),
            s: std::array::from_fn(|k| memory(k).s),
        }
    }

    /// One sample through one section; the operations of [`step`](crate::dsp::biquad::step).
    #[inline(always)]
    fn one(&mut self, k: usize, x: f64) -> f64 {
        // b0 is 1 here, and b2 too where `UNIT` says so: products by 1 are left out.
        let y = (x + self.t[k]) - self.a1[k] * self.y[k];
        self.t[k] = self.b1[k] * x + self.s[k];
        self.s[k] = (if UNIT { x } else { self.b2[k] * x }) - self.a2[k] * y;
        self.y[k] = y;
        y
    }

    /// A sample of its own through each section.
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "as in `fused`")]
    fn all(&mut self, x: [f64; H]) {
        for k in 0..H {
            self.one(k, x[k]);
        }
    }

    fn keep(&self, kept: &mut [Memory], first: usize) {
        for (k, memory) in kept.iter_mut().skip(first).step_by(2).enumerate().take(H) {
            *memory = Memory { y: self.y[k], t: self.t[k], s: self.s[k] };
        }
    }
}

/// The whole chain in one loop, its state in registers: the recursions of mean, sections and averages wait for
/// themselves only, so the processor overlaps them. Section `k` of the `2 H` is `k` samples behind the first, so all can
/// work at once; the last samples are brought up at the end. Same operations per sample as the parts one by one.
/// Whether an STA reached `bar` times its LTA.
#[allow(
    clippy::manual_memcpy,
    clippy::needless_range_loop,
    reason = "measured: adaptors of iterators and copies inside the loop are not always inlined in the profile `fast`, and \
              one call per sample throws the state out of its registers: half the speed"
)]
fn fused<const H: usize, const UNIT: bool, T: Copy + Into<f64>>(
    mean: &mut RunningMeanHighPass,
    (cascade, gain): (&mut Cascade, f64),
    ratio: &mut RecursiveStaLta,
    bar: f64,
    samples: &[T],
    out: &mut Scratch,
) -> bool {
    let n = samples.len().min(BLOCK);
    let lag = 2 * H - 1;
    let mut settled = mean.settled();
    let (weights, mut sta, mut lta) = ratio.parts();
    let (sections, kept) = cascade.parts();
    debug_assert!(sections.len() == 2 * H && kept.len() == 2 * H && n > lag);
    let (mut even, mut odd) = (Lanes::<H, UNIT>::new(sections, kept, 0), Lanes::<H, UNIT>::new(sections, kept, 1));
    let one = |even: &mut Lanes<H, UNIT>, odd: &mut Lanes<H, UNIT>, k: usize, x: f64| {
        if k.is_multiple_of(2) { even.one(k / 2, x) } else { odd.one(k / 2, x) }
    };
    // The first samples: only the sections that they have reached. What a section has put out and the next one has
    // not taken yet is its `y`.
    for (i, sample) in samples[..lag].iter().enumerate() {
        let mut first = settled.push((*sample).into());
        out.broad[i] = first;
        first *= gain;
        for k in (0..=i).rev() {
            let x = if k == 0 {
                first
            } else if k % 2 == 1 {
                even.y[k / 2]
            } else {
                odd.y[k / 2 - 1]
            };
            one(&mut even, &mut odd, k, x);
        }
    }
    let done = n - lag;
    let mut may_reach = false;
    let ins = samples[lag..n].iter().zip(&mut out.broad[lag..n]);
    let outs = out.band[..done].iter_mut().zip(&mut out.averages[..done]);
    for ((sample, broad), (band, averages)) in ins.zip(outs) {
        let mut first = settled.push((*sample).into());
        *broad = first;
        first *= gain;
        let mut to_even = [first; H];
        for k in 1..H {
            to_even[k] = odd.y[k - 1];
        }
        let to_odd = even.y;
        even.all(to_even);
        odd.all(to_odd);
        *band = odd.y[H - 1];
        (sta, lta) = weights.step(sta, lta, *band);
        *averages = [sta, lta];
        // `|`, not `||`: no branch in the loop.
        may_reach |= sta >= bar * lta;
    }
    // The last samples: only the sections that they have not passed.
    for i in done..n {
        for k in (i + 1 - done..2 * H).rev() {
            let x = if k % 2 == 1 { even.y[k / 2] } else { odd.y[k / 2 - 1] };
            let y = one(&mut even, &mut odd, k, x);
            if k == lag {
                out.band[i] = y;
                (sta, lta) = weights.step(sta, lta, y);
                out.averages[i] = [sta, lta];
                may_reach |= sta >= bar * lta;
            }
        }
    }
    mean.set_mean(settled.mean);
    even.keep(kept, 0);
    odd.keep(kept, 1);
    ratio.set(sta, lta);
    may_reach
}
