//! WAV against SciPy's reading, against recordings, and against damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;
#[path = "support/recordings.rs"]
mod recordings;

use mutation::{MUTATIONS, Random, damage};
use recordings::{bytes_of, own, recording, references, values};
use truceline_formats::FormatError;
use truceline_formats::wav;
use truceline_model::time::Time;
use truceline_model::waveform::{Samples, Segment};

const FORMS: [&str; 8] = ["u8", "i16", "i24-extensible", "i32", "f32", "f64", "i16-three", "rf64"];

fn read(bytes: &[u8]) -> Result<Vec<Segment>, FormatError> {
    wav::read("a", bytes, Time(7), |channel| format!("mic/{channel}"))
}

#[test]
fn every_form_reads_as_scipy_reads_it() {
    for form in FORMS {
        let file = format!("wav/{form}.wav");
        let segments = read(&own(&file)).unwrap();
        let references = references(&file);
        assert_eq!(segments.len(), references.len(), "{file}");
        for (channel, (segment, reference)) in segments.iter().zip(&references).enumerate() {
            assert_eq!(segment.channel, format!("mic/{channel}"));
            assert_eq!((segment.start, segment.rate_hz), (Time(7), reference.rate_hz), "{file}");
            assert_eq!(values(segment), reference.samples, "{file}");
        }
        let kept_as_recorded = match (form, &segments[0].samples) {
            ("f32", Samples::F32(_)) | ("f64", Samples::F64(_)) => true,
            (_, Samples::I32(_)) => !form.starts_with('f'),
            _ => false,
        };
        assert!(kept_as_recorded, "{file}");
    }
}

#[test]
fn field_recordings_read_as_scipy_reads_them() {
    // scipy.io.wavfile.read of SciPy 1.17.1: rate, number, sum of the samples.
    for (file, rate_hz, count, sum) in [
        ("acoustic/tower/LOCA_2021_09_24_652_3.wav", 22_050.0, 22_050, -10_071.0),
        ("acoustic/confusers/astra_ART-1_800Hz.wav", 800.0, 263_029, -920_475.0),
    ] {
        let Some(bytes) = recording(file) else { return };
        let segments = read(&bytes).unwrap();
        assert_eq!(segments.len(), 1);
        assert_eq!(segments[0].rate_hz, rate_hz);
        let values = values(&segments[0]);
        assert_eq!(values.len(), count, "{file}");
        assert_eq!(values.iter().sum::<f64>(), sum, "{file}");
    }
}

#[test]
fn every_error_names_the_place() {
    let good = own("wav/i16.wav");
    let put = |at: usize, with: &[u8]| {
        let mut bytes = good.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    let mut nan = own("wav/f32.wav");
    let last = nan.len() - 4;
    nan[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    for (bytes, expected) in [
        (Vec::new(), "a, byte 0: expected RIFF, RF64 or BW64"),
        (put(0, b"RIFX"), "a, byte 0: expected RIFF, RF64 or BW64"),
        (put(8, b"WEBP"), "a, byte 8: expected WAVE"),
        (put(12, b"skip"), "a, byte 36: data before the fmt chunk"),
        (put(20, &[6]), "a, byte 20: format 6 of 16 bits, expected PCM (1)"),
        (put(34, &[12]), "a, byte 20: format 1 of 12 bits, expected PCM (1)"),
        (put(22, &[0]), "a, byte 22: 0 channels, expected 1 to 256"),
        (put(24, &[0, 0]), "a, byte 24: 0 samples a second"),
        (put(32, &[4]), "a, byte 32: frames of 4 bytes, expected 2"),
        (put(40, &[81]), "a, byte 36: chunk data of 81 bytes, the file holds 80 of them"),
        (put(40, &[0xff; 4]), "a, byte 36: chunk data of 4294967295 bytes, the file holds 80 of them"),
        (put(40, &[79]), "a, byte 44: 79 bytes of samples, expected frames of 2 bytes"),
        (put(40, &[0]), "a, byte 44: 0 bytes of samples, expected frames of 2 bytes"),
        (good[..40].to_vec(), "a, byte 36: the file ends in the head of a chunk"),
        (good[..36].to_vec(), "a, the whole file: it has no data chunk"),
        (nan, "a, sample 39 of channel 0: expected a number"),
    ] {
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}\n{expected}");
    }
}

#[test]
fn damage_gives_an_error_or_bounded_segments() {
    let originals: Vec<Vec<u8>> = FORMS.iter().map(|form| own(&format!("wav/{form}.wav"))).collect();
    let mut random = Random(2);
    let mut good = 0;
    for round in 0..MUTATIONS {
        let bytes = damage(&originals[round as usize % originals.len()], &mut random);
        if let Ok(segments) = read(&bytes) {
            good += 1;
            assert!(!segments.is_empty() && segments.len() <= usize::from(wav::MAX_CHANNELS));
            let total: usize = segments.iter().map(|segment| segment.samples.len()).sum();
            assert!(total <= bytes.len());
            let memory: usize = segments.iter().map(|segment| bytes_of(&segment.samples)).sum();
            assert!(memory <= 4 * bytes.len() + 64 * segments.len(), "{memory} for {}", bytes.len());
        }
    }
    assert!(good > MUTATIONS / 100 && good < MUTATIONS, "{good}");
}
