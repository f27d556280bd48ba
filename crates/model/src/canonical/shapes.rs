//! Canonical forms of the plain types.
use super::{Canonical, DecodeError, Decoder, Encoder};
use std::collections::VecDeque;

/// A byte string (a `Vec<u8>` would be an array of numbers).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(pub Vec<u8>);

impl Canonical for Bytes {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(&self.0);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(Self(decoder.bytes()?.to_vec()))
    }
}

macro_rules! integers {
    ($($type:ty, $read:ident, $wide:ty, $write:ident, $expected:literal;)+) => {$(
        impl Canonical for $type {
            fn encode(&self, encoder: &mut Encoder) {
                encoder.$write(<$wide>::from(*self));
            }
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                let at = decoder.offset();
                <$type>::try_from(decoder.$read()?).map_err(|_| DecodeError::new(at, $expected))
            }
        }
    )+};
}

integers! {
    u8, unsigned, u64, unsigned, "an unsigned integer of 8 bits";
    u16, unsigned, u64, unsigned, "an unsigned integer of 16 bits";
    u32, unsigned, u64, unsigned, "an unsigned integer of 32 bits";
    u64, unsigned, u64, unsigned, "an unsigned integer of 64 bits";
    i32, integer, i64, integer, "an integer of 32 bits";
    i64, integer, i64, integer, "an integer of 64 bits";
}

impl Canonical for bool {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.boolean(*self);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.boolean()
    }
}

impl Canonical for String {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(decoder.text()?.to_owned())
    }
}

impl<const N: usize> Canonical for [u8; N] {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.bytes(self);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        decoder.bytes()?.try_into().map_err(|_| DecodeError::new(at, "a byte string of the fixed length"))
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(self.len());
        for item in self {
            item.encode(encoder);
        }
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let count = decoder.array()?;
        // An item takes at least one byte, so `count` cannot exceed the input; the items are larger than that,
        // so the room grows as they are read.
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(T::decode(decoder)?);
        }
        Ok(items)
    }
}

/// As a [`Vec`].
impl<T: Canonical> Canonical for VecDeque<T> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.array(self.len());
        self.iter().for_each(|item| item.encode(encoder));
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Vec::decode(decoder).map(Self::from)
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Some(value) => value.encode(encoder),
            None => encoder.null(),
        }
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        if decoder.null() { Ok(None) } else { T::decode(decoder).map(Some) }
    }
}

macro_rules! tuples {
    ($($count:literal => $($type:ident $index:tt),+;)+) => {$(
        impl<$($type: Canonical),+> Canonical for ($($type,)+) {
            fn encode(&self, encoder: &mut Encoder) {
                encoder.array($count);
                $(self.$index.encode(encoder);)+
            }
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                let at = decoder.offset();
                if decoder.array()? != $count {
                    return Err(DecodeError::new(at, concat!("an array of ", $count)));
                }
                Ok(($($type::decode(decoder)?,)+))
            }
        }
    )+};
}

tuples! {
    2 => A 0, B 1;
    3 => A 0, B 1, C 2;
    4 => A 0, B 1, C 2, D 3;
}
