//! The cells of a posterior, packed: a thousand open cases hold some four million of them for as long as a notice may still fit.
use super::Cell;
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use std::fmt;

/// Bits of a byte that carry a number; the eighth says that more follow.
const DIGIT_BITS: u32 = 7;

/// Cells in their order. Each is kept as its difference from the one before it, in as few bytes as that takes: about seven, not
/// sixteen, of cells that follow each other on a grid. Nothing is lost, and the canonical bytes are those of the cells.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Cells {
    count: u32,
    packed: Box<[u8]>,
}

impl Cells {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The cells.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter { left: self.count, packed: &self.packed, before: [0; 4] }
    }
}

/// What differs from cell to cell.
fn numbers(cell: Cell) -> [i64; 4] {
    [cell.index.into(), cell.mass_ppb.into(), cell.time_mean_ms.into(), cell.time_sigma_ms.into()]
}

/// Differences near zero become small numbers, whatever their sign.
fn folded(difference: i64) -> u64 {
    ((difference << 1) ^ (difference >> 63)).cast_unsigned()
}

fn unfolded(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

impl FromIterator<Cell> for Cells {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        let (mut count, mut packed, mut before) = (0, Vec::new(), [0; 4]);
        for cell in cells {
            let now = numbers(cell);
            for (now, before) in now.iter().zip(before) {
                let mut left = folded(now - before);
                while left >> DIGIT_BITS > 0 {
                    packed.push(left.to_le_bytes()[0] | 1 << DIGIT_BITS);
                    left >>= DIGIT_BITS;
                }
                packed.push(left.to_le_bytes()[0]);
            }
            (count, before) = (count + 1, now);
        }
        Self { count, packed: packed.into() }
    }
}

impl From<Vec<Cell>> for Cells {
    fn from(cells: Vec<Cell>) -> Self {
        cells.into_iter().collect()
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<'a> IntoIterator for &'a Cells {
    type Item = Cell;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// An array of cells.
impl Canonical for Cells {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(self.len());
        for cell in self {
            cell.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        // Not all at once: what is not packed yet takes the most room.
        let count = decoder.array()?;
        let mut failed = None;
        let cells =
            (0..count).map_while(|_| Cell::decode(decoder).map_err(|error| failed = Some(error)).ok()).collect();
        failed.map_or(Ok(cells), Err)
    }
}

/// The cells one by one.
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    left: u32,
    packed: &'a [u8],
    before: [i64; 4],
}

impl Iterator for Iter<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        self.left = self.left.checked_sub(1)?;
        for before in &mut self.before {
            let (mut number, mut shift) = (0, 0);
            while let Some((digit, rest)) = self.packed.split_first() {
                self.packed = rest;
                number |= u64::from(digit & !(1 << DIGIT_BITS)) << shift;
                shift += DIGIT_BITS;
                if digit >> DIGIT_BITS == 0 {
                    break;
                }
            }
            *before += unfolded(number);
        }
        // Packed from these very types.
        let [index, mass_ppb, time_mean_ms, time_sigma_ms] = self.before;
        Some(Cell {
            index: index as u32,
            mass_ppb: mass_ppb as u32,
            time_mean_ms: time_mean_ms as i32,
            time_sigma_ms: time_sigma_ms as u32,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical;

    #[test]
    fn cells_come_out_as_they_went_in_and_have_the_bytes_of_a_list() {
        let cell = |index, mass_ppb, time_mean_ms, time_sigma_ms| Cell { index, mass_ppb, time_mean_ms, time_sigma_ms };
        let extremes = [
            cell(0, 0, 0, 0),
            cell(u32::MAX, u32::MAX, i32::MIN, u32::MAX),
            cell(0, 1, i32::MAX, 1),
            cell(7, u32::MAX, i32::MIN, 0),
            cell(6, 63, -64, 64),
        ];
        let lists =
            [vec![], extremes[..1].to_vec(), extremes.to_vec(), (0..5_000).map(|n| cell(n, n * n, 9, n)).collect()];
        for list in lists {
            let cells = Cells::from(list.clone());
            assert_eq!((cells.len(), cells.is_empty(), cells.iter().len()), (list.len(), list.is_empty(), list.len()));
            assert!(cells.iter().eq(list.iter().copied()));
            let bytes = canonical::to_bytes(&cells);
            assert_eq!(bytes, canonical::to_bytes(&list));
            assert_eq!(canonical::from_bytes::<Cells>(&bytes).unwrap(), cells);
            if let Some(last) = list.len().checked_sub(1) {
                assert!(
                    canonical::from_bytes::<Cells>(&bytes[..bytes.len() - 1]).is_err(),
                    "without the end of cell {last}"
                );
            }
        }
    }

    #[test]
    fn cells_that_follow_each_other_take_less_than_half_of_their_room() {
        let along = |n: u32| Cell {
            index: 40 * (n / 20) + n % 20,
            mass_ppb: 250_000 + 977 * (n % 20),
            time_mean_ms: -3_000 + 700 * (n % 20).cast_signed(),
            time_sigma_ms: 1_500 + n % 7,
        };
        let cells: Cells = (0..4_000).map(along).collect();
        assert!(cells.packed.len() < cells.len() * size_of::<Cell>() / 2, "{}", cells.packed.len());
    }
}
