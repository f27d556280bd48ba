//! Sums where windows fill much of the time: a bit for each bin, a plane of bits for each digit of the sums.
//!
//! # Algorithm
//! A channel's weight is a number of [`DIGITS`] binary digits. For each digit that is set, the channel's bits are one
//! input of that digit's plane. Seven full adders take eight inputs into the sums of three planes, and what they carry
//! goes on into the planes above: five operations for each adder, on as many bins as a register has bits. Carry-save
//! addition as in counting the ones of many words (W. Muła, N. Kurz and D. Lemire, *Faster population counts using AVX2
//! instructions*, The Computer Journal 61, 111-120, 2018). Sums are compared with the cell's limit digit by digit as
//! well; only those above it are read out.
use super::{Above, Reached, WINDOW, Windows};

/// Bytes that are computed together. Fixed lengths: the loops run in vectors.
const BYTES: usize = 64;

/// A bit for each of some bins.
type Bits = [u8; BYTES];

/// Bins of [`Bits`].
pub(super) const PIECE: usize = 8 * BYTES;

/// Inputs that are added together.
const INPUTS: usize = 8;

/// Digits of a weight.
pub(super) const DIGITS: usize = 3;

/// The greatest weight.
pub(super) const WEIGHT_MAX: u16 = (1 << DIGITS) - 1;

/// Digits of a sum: of 4,096 sensors with eight waves each, all of the greatest weight, and one more.
const PLANES: usize = 20;

/// Bytes of all bits together, 32 MB.
const BYTES_MAX: usize = 1 << 25;

/// From this share of the bins on that windows fill, planes are faster than windows one by one: at a twentieth, measured,
/// windows take two thirds of the time.
const FILLED_MIN: f64 = 0.08;

/// Which bins have a free measurement in their window, by rows, eight times: moved by no bin, by one ... by seven, so
/// that each shift begins at a byte.
pub(super) struct Planes {
    bits: Vec<u8>,
    /// Bytes of a row, once.
    wide: usize,
}

/// A cell of a tile: its number, where its inputs of each digit end, how many digits its sums have, and what its
/// sums must be above, in steps.
struct Cell {
    number: u8,
    ends: [usize; DIGITS],
    digits: usize,
    limit: u32,
}

/// What the cells of a tile hear, one after the other.
#[derive(Default)]
pub(super) struct Cells {
    /// Where the bits of each input begin, by cells and digits.
    inputs: Vec<[usize; INPUTS]>,
    of: Vec<Cell>,
}

impl Planes {
    /// Bits of that many bins, if windows fill enough of them.
    pub(super) fn new(windows: &Windows, total: usize) -> Option<Self> {
        let (rows, count) = windows.count();
        let wide = (total.next_multiple_of(PIECE) + PIECE) / 8;
        let filled = (count * WINDOW) as f64 / (rows * total) as f64;
        if filled < FILLED_MIN || rows * wide * 8 > BYTES_MAX {
            return None;
        }
        // A row of nothing at the end.
        let mut bits = vec![0; rows * wide * 8 + wide];
        for row in 0..rows {
            for window in windows.of_row(row as u32) {
                for (copy, bin) in (0..8).flat_map(|copy| (0..WINDOW).map(move |k| (copy, k + window.bin()))) {
                    // The first bins of all, moved, lie before the row: no shift reaches them.
                    if let Some(bin) = bin.checked_sub(copy) {
                        bits[(row * 8 + copy) * wide + bin / 8] |= 1 << (bin % 8);
                    }
                }
            }
        }
        Some(Self { bits, wide })
    }

    /// Adds a cell to a tile; sums that are above the limit are asked for.
    pub(super) fn cell(&self, cells: &mut Cells, number: u8, reach: &[Reached], limit: u32) {
        let nothing = self.bits.len() - self.wide;
        let mut ends = [0; DIGITS];
        for (digit, end) in ends.iter_mut().enumerate() {
            let (mut eight, mut full) = ([nothing; INPUTS], 0);
            for one in reach.iter().filter(|one| one.weight >> digit & 1 == 1) {
                let shift = one.shift as usize;
                eight[full] = (one.row as usize * 8 + shift % 8) * self.wide + shift / 8;
                full += 1;
                if full == INPUTS {
                    cells.inputs.push(eight);
                    (eight, full) = ([nothing; INPUTS], 0);
                }
            }
            if full > 0 {
                cells.inputs.push(eight);
            }
            *end = cells.inputs.len();
        }
        let most: u32 = reach.iter().map(|one| u32::from(one.weight)).sum();
        // Three planes more than the greatest digit of a weight: those that its inputs are added in.
        let digits = ((u32::BITS - most.leading_zeros()) as usize).max(DIGITS + 2);
        cells.of.push(Cell { number, ends, digits, limit });
    }

    /// Gives all sums of a tile's cells that are above their limits, and forgets the cells.
    pub(super) fn above(&self, cells: &mut Cells, total: usize, mut give: impl FnMut(Above)) {
        let Cells { inputs, of } = cells;
        // Pieces outside, cells inside: a piece's bits at neighbouring cells are nearly the same memory.
        for piece in 0..total.div_ceil(PIECE) {
            let mut first = 0;
            for cell in of.iter() {
                let mut planes = [[0; BYTES]; PLANES];
                let planes = &mut planes[..cell.digits.min(PLANES)];
                for (digit, end) in cell.ends.into_iter().enumerate() {
                    for eight in &inputs[first..end] {
                        let [a, b, c, d, e, f, g, h] = *eight;
                        let at = |at: usize| self.bits(at + piece * BYTES);
                        add(&mut planes[digit..], [at(a), at(b), at(c), at(d), at(e), at(f), at(g), at(h)]);
                    }
                    first = end;
                }
                let above = greater(planes, cell.limit);
                for (eight, bits) in above.as_chunks().0.iter().enumerate() {
                    let mut bits = u64::from_le_bytes(*bits);
                    while bits != 0 {
                        let at = eight * 64 + bits.trailing_zeros() as usize;
                        bits &= bits - 1;
                        let mut sum = 0;
                        for plane in planes.iter().rev() {
                            sum = sum << 1 | u32::from(plane[at / 8] >> (at % 8) & 1);
                        }
                        give(Above { bin: piece * PIECE + at, cell: cell.number, sum: sum - cell.limit });
                    }
                }
            }
        }
        inputs.clear();
        of.clear();
    }

    /// The bits of an input.
    #[inline(always)]
    fn bits(&self, at: usize) -> &Bits {
        self.bits.get(at..).and_then(|bits| bits.first_chunk()).unwrap_or(&[0; BYTES])
    }
}

/// Adds eight inputs of the first plane.
#[inline]
fn add(planes: &mut [Bits], inputs: [&Bits; INPUTS]) {
    let Some((low, high)) = planes.split_first_chunk_mut::<3>() else { return };
    let mut carry = [0; BYTES];
    let [ones, twos, fours] = low;
    let [a, b, c, d, e, f, g, h] = inputs;
    for i in 0..BYTES {
        let (one, ab) = full(ones[i], a[i], b[i]);
        let (one, cd) = full(one, c[i], d[i]);
        let (one, ef) = full(one, e[i], f[i]);
        let (one, gh) = full(one, g[i], h[i]);
        let (two, abcd) = full(twos[i], ab, cd);
        let (two, efgh) = full(two, ef, gh);
        let (four, eight) = full(fours[i], abcd, efgh);
        (ones[i], twos[i], fours[i], carry[i]) = (one, two, four, eight);
    }
    for plane in high {
        for i in 0..BYTES {
            (plane[i], carry[i]) = (plane[i] ^ carry[i], plane[i] & carry[i]);
        }
    }
}

/// Sum and carry of three bits.
#[inline(always)]
fn full(a: u8, b: u8, c: u8) -> (u8, u8) {
    let either = b ^ c;
    (a ^ either, (b & c) | (either & a))
}

/// Which sums are greater than a limit.
#[inline]
fn greater(planes: &[Bits], limit: u32) -> Bits {
    if limit >> planes.len() != 0 {
        return [0; BYTES];
    }
    let (mut greater, mut equal) = ([0; BYTES], [u8::MAX; BYTES]);
    for (k, plane) in planes.iter().enumerate().rev() {
        let digit = 0_u8.wrapping_sub((limit >> k & 1) as u8);
        for i in 0..BYTES {
            greater[i] |= equal[i] & plane[i] & !digit;
            equal[i] &= !(plane[i] ^ digit);
        }
    }
    greater
}

#[cfg(test)]
mod tests {
    use super::super::windows::{self, Window};
    use super::*;

    /// Sums, and which are above the limit, are those of adding bin by bin.
    #[test]
    fn as_adding_bin_by_bin() {
        let mut seed = 1_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        const TOTAL: usize = 1_000;
        const BEFORE: u32 = 120;
        for channels in [1, 2, 3, 8, 61] {
            let (mut of, mut start) = (Vec::new(), vec![0]);
            for _ in 0..channels {
                let mut bins: Vec<u32> = (0..100).map(|_| BEFORE + next(800) as u32).collect();
                bins.sort_unstable();
                bins.dedup();
                let first = of.len();
                for (k, &bin) in bins.iter().enumerate() {
                    let covered = if k == 0 { 0 } else { bins[k - 1] + WINDOW as u32 };
                    of.push(Window::new(bin, covered.saturating_sub(bin)));
                }
                assert!(of.len() > first);
                start.push(of.len() as u32);
            }
            let windows = Windows::of_rows(of, start);
            let planes = Planes::new(&windows, TOTAL).unwrap();
            let (mut cells, mut few) = (Cells::default(), windows::Cells::default());
            let mut expected = Vec::new();
            for number in 0..3 {
                let one = |row| Reached {
                    row,
                    shift: next(u64::from(BEFORE)) as u32,
                    weight: 1 + next(u64::from(WEIGHT_MAX)) as u16,
                };
                let reach: Vec<Reached> = (0..channels as u32).map(one).collect();
                let limit = channels as u32 + 3;
                planes.cell(&mut cells, number, &reach, limit);
                windows.cell(&mut few, number, &reach, limit);
                for bin in 0..TOTAL {
                    let hit = |one: &&Reached| {
                        let at = bin + one.shift as usize;
                        windows.of_row(one.row).iter().any(|w| (w.bin()..w.bin() + WINDOW).contains(&at))
                    };
                    let sum: u32 = reach.iter().filter(hit).map(|one| u32::from(one.weight)).sum();
                    if sum > limit {
                        expected.push((bin, number, sum - limit));
                    }
                }
            }
            let mut best = vec![0; TOTAL];
            expected.iter().for_each(|(bin, _, above)| best[*bin] = best[*bin].max(*above));
            let mut found = Vec::new();
            planes.above(&mut cells, TOTAL, |above| found.push((above.bin, above.cell, above.sum)));
            found.retain(|(bin, ..)| *bin < TOTAL);
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{channels} channels");
            assert!(!found.is_empty() || channels < 3);
            let mut of_windows = vec![0; TOTAL];
            windows.above(&mut few, TOTAL, |above| of_windows[above.bin] = above.sum);
            assert_eq!(of_windows, best, "{channels} channels");
        }
    }
}
