//! Sums where windows fill much of the time: masks of whole bins, laid out once.
//!
//! A channel adds to sixteen bins of a cell by one "and" and one addition of bytes, which run in vectors.
use super::{Reached, WINDOW, Windows};

/// Bins that are summed together: four registers of sixteen. The windows of all channels over a piece fit a processor's
/// first cache.
const PIECE: usize = 64;

/// Bins of all masks together, 32 MB.
const MASKS_MAX: usize = 1 << 25;

/// From this share of the bins on that windows fill, masks are taken. Reckoned and not measured: a window adds to four bins
/// in about the time in which vectors add to thirty.
const FILLED_MIN: f64 = 0.12;

/// Which bins have a free measurement in their window: all ones where one lies, else zero.
pub(super) struct Masks {
    /// By rows.
    bins: Vec<u8>,
    /// Bins of a row, a multiple of [`PIECE`].
    wide: usize,
}

/// What the cells of a tile hear, one after the other, and of each its number, where its channels end and what clutter
/// alone gives, in steps.
#[derive(Default)]
pub(super) struct Cells {
    reach: Vec<(usize, u8)>,
    of: Vec<(u8, usize, u8)>,
    best: Vec<u8>,
    which: Vec<u8>,
}

impl Masks {
    /// Masks of that many bins, if windows fill enough of them.
    pub(super) fn new(windows: &Windows, total: usize) -> Option<Self> {
        let rows = windows.start.len() - 1;
        let wide = total.next_multiple_of(PIECE) + PIECE;
        let filled = (windows.of.len() * WINDOW) as f64 / (rows * total) as f64;
        if filled < FILLED_MIN || rows * wide > MASKS_MAX {
            return None;
        }
        let mut bins = vec![0; rows * wide + PIECE];
        for row in 0..rows {
            for window in windows.of_row(row as u32) {
                let at = row * wide + window.bin as usize;
                bins[at..at + WINDOW].fill(u8::MAX);
            }
        }
        Some(Self { bins, wide })
    }

    /// Adds a cell to a tile.
    pub(super) fn cell(&self, cells: &mut Cells, number: u8, reach: &[Reached], mean: u16) {
        let mask = |one: &Reached| (one.row as usize * self.wide + one.shift as usize, steps(one.weight));
        cells.reach.extend(reach.iter().map(mask));
        cells.of.push((number, cells.reach.len(), steps(mean)));
    }

    /// The best sum of each bin over a tile's cells less clutter's, and its cell's number.
    pub(super) fn best<'a>(&self, cells: &'a mut Cells, total: usize) -> impl Iterator<Item = (u8, u8)> + 'a {
        let wide = total.next_multiple_of(PIECE);
        let Cells { reach, of, best, which } = cells;
        for row in [&mut *best, &mut *which] {
            row.clear();
            row.resize(wide, 0);
        }
        // Pieces outside, cells inside: a piece's windows at neighbouring cells are nearly the same memory.
        let pieces = best.as_chunks_mut().0.iter_mut().zip(which.as_chunks_mut().0);
        for (piece, (best, which)) in pieces.enumerate() {
            let mut first = 0;
            for &(number, end, mean) in of.iter() {
                let mut sum = [0; PIECE];
                self.add(&mut sum, &reach[first..end], piece * PIECE);
                first = end;
                better(&sum, (number, mean), best, which);
            }
        }
        reach.clear();
        of.clear();
        best.iter().copied().zip(which.iter().copied()).take(total)
    }

    /// A piece from a place on.
    #[inline]
    fn piece(&self, at: usize) -> &[u8; PIECE] {
        self.bins.get(at..).and_then(|bins| bins.first_chunk()).unwrap_or(&[0; PIECE])
    }

    /// Adds the channels of a cell from a bin on, four at a time. Fixed lengths: the loops run in vectors.
    #[inline]
    fn add(&self, sum: &mut [u8; PIECE], reach: &[(usize, u8)], from: usize) {
        let (fours, rest) = reach.as_chunks::<4>();
        for of in fours {
            let [(a, wa), (b, wb), (c, wc), (d, wd)] = of.map(|(at, weight)| (self.piece(at + from), weight));
            for i in 0..PIECE {
                let two = (a[i] & wa).saturating_add(b[i] & wb);
                let four = two.saturating_add((c[i] & wc).saturating_add(d[i] & wd));
                sum[i] = sum[i].saturating_add(four);
            }
        }
        for &(at, weight) in rest {
            let mask = self.piece(at + from);
            for i in 0..PIECE {
                sum[i] = sum[i].saturating_add(mask[i] & weight);
            }
        }
    }
}

fn steps(value: u16) -> u8 {
    value.min(u16::from(u8::MAX)) as u8
}

/// Keeps a cell's sums, less the clutter's, where they are better than those before.
#[inline]
fn better(sum: &[u8; PIECE], (cell, mean): (u8, u8), best: &mut [u8; PIECE], which: &mut [u8; PIECE]) {
    for i in 0..PIECE {
        let sum = sum[i].saturating_sub(mean);
        let higher = 0_u8.wrapping_sub(u8::from(sum > best[i]));
        best[i] = best[i].max(sum);
        which[i] = (cell & higher) | (which[i] & !higher);
    }
}
