//! Steim-1 and Steim-2: differences of integers, packed into frames of sixteen 32-bit words.
//!
//! # Algorithm
//! The first word of a frame holds sixteen two-bit codes, one for each of its words. In the first frame words 1 and 2
//! are the first sample X0 and the last sample Xn. All other words hold differences `d[i] = x[i] - x[i-1]`; the very
//! first difference refers to the record before and is not used. Sums wrap at 32 bits. Source: SEED Reference Manual
//! 2.4, appendix B. Checked against libmseed 3.5.4 in both byte orders.
//!
//! Differences past the stated number of samples are ignored, as in libmseed. Codes that Steim-2 does not define are
//! refused wherever they stand in a frame that is read.
use super::encoding::ByteOrder;

/// Bytes of a frame.
pub(super) const FRAME_BYTES: usize = 64;

/// The most differences that a word holds, and that a frame holds.
const WORD_MAX: usize = 7;
const FRAME_MAX: usize = 15 * WORD_MAX;

/// What is wrong, and its offset in the payload.
type Refusal = (usize, String);

/// Steim-1. A code 1 is four differences of 8 bits, 2 two of 16, 3 one of 32.
pub(super) fn decode_steim1(
    payload: &[u8],
    order: ByteOrder,
    sample_count: usize,
    into: &mut Vec<i32>,
) -> Result<(), Refusal> {
    decode::<Steim1>(payload, order, sample_count, into)
}

/// Steim-2. A code 1 is four differences of 8 bits; under 2 and 3 the two highest bits of the word tell: 2.1 one of 30
/// bits, 2.2 two of 15, 2.3 three of 10, 3.0 five of 6, 3.1 six of 5, 3.2 seven of 4.
pub(super) fn decode_steim2(
    payload: &[u8],
    order: ByteOrder,
    sample_count: usize,
    into: &mut Vec<i32>,
) -> Result<(), Refusal> {
    decode::<Steim2>(payload, order, sample_count, into)
}

/// How the words of a frame are read. A trait and no closure, so that all of it is compiled into one loop also in the
/// profile that is used for tests: a call for each word would cost more than the word.
trait Words {
    /// Puts the differences of a word and says whether its code is defined.
    fn unpack(out: &mut Out<'_>, bytes: [u8; 4], code: u32, order: ByteOrder) -> bool;
}

struct Steim1;

impl Words for Steim1 {
    #[inline(always)]
    fn unpack(out: &mut Out<'_>, bytes: [u8; 4], code: u32, order: ByteOrder) -> bool {
        match code {
            0 => {}
            // Bytes and half words stand in the order of the samples in both byte orders.
            1 => out.put::<4, 8>(u32::from_be_bytes(bytes)),
            2 => {
                let [a, b, c, d] = bytes;
                let (first, second) = (order.u16([a, b]), order.u16([c, d]));
                out.put::<2, 16>(u32::from(first) << 16 | u32::from(second));
            }
            _ => out.put::<1, 32>(order.u32(bytes)),
        }
        true
    }
}

struct Steim2;

impl Words for Steim2 {
    #[inline(always)]
    fn unpack(out: &mut Out<'_>, bytes: [u8; 4], code: u32, order: ByteOrder) -> bool {
        let word = order.u32(bytes);
        match code {
            0 => {}
            1 => out.put::<4, 8>(u32::from_be_bytes(bytes)),
            2 => match word >> 30 {
                1 => out.put::<1, 30>(word),
                2 => out.put::<2, 15>(word),
                3 => out.put::<3, 10>(word),
                _ => return false,
            },
            _ => match word >> 30 {
                0 => out.put::<5, 6>(word),
                1 => out.put::<6, 5>(word),
                2 => out.put::<7, 4>(word),
                _ => return false,
            },
        }
        true
    }
}

/// Where the samples of a frame go. It has room for a whole frame, so no word needs to ask.
struct Out<'a> {
    samples: &'a mut [i32; FRAME_MAX + WORD_MAX],
    length: usize,
    last: i32,
}

impl Out<'_> {
    /// Adds the N differences of B bits each, in two's complement, that stand at the low end of a word, the first one
    /// highest.
    #[inline(always)]
    fn put<const N: usize, const B: u32>(&mut self, word: u32) {
        // Never above FRAME_MAX, for it holds fifteen words of at most WORD_MAX. Said so that the loop needs no check.
        let begin = self.length.min(FRAME_MAX);
        if let Some(samples) = self.samples[begin..].first_chunk_mut::<N>() {
            let mut last = self.last;
            for (index, sample) in samples.iter_mut().enumerate() {
                let above = 32 - B * (N - index) as u32;
                last = last.wrapping_add((word << above).cast_signed() >> (32 - B));
                *sample = last;
            }
            self.last = last;
        }
        self.length = begin + N;
    }
}

/// Goes through the frames.
#[inline(always)]
fn decode<W: Words>(payload: &[u8], order: ByteOrder, sample_count: usize, into: &mut Vec<i32>) -> Result<(), Refusal> {
    into.clear();
    let frames = payload.as_chunks::<FRAME_BYTES>().0;
    // Before memory is taken: not more samples than the words can hold.
    if sample_count > frames.len() * FRAME_MAX {
        return Err(too_few(payload, frames.len() * FRAME_MAX, sample_count));
    }
    into.resize(sample_count + FRAME_MAX + WORD_MAX, 0);
    let mut length = 0;
    let mut last = 0;
    let mut expected_last = 0;
    for (number, frame) in frames.iter().enumerate() {
        if length >= sample_count {
            break;
        }
        let Some(samples) = into[length..].first_chunk_mut::<{ FRAME_MAX + WORD_MAX }>() else { break };
        let words = frame.as_chunks::<4>().0;
        let codes = order.u32(words[0]);
        let mut out = Out { samples, length: 0, last };
        let mut defined = true;
        for (index, word) in words.iter().enumerate().skip(if number == 0 { 3 } else { 1 }) {
            defined &= W::unpack(&mut out, *word, codes >> (30 - 2 * index as u32) & 3, order);
        }
        if !defined {
            return Err((number * FRAME_BYTES, format!("frame {number} holds a code that Steim-2 does not define")));
        }
        if number == 0 {
            let first = order.u32(words[1]).cast_signed();
            expected_last = order.u32(words[2]).cast_signed();
            if out.length == 0 {
                // No difference at all, not even the unused one: X0 stands alone, as in libmseed.
                out.put::<1, 32>(first.cast_unsigned());
            } else {
                // The sums began with a first difference that does not count: move them so that X0 stands first.
                let shift = first.wrapping_sub(out.samples[0]);
                for sample in &mut out.samples[..out.length.min(FRAME_MAX)] {
                    *sample = sample.wrapping_add(shift);
                }
                out.last = out.last.wrapping_add(shift);
            }
        }
        length += out.length;
        last = out.last;
    }
    if length < sample_count {
        return Err(too_few(payload, length, sample_count));
    }
    into.truncate(sample_count);
    match into.last() {
        Some(found) if *found != expected_last => {
            Err((8, format!("the last sample is {found}, the integration constant says {expected_last}")))
        }
        _ => Ok(()),
    }
}

#[cold]
fn too_few(payload: &[u8], there: usize, stated: usize) -> Refusal {
    (payload.len(), format!("{stated} samples are stated, its {} bytes hold no more than {there}", payload.len()))
}
