//! From a payload to its samples.
use super::encoding::{ByteOrder, Encoding};
use super::error::RecordError;
use super::{Record, gain_ranged, steim};
use truceline_model::waveform::Samples;

const FIELD: &str = "payload";

/// What a record carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload<'a> {
    /// Nothing: its header alone is the message.
    Empty,
    /// Text, by the standard UTF-8; not checked.
    Text(&'a [u8]),
    /// Samples: counts, except for floats and the gain-ranged GEOSCOPE encodings, which are fractions.
    Samples(Samples),
}

impl<'a> Record<'a> {
    /// Decodes what the record carries. Memory is bounded by the payload: no encoding holds more than seven samples in
    /// four bytes, and the count is checked against it first.
    ///
    /// # Errors
    /// If the payload does not hold as many samples as the header states, violates its encoding, does not end with the
    /// integration constant that it states, or is in an encoding that is not read.
    pub fn payload(&self) -> Result<Payload<'a>, RecordError> {
        if self.sample_count == 0 {
            return Ok(Payload::Empty);
        }
        let samples = match self.encoding {
            Encoding::Text => return self.fixed(1).map(Payload::Text),
            Encoding::Float32 => Samples::F32(self.map(|bytes| f32::from_bits(self.order.u32(bytes)))?),
            Encoding::Float64 => Samples::F64(self.map(|bytes| f64::from_bits(self.order.u64(bytes)))?),
            Encoding::Geoscope24 => Samples::F32(self.map(|bytes| int24(self.order, bytes) as f32)?),
            Encoding::Geoscope16Exponent3 => {
                Samples::F32(self.map(|bytes| gain_ranged::geoscope(self.order.u16(bytes), 3))?)
            }
            Encoding::Geoscope16Exponent4 => {
                Samples::F32(self.map(|bytes| gain_ranged::geoscope(self.order.u16(bytes), 4))?)
            }
            _ => {
                let mut samples = Vec::new();
                self.decode_i32(&mut samples)?;
                Samples::I32(samples)
            }
        };
        Ok(Payload::Samples(samples))
    }

    /// Decodes the samples of an integer encoding into a buffer that is reused: it is cleared first, and nothing is
    /// allocated once it is large enough. After an error its contents mean nothing.
    ///
    /// # Errors
    /// As for [`payload`](Self::payload), and if the encoding is none of integers.
    pub fn decode_i32(&self, into: &mut Vec<i32>) -> Result<(), RecordError> {
        into.clear();
        if self.sample_count == 0 {
            return Ok(());
        }
        let order = self.order;
        match self.encoding {
            Encoding::Steim1 => steim::decode_steim1(self.payload, order, self.sample_count, into)
                .map_err(|(at, message)| self.refuse(at, message)),
            Encoding::Steim2 => steim::decode_steim2(self.payload, order, self.sample_count, into)
                .map_err(|(at, message)| self.refuse(at, message)),
            Encoding::Int16 => self.map_into(into, |bytes| i32::from(order.u16(bytes).cast_signed())),
            Encoding::Int24 => self.map_into(into, |bytes| int24(order, bytes)),
            Encoding::Int32 => self.map_into(into, |bytes| order.u32(bytes).cast_signed()),
            Encoding::Cdsn => self.map_into(into, |bytes| gain_ranged::cdsn(order.u16(bytes))),
            Encoding::Dwwssn => self.map_into(into, |bytes| i32::from(order.u16(bytes).cast_signed())),
            Encoding::Sro => {
                for (index, bytes) in self.fixed(2)?.as_chunks::<2>().0.iter().enumerate() {
                    let word = order.u16(*bytes);
                    into.push(gain_ranged::sro(word).ok_or_else(|| {
                        self.refuse(2 * index, format!("gain {} of an SRO sample, expected 0 to 10", word >> 12))
                    })?);
                }
                Ok(())
            }
            Encoding::Other(code) => Err(self.refuse(0, format!("encoding {code} is not read"))),
            other => Err(self.refuse(0, format!("{other}, expected integers"))),
        }
    }

    /// The bytes of samples of constant size.
    fn fixed(&self, sample_bytes: usize) -> Result<&'a [u8], RecordError> {
        let needed = self.sample_count.saturating_mul(sample_bytes);
        self.payload.get(..needed).ok_or_else(|| {
            let message = format!(
                "{} samples of {} need {needed} bytes, there are {}",
                self.sample_count,
                self.encoding,
                self.payload.len()
            );
            self.refuse(self.payload.len(), message)
        })
    }

    fn map<const N: usize, T>(&self, sample: impl Fn([u8; N]) -> T) -> Result<Vec<T>, RecordError> {
        Ok(self.fixed(N)?.as_chunks::<N>().0.iter().map(|bytes| sample(*bytes)).collect())
    }

    fn map_into<const N: usize>(
        &self,
        into: &mut Vec<i32>,
        sample: impl Fn([u8; N]) -> i32,
    ) -> Result<(), RecordError> {
        into.extend(self.fixed(N)?.as_chunks::<N>().0.iter().map(|bytes| sample(*bytes)));
        Ok(())
    }

    fn refuse(&self, at: usize, message: String) -> RecordError {
        RecordError::new(self.payload_offset + at, FIELD, message).skipping(self.bytes.len())
    }
}

/// Two's complement of 24 bits.
fn int24(order: ByteOrder, [a, b, c]: [u8; 3]) -> i32 {
    let word = match order {
        ByteOrder::Big => u32::from_be_bytes([a, b, c, 0]),
        ByteOrder::Little => u32::from_be_bytes([c, b, a, 0]),
    };
    word.cast_signed() >> 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_four_bits_have_a_sign() {
        assert_eq!(int24(ByteOrder::Big, [0x80, 0, 0]), -8_388_608);
        assert_eq!(int24(ByteOrder::Big, [0x7f, 0xff, 0xff]), 8_388_607);
        assert_eq!(int24(ByteOrder::Little, [0xfe, 0xff, 0xff]), -2);
    }
}
