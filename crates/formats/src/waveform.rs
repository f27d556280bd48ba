//! A closed waveform file of any form that is read: told apart by its first bytes.
use crate::error::FormatError;
use crate::{miniseed, sac, slist, wav};
use truceline_model::record::Form;
use truceline_model::time::Time;
use truceline_model::waveform::Segment;

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Waveforms {
    /// The form: `miniSEED`, `SAC`, `WAV` or `SLIST`.
    pub form: &'static str,
    /// The segments, in the file's order.
    pub segments: Vec<Segment>,
    /// Records of the file that are not read, each with its place and reason; the rest goes on.
    pub refused: Vec<FormatError>,
}

/// The form that a file begins as; none where it is none that is read.
pub(crate) fn form_of(bytes: &[u8]) -> Option<Form> {
    match bytes {
        [b'R', b'I', b'F', b'F' | b'X', ..] | [b'R', b'F', b'6', b'4', ..] | [b'B', b'W', b'6', b'4', ..] => {
            Some(Form::Wav)
        }
        [b'T', b'I', b'M', b'E', b'S', b'E', b'R', b'I', b'E', b'S', ..] => Some(Form::Slist),
        _ if begins_as_miniseed(bytes) => Some(Form::MiniSeed),
        _ if sac::begins(bytes) => Some(Form::Sac),
        _ => None,
    }
}

/// Reads a waveform file. `start` is the time of the first sample for files that do not say it (WAV).
///
/// # Errors
/// If the file as a whole cannot be read; single records of miniSEED that cannot are [`Waveforms::refused`].
pub fn read(file: &str, bytes: &[u8], start: Option<Time>) -> Result<Waveforms, FormatError> {
    let whole = |form, segments| Ok(Waveforms { form, segments, refused: Vec::new() });
    match form_of(bytes) {
        Some(Form::Wav) => {
            let start = start.ok_or_else(|| {
                FormatError::new(file, "the whole file", "a WAV file does not say when it begins: state the start")
            })?;
            let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
            whole("WAV", wav::read(file, bytes, start, |channel| format!("{name}#{channel}"))?)
        }
        Some(Form::Slist) => whole("SLIST", slist::read(file, bytes)?),
        Some(Form::MiniSeed) => Ok(of_miniseed(file, bytes)),
        _ => match sac::read(file, bytes) {
            Ok(segments) => whole("SAC", segments),
            Err(error) => {
                let message = format!("expected miniSEED, SAC, WAV or SLIST; as SAC: {error}");
                Err(FormatError::new(file, "the whole file", message))
            }
        },
    }
}

/// The signature of version 3, or a sequence number and a quality letter of version 2.
fn begins_as_miniseed(bytes: &[u8]) -> bool {
    match bytes {
        [b'M', b'S', 3, ..] => true,
        [number @ .., b'D' | b'R' | b'Q' | b'M', b' ' | 0] if number.len() == 6 => {
            number.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ' || *byte == 0)
        }
        _ => bytes.len() > 8 && begins_as_miniseed(&bytes[..8]),
    }
}

fn of_miniseed(file: &str, bytes: &[u8]) -> Waveforms {
    let mut found = Waveforms { form: "miniSEED", segments: Vec::new(), refused: Vec::new() };
    for item in miniseed::records(bytes) {
        let (at, segment) = match item {
            Ok((at, record)) => (at, record.segment()),
            Err(misread) => (misread.at, Err(misread.error)),
        };
        match segment {
            Ok(segment) => found.segments.extend(segment),
            Err(error) => found.refused.push(FormatError::new(file, format!("record at byte {at}"), error.to_string())),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_model::waveform::Samples;

    fn miniseed_bytes() -> Vec<u8> {
        let writer = miniseed::Writer {
            channel: "FDSN:XX_ONE__H_H_Z".into(),
            version: miniseed::Version::V2,
            packing: miniseed::Packing::Steim2,
            rate_hz: 100.0,
            clock: Default::default(),
            publication_version: 2,
            record_bytes_max: 512,
        };
        let mut bytes = Vec::new();
        writer.write(Time(0), &(0..2_000).map(|n| n % 97).collect::<Vec<i32>>(), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_damaged_record_is_refused_and_the_rest_goes_on() {
        let mut bytes = miniseed_bytes();
        let good = read("a", &bytes, None).unwrap();
        assert_eq!((good.form, good.refused.len()), ("miniSEED", 0));
        let samples: usize = good.segments.iter().map(|segment| segment.samples.len()).sum();
        assert_eq!(samples, 2_000);
        bytes[512 + 300] ^= 0xff;
        let damaged = read("a", &bytes, None).unwrap();
        assert_eq!((damaged.segments.len() + 1, damaged.refused.len()), (good.segments.len(), 1));
        assert!(damaged.refused[0].to_string().starts_with("a, record at byte 512: "), "{}", damaged.refused[0]);
    }

    #[test]
    fn forms_are_told_apart() {
        let slist =
            "TIMESERIES XX_ONE__HHZ_D, 3 samples, 1 sps, 2010-05-27T16:24:33.000000, SLIST, INTEGER, Counts\n1\n2\n3\n";
        let found = read("a", slist.as_bytes(), None).unwrap();
        assert_eq!((found.form, &found.segments[0].samples), ("SLIST", &Samples::I32(vec![1, 2, 3])));
        let wav = read("a.wav", b"RIFF\x04\x00\x00\x00WAVE", None).unwrap_err().to_string();
        assert!(wav.ends_with("state the start"), "{wav}");
        let other = read("a", b"something else", None).unwrap_err().to_string();
        assert!(other.starts_with("a, the whole file: expected miniSEED, SAC, WAV or SLIST"), "{other}");
    }
}
