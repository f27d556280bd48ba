//! The extra headers of version 3: JSON after the schema ExtraHeaders-FDSN 1.0. Read is what tells of the clock and
//! of the signal's condition; all else is left in the record's bytes.
use super::Condition;
use super::error::Fault;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::marker::PhantomData;

const FIELD: &str = "extra headers";

/// The most of a message that is kept: it may repeat what it complains of.
const MAX_MESSAGE_CHARS: usize = 160;

/// What the extra headers say that matters here.
#[derive(Debug, Default)]
pub(super) struct Extra {
    pub(super) quality_percent: Option<u8>,
    pub(super) time_error_max_s: Option<f64>,
    pub(super) leap_seconds: i8,
    pub(super) condition: Condition,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Top {
    #[serde(rename = "FDSN")]
    fdsn: Option<Object<Fdsn>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Fdsn {
    time: Option<Object<Time>>,
    flags: Option<Object<Flags>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Time {
    quality: Option<f64>,
    max_estimated_error: Option<f64>,
    leap_second: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Flags {
    amplifier_saturation: Option<bool>,
    digitizer_clipping: Option<bool>,
    spikes: Option<bool>,
    glitches: Option<bool>,
    missing_data: Option<bool>,
    telemetry_sync_error: Option<bool>,
    filter_charging: Option<bool>,
}

/// A JSON object and nothing else: serde would read a struct from a list as well.
#[derive(Default)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// Reads the text that begins at byte `at` of the record; no text is no statement. What is there and cannot be read is
/// refused: it could have said that the clock is wrong.
pub(super) fn read(text: &[u8], at: usize) -> Result<Extra, Fault> {
    if text.is_empty() {
        return Ok(Extra::default());
    }
    let Object(top): Object<Top> = serde_json::from_slice(text).map_err(|error| {
        Fault::new(at, FIELD, error.to_string().chars().take(MAX_MESSAGE_CHARS).collect::<String>())
    })?;
    let Object(fdsn) = top.fdsn.unwrap_or_default();
    let Object(time) = fdsn.time.unwrap_or_default();
    let Object(flags) = fdsn.flags.unwrap_or_default();
    let leap_seconds = match time.leap_second {
        None => 0,
        Some(count) if (-100.0..=100.0).contains(&count) && count.fract() == 0.0 => count as i8,
        Some(count) => {
            let message = format!("/FDSN/Time/LeapSecond is {count}, expected a few whole seconds");
            return Err(Fault::new(at, FIELD, message));
        }
    };
    Ok(Extra {
        quality_percent: time
            .quality
            .filter(|percent| (0.0..=100.0).contains(percent))
            .map(|percent| percent.round() as u8),
        time_error_max_s: time.max_estimated_error.filter(|seconds| *seconds >= 0.0),
        leap_seconds,
        condition: Condition {
            calibration: false,
            saturated: flags.amplifier_saturation == Some(true),
            clipped: flags.digitizer_clipping == Some(true),
            spikes: flags.spikes == Some(true),
            glitches: flags.glitches == Some(true),
            missing: flags.missing_data == Some(true),
            telemetry_error: flags.telemetry_sync_error == Some(true),
            filter_charging: flags.filter_charging == Some(true),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_and_the_condition_are_read() {
        let text = br#"{"FDSN":{"Time":{"Quality":90,"MaxEstimatedError":0.001,"LeapSecond":-1},
            "Flags":{"DigitizerClipping":true,"Spikes":false}},"Vendor":{"x":[1]}}"#;
        let extra = read(text, 60).unwrap();
        assert_eq!(extra.quality_percent, Some(90));
        assert_eq!(extra.time_error_max_s, Some(0.001));
        assert_eq!(extra.leap_seconds, -1);
        assert_eq!(extra.condition, Condition { clipped: true, ..Condition::default() });
        assert_eq!(read(br#"{"FDSN":{"Time":{"Quality":255}}}"#, 60).unwrap().quality_percent, None);
        assert_eq!(read(b"", 60).unwrap().quality_percent, None);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for (text, expected) in [
            (&b"{"[..], "byte 60, extra headers: EOF"),
            (b"[]", "byte 60, extra headers: invalid type: sequence, expected an object"),
            (br#"{"FDSN":[{"Quality":90}]}"#, "byte 60, extra headers: invalid type: sequence, expected an object"),
            (br#"{"FDSN":{"Time":{"Quality":"good"}}}"#, "byte 60, extra headers: invalid type: string \"good\""),
            (br#"{"FDSN":{"Flags":{"Spikes":1}}}"#, "byte 60, extra headers: invalid type: integer `1`"),
            (br#"{"FDSN":{"Time":{"LeapSecond":0.5}}}"#, "byte 60, extra headers: /FDSN/Time/LeapSecond is 0.5"),
            (br#"{"FDSN":{},"FDSN":{}}"#, "byte 60, extra headers: duplicate field `FDSN`"),
            (br#"{} {}"#, "byte 60, extra headers: trailing characters"),
        ] {
            let error = read(text, 60).unwrap_err().error.to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let deep = [b"{\"x\":".as_slice(), &[b'['; 60_000]].concat();
        assert!(read(&deep, 60).is_err());
        let long = format!("{{\"FDSN\":{{\"Time\":{{\"Quality\":\"{}\"}}}}}}", "x".repeat(60_000));
        assert!(read(long.as_bytes(), 60).unwrap_err().error.to_string().len() < 200);
    }
}
