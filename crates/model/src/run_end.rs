//! The end of a source's run: nothing more will come of it. A closed file says so of itself.
use crate::report::SourceRef;
use crate::{canonical_map, journal_entry};

/// The end of a source's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// The source and its run; `sequence` is the number that would have come next.
    pub source: SourceRef,
}

canonical_map!(RunEnd { "source" => source });
journal_entry!(RunEnd, "run_end", 1);
