//! Comma-separated values, a row a line: RFC 4180 without line ends inside quotes.
//!
//! A quoted field ends on its line, so a quote that is never closed spoils one row and not the rest of the file. A byte
//! order mark, CRLF, empty lines, blanks around a field and empty fields after the last column are read as nothing.
//! Columns are found by their names in the header, in any order and in either case.
use crate::error::FormatError;
use std::borrow::Cow;

/// The longest line: every column filled with long numbers takes a quarter of it.
pub const MAX_LINE_BYTES: usize = 4096;

/// The most columns of a header: ours are fewer than twenty, the rest are somebody's notes.
pub const MAX_COLUMNS: usize = 64;

/// The most rows that are set aside with their reasons; the others are counted.
pub const MAX_SET_ASIDE: usize = 1000;

/// How much of a text an error repeats, in characters.
const CLIP_CHARACTERS: usize = 40;

/// A row that cannot be used: which, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its number among the data rows; the first after the header is 0.
    pub row: usize,
    /// File, line, column, what was found and what was expected.
    pub error: FormatError,
}

/// The rows that were set aside while the rest went on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetAside {
    /// The first [`MAX_SET_ASIDE`] of them, in the file's order.
    pub rows: Vec<BadRow>,
    /// How many there are in all.
    pub count: usize,
}

impl SetAside {
    pub(crate) fn push(&mut self, row: usize, error: FormatError) {
        self.count += 1;
        if self.rows.len() < MAX_SET_ASIDE {
            self.rows.push(BadRow { row, error });
        }
    }

    /// For what is found out of order: the list is in the file's order again.
    pub(crate) fn sort(&mut self) {
        self.rows.sort_by_key(|bad| bad.row);
    }
}

/// Why a field cannot be used: its column, and what was found and expected.
pub(crate) type Reason = (&'static str, String);

/// A file whose header is read, and its rows.
pub(crate) struct Table<'a> {
    file: &'a str,
    rest: &'a [u8],
    line: usize,
    row: usize,
    width: usize,
    /// For each known column, where it stands.
    places: Vec<Option<usize>>,
    known: &'static [&'static str],
    /// Columns with a name that is not known: they are not read.
    pub(crate) ignored: Vec<String>,
}

/// A data row.
pub(crate) struct Row<'a> {
    /// Its number, from 0.
    pub(crate) number: usize,
    /// Its line in the file, from 1.
    pub(crate) line: usize,
    /// It as it stands in the file.
    pub(crate) raw: &'a [u8],
    fields: Result<Vec<Cow<'a, str>>, Reason>,
}

impl<'a> Table<'a> {
    /// Reads the header. `known` are all columns that have a meaning, `needed` those that must be there.
    pub(crate) fn open(
        file: &'a str,
        bytes: &'a [u8],
        known: &'static [&'static str],
        needed: &[&str],
    ) -> Result<Self, FormatError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut table = Self {
            file,
            rest: bytes,
            line: 0,
            row: 0,
            width: 0,
            places: vec![None; known.len()],
            known,
            ignored: Vec::new(),
        };
        let header = match table.next_line() {
            Some(line) => fields(line),
            None => return Err(FormatError::new(file, "the whole file", "it is empty, expected a header")),
        };
        let place = format!("line {}", table.line);
        let header = header.map_err(|(_, message)| FormatError::new(file, place.as_str(), message))?;
        if header.len() > MAX_COLUMNS {
            let message = format!("{} columns, at most {MAX_COLUMNS} are read", header.len());
            return Err(FormatError::new(file, place, message));
        }
        for (at, name) in header.iter().enumerate() {
            let name = name.to_ascii_lowercase();
            match known.iter().position(|known| *known == name) {
                Some(column) if table.places[column].is_some() => {
                    return Err(FormatError::new(file, place, format!("column {name} stands there twice")));
                }
                Some(column) => table.places[column] = Some(at),
                None if name.is_empty() => {}
                None => table.ignored.push(clip(&name)),
            }
        }
        table.width = header.len();
        if let Some(missing) = needed.iter().find(|name| !table.has(name)) {
            let found: Vec<String> = header.iter().map(|name| clip(name)).collect();
            let message = format!("no column {missing}, found {:?}, expected {}", found.join(","), needed.join(","));
            return Err(FormatError::new(file, place, message));
        }
        Ok(table)
    }

    /// An error of the header; before the first row is read.
    pub(crate) fn header_error(&self, message: &str) -> FormatError {
        FormatError::new(self.file, format!("line {}", self.line), message)
    }

    /// Whether the header has this column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.known.iter().position(|known| *known == column).is_some_and(|at| self.places[at].is_some())
    }

    /// The next row with anything in it; none at the end.
    pub(crate) fn next_row(&mut self) -> Option<Row<'a>> {
        let line = self.next_line()?;
        let number = self.row;
        self.row += 1;
        let raw = line;
        let fields = fields(line).and_then(|fields| {
            let filled = fields.iter().rposition(|field| !field.is_empty()).map_or(0, |at| at + 1);
            if fields.len() < self.width || filled > self.width {
                return Err(("", format!("{} fields, the header has {}", fields.len(), self.width)));
            }
            Ok(fields)
        });
        Some(Row { number, line: self.line, raw, fields })
    }

    /// The text of a column in a row; empty where the column is missing.
    pub(crate) fn text<'r>(&self, row: &'r Row<'_>, column: &'static str) -> Result<&'r str, Reason> {
        let fields = row.fields.as_ref().map_err(Clone::clone)?;
        let place = self.known.iter().position(|known| *known == column).and_then(|at| self.places[at]);
        Ok(place.and_then(|at| fields.get(at)).map_or("", |field| field.as_ref()))
    }

    /// The number in a column; none where it is empty.
    pub(crate) fn number(&self, row: &Row<'_>, column: &'static str, range: Range) -> Result<Option<f64>, Reason> {
        let text = self.text(row, column)?;
        if text.is_empty() {
            return Ok(None);
        }
        range.read(text).map(Some).map_err(|message| (column, message))
    }

    /// The error of a row: file, line, column, message.
    pub(crate) fn error(&self, row: &Row<'_>, (column, message): Reason) -> FormatError {
        let place =
            if column.is_empty() { format!("line {}", row.line) } else { format!("line {}, {column}", row.line) };
        FormatError::new(self.file, place, message)
    }

    /// The next line that is not blank, without its end.
    fn next_line(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let (line, rest) = match self.rest.iter().position(|byte| *byte == b'\n') {
                Some(at) => (&self.rest[..at], &self.rest[at + 1..]),
                None => (self.rest, &[][..]),
            };
            self.rest = rest;
            self.line += 1;
            if !line.trim_ascii().is_empty() {
                return Some(line.strip_suffix(b"\r").unwrap_or(line));
            }
        }
        None
    }
}

/// Which numbers a column may hold, and in which unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub(crate) least: f64,
    pub(crate) most: f64,
    pub(crate) unit: &'static str,
}

impl Range {
    /// Numbers above the least one.
    pub(crate) const fn above(least: f64, most: f64, unit: &'static str) -> Self {
        Self { least: least.next_up(), most, unit }
    }

    pub(crate) const fn of(least: f64, most: f64, unit: &'static str) -> Self {
        Self { least, most, unit }
    }

    fn holds(self, number: f64) -> bool {
        (self.least..=self.most).contains(&number)
    }

    /// The number of a text; what was found and expected otherwise.
    pub(crate) fn read(self, text: &str) -> Result<f64, String> {
        match text.parse::<f64>() {
            Ok(number) if self.holds(number) => Ok(number),
            _ => Err(format!("{:?}, expected {self}", clip(text))),
        }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The number next above zero is written as what it stands for.
        if self.least == 0.0_f64.next_up() {
            write!(f, "a number above 0 and up to {} {}", self.most, self.unit)
        } else {
            write!(f, "a number from {} to {} {}", self.least, self.most, self.unit)
        }
    }
}

/// The fields of a line.
fn fields(line: &[u8]) -> Result<Vec<Cow<'_, str>>, Reason> {
    if line.len() > MAX_LINE_BYTES {
        return Err(("", format!("{} bytes, at most {MAX_LINE_BYTES} are read in a line", line.len())));
    }
    let line = std::str::from_utf8(line).map_err(|_| ("", "expected UTF-8 text".to_owned()))?;
    let mut fields = Vec::with_capacity(MAX_COLUMNS / 4);
    let mut rest = line;
    loop {
        let (field, after) = match rest.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let (field, after) = unquoted(quoted)?;
                (field, after.trim_start())
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let field = rest[..end].trim();
                if field.contains('"') {
                    let message = "a quote inside a field that does not begin with one";
                    return Err(("", format!("{:?}: {message}", clip(field))));
                }
                (Cow::Borrowed(field), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err(("", format!("{:?} after a closing quote, expected a comma", clip(after)))),
        }
    }
}

/// A field whose opening quote is read already, and what follows its closing quote.
fn unquoted(text: &str) -> Result<(Cow<'_, str>, &str), Reason> {
    let mut doubled = false;
    let mut from = 0;
    while let Some(at) = text[from..].find('"').map(|at| from + at) {
        if text[at + 1..].starts_with('"') {
            doubled = true;
            from = at + 2;
        } else {
            let field = &text[..at];
            let field = if doubled { Cow::Owned(field.replace("\"\"", "\"")) } else { Cow::Borrowed(field) };
            return Ok((field, &text[at + 1..]));
        }
    }
    Err(("", "a quote is not closed on its line".to_owned()))
}

/// What an error repeats of a text.
pub(crate) fn clip(text: &str) -> String {
    match text.char_indices().nth(CLIP_CHARACTERS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_as_rfc_4180_has_them_on_one_line() {
        let read = |line: &str| fields(line.as_bytes()).map(|fields| fields.join("|"));
        assert_eq!(read("a,b,,c").unwrap(), "a|b||c");
        assert_eq!(read(" a , b ").unwrap(), "a|b");
        assert_eq!(read("\"a,b\",\"say \"\"x\"\"\",c").unwrap(), "a,b|say \"x\"|c");
        assert_eq!(read(" \"\" ,").unwrap(), "|");
        assert_eq!(read("\"a").unwrap_err().1, "a quote is not closed on its line");
        assert_eq!(read("\"a\"b,c").unwrap_err().1, "\"b,c\" after a closing quote, expected a comma");
        assert_eq!(read("a\"b").unwrap_err().1, "\"a\\\"b\": a quote inside a field that does not begin with one");
        assert_eq!(fields(b"\xff").unwrap_err().1, "expected UTF-8 text");
        assert!(fields(&[b'x'; MAX_LINE_BYTES + 1]).unwrap_err().1.contains("at most 4096"));
    }

    #[test]
    fn rows_are_numbered_without_blank_lines_and_lines_with_them() {
        let bytes = b"\xef\xbb\xbfB, a ,,x\r\n\r\n1,2,,\r\n\n3,4,,5,,\n6,7,,8,9\n1,2\n";
        let mut table = Table::open("t", bytes, &["a", "b"], &["a"]).unwrap();
        assert_eq!(table.ignored, ["x"]);
        assert!(table.has("a") && table.has("b"));
        let mut seen = Vec::new();
        while let Some(row) = table.next_row() {
            let text = table.text(&row, "a").map(str::to_owned).map_err(|reason| table.error(&row, reason).to_string());
            seen.push((row.number, row.line, text));
        }
        let wrong = |line: usize, n: usize| Err(format!("t, line {line}: {n} fields, the header has 4"));
        assert_eq!(
            seen,
            [(0, 3, Ok("2".to_owned())), (1, 5, Ok("4".to_owned())), (2, 6, wrong(6, 5)), (3, 7, wrong(7, 2))]
        );
    }
}
