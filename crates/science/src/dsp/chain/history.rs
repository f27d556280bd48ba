//! The last samples of a stretch, for the windows around onsets.
use crate::dsp::state::{State, array_of};
use truceline_model::canonical::{Canonical, DecodeError, Decoder, Encoder, Floats};

/// The last samples: in the band, and broadband where asked for.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// The sample of the stretch with which it begins.
    start: u64,
    band: Vec<f64>,
    broad: Option<Vec<f64>>,
    /// How many samples are needed back from the last one.
    keep: usize,
}

impl History {
    pub(super) fn new(keep: usize, with_broad: bool) -> Self {
        Self { start: 0, band: Vec::new(), broad: with_broad.then(Vec::new), keep }
    }

    pub(super) fn push(&mut self, band: &[f64], broad: &[f64]) {
        // Samples are moved to the front only once per `keep` of them.
        if self.band.len() > 2 * self.keep + BACKLOG {
            let surplus = self.band.len() - self.keep;
            self.start += surplus as u64;
            self.band.drain(..surplus);
            if let Some(broad) = &mut self.broad {
                broad.drain(..surplus);
            }
        }
        self.band.extend_from_slice(band);
        if let Some(kept) = &mut self.broad {
            kept.extend_from_slice(broad);
        }
    }

    /// The sample of the stretch after the last one.
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.band.len() as u64)
    }

    /// Samples `from..to` of the stretch, as far as they are kept: the first one's index, band, and broadband (empty
    /// where it is not kept).
    pub(super) fn between(&self, from: u64, to: u64) -> (u64, &[f64], &[f64]) {
        let inside = |index: u64| usize::try_from(index.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let end = inside(to).min(self.band.len());
        let begin = inside(from).min(end);
        let broad = self.broad.as_ref().map_or(&[][..], |broad| &broad[begin..end]);
        (self.start + begin as u64, &self.band[begin..end], broad)
    }
}

impl State for History {
    /// What is needed back from the last sample, however much is still held.
    fn write_state(&self, encoder: &mut Encoder) {
        let surplus = self.band.len().saturating_sub(self.keep);
        encoder.array(3);
        (self.start + surplus as u64).encode(encoder);
        Floats::encode_from(&self.band[surplus..], encoder);
        match &self.broad {
            Some(broad) => Floats::encode_from(&broad[surplus..], encoder),
            None => encoder.null(),
        }
    }
    fn read_state(&mut self, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        array_of(decoder, 3)?;
        self.start = Canonical::decode(decoder)?;
        let at = decoder.offset();
        let Floats(band) = Canonical::decode(decoder)?;
        let broad = Option::<Floats>::decode(decoder)?.map(|floats| floats.0);
        let fits = broad.as_ref().is_none_or(|broad| broad.len() == band.len());
        if band.len() > self.keep || broad.is_some() != self.broad.is_some() || !fits {
            return Err(DecodeError::new(at, "samples as the settings ask for them"));
        }
        (self.band, self.broad) = (band, broad);
        Ok(())
    }
}

/// Room beyond twice what is needed, so that short windows are not moved at every block.
const BACKLOG: usize = 4_096;
