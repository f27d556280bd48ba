//! The OpenAPI document of tiers below the enclave. It is checked in as `docs/openapi-tiers.json` and compared by a test.
use super::routes;
use crate::api::common;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Truceline, released",
        version = "1",
        description = "The HTTP interface of a Truceline store for a tier below the enclave: `truceline serve STORE --tier \
                       commission|parties|public`. All answers stand still within each step of the tier's cadence."
    ),
    paths(routes::get_status, routes::get_cases, routes::get_case, routes::get_notices, routes::get_live,),
    components(schemas(super::TierStatus, super::TierCases, super::TierCase, super::TierNotices, common::Error))
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
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi-tiers.json");
        if std::env::var_os("TRUCELINE_WRITE_SNAPSHOTS").is_some() {
            std::fs::write(&path, super::document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), super::document());
    }
}
