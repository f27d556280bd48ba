//! A sensor or an owner whose data contradict those of the others: named, and never said why.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::canonical_map_options;
use crate::derived::Derived;
use crate::entry::Entry;
use crate::place::Place;
use crate::time::Interval;

/// In which way a sensor's measurements would fit, or in which way they do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    /// At times that are later by this, 1e-6 s; earlier where it is negative.
    Later(i64),
    /// From this place instead of its own.
    From(Place),
    /// With bearings turned clockwise by this, 1e-3 degree.
    Turned(i32),
    /// It did not register events that others located. Since version 2, as all that follow.
    Misses {
        /// How many of them it was expected to register, 1e-3 events.
        expected_milli: u32,
        /// How many of them it did.
        heard: u32,
    },
    /// Events rest on its owner's measurements alone, although others, heard from at the time, were expected to register them.
    Alone {
        /// How many events.
        events: u32,
        /// How many of them others were expected to register, 1e-3 events.
        expected_others_milli: u32,
    },
    /// Its samples of the span are, to the bit, those of another span.
    Repeats {
        /// The span that they are also the samples of.
        of: Interval,
    },
    /// It reports what instruments that should have registered it do not bear out.
    Unborne {
        /// How many reports were looked at.
        reports: u32,
        /// How many of them instruments were expected to bear out, 1e-3 reports.
        expected_milli: u32,
    },
}

impl Fits {
    /// Whether the first version holds it.
    const fn is_first(self) -> bool {
        matches!(self, Self::Later(_) | Self::From(_) | Self::Turned(_))
    }
}

/// A map of one key: `{alone}`, `{place}`, `{misses}`, `{repeats}`, `{unborne}`, `{later_us}` or `{turned_mdeg}`; a pair of
/// numbers, as the fields stand, under `alone`, `misses` and `unborne`.
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
            Self::Misses { expected_milli, heard } => {
                encoder.text("misses");
                (*expected_milli, *heard).encode(encoder);
            }
            Self::Alone { events, expected_others_milli } => {
                encoder.text("alone");
                (*events, *expected_others_milli).encode(encoder);
            }
            Self::Repeats { of } => {
                encoder.text("repeats");
                of.encode(encoder);
            }
            Self::Unborne { reports, expected_milli } => {
                encoder.text("unborne");
                (*reports, *expected_milli).encode(encoder);
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
            "misses" => pair(decoder, "misses").map(|(expected_milli, heard)| Self::Misses { expected_milli, heard }),
            "alone" => pair(decoder, "alone")
                .map(|(events, expected_others_milli)| Self::Alone { events, expected_others_milli }),
            "repeats" => {
                Canonical::decode(decoder).map(|of| Self::Repeats { of }).map_err(|error| error.within("repeats"))
            }
            "unborne" => {
                pair(decoder, "unborne").map(|(reports, expected_milli)| Self::Unborne { reports, expected_milli })
            }
            _ => Err(DecodeError::new(at, "alone, later_us, misses, place, repeats, turned_mdeg or unborne")),
        }
    }
}

fn pair(decoder: &mut Decoder<'_>, key: &'static str) -> Result<(u32, u32), DecodeError> {
    Canonical::decode(decoder).map_err(|error| error.within(key))
}

/// A sensor, or all that an owner says, that contradicts the others. Whether it is broken, badly surveyed or made to say so
/// is for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistency {
    /// The sensor, as an inventory names it; else what and where it is. Empty where it is said of all that an owner has.
    pub sensor: String,
    /// Who could make it lie; empty where nobody says.
    pub owner: String,
    /// How its measurements would fit, or how they do not.
    pub fits: Fits,
    /// How many events, or reports, say so.
    pub events: u32,
    /// How many agree with it as it is stated.
    pub agreeing: u32,
    /// How many of its measurements no event was made of for it.
    pub left_out: u32,
    /// From the first to the last that was looked at; of samples that repeat, the span they are stated for.
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

/// Since version 2 it may say more than how a sensor is off; what says only that keeps the bytes of version 1.
impl Entry for Derived<Inconsistency> {
    const KIND: &'static str = "inconsistency";
    const VERSION: u64 = 2;

    fn version(&self) -> u64 {
        if self.content.fits.is_first() { 1 } else { 2 }
    }
}

impl Inconsistency {
    /// What is said of it.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { sensor, owner, events, agreeing, left_out, span, .. } = self;
        let who = match (sensor.is_empty(), owner.is_empty()) {
            (false, true) => sensor.clone(),
            (false, false) => format!("{sensor} of {owner}"),
            (true, false) => owner.clone(),
            (true, true) => "an owner that nobody names".to_owned(),
        };
        let by_events = format!("as {events} events say, and {agreeing} agree with it as it is stated");
        let how = match self.fits {
            Fits::Later(us) => {
                let way = if us > 0 { "late" } else { "early" };
                format!("its times are {:.3} s {way}, {by_events}", us.unsigned_abs() as f64 / 1e6)
            }
            Fits::From(place) => {
                format!("its times fit at {:.4}, {:.4}, {by_events}", place.lat_deg(), place.lon_deg())
            }
            Fits::Turned(mdeg) => format!("its bearings are turned by {:.1} deg, {by_events}", f64::from(mdeg) / 1e3),
            Fits::Misses { expected_milli, heard } => format!(
                "of {events} events that others located it was expected to register {}, and it registered {heard}",
                of_milli(expected_milli)
            ),
            Fits::Alone { events, expected_others_milli } => format!(
                "{events} events rest on its owner's measurements alone, although others were expected to register {}",
                of_milli(expected_others_milli)
            ),
            Fits::Repeats { of } => {
                format!(
                    "its samples from {} to {} are, to the bit, those from {} to {}",
                    span.from, span.to, of.from, of.to
                )
            }
            Fits::Unborne { reports, expected_milli } => format!(
                "of {reports} of its reports instruments were expected to bear out {}, and they bear out {agreeing}",
                of_milli(expected_milli)
            ),
        };
        format!("{who} is inconsistent with the others: {how}; {left_out} of its measurements are left out")
    }
}

/// A number of 1e-3, in words.
fn of_milli(milli: u32) -> String {
    format!("{:.1}", f64::from(milli) / 1e3)
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
        let misses = of(Fits::Misses { expected_milli: 6_420, heard: 1 }).words();
        assert!(misses.contains("expected to register 6.4, and it registered 1"), "{misses}");
        let alone =
            Inconsistency { sensor: String::new(), ..of(Fits::Alone { events: 5, expected_others_milli: 4_750 }) };
        let alone = alone.words();
        assert!(alone.starts_with("Alpha is inconsistent with the others: 5 events rest on"), "{alone}");
        let repeats = of(Fits::Repeats { of: Interval { from: Time(0), to: Time(2_000_000_000) } }).words();
        assert!(repeats.contains("those from 1970-01-01T00:00:00Z to 1970-01-01T00:00:02Z"), "{repeats}");
        let unborne = of(Fits::Unborne { reports: 40, expected_milli: 21_000 }).words();
        assert!(unborne.contains("bear out 21.0, and they bear out 1;"), "{unborne}");
    }
}
