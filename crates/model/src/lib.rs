//! The words of Truceline: what was registered, what is derived from it, and the bytes they are kept as.
//!
//! This room knows no other. Numbers that are kept or hashed are integers of a stated unit; `f64` appears
//! only in accessors for computing and never in a kept type.
//!
//! - [`canonical`]: deterministic CBOR, one encoder, one strict decoder.
//! - [`entry`]: kind + version + canonical bytes, the form in which everything stands in the journal.
//! - [`time`], [`place`], [`hash`], [`case`]: the small nouns.
//! - [`report`], [`observation`], [`hindrance`], [`record`], [`run_end`], [`sensor_state`], [`inventory`], [`notice`],
//!   [`refusal`], [`tick`], [`agreement`], [`configuration`], [`celerity`], [`epoch`], [`erasure`], [`reassessment`],
//!   [`witness_state`]: inputs.
//! - [`detection`], [`bearing`], [`appraisal`], [`impediment`], [`posterior`], [`event`], [`finding`] with its
//!   [`attribution`], [`precedence`], [`remark`], [`snapshot`]: derived, each in [`derived`]'s wrapper.
//! - [`cosigned`]: what several people signed together, as opaque bytes; nothing is derived from it.
//! - [`measurement`]: what associating and locating are given; never kept.
//! - [`waveform`]: decoded samples on their way to a detection; never kept.
//! - [`geodesic`]: distances and azimuths on WGS84.

pub mod agreement;
pub mod appraisal;
pub mod array_detectors;
pub mod association;
pub mod attribution;
pub mod bearing;
pub mod canonical;
pub mod case;
pub mod celerity;
pub mod configuration;
pub mod continuity;
pub mod cosigned;
pub mod derived;
pub mod detection;
pub mod detectors;
pub mod entry;
pub mod epoch;
pub mod erasure;
pub mod event;
pub mod finding;
pub mod geodesic;
pub mod harm;
pub mod hash;
pub mod hindrance;
pub mod impediment;
pub mod inconsistency;
pub mod inventory;
pub mod kind;
pub mod measurement;
pub mod notice;
pub mod observation;
pub mod place;
pub mod posterior;
pub mod precedence;
pub mod reassessment;
pub mod record;
pub mod refusal;
pub mod remark;
pub mod report;
pub mod run_end;
pub mod sensor_state;
pub mod snapshot;
pub mod tick;
pub mod time;
pub mod waveform;
pub mod witness_state;
