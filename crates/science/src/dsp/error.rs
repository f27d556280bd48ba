//! Why a filter or a detector cannot be built.
use std::fmt;

/// Why a filter or a detector cannot be built, or a segment cannot be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct DspError(pub(super) Kind);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A number out of its range.
    Number { name: &'static str, value: f64, expected: &'static str },
    /// A segment of another channel.
    Channel { found: String, expected: String },
}

impl DspError {
    pub(super) fn number(name: &'static str, value: f64, expected: &'static str) -> Self {
        Self(Kind::Number { name, value, expected })
    }

    /// Whether a segment was given to the detector of another channel.
    #[must_use]
    pub fn is_other_channel(&self) -> bool {
        matches!(self.0, Kind::Channel { .. })
    }
}

impl fmt::Display for DspError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Number { name, value, expected } => write!(f, "{name} is {value}, expected {expected}"),
            Kind::Channel { found, expected } => {
                write!(f, "the segment is of channel {found}, expected {expected}: a detector serves one channel")
            }
        }
    }
}

impl std::error::Error for DspError {}

/// The number if it lies in the range, both ends included; an error otherwise, also where it is not finite.
pub(super) fn within(
    name: &'static str,
    value: f64,
    (low, high): (f64, f64),
    expected: &'static str,
) -> Result<f64, DspError> {
    if value >= low && value <= high { Ok(value) } else { Err(DspError::number(name, value, expected)) }
}
