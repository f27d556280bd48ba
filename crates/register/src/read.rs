//! From the bytes of a register's files to its lines. Refused here is what has no meaning; what contradicts itself or another
//! line is found by [`crate::check`], so that all of it is said at once.
use crate::register::{File, Head, Register, SCHEMA};
use std::fmt;

/// The most files of a register: one for each state and some more.
pub const MAX_FILES: usize = 256;

/// The most bytes of a file: a thousand long lines.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// The most lines of one table in one file.
pub const MAX_LINES: usize = 2_000;

/// Why a file of a register cannot be read: the file, where in it, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterError {
    file: String,
    place: String,
    message: String,
}

impl RegisterError {
    fn new(file: &str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: place.into(), message: message.into() }
    }

    /// The file that could not be read.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.file, self.place, self.message)
    }
}

impl std::error::Error for RegisterError {}

pub(crate) fn register(files: &[(&str, &[u8])]) -> Result<Register, RegisterError> {
    let whole = "the whole folder";
    if files.is_empty() || files.len() > MAX_FILES {
        return Err(RegisterError::new(
            "register",
            whole,
            format!("expected 1 to {MAX_FILES} files that end in .toml"),
        ));
    }
    let read: Vec<(&str, File)> =
        files.iter().map(|(name, bytes)| Ok((*name, file(name, bytes)?))).collect::<Result<_, RegisterError>>()?;
    let mut heads = read.iter().filter_map(|(name, file)| Some((*name, file.register.as_ref()?)));
    let Some((first, head)) = heads.next() else {
        return Err(RegisterError::new("register", whole, "expected one file with a [register] table"));
    };
    if let Some((second, _)) = heads.next() {
        let message = format!("a second [register] table, the first is in {first}, expected one");
        return Err(RegisterError::new(second, "register", message));
    }
    let head: Head = head.clone();
    let mut register = Register::empty(head);
    for (name, file) in read {
        register.take(name, file);
    }
    Ok(register)
}

fn file(name: &str, bytes: &[u8]) -> Result<File, RegisterError> {
    let whole = "the whole file";
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("{} bytes, expected at most {MAX_FILE_BYTES}", bytes.len());
        return Err(RegisterError::new(name, whole, message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        RegisterError::new(name, format!("byte {}", error.valid_up_to()), "expected a text of UTF-8")
    })?;
    let file: File = toml::from_str(text).map_err(|error| {
        let place = error.span().map_or(whole.to_owned(), |span| {
            let before = &text.as_bytes()[..span.start.min(text.len())];
            format!("line {}", 1 + before.iter().filter(|byte| **byte == b'\n').count())
        });
        RegisterError::new(name, place, error.message().trim().replace('\n', ", "))
    })?;
    if file.schema != SCHEMA {
        return Err(RegisterError::new(name, "schema", format!("{:?}, expected {SCHEMA:?}", file.schema)));
    }
    let (longest, table) = file.longest();
    if longest > MAX_LINES {
        return Err(RegisterError::new(name, table, format!("{longest} lines, expected at most {MAX_LINES}")));
    }
    Ok(file)
}
