//! What desk needs of the side that writes. Whoever puts the program together hands it over.

/// The write side as desk sees it.
pub trait WriteSide: Send + Sync {
    /// Registers a file and waits until all that follows from it is derived.
    ///
    /// # Errors
    /// If the file is at fault, or nothing can be registered.
    fn load(&self, name: &str, bytes: &[u8]) -> Result<LoadAnswer, LoadError>;

    /// How the write side is.
    fn condition(&self) -> Condition;
}

/// How the write side is.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Which engine this program is.
    pub engine_id: String,
    /// Why nothing is registered.
    pub journal_problem: Option<String>,
    /// Why nothing is derived.
    pub engine_problem: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub struct LoadAnswer {
    /// The kind of file.
    pub kind: String,
    /// Inputs registered now.
    pub registered: u64,
    /// Inputs registered before.
    pub already: u64,
    /// Inputs that came after their window.
    pub late: u64,
    /// Inputs that are registered and not used, with the reason.
    pub excluded: Vec<String>,
    /// What was refused: place, rule, what was found and expected.
    pub refused: Vec<(String, String, String)>,
    /// Arrivals found in its waveforms.
    pub detections: u64,
    /// What kept its channels from being seen.
    pub impediments: u64,
}

/// Why a file was not registered.
#[derive(Debug, Clone)]
pub enum LoadError {
    /// The file is at fault.
    BadFile(String),
    /// The store is.
    Store(String),
}
