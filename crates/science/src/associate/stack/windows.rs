//! Sums where windows are few beside bins: each measurement adds its weight to the bins of its own window alone, four
//! at once, so that the work is that of cells x measurements in reach.
//!
//! Where windows are few beside bins altogether, only their own bins are looked at, not all.
//!
//! A sum and its cell's number share one integer: the greater of two keeps both. Bins are taken in pieces: what is added to
//! and what is kept of one fit a processor's first cache.
use super::super::fit::Scene;
use super::super::network::NONE;
use super::{Above, CELLS, Grid, Reached, SUM_MAX, WINDOW, Weights};

/// Bytes of a piece's sums: a power of two, so that an index that is cut to it needs no check.
const BYTES: usize = 1 << 13;

/// Bins of a piece: what is left beside the ends of windows on both sides.
const PIECE: usize = BYTES / 2 - 4 * WINDOW;

/// With so many bins for each window, at least, only the windows' own are looked at: there a cell's cost is that of its windows, else
/// that of all bins. Between 3 and 8 it made no difference, with 32 a fifth more of the associator's time.
const BINS_OF_FEW: usize = 8;

/// The sign's bit of a sum.
const SIGN: u16 = 1 << 15;

/// One in each bin of a window.
const EACH: u64 = 0x0001_0001_0001_0001;
const _: () = assert!(WINDOW == 4 && WINDOW * 16 == u64::BITS as usize);

/// The windows of the free measurements, by rows.
pub(super) struct Windows {
    of: Vec<Window>,
    /// First window of each row, and one past the last.
    start: Vec<u32>,
    /// Of each row the first window of each piece.
    pieces: Vec<Vec<u32>>,
}

/// The first bin of a window, and how many of its bins a window before it holds: in the last two bits.
#[derive(Clone, Copy)]
pub(super) struct Window(u32);

impl Window {
    #[inline]
    pub(super) fn new(bin: u32, old: u32) -> Self {
        Self(bin << 2 | old)
    }

    #[inline]
    pub(super) fn bin(self) -> usize {
        (self.0 >> 2) as usize
    }

    /// What it adds to its bins, sixteen bits each.
    #[inline]
    fn adds(self, each: u64) -> u64 {
        each << (16 * (self.0 & 3))
    }
}

/// What the cells of a tile hear, one after the other.
#[derive(Default)]
pub(super) struct Cells {
    reach: Vec<Reached>,
    /// Of each cell its number, where its channels end, and what its sums must be above, in steps.
    of: Vec<(u16, usize, u16)>,
    sum: Sums,
    best: Vec<i16>,
    /// Of few windows the sums of all bins, all 0 between cells, and where a cell's windows begin in them.
    sums: Vec<u8>,
    at: Vec<usize>,
}

/// The sums of a piece, sixteen bits each, and room for the last window.
struct Sums([u8; BYTES + 8]);

impl Default for Sums {
    fn default() -> Self {
        Self([0; BYTES + 8])
    }
}

impl Windows {
    /// Windows in order of their bins, in rows that begin and end so.
    pub(super) fn of_rows(of: Vec<Window>, start: Vec<u32>) -> Self {
        let mut pieces = Vec::new();
        for row in start.windows(2) {
            let mut firsts = Vec::new();
            for (i, window) in of.iter().enumerate().take(row[1] as usize).skip(row[0] as usize) {
                while firsts.len() * PIECE <= window.bin() {
                    firsts.push(i as u32);
                }
            }
            pieces.push(firsts);
        }
        Self { of, start, pieces }
    }

    /// All windows; the first measurement is in the bin `before`.
    pub(super) fn new(scene: &Scene<'_>, grid: &Grid, weights: &Weights, before: usize) -> Self {
        let picks = scene.picks;
        let (mut of, mut start) = (Vec::new(), vec![0]);
        for channel in (0..weights.row.len()).filter(|channel| weights.row[*channel] != NONE) {
            let mut covered = 0_u32;
            for i in picks.of(channel).filter(|i| picks.free(*i)) {
                let at = ((picks.times[i] - picks.from_s) / grid.bin_s + 0.5) as usize + before;
                let bin = (at - WINDOW / 2) as u32;
                of.push(Window::new(bin, covered.saturating_sub(bin).min(WINDOW as u32 - 1)));
                covered = bin + WINDOW as u32;
            }
            start.push(of.len() as u32);
        }
        Self::of_rows(of, start)
    }

    /// How many rows and how many windows there are.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.start.len() - 1, self.of.len())
    }

    /// Those of a row.
    pub(super) fn of_row(&self, row: u32) -> &[Window] {
        &self.of[self.start[row as usize] as usize..self.start[row as usize + 1] as usize]
    }

    /// The first window of a row that begins at a bin or after it.
    #[inline]
    fn first(&self, row: u32, bin: usize) -> usize {
        let end = self.start[row as usize + 1] as usize;
        let mut at = self.pieces[row as usize].get(bin / PIECE).map_or(end, |first| *first as usize);
        while at < end && self.of[at].bin() < bin {
            at += 1;
        }
        at
    }

    /// Adds a cell to a tile; sums that are above the limit are asked for.
    pub(super) fn cell(&self, cells: &mut Cells, number: u8, reach: &[Reached], limit: u32) {
        cells.reach.extend_from_slice(reach);
        let limit = limit.min(u32::from(SUM_MAX)) as u16;
        cells.of.push((u16::from(number), cells.reach.len(), limit * CELLS));
    }

    /// Gives the sums of a tile's cells that are above their limit, of each bin at least the greatest, and forgets the cells.
    pub(super) fn above(&self, cells: &mut Cells, total: usize, give: impl FnMut(Above)) {
        if self.of.len() * BINS_OF_FEW <= total {
            self.above_of_few(cells, total, give);
        } else {
            self.above_of_all(cells, total, give);
        }
        cells.reach.clear();
        cells.of.clear();
    }

    /// Window by window: each adds its weight to its bins, then these are read, and are 0 again.
    fn above_of_few(&self, cells: &mut Cells, total: usize, mut give: impl FnMut(Above)) {
        let Cells { reach, of, sums, at, .. } = cells;
        // Room for the ends of windows on both sides.
        sums.resize(2 * (total + 2 * WINDOW), 0);
        let mut first = 0;
        for &(number, end, limit) in of.iter() {
            at.clear();
            for one in &reach[first..end] {
                let (each, shift) = (u64::from(one.weight * CELLS) * EACH, one.shift as usize);
                for window in self.of_row(one.row) {
                    let Some(begin) =
                        (window.bin() + WINDOW).checked_sub(shift).filter(|begin| *begin < total + WINDOW)
                    else {
                        continue;
                    };
                    let begin = 2 * begin;
                    if let Some(sum) = sums[begin..].first_chunk_mut() {
                        // No bin overflows into the next: all weights together do not fill one.
                        *sum = u64::from_le_bytes(*sum).wrapping_add(window.adds(each)).to_le_bytes();
                        at.push(begin);
                    }
                }
            }
            first = end;
            for begin in at.iter() {
                let Some(sum) = sums[*begin..].first_chunk_mut::<8>() else { continue };
                for (k, sum) in sum.as_chunks::<2>().0.iter().enumerate() {
                    let above = u16::from_le_bytes(*sum).saturating_sub(limit);
                    if above > 0
                        && let Some(bin) = (begin / 2 + k).checked_sub(WINDOW)
                    {
                        give(Above { bin, cell: number as u8, sum: u32::from(above / CELLS) });
                    }
                }
                // Bins that another window shares were read with its part.
                *sum = [0; 8];
            }
        }
    }

    /// Piece by piece, and all bins of each.
    fn above_of_all(&self, cells: &mut Cells, total: usize, mut give: impl FnMut(Above)) {
        let Cells { reach, of, sum: Sums(sum), best, .. } = cells;
        for from in (0..total).step_by(PIECE) {
            best.clear();
            // Signed, because sixteen bits are compared in vectors with their signs only.
            best.resize(PIECE.min(total - from), i16::MIN);
            let mut first = 0;
            for &(number, end, limit) in of.iter() {
                // Room for the ends of windows on both sides.
                sum[..2 * (best.len() + 2 * WINDOW)].fill(0);
                for one in &reach[first..end] {
                    let each = u64::from(one.weight * CELLS) * EACH;
                    // Bins of the room before the piece are not looked at.
                    let low = (from + one.shift as usize).saturating_sub(WINDOW - 1);
                    let high = from + one.shift as usize + best.len();
                    for window in &self.of[self.first(one.row, low)..self.first(one.row, high)] {
                        let at = 2 * (window.bin() + WINDOW).wrapping_sub(from + one.shift as usize) % BYTES;
                        if let Some(sum) = sum[at..at + 8].first_chunk_mut() {
                            // No bin overflows into the next: all weights together do not fill one.
                            *sum = u64::from_le_bytes(*sum).wrapping_add(window.adds(each)).to_le_bytes();
                        }
                    }
                }
                first = end;
                for (best, sum) in best.iter_mut().zip(sum[2 * WINDOW..].as_chunks::<2>().0) {
                    *best = (*best).max(signed(u16::from_le_bytes(*sum).saturating_sub(limit) | number));
                }
            }
            for (bin, best) in best.iter().enumerate() {
                let packed = *best as u16 ^ SIGN;
                if packed >= CELLS {
                    give(Above { bin: from + bin, cell: (packed % CELLS) as u8, sum: u32::from(packed / CELLS) });
                }
            }
        }
    }
}

/// A number whose order as a signed one is that of the other: the sign's bit turned.
#[inline]
fn signed(packed: u16) -> i16 {
    (packed ^ SIGN) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Window by window and piece by piece say the same of every bin.
    #[test]
    fn few_windows_are_as_all_bins() {
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        const TOTAL: usize = 9_000;
        for channels in [1, 3, 9] {
            let (mut of, mut start) = (Vec::new(), vec![0]);
            for _ in 0..channels {
                // Crowded in one place, so that windows share bins, and some at the ends.
                let mut bins: Vec<u32> = (0..40).map(|_| 4_000 + next(150) as u32).collect();
                bins.extend((0..30).map(|_| next(TOTAL as u64 + 300) as u32));
                bins.sort_unstable();
                bins.dedup();
                let mut covered = 0_u32;
                for bin in bins {
                    of.push(Window::new(bin, covered.saturating_sub(bin).min(WINDOW as u32 - 1)));
                    covered = bin + WINDOW as u32;
                }
                start.push(of.len() as u32);
            }
            let windows = Windows::of_rows(of, start);
            let mut cells = [Cells::default(), Cells::default()];
            // A second tile finds nothing left of the first.
            for _ in 0..2 {
                for number in 0..5 {
                    let one = |row| Reached { row, shift: next(300) as u32, weight: 1 + next(20) as u16 };
                    let reach: Vec<Reached> = (0..channels as u32).map(one).collect();
                    cells.iter_mut().for_each(|cells| windows.cell(cells, number, &reach, 15));
                }
                let [few, all] = &mut cells;
                let mut found = [vec![0; TOTAL], vec![0; TOTAL]];
                let [of_few, of_all] = &mut found;
                let packed = |above: &Above| above.sum * u32::from(CELLS) + u32::from(above.cell);
                windows.above_of_few(few, TOTAL, |above| {
                    if let Some(best) = of_few.get_mut(above.bin) {
                        *best = packed(&above).max(*best);
                    }
                });
                windows.above_of_all(all, TOTAL, |above| of_all[above.bin] = packed(&above));
                cells.iter_mut().for_each(|cells| (cells.reach.clear(), cells.of.clear()).0);
                assert!(found[0].iter().any(|best| *best > 0));
                assert_eq!(found[0], found[1], "{channels} channels");
            }
        }
    }
}
