//! The HTTP interface, version 1: its types, how they are made, its routes and its OpenAPI document.
pub mod attribution;
pub mod case;
pub mod common;
mod convert;
pub mod coverage;
pub mod demo;
pub mod erase;
pub mod inconsistencies;
pub mod kind;
mod log;
pub mod openapi;
pub mod reassess;
pub mod register;
pub(crate) mod routes;
pub mod sensed;
pub mod sources;
pub mod stations;
pub mod status;
pub mod tiers;
pub mod waveforms;
pub mod witnesses;

pub(crate) use convert::{sentence, witnessed_size};
