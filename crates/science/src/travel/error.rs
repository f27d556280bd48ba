//! Why a medium could not be made.
use std::fmt;

/// Why a medium could not be made.
#[derive(Debug, Clone, PartialEq)]
pub struct TravelError(pub(super) Kind);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Speed { name: &'static str, speed: f64 },
    Nodes { nodes: usize },
    NodeSpeed { number: usize, name: &'static str, speed: f64 },
    NodeDepth { number: usize, depth_m: f64, above_m: f64 },
    Reach { name: &'static str, value: f64, expected: &'static str },
}

impl fmt::Display for TravelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::layered::MODEL_DEPTH_M_MAX;
        use super::{MAX_NODES, SPEED_M_S};
        let (least, most) = SPEED_M_S;
        match &self.0 {
            Kind::Speed { name, speed } => write!(f, "{name} is {speed}, expected {least} to {most} m/s"),
            Kind::Nodes { nodes } => write!(f, "{nodes} nodes, expected 1 to MAX_NODES = {MAX_NODES}"),
            Kind::NodeSpeed { number, name, speed } => {
                write!(f, "node {number}: {name} is {speed}, expected {least} to {most} m/s")
            }
            Kind::NodeDepth { number, depth_m, above_m } => write!(
                f,
                "node {number}: its depth is {depth_m} m, expected from {above_m} m (the node above; at most two \
                 share one) to {MODEL_DEPTH_M_MAX} m"
            ),
            Kind::Reach { name, value, expected } => write!(f, "reach: {name} is {value}, expected {expected}"),
        }
    }
}

impl std::error::Error for TravelError {}
