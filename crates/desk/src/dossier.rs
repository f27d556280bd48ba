//! The dossier of a case: what it must hold, found in the views, and its file; and that of a [consultation](ConsultationDossier).
mod consultation;

pub use consultation::{ConsultationDossier, acts_of};

use crate::api::{sentence, witnessed_size};
use crate::error::DeskError;
use crate::views::{DossierRange, Views};
use truceline_accord::enclave_only;
use truceline_accord::release::ReleasePolicy;
use truceline_evidence as evidence;
use truceline_evidence::dossier::{self, Stored};
use truceline_evidence::journal::JournalReader;
use truceline_model::case::CaseId;

/// What the dossier of a case holds.
#[derive(Debug, Clone)]
pub struct CaseDossier {
    case: String,
    range: DossierRange,
    statement: String,
}

impl CaseDossier {
    /// That of a case's newest finding.
    ///
    /// # Errors
    /// [`DeskError::is_missing`] if there is no such case or it has no finding.
    pub fn of(views: &Views, reader: &dyn JournalReader, case: CaseId) -> Result<Self, DeskError> {
        let file = views.case_file(reader, case)?;
        let range = views.dossier_range(&file)?;
        let is_witnessed = range.entries.end <= witnessed_size(reader);
        let range = if is_witnessed { range } else { views.with_witnesses(range)? };
        Ok(Self { case: case.to_string(), range, statement: sentence(&file) })
    }

    /// The name of its file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.tldoss", self.case)
    }

    /// Its file, released; with `stored` it carries the waveforms.
    ///
    /// # Errors
    /// [`evidence::Error::is_over_limit`] if it would be over a bound; or the journal cannot be read.
    pub fn build(
        self,
        reader: &dyn JournalReader,
        policy: ReleasePolicy,
        stored: Option<Stored<'_>>,
    ) -> Result<Vec<u8>, evidence::Error> {
        let Self { case, range: DossierRange { entries, finding }, statement } = self;
        // Signatures lag behind what is registered.
        reader.wait_until_signed(entries.end);
        let bytes = match stored {
            None => dossier::build(reader, entries, finding, &case, &statement)?,
            Some(stored) => dossier::build_with_payloads(reader, entries, finding, (&case, &statement), stored)?,
        };
        Ok(policy.release(File(bytes)).into_inner().0)
    }
}

/// A dossier on its way out.
struct File(Vec<u8>);

enclave_only!(File);
