//! Why an array's samples could not be computed with.
use std::fmt;

/// Why an array's samples could not be computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayError(pub(super) Kind);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    TooFewElements { elements: usize },
    TooManyElements { elements: usize },
    Offset { element: usize },
    Line,
    Wide { aperture_m: f64 },
    Number { name: &'static str, value: f64, expected: &'static str },
    Count { name: &'static str, count: usize, expected: &'static str },
    Channels { channels: usize, elements: usize },
    Lengths { channel: usize, samples: usize, expected: usize },
    Sample { channel: usize, index: usize },
    Span { first: usize, len: usize, samples: usize },
    Band { low_hz: f64, high_hz: f64, step_hz: f64, nyquist_hz: f64 },
    Plan { what: &'static str },
    Pair { number: usize, what: &'static str },
    Singular,
    Channel { channel: String },
    Twice { channel: String },
}

impl ArrayError {
    /// A number that has no meaning.
    pub(super) fn number(name: &'static str, value: f64, expected: &'static str) -> Self {
        Self(Kind::Number { name, value, expected })
    }

    /// A count outside its bounds.
    pub(super) fn count(name: &'static str, count: usize, expected: &'static str) -> Self {
        Self(Kind::Count { name, count, expected })
    }
}

impl fmt::Display for ArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::geometry::{APERTURE_M_MAX, MAX_ELEMENTS, MIN_ELEMENTS};
        match &self.0 {
            Kind::TooFewElements { elements } => {
                write!(f, "{elements} elements, expected at least MIN_ELEMENTS = {MIN_ELEMENTS}")
            }
            Kind::TooManyElements { elements } => {
                write!(f, "{elements} elements, expected at most MAX_ELEMENTS = {MAX_ELEMENTS}")
            }
            Kind::Offset { element } => write!(f, "element {element}: its offset is not a number, expected metres"),
            Kind::Line => f.write_str(
                "the elements stand on one line or at one place: both components of slowness need elements off the line",
            ),
            Kind::Wide { aperture_m } => write!(
                f,
                "the aperture is {aperture_m:.0} m, expected at most APERTURE_M_MAX = {APERTURE_M_MAX:.0} m"
            ),
            Kind::Number { name, value, expected } => write!(f, "{name} is {value}, expected {expected}"),
            Kind::Count { name, count, expected } => write!(f, "{name} is {count}, expected {expected}"),
            Kind::Channels { channels, elements } => {
                write!(f, "{channels} channels for {elements} elements, expected one for each")
            }
            Kind::Lengths { channel, samples, expected } => {
                write!(f, "channel {channel} has {samples} samples, expected {expected} as channel 0")
            }
            Kind::Sample { channel, index } => {
                write!(f, "channel {channel}: sample {index} is not a number within 1e70, expected finite samples")
            }
            Kind::Span { first, len, samples } => {
                write!(f, "a window of {len} samples from {first} on, expected one within {samples} samples")
            }
            Kind::Band { low_hz, high_hz, step_hz, nyquist_hz } => write!(
                f,
                "no frequency of the window lies in the band {low_hz} to {high_hz} Hz, expected a band that holds a \
                 multiple of {step_hz} Hz above zero and ends below {nyquist_hz} Hz"
            ),
            Kind::Plan { what } => write!(f, "the plan was made for other {what}, expected those of the spectra"),
            Kind::Pair { number, what } => write!(f, "pair {number}: {what}"),
            Kind::Channel { channel } => write!(f, "channel {channel} is none of the array's elements"),
            Kind::Twice { channel } => write!(f, "channel {channel} stands for two elements, expected one each"),
            Kind::Singular => f.write_str("the pairs that are left do not fix both components of slowness"),
        }
    }
}

impl std::error::Error for ArrayError {}
