//! The peak of a grid of beams, with bounds instead of most of the beams.
use super::super::error::{ArrayError, Kind};
use super::super::geometry::{Geometry, pairs_of};
use super::super::spectra::Spectra;
use super::{Grid, f_of_semblance};
use std::f64::consts::TAU;

/// Beams of a block along each axis.
const BLOCK: usize = 8;

/// Nodes of a correlation's table in one period of the highest frequency, the first that pays: h2/8 max |g''| is at
/// most 3e-4, 1.2e-3 and 4.8e-3 of the correlation's largest possible value.
const NODES_PER_PERIOD: [f64; 3] = [128.0, 64.0, 32.0];

/// What rounding can do to a power, over its largest possible value. Sums of some thousand terms in double precision
/// stay a hundred times below.
const ROUNDING: f64 = 1e-10;

/// The most nodes of all tables: 32 MB with their range maxima. Past it the array is so wide for its band that most
/// beams would have to be computed anyway.
const NODES_MAX: usize = 1 << 19;

/// The most entries of the table of phases: 64 MB.
const PHASES_MAX: usize = 1 << 22;

/// What is the same for all windows of an array, a grid and a set of frequencies.
#[derive(Debug, Clone)]
pub struct Plan {
    grid: Grid,
    elements: usize,
    first_bin: usize,
    bins: usize,
    step_hz: f64,
    /// For each beam and element the delay from the array's centre, s.
    delays_s: Vec<f64>,
    bounds: Option<Bounds>,
}

/// How beams are bounded.
#[derive(Debug, Clone)]
struct Bounds {
    /// Distance of nodes, s.
    step_s: f64,
    /// For each pair the place of its node of delay zero, and its nodes on either side.
    centres: Vec<(usize, usize)>,
    nodes: usize,
    /// For m from 0 to the most nodes on one side and each frequency, cos and then sin of 2 pi f m h.
    phases: Vec<f64>,
    /// Range maxima are kept over 1, 2, 4, ... nodes up to this many times.
    levels: usize,
    blocks: Vec<Block>,
    /// For each block and pair: where in the range maxima the two lie that cover the block's delays.
    covers: Vec<(u32, u32)>,
}

/// Neighbouring beams.
#[derive(Debug, Clone)]
struct Block {
    azimuths: (usize, usize),
    slownesses: (usize, usize),
}

/// The strongest beam of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Its number: azimuths run fastest. Of equal ones the first.
    pub beam: usize,
    /// Back-azimuth, degrees.
    pub azimuth_deg: f64,
    /// Horizontal slowness, s/km.
    pub slowness_s_km: f64,
    /// Semblance, 0 to 1.
    pub semblance: f64,
    /// F statistic.
    pub f_statistic: f64,
    /// How many beams were computed in full to find it.
    pub computed: usize,
}

impl Plan {
    /// For windows like `spectra` (as many frequencies, of the same distance).
    ///
    /// # Errors
    /// If the spectra have other elements than the geometry.
    pub fn new(geometry: &Geometry, grid: Grid, spectra: &Spectra) -> Result<Self, ArrayError> {
        let elements = geometry.elements();
        if spectra.elements() != elements {
            return Err(ArrayError(Kind::Channels { channels: spectra.elements(), elements }));
        }
        let mut delays_s = Vec::with_capacity(grid.beams() * elements);
        for beam in 0..grid.beams() {
            let [east, north] = grid.slowness_s_m(beam);
            delays_s.extend(geometry.offsets_m().iter().map(|r| east * r[0] + north * r[1]));
        }
        let (first_bin, bins, step_hz) = (spectra.first_bin(), spectra.bins(), spectra.step_hz());
        let mut plan = Self { grid, elements, first_bin, bins, step_hz, delays_s, bounds: None };
        plan.bounds = NODES_PER_PERIOD.iter().find_map(|nodes| Bounds::new(&plan, *nodes));
        Ok(plan)
    }

    /// The grid.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The strongest beam: the same, to the bit, as [`Plan::peak_of_all`] finds.
    ///
    /// # Errors
    /// If the spectra have other elements or frequencies than those the plan was made for.
    pub fn peak(&self, spectra: &Spectra) -> Result<Peak, ArrayError> {
        self.check(spectra)?;
        match &self.bounds {
            Some(bounds) => Ok(self.peak_within(bounds, spectra)),
            None => Ok(self.peak_by_all(spectra)),
        }
    }

    /// The strongest beam by computing every beam.
    ///
    /// # Errors
    /// As [`Plan::peak`].
    pub fn peak_of_all(&self, spectra: &Spectra) -> Result<Peak, ArrayError> {
        self.check(spectra)?;
        Ok(self.peak_by_all(spectra))
    }

    /// The semblance of every beam.
    ///
    /// # Errors
    /// As [`Plan::peak`].
    pub fn semblances(&self, spectra: &Spectra) -> Result<Vec<f64>, ArrayError> {
        self.check(spectra)?;
        let full = self.full_power(spectra);
        Ok((0..self.grid.beams()).map(|beam| semblance(self.power(spectra, beam), full)).collect())
    }

    pub(super) fn check(&self, spectra: &Spectra) -> Result<(), ArrayError> {
        if spectra.elements() != self.elements {
            return Err(ArrayError(Kind::Plan { what: "elements" }));
        }
        let same = spectra.first_bin() == self.first_bin && spectra.bins() == self.bins;
        if !same || spectra.step_hz().to_bits() != self.step_hz.to_bits() {
            return Err(ArrayError(Kind::Plan { what: "frequencies" }));
        }
        Ok(())
    }

    /// The delays of a beam, s.
    pub(super) fn delays_s(&self, beam: usize) -> &[f64] {
        &self.delays_s[beam * self.elements..][..self.elements]
    }

    /// sum |b|2 of a beam. Everything that is compared comes from here.
    fn power(&self, spectra: &Spectra, beam: usize) -> f64 {
        // A number of elements that the compiler knows keeps the turns in registers.
        let delays_s = self.delays_s(beam);
        match self.elements {
            3 => power_of::<3>(spectra, delays_s),
            4 => power_of::<4>(spectra, delays_s),
            5 => power_of::<5>(spectra, delays_s),
            6 => power_of::<6>(spectra, delays_s),
            7 => power_of::<7>(spectra, delays_s),
            8 => power_of::<8>(spectra, delays_s),
            _ => power_of_any(spectra, delays_s),
        }
    }

    /// The power that a beam of equal elements would have.
    fn full_power(&self, spectra: &Spectra) -> f64 {
        self.elements as f64 * spectra.total_power()
    }

    fn peak_by_all(&self, spectra: &Spectra) -> Peak {
        let mut best = Best::default();
        for beam in 0..self.grid.beams() {
            best.see(beam, self.power(spectra, beam));
        }
        self.described(best, spectra)
    }

    fn peak_within(&self, bounds: &Bounds, spectra: &Spectra) -> Peak {
        let tables = bounds.tables(spectra);
        let order = bounds.order(&tables);
        let mut best = Best::default();
        let mut uppers = Vec::with_capacity(BLOCK * BLOCK);
        for (bound, block) in order {
            // Blocks come by falling bound; an equal one may hold an equal beam of a smaller number.
            if bound < best.power {
                break;
            }
            uppers.clear();
            let block = &bounds.blocks[block];
            for slowness in block.slownesses.0..block.slownesses.1 {
                for azimuth in block.azimuths.0..block.azimuths.1 {
                    let beam = slowness * self.grid.azimuths_deg().len() + azimuth;
                    let upper = bounds.upper(&tables, self.delays_s(beam));
                    if upper >= best.power {
                        uppers.push((upper, beam));
                    }
                }
            }
            // The most promising first: it makes the others needless.
            if let Some(first) = uppers.iter().copied().reduce(|a, b| if b.0 > a.0 { b } else { a }) {
                best.see(first.1, self.power(spectra, first.1));
                for (upper, beam) in &uppers {
                    if *upper >= best.power && *beam != first.1 {
                        best.see(*beam, self.power(spectra, *beam));
                    }
                }
            }
        }
        self.described(best, spectra)
    }

    fn described(&self, best: Best, spectra: &Spectra) -> Peak {
        let (azimuth_deg, slowness_s_km) = self.grid.beam(best.beam);
        let semblance = semblance(best.power, self.full_power(spectra));
        let f_statistic = f_of_semblance(semblance, self.elements);
        Peak { beam: best.beam, azimuth_deg, slowness_s_km, semblance, f_statistic, computed: best.computed }
    }
}

/// The semblance of a power; 0 where there is no power at all.
pub(super) fn semblance(power: f64, full_power: f64) -> f64 {
    if full_power > 0.0 { (power / full_power).min(1.0) } else { 0.0 }
}

/// The strongest beam so far.
struct Best {
    beam: usize,
    power: f64,
    computed: usize,
}

impl Default for Best {
    fn default() -> Self {
        Self { beam: 0, power: f64::NEG_INFINITY, computed: 0 }
    }
}

impl Best {
    fn see(&mut self, beam: usize, power: f64) {
        self.computed += 1;
        if power > self.power || (power == self.power && beam < self.beam) {
            (self.beam, self.power) = (beam, power);
        }
    }
}

/// sum |b|2 of delays, for a number of elements that is known when compiling.
fn power_of<const N: usize>(spectra: &Spectra, delays_s: &[f64]) -> f64 {
    let mut turns = [[0.0; N]; 2];
    let mut steps = [[0.0; N]; 2];
    for i in 0..N {
        let (turn, step) = turn_and_step(spectra, delays_s[i]);
        (turns[0][i], turns[1][i], steps[0][i], steps[1][i]) = (turn.0, turn.1, step.0, step.1);
    }
    let mut power = 0.0;
    for row in spectra.entries.chunks_exact(N) {
        let mut sum = (0.0, 0.0);
        for i in 0..N {
            let (cos, sin) = (turns[0][i], turns[1][i]);
            sum.0 += row[i].0 * cos - row[i].1 * sin;
            sum.1 += row[i].0 * sin + row[i].1 * cos;
            turns[0][i] = cos * steps[0][i] - sin * steps[1][i];
            turns[1][i] = cos * steps[1][i] + sin * steps[0][i];
        }
        power += sum.0 * sum.0 + sum.1 * sum.1;
    }
    power
}

/// sum |b|2 of delays.
pub(super) fn power_of_any(spectra: &Spectra, delays_s: &[f64]) -> f64 {
    let mut turns: Vec<_> = delays_s.iter().map(|delay_s| turn_and_step(spectra, *delay_s)).collect();
    let mut power = 0.0;
    for row in spectra.entries.chunks_exact(delays_s.len()) {
        let mut sum = (0.0, 0.0);
        for (z, (turn, step)) in row.iter().zip(&mut turns) {
            sum.0 += z.0 * turn.0 - z.1 * turn.1;
            sum.1 += z.0 * turn.1 + z.1 * turn.0;
            *turn = (turn.0 * step.0 - turn.1 * step.1, turn.0 * step.1 + turn.1 * step.0);
        }
        power += sum.0 * sum.0 + sum.1 * sum.1;
    }
    power
}

/// e^(2 pi i f delay) at the first frequency, and its factor from one frequency to the next, as (cos, sin).
pub(super) fn turn_and_step(spectra: &Spectra, delay_s: f64) -> ((f64, f64), (f64, f64)) {
    let (sin, cos) = libm::sincos(TAU * spectra.frequency_hz(0) * delay_s);
    let (step_sin, step_cos) = libm::sincos(TAU * spectra.step_hz() * delay_s);
    ((cos, sin), (step_cos, step_sin))
}

/// The tables of one window.
struct Tables {
    /// Level by level: the largest of 1, 2, 4, ... nodes from each on.
    maxima: Vec<f64>,
    /// sum |X|2 plus all that is added to a sum of nodes to bound a power.
    constant: f64,
}

impl Bounds {
    /// `None` where tables would cost more than they save.
    fn new(plan: &Plan, nodes_per_period: f64) -> Option<Self> {
        let n = plan.elements;
        let beams = plan.grid.beams();
        let frequency_max_hz = (plan.first_bin + plan.bins - 1) as f64 * plan.step_hz;
        let step_s = 1.0 / (nodes_per_period * frequency_max_hz);
        let delay = |beam: usize, first: usize, second: usize| {
            let delays = plan.delays_s(beam);
            (delays[second] - delays[first]) / step_s
        };
        let mut centres = Vec::new();
        let mut nodes = 0_usize;
        for pair in pairs_of(n) {
            let most = (0..beams).map(|beam| delay(beam, pair.first, pair.second).abs()).fold(0.0, f64::max);
            // Two more: the interpolation looks at the next node, and rounding must not leave the table.
            let side = most.ceil() as usize + 2;
            centres.push((nodes + side, side));
            nodes += 2 * side + 1;
            if nodes > NODES_MAX {
                return None;
            }
        }
        let side_max = centres.iter().map(|centre| centre.1).max()?;
        let work = nodes.saturating_mul(plan.bins);
        if work > beams.saturating_mul(n * plan.bins) / 2 || (side_max + 1).saturating_mul(2 * plan.bins) > PHASES_MAX {
            return None;
        }
        let mut phases = Vec::with_capacity((side_max + 1) * 2 * plan.bins);
        for m in 0..=side_max {
            let angle = |k: usize| TAU * (plan.first_bin + k) as f64 * plan.step_hz * step_s * m as f64;
            phases.extend((0..plan.bins).map(|k| libm::cos(angle(k))));
            phases.extend((0..plan.bins).map(|k| libm::sin(angle(k))));
        }
        let mut bounds = Self { step_s, centres, nodes, phases, levels: 1, blocks: Vec::new(), covers: Vec::new() };
        let (azimuths, slownesses) = (plan.grid.azimuths_deg().len(), plan.grid.slownesses_s_km().len());
        for slowness in (0..slownesses).step_by(BLOCK) {
            for azimuth in (0..azimuths).step_by(BLOCK) {
                let block = Block {
                    azimuths: (azimuth, (azimuth + BLOCK).min(azimuths)),
                    slownesses: (slowness, (slowness + BLOCK).min(slownesses)),
                };
                bounds.add(plan, block, &delay);
            }
        }
        Some(bounds)
    }

    /// Adds a block with where its delays lie.
    fn add(&mut self, plan: &Plan, block: Block, delay: &impl Fn(usize, usize, usize) -> f64) {
        for (pair, (centre, _)) in pairs_of(plan.elements).zip(&self.centres) {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for slowness in block.slownesses.0..block.slownesses.1 {
                for azimuth in block.azimuths.0..block.azimuths.1 {
                    let beam = slowness * plan.grid.azimuths_deg().len() + azimuth;
                    let at = delay(beam, pair.first, pair.second);
                    (low, high) = (low.min(at), high.max(at));
                }
            }
            let low = (*centre as i64 + low.floor() as i64) as usize;
            let high = (*centre as i64 + high.ceil() as i64) as usize;
            let level = (high - low + 1).ilog2() as usize;
            self.levels = self.levels.max(level + 1);
            let at = level * self.nodes;
            self.covers.push(((at + low) as u32, (at + high + 1 - (1 << level)) as u32));
        }
        self.blocks.push(block);
    }

    /// The correlations of a window's pairs at the nodes, and their range maxima.
    fn tables(&self, spectra: &Spectra) -> Tables {
        let (n, bins) = (spectra.elements(), spectra.bins());
        let mut maxima = vec![0.0; self.nodes * self.levels];
        let mut cross = vec![0.0; 2 * bins];
        let mut curvature = 0.0;
        let mut largest = 0.0;
        for (pair, (centre, side)) in pairs_of(n).zip(&self.centres) {
            // b holds X_j X_i* e^(iw (t_j - t_i)) and its conjugate: twice the real part.
            for k in 0..bins {
                let (a, b) = (spectra.row(k)[pair.first], spectra.row(k)[pair.second]);
                let (re, im) = (b.0 * a.0 + b.1 * a.1, b.1 * a.0 - b.0 * a.1);
                (cross[k], cross[bins + k]) = (re, im);
                let (magnitude, omega) = ((re * re + im * im).sqrt(), TAU * spectra.frequency_hz(k));
                curvature += magnitude * omega * omega;
                largest += magnitude;
            }
            for m in 0..=*side {
                let row = &self.phases[m * 2 * bins..][..2 * bins];
                let (cos, sin) = row.split_at(bins);
                let even = dot(&cross[..bins], cos);
                let odd = dot(&cross[bins..], sin);
                maxima[centre + m] = even - odd;
                maxima[centre - m] = even + odd;
            }
        }
        for level in 1..self.levels {
            let (below, above) = maxima.split_at_mut(level * self.nodes);
            let below = &below[(level - 1) * self.nodes..];
            let half = 1 << (level - 1);
            for m in 0..self.nodes {
                above[m] = if m + half < self.nodes { below[m].max(below[m + half]) } else { below[m] };
            }
        }
        let total = spectra.total_power();
        let between = curvature * self.step_s * self.step_s / 8.0;
        Tables { maxima, constant: total + 2.0 * between + ROUNDING * (total + 2.0 * largest) }
    }

    /// Blocks with their bounds, the highest first.
    fn order(&self, tables: &Tables) -> Vec<(f64, usize)> {
        let pairs = self.centres.len();
        let mut order: Vec<(f64, usize)> = self
            .covers
            .chunks_exact(pairs)
            .enumerate()
            .map(|(block, covers)| {
                let ends = covers.iter().map(|(a, b)| tables.maxima[*a as usize].max(tables.maxima[*b as usize]));
                (tables.constant + 2.0 * ends.sum::<f64>(), block)
            })
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order
    }

    /// A bound on the power of delays.
    fn upper(&self, tables: &Tables, delays_s: &[f64]) -> f64 {
        let mut sum = 0.0;
        let mut centres = self.centres.iter();
        let scale = 1.0 / self.step_s;
        for (i, first) in delays_s.iter().enumerate() {
            for (second, (centre, _)) in delays_s[i + 1..].iter().zip(&mut centres) {
                let at = (second - first) * scale + *centre as f64;
                let node = at as usize;
                let part = at - node as f64;
                let (a, b) = (tables.maxima[node], tables.maxima[node + 1]);
                sum += a + (b - a) * part;
            }
        }
        tables.constant + 2.0 * sum
    }
}

/// A product of vectors in four chains, which a processor can run side by side.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a4.zip(b4) {
        for i in 0..4 {
            sums[i] += x[i] * y[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
