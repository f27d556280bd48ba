//! The OpenAPI document. It is checked in as `docs/openapi.json` and compared by a test.
use super::register::{board, consultation, routes as register};
use super::{
    case, common, coverage, erase, inconsistencies, reassess, routes, sensed, sources, stations, status, waveforms,
    witnesses,
};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Truceline",
        version = "1",
        description = "The HTTP interface of a Truceline store on the loopback address."
    ),
    paths(
        routes::get_status,
        routes::get_cases,
        routes::get_case,
        routes::get_dossier,
        waveforms::get_waveforms,
        routes::get_detections,
        routes::get_bearings,
        routes::get_sensors,
        routes::get_impediments,
        coverage::get_coverage,
        stations::get_continuity,
        inconsistencies::get_inconsistencies,
        routes::get_sources,
        witnesses::get_witnesses,
        register::get_register,
        register::get_state,
        register::get_changes,
        register::get_consultations,
        register::get_consultation,
        register::get_dossier,
        routes::post_file,
        routes::post_reassessment,
        routes::post_erasure,
        routes::get_live,
    ),
    components(schemas(
        status::Status,
        case::Cases,
        case::CaseDetail,
        waveforms::Waveforms,
        sensed::Detections,
        sensed::Bearings,
        sensed::Sensors,
        sensed::Impediments,
        coverage::Coverage,
        stations::Continuities,
        inconsistencies::Inconsistencies,
        sources::SensorStates,
        witnesses::WitnessStates,
        board::Board,
        board::StateToday,
        board::Changes,
        consultation::Consultations,
        consultation::ConsultationDetail,
        common::Loaded,
        common::Error,
        reassess::Reassessed,
        erase::Erased
    ))
)]
struct Document;

/// The document as JSON, for people to read.
#[must_use]
pub fn document() -> String {
    let json = Document::openapi().to_pretty_json();
    // The document is made of constants; were it not to serialise, the comparing test would fail.
    json.map(|text| text + "\n").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    /// Run with `TRUCELINE_WRITE_SNAPSHOTS=1` to write it anew, and read the difference.
    #[test]
    fn the_checked_in_document_is_this_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some() {
            std::fs::write(&path, super::document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), super::document());
    }
}
