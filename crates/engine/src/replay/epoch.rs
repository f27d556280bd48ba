//! The beginning of an epoch: what earlier epochs served is read once more for the state, what they left unserved
//! is derived.
use super::{Past, Replay};
use crate::derivation::Derivation;
use crate::input::{Input, Standing, standing};
use crate::stage::detect::reach_s;
use truceline_model::canonical::DecodeError;
use truceline_model::epoch::Epoch;
use truceline_model::hash::Hash;
use truceline_model::time::{NS_PER_S, Time};

impl Replay {
    /// Begins an epoch at the entry of this index.
    ///
    /// Inputs are read again from the oldest that an open case can rest on: the last tick before the configured
    /// age of a case. Agreements and notices are read again however old they are. What is served gives no outputs;
    /// the inputs whose markers do not stand, because the epoch before was cut short, are the first of this one.
    pub(super) fn begin_epoch<P: Past + ?Sized>(
        &mut self,
        index: u64,
        bytes: &[u8],
        epoch: Epoch,
        past: &P,
    ) -> Result<(), DecodeError> {
        let own = epoch.engine == self.engine;
        let first_unserved = self.unserved.front().copied().unwrap_or(index);
        self.epochs.push((first_unserved, Hash::of(bytes)));
        self.epoch_inputs = 0;
        // Outputs that the epoch before still owed are derived anew by this one.
        self.expected.clear();
        self.derivation = None;
        if !own {
            self.report.needs.push((index, epoch.engine));
            self.epoch = Some((bytes.to_vec(), epoch));
            return Ok(());
        }
        // Whatever was lost before, this epoch reads again what it needs.
        self.regain(first_unserved);
        let mut derivation = Derivation::begin(bytes, &epoch, &self.origin, self.threads);
        let configuration = &epoch.configuration;
        // A case is as old as its event; its detections came up to a window later, and stragglers up to another.
        let age_s = i64::from(configuration.case_age_max_s) + 2 * i64::from(configuration.group_window_s);
        let from = self.read_again_from(index, age_s, past)?;
        let records_from = match &configuration.detectors {
            Some(detectors) => self.read_again_from(index, reach_s(detectors), past)?,
            None => index,
        };
        for earlier in 0..first_unserved {
            let entry = entry_of(past, earlier)?;
            let Standing::Input(hash, input) = standing(&entry)? else { continue };
            let lasting = matches!(*input, Input::Agreement(_) | Input::Notice(_));
            let again = if input.is_waveform() { earlier >= records_from } else { earlier >= from };
            if again || lasting {
                let payload = match Self::payload_of(earlier, &input, past) {
                    Ok(payload) => payload,
                    Err(missing) => {
                        self.lose(missing);
                        break;
                    }
                };
                derivation.take_served(self.epoch_of(earlier), earlier, hash, &input, &payload);
            }
        }
        derivation.skip_cases(self.last_case);
        self.derivation = (!self.is_lost()).then_some(derivation);
        self.epoch = Some((bytes.to_vec(), epoch));
        for unserved in self.unserved.clone() {
            let entry = entry_of(past, unserved)?;
            if let Standing::Input(hash, input) = standing(&entry)? {
                self.derive(unserved, hash, &input, past)?;
            }
        }
        Ok(())
    }

    /// The epoch that served an input, or serves it.
    fn epoch_of(&self, input: u64) -> Hash {
        let serving = self.epochs.iter().rev().find(|(from, _)| *from <= input);
        serving.map_or(Hash([0; 32]), |(_, epoch)| *epoch)
    }

    /// The first input after the last tick that is older than `age_s`.
    fn read_again_from<P: Past + ?Sized>(&self, before: u64, age_s: i64, past: &P) -> Result<u64, DecodeError> {
        let Some(now) = self.now else { return Ok(0) };
        let horizon = Time(now.0.saturating_sub(age_s * NS_PER_S));
        for index in (0..before).rev() {
            if let Standing::Input(_, input) = standing(&entry_of(past, index)?)?
                && let Input::Tick(tick) = *input
                && tick.now < horizon
            {
                return Ok(index);
            }
        }
        Ok(0)
    }
}

pub(super) fn entry_of<P: Past + ?Sized>(past: &P, index: u64) -> Result<Vec<u8>, DecodeError> {
    past.entry(index).ok_or_else(|| DecodeError::new(0, "an earlier entry, which an epoch must read again"))
}
