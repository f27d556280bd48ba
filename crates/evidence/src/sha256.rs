//! SHA-256 (FIPS 180-4) of short messages, straight by its compression function: a leaf, a node and a salt take one or two
//! blocks each, and a hasher that takes any number of parts costs a half as much again for them.
//!
//! Checked against `sha2`'s hasher and `hmac` for all lengths to a few blocks.
use sha2::block_api::compress256;
use truceline_model::hash::Hash;

const BLOCK_BYTES: usize = 64;
/// The length of the message in bits is the end of its last block.
const LENGTH_BYTES: usize = 8;

/// FIPS 180-4, section 5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The digest of `head || bytes`; `head` is shorter than a block.
pub(crate) fn of(head: &[u8], bytes: &[u8]) -> Hash {
    after(INITIAL, 0, head, bytes)
}

/// The digest of `head || bytes` where whole blocks of `before` bytes in all led to this state.
fn after(mut state: [u32; 8], before: usize, head: &[u8], bytes: &[u8]) -> Hash {
    // The message's end, its padding and its length: one block or two.
    let mut end = [[0; BLOCK_BYTES]; 2];
    let (first, rest) = bytes.split_at(bytes.len().min(BLOCK_BYTES - head.len()));
    let mut held = head.len() + first.len();
    end[0][..head.len()].copy_from_slice(head);
    end[0][head.len()..held].copy_from_slice(first);
    if held == BLOCK_BYTES {
        let (blocks, tail) = rest.as_chunks();
        compress256(&mut state, &end[..1]);
        compress256(&mut state, blocks);
        held = tail.len();
        end[0][..held].copy_from_slice(tail);
        end[0][held..].fill(0);
    }
    end[0][held] = 0x80;
    let blocks = if held < BLOCK_BYTES - LENGTH_BYTES { 1 } else { 2 };
    let bits = 8 * (before + head.len() + bytes.len()) as u64;
    end[blocks - 1][BLOCK_BYTES - LENGTH_BYTES..].copy_from_slice(&bits.to_be_bytes());
    compress256(&mut state, &end[..blocks]);
    let mut digest = [0; 32];
    digest.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    Hash(digest)
}

/// A key of HMAC-SHA256 (RFC 2104) made ready: the states after the inner and the outer pad.
#[derive(Clone)]
pub(crate) struct HmacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl HmacKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        // A key shorter than a block is filled with zeros (section 2).
        let padded = |pad: u8| {
            let mut block = [pad; BLOCK_BYTES];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut state = INITIAL;
            compress256(&mut state, &[block]);
            state
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    /// HMAC-SHA256(key, message).
    pub(crate) fn of(&self, message: &[u8]) -> [u8; 32] {
        let inner = after(self.inner, BLOCK_BYTES, &[], message);
        after(self.outer, BLOCK_BYTES, &[], &inner.0).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};

    #[test]
    fn every_length_is_as_of_the_hasher() {
        let bytes: Vec<u8> = (0..400_u32).map(|at| (at * 7 + 3) as u8).collect();
        for head in 0..BLOCK_BYTES {
            for length in 0..bytes.len() - head {
                let expected = Sha256::digest(&bytes[..head + length]);
                assert_eq!(of(&bytes[..head], &bytes[head..head + length]).0, <[u8; 32]>::from(expected));
            }
        }
    }

    #[test]
    fn a_key_authenticates_as_hmac_does() {
        let message: Vec<u8> = (0..200).collect();
        for length in 0..message.len() {
            let key = [length as u8 ^ 0x5a; 32];
            let mut expected = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            expected.update(&message[..length]);
            let expected: [u8; 32] = expected.finalize().into_bytes().into();
            assert_eq!(HmacKey::new(&key).of(&message[..length]), expected);
        }
    }
}
