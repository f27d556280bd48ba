//! What a routine remembers between samples, as canonical bytes: a run that goes on from them is the unbroken run.
use truceline_model::canonical::{DecodeError, Decoder, Encoder, Floats};

/// A routine whose memory can be written, and read back into one that was built with the same settings.
///
/// Only what samples changed is written: weights, sections and lengths follow from settings and rate.
pub(super) trait State {
    /// Appends the memory as one item.
    fn write_state(&self, encoder: &mut Encoder);
    /// Reads a memory into a routine that has seen nothing yet.
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError>;
}

/// The head of an array of so many items.
pub(crate) fn array_of(decoder: &mut Decoder<'_>, items: usize) -> Result<(), DecodeError> {
    let at = decoder.offset();
    if decoder.array()? == items {
        Ok(())
    } else {
        Err(DecodeError::new(at, "an array of as many items as were written"))
    }
}

/// Floats of a length that the settings fix.
pub(super) fn floats_of_length(decoder: &mut Decoder<'_>, length: usize) -> Result<Vec<f64>, DecodeError> {
    let at = decoder.offset();
    let Floats(floats) = truceline_model::canonical::Canonical::decode(decoder)?;
    if floats.len() == length {
        Ok(floats)
    } else {
        Err(DecodeError::new(at, "as many floats as the settings ask for"))
    }
}
