//! Why nothing could be associated.
use std::fmt;

/// The call itself was wrong. What is wrong with a single measurement is no error: it is isolated and named.
#[derive(Debug, Clone, PartialEq)]
pub struct AssociateError(pub(super) Kind);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    TooManySensors { sensors: usize, sensors_max: usize },
    Site { sensor: usize, what: &'static str },
    MixedSites { sensor: usize },
    Setting { name: &'static str, value: f64, expected: &'static str },
    Window { measurements: usize, measurements_max: usize },
}

impl fmt::Display for AssociateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::TooManySensors { sensors, sensors_max } => {
                write!(f, "{sensors} sensors, expected at most {sensors_max} in one call")
            }
            Kind::Site { sensor, what } => write!(f, "sensor {}: {what}", sensor + 1),
            Kind::MixedSites { sensor } => {
                write!(
                    f,
                    "sensor {}: its place is of another form than the first sensor's, expected all geographic or all local",
                    sensor + 1
                )
            }
            Kind::Setting { name, value, expected } => write!(f, "setting {name} is {value}, expected {expected}"),
            Kind::Window { measurements, measurements_max } => write!(
                f,
                "{measurements} measurements wait in the window, expected at most {measurements_max}; advance the time first"
            ),
        }
    }
}

impl std::error::Error for AssociateError {}
