//! A sensor whose measurements contradict those of the others, event after event: named, and never said why.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::canonical_map_options;
use crate::place::Place;
use crate::time::Interval;

/// In which way a sensor's measurements would fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    /// At times that are later by this, 1e-6 s; earlier where it is negative.
    Later(i64),
    /// From this place instead of its own.
    From(Place),
    /// With bearings turned clockwise by this, 1e-3 degree.
    Turned(i32),
}

/// A map of one key: `{place}`, `{later_us}` or `{turned_mdeg}`.
impl Canonical for Fits {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(1);
        match self {
            Self::Later(us) => {
                encoder.text("later_us");
                us.encode(encoder);
            }
            Self::From(place) => {
                encoder.text("place");
                place.encode(encoder);
            }
            Self::Turned(mdeg) => {
                encoder.text("turned_mdeg");
                mdeg.encode(encoder);
            }
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.map(1)?;
        let at = decoder.offset();
        match decoder.text()? {
            "later_us" => Canonical::decode(decoder).map(Self::Later).map_err(|error| error.within("later_us")),
            "place" => Canonical::decode(decoder).map(Self::From).map_err(|error| error.within("place")),
            "turned_mdeg" => Canonical::decode(decoder).map(Self::Turned).map_err(|error| error.within("turned_mdeg")),
            _ => Err(DecodeError::new(at, "later_us, place or turned_mdeg")),
        }
    }
}

/// A sensor that contradicts the others of its network over many events. Whether it is broken, badly surveyed or made to say so is
/// for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistency {
    /// The sensor, as an inventory names it; else what and where it is.
    pub sensor: String,
    /// Who could make it lie; empty where nobody says.
    pub owner: String,
    /// How its measurements would fit.
    pub fits: Fits,
    /// In how many events it would, of others' measurements.
    pub events: u32,
    /// In how many events it takes part as it is stated.
    pub agreeing: u32,
    /// How many of its measurements no event was made of for it.
    pub left_out: u32,
    /// From the first to the last measurement that was looked at.
    pub span: Interval,
}

canonical_map_options!(Inconsistency {
    "fits" must fits,
    "span" must span,
    "owner" must owner,
    "events" must events,
    "sensor" must sensor,
    "agreeing" must agreeing,
    "left_out" must left_out,
});

impl Inconsistency {
    /// What is said of it.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { sensor, owner, events, agreeing, left_out, .. } = self;
        let owner = if owner.is_empty() { String::new() } else { format!(" of {owner}") };
        let how = match self.fits {
            Fits::Later(us) => {
                let way = if us > 0 { "late" } else { "early" };
                format!("its times are {:.3} s {way}", us.unsigned_abs() as f64 / 1e6)
            }
            Fits::From(place) => format!("its times fit at {:.4}, {:.4}", place.lat_deg(), place.lon_deg()),
            Fits::Turned(mdeg) => format!("its bearings are turned by {:.1} deg", f64::from(mdeg) / 1e3),
        };
        format!(
            "{sensor}{owner} is inconsistent with the others: {how}, as {events} events say, and {agreeing} agree with it as \
             it is stated; {left_out} of its measurements are left out"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    #[test]
    fn what_is_said_of_each_way() {
        let of = |fits| Inconsistency {
            sensor: "sensor FDSN:XX_ONE__H_H_Z".into(),
            owner: "Alpha".into(),
            fits,
            events: 7,
            agreeing: 1,
            left_out: 9,
            span: Interval { from: Time(0), to: Time(1) },
        };
        assert!(
            of(Fits::Later(-2_500_000))
                .words()
                .contains("of Alpha is inconsistent with the others: its times are 2.500 s early, as 7")
        );
        assert!(of(Fits::Turned(-12_340)).words().contains("turned by -12.3 deg"));
        let place = Place::from_degrees(41.0, -113.0).unwrap();
        assert!(of(Fits::From(place)).words().contains("fit at 41.0000, -113.0000"));
    }
}
