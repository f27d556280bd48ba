//! How phases and kinds of sensors are spelled in people's files.
//!
//! Case, blanks, hyphens and underscores do not count. The first spelling of each line is the one that errors name.
use truceline_model::measurement::{Phase, SensorKind};

/// Seismic names follow the IASPEI list of standard phases (Storchak and others 2003); the wave types in the crust
/// are one phase here. Infrasound names are those of the IDC's bulletins.
const PHASES: [(Phase, &[&str]); 7] = [
    (Phase::P, &["P", "Pg", "Pn", "Pb", "P*", "P1", "Pwave"]),
    (Phase::S, &["S", "Sg", "Sn", "Sb", "S*", "S1", "Swave"]),
    (Phase::Surface, &["Lg", "Rg", "LR", "LQ", "L", "R", "surface", "surface wave"]),
    (Phase::Airwave, &["I", "airwave", "air wave", "infrasound", "Iw", "Is", "It", "N"]),
    (Phase::Muzzle, &["muzzle", "muzzle blast", "blast", "sound", "acoustic", "direct"]),
    (Phase::Shock, &["shock", "shock wave", "N wave", "bow wave", "ballistic"]),
    (
        Phase::Light,
        &["light", "optical", "flash", "visible", "infrared", "ir", "radar", "radio", "rf", "em", "video", "thermal"],
    ),
];

/// Spellings that say that the phase is not known.
const NO_PHASE: [&str; 4] = ["", "?", "unknown", "none"];

const KINDS: [(SensorKind, &[&str]); 8] = [
    (
        SensorKind::Seismometer,
        &["seismometer", "seismic", "geophone", "accelerometer", "broadband", "short period", "station"],
    ),
    (SensorKind::SeismicArray, &["seismic array"]),
    (SensorKind::InfrasoundArray, &["infrasound array", "infrasound", "barometer array", "microbarometer array"]),
    (SensorKind::Microphone, &["microphone", "mic", "acoustic", "microbarometer", "barometer", "sound"]),
    (SensorKind::MicrophoneArray, &["microphone array", "mic array", "acoustic array", "acoustic vector"]),
    (SensorKind::Optical, &["optical", "camera", "video", "light", "flash", "infrared", "ir", "radar", "radio"]),
    (SensorKind::Satellite, &["satellite", "space"]),
    (SensorKind::Observer, &["observer", "person", "patrol", "post", "human", "witness"]),
];

/// The phase of a spelling: none where it says that the phase is not known.
///
/// # Errors
/// What was expected.
pub(crate) fn phase(text: &str) -> Result<Option<Phase>, String> {
    if NO_PHASE.iter().any(|spelling| is(text, spelling)) {
        return Ok(None);
    }
    of(text, &PHASES).map(Some)
}

/// The kind of a spelling: none where it is empty.
///
/// # Errors
/// What was expected.
pub(crate) fn kind(text: &str) -> Result<Option<SensorKind>, String> {
    if text.is_empty() { Ok(None) } else { of(text, &KINDS).map(Some) }
}

/// The kind of sensor of a spelling, as it stands in people's files.
///
/// # Errors
/// What was expected.
pub fn sensor_kind(text: &str) -> Result<SensorKind, String> {
    of(text, &KINDS)
}

/// The name of a phase, as errors and answers have it.
#[must_use]
pub fn phase_name(phase: Phase) -> &'static str {
    first(phase, &PHASES)
}

/// The name of a kind of sensors, as errors and answers have it.
#[must_use]
pub fn kind_name(kind: SensorKind) -> &'static str {
    first(kind, &KINDS)
}

type Spellings<T> = [(T, &'static [&'static str])];

fn of<T: Copy>(text: &str, spellings: &Spellings<T>) -> Result<T, String> {
    let found = spellings.iter().find(|(_, list)| list.iter().any(|spelling| is(text, spelling)));
    found.map(|(meaning, _)| *meaning).ok_or_else(|| {
        let names: Vec<&str> = spellings.iter().map(|(_, list)| list[0]).collect();
        format!("expected one of {}, or nothing", names.join(", "))
    })
}

fn first<T: Copy + PartialEq>(meaning: T, spellings: &Spellings<T>) -> &'static str {
    spellings.iter().find(|(other, _)| *other == meaning).map_or("", |(_, list)| list[0])
}

/// Whether two spellings are the same but for case, blanks, hyphens and underscores.
fn is(text: &str, spelling: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> + '_ {
        text.bytes().filter(|byte| !b" -_".contains(byte)).map(|byte| byte.to_ascii_lowercase())
    }
    letters(text).eq(letters(spelling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_no_spelling_has_two_meanings() {
        for (meaning, list) in PHASES {
            assert!(list.iter().all(|spelling| phase(spelling) == Ok(Some(meaning))), "{list:?}");
            assert_eq!(phase(phase_name(meaning)), Ok(Some(meaning)));
        }
        for (meaning, list) in KINDS {
            assert!(list.iter().all(|spelling| kind(spelling) == Ok(Some(meaning))), "{list:?}");
            assert_eq!(kind(kind_name(meaning)), Ok(Some(meaning)));
        }
        assert_eq!(phase("MUZZLE_BLAST"), Ok(Some(Phase::Muzzle)));
        assert_eq!(phase("pn"), Ok(Some(Phase::P)));
        assert_eq!(phase("?"), Ok(None));
        assert_eq!(kind("Infrasound-Array"), Ok(Some(SensorKind::InfrasoundArray)));
        assert_eq!(kind(""), Ok(None));
        let error = phase("PKP").unwrap_err();
        assert_eq!(error, "expected one of P, S, Lg, I, muzzle, shock, light, or nothing");
        assert!(kind("telescope").unwrap_err().starts_with("expected one of seismometer, seismic array, "));
    }
}
