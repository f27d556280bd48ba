//! From samples to arrivals, as they stream: filters, characteristic functions, triggers, onsets.
//!
//! Every routine keeps its own state and takes samples one after the other, so results never depend on how a stream
//! was cut into records. All are scalar, of fixed order and free of the platform's mathematical library: same bits on
//! every machine. What each equals in ObsPy 1.5.1 or scipy, and to how many digits, stands in its *Checked against*.
//!
//! - [`highpass`], [`butterworth`], [`biquad`]: filters.
//! - [`stalta`], [`zdetect`], [`kurtosis`]: characteristic functions; [`variance_ratio`]: rises within codas.
//! - [`trigger`], [`coincidence`]: on and off, in one channel and in a network.
//! - [`aic`], [`baer`], [`onset`], [`onset_kind`]: when exactly, how sure, and what kind.
//! - [`features`]: what an event's waveform is like.
//! - [`repetition`]: samples that are those of another span.
//! - [`chain`]: all of it for one channel, with gaps, overlaps and doubtful clocks.
pub mod aic;
pub mod baer;
pub mod biquad;
pub mod butterworth;
pub mod chain;
pub mod coincidence;
pub mod error;
pub mod features;
pub mod highpass;
pub mod kurtosis;
pub mod onset;
pub mod onset_kind;
pub mod repetition;
pub mod stalta;
pub(crate) mod state;
pub mod trigger;
pub mod variance_ratio;
pub mod zdetect;

pub use error::DspError;
