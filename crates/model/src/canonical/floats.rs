//! Floats of a memory, exactly: as their bits, with one zero and one NaN.
//!
//! For what the engine remembers, never for what is registered or derived: those keep integers of a stated unit.
use super::{Canonical, DecodeError, Decoder, Encoder};

const FLOAT_BYTES: usize = 8;

/// A float by its bits; -0 is written as 0, every NaN as the one quiet NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Float(pub f64);

/// Floats as one byte string, eight bytes each, the highest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Floats(pub Vec<f64>);

fn bits(value: f64) -> u64 {
    if value == 0.0 {
        0
    } else if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}

fn value(bits_read: u64, at: usize) -> Result<f64, DecodeError> {
    let value = f64::from_bits(bits_read);
    if bits(value) == bits_read { Ok(value) } else { Err(DecodeError::new(at, "the one form of zero or NaN")) }
}

impl Canonical for Float {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.unsigned(bits(self.0));
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        value(decoder.unsigned()?, at).map(Self)
    }
}

impl Floats {
    /// Writes floats that are held elsewhere, as [`Floats`] does.
    pub fn encode_from(floats: &[f64], encoder: &mut Encoder) {
        let mut bytes = Vec::with_capacity(FLOAT_BYTES * floats.len());
        for float in floats {
            bytes.extend_from_slice(&bits(*float).to_be_bytes());
        }
        encoder.bytes(&bytes);
    }
}

impl Canonical for Floats {
    fn encode(&self, encoder: &mut Encoder) {
        Self::encode_from(&self.0, encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let (words, rest) = decoder.bytes()?.as_chunks::<FLOAT_BYTES>();
        if !rest.is_empty() {
            return Err(DecodeError::new(at, "a byte string of eight bytes for each float"));
        }
        words.iter().map(|word| value(u64::from_be_bytes(*word), at)).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{from_bytes, to_bytes};
    use proptest::prelude::*;

    #[test]
    fn there_is_one_zero_and_one_nan() {
        for (a, b) in [(0.0, -0.0), (f64::NAN, -f64::NAN), (f64::NAN, f64::from_bits(0x7ff0_0000_0000_0001))] {
            assert_eq!(to_bytes(&Float(a)), to_bytes(&Float(b)));
            assert_eq!(to_bytes(&Floats(vec![a, 1.0])), to_bytes(&Floats(vec![b, 1.0])));
        }
        let mut encoder = Encoder::new();
        encoder.unsigned((-0.0_f64).to_bits());
        assert!(from_bytes::<Float>(&encoder.into_bytes()).is_err());
        let mut encoder = Encoder::new();
        encoder.bytes(&(-0.0_f64).to_bits().to_be_bytes());
        assert!(from_bytes::<Floats>(&encoder.into_bytes()).is_err());
        let mut encoder = Encoder::new();
        encoder.bytes(&[0; 9]);
        assert!(from_bytes::<Floats>(&encoder.into_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn the_rest_keep_their_bits(words in proptest::collection::vec(any::<u64>(), 0..20)) {
            let floats: Vec<f64> = words.iter().map(|word| f64::from_bits(*word)).collect();
            let again = from_bytes::<Floats>(&to_bytes(&Floats(floats.clone()))).unwrap().0;
            for (before, after) in floats.iter().zip(&again) {
                prop_assert!(before == after || before.is_nan() && after.is_nan());
                prop_assert_eq!(from_bytes::<Float>(&to_bytes(&Float(*before))).unwrap().0.to_bits(), after.to_bits());
            }
            prop_assert_eq!(floats.len(), again.len());
        }
    }
}
