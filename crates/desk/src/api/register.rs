//! The register of guarantees, as people read it: the board, one state's page, what changed, and consultations. It is shown to the
//! enclave alone: what states said and may do is not the mechanism's to tell.
pub mod board;
pub mod consultation;
pub mod lines;
pub(crate) mod routes;
