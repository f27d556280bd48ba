//! Packing of samples into Steim-2 frames, big-endian.
use super::steim::FRAME_BYTES;

/// The ways to fill a word: how many differences, of how many bits, code of the frame, code of the word.
const FORMS: [(usize, u32, u32, u32); 7] =
    [(7, 4, 3, 2), (6, 5, 3, 1), (5, 6, 3, 0), (4, 8, 1, 0), (3, 10, 2, 3), (2, 15, 2, 2), (1, 30, 2, 1)];

/// Appends at most `frames_max` frames that hold as many of the samples as fit, and returns how many these are. Each
/// word takes as many differences as its bits allow. `previous` is the sample before the first one.
///
/// # Errors
/// The index of the sample whose difference from the one before does not fit into 30 bits.
pub(super) fn pack(previous: i32, samples: &[i32], frames_max: usize, into: &mut Vec<u8>) -> Result<usize, usize> {
    let begin = into.len();
    let mut count = 0;
    for number in 0..frames_max {
        if count == samples.len() {
            break;
        }
        let mut words = [0_u32; 16];
        // Of the first frame the words 1 and 2 are the constants, which are put in at the end.
        for index in if number == 0 { 3 } else { 1 }..16 {
            if count == samples.len() {
                break;
            }
            let before = if count == 0 { previous } else { samples[count - 1] };
            let (taken, code, word) = pack_word(before, &samples[count..]).ok_or(count)?;
            words[0] |= code << (30 - 2 * index as u32);
            words[index] = word;
            count += taken;
        }
        into.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    }
    if let (Some(first), Some(last)) = (samples.first(), samples[..count].last()) {
        into[begin + 4..begin + 8].copy_from_slice(&first.to_be_bytes());
        into[begin + 8..begin + 12].copy_from_slice(&last.to_be_bytes());
    }
    debug_assert_eq!((into.len() - begin) % FRAME_BYTES, 0);
    Ok(count)
}

/// The word that takes the most of the next differences: how many, its code, and itself.
fn pack_word(before: i32, samples: &[i32]) -> Option<(usize, u32, u32)> {
    FORMS.iter().find_map(|&(taken, bits, code, kind)| {
        let samples = samples.get(..taken)?;
        let mut word = 0_u32;
        let mut last = before;
        for sample in samples {
            let difference = i64::from(*sample) - i64::from(last);
            let half = 1_i64 << (bits - 1);
            if !(-half..half).contains(&difference) {
                return None;
            }
            word = word << bits | (difference as u32 & ((1 << bits) - 1));
            last = *sample;
        }
        Some((taken, code, word | kind << 30))
    })
}
