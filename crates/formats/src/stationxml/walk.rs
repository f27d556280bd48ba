//! A walk through the elements of an XML text: bounded in depth, with the line of whatever is wrong.
use crate::error::FormatError;
use crate::source_id::clip;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// The deepest nesting: StationXML itself has 12 levels, extensions of other namespaces add a few.
const DEPTH_MAX: usize = 64;

/// The longest text of an element that is read: names and numbers.
const TEXT_BYTES_MAX: usize = 1024;

/// An element that was entered.
pub(super) struct Element<'a> {
    start: BytesStart<'a>,
    /// An element such as `<a/>` has no inside and no end.
    closed: bool,
    at: u64,
}

/// The walk.
pub(super) struct Walk<'a> {
    file: &'a str,
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Self { file, text, reader, depth: 0 }
    }

    /// An error at a byte of the text.
    pub(super) fn error_at(&self, at: u64, message: impl Into<String>) -> FormatError {
        let end = usize::try_from(at).unwrap_or(usize::MAX).min(self.text.len());
        let line = 1 + self.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count();
        FormatError::new(self.file, format!("line {line}"), message)
    }

    /// An error at an element.
    pub(super) fn error(&self, element: &Element<'_>, message: impl AsRef<str>) -> FormatError {
        let (at, name) = (element.at, element.name().to_owned());
        self.error_at(at, format!("{name}: {}", message.as_ref()))
    }

    /// The next element inside the one that was entered last; `None` at its end, which is then left.
    pub(super) fn next(&mut self, parent: &Element<'_>) -> Result<Option<Element<'a>>, FormatError> {
        if parent.closed {
            return Ok(None);
        }
        self.advance(&mut |_| {})
    }

    /// The outermost element.
    pub(super) fn root(&mut self) -> Result<Element<'a>, FormatError> {
        match self.advance(&mut |_| {})? {
            Some(element) => Ok(element),
            None => Err(self.error_at(0, "it holds no element")),
        }
    }

    /// Goes to the end of an element, whatever is in it.
    pub(super) fn skip(&mut self, element: &Element<'_>) -> Result<(), FormatError> {
        if element.closed {
            return Ok(());
        }
        let outside = self.depth - 1;
        while self.depth > outside {
            self.advance(&mut |_| {})?;
        }
        Ok(())
    }

    /// The text of an element, without the blanks around it; elements in it are passed over.
    pub(super) fn text(&mut self, element: &Element<'_>) -> Result<String, FormatError> {
        let mut text = String::new();
        if element.closed {
            return Ok(text);
        }
        let outside = self.depth - 1;
        let at = element.at;
        while self.depth > outside {
            self.advance(&mut |piece| {
                // A long text is no name or number; it is not gathered further than needed to say so.
                if text.len() <= TEXT_BYTES_MAX {
                    text.push_str(piece);
                }
            })?;
        }
        if text.len() > TEXT_BYTES_MAX {
            let message = format!("{}: expected at most {TEXT_BYTES_MAX} bytes of text", element.name());
            return Err(self.error_at(at, message));
        }
        Ok(text.trim().to_owned())
    }

    /// An attribute's value; `None` if it is not there.
    pub(super) fn attribute(&self, element: &Element<'_>, name: &str) -> Result<Option<String>, FormatError> {
        let mut found = None;
        // The library's own check for doubled attributes compares each with each; a long tag would take for ever.
        for attribute in element.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.error(element, error.to_string()))?;
            if attribute.key.as_ref() != name {
                continue;
            }
            if found.is_some() {
                return Err(self.error(element, format!("the attribute {name} twice")));
            }
            if attribute.value.len() > TEXT_BYTES_MAX {
                return Err(self.error(element, format!("{name}: expected at most {TEXT_BYTES_MAX} bytes")));
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            found = Some(value.map_err(|error| self.error(element, format!("{name}: {error}")))?.into_owned());
        }
        Ok(found)
    }

    /// That nothing follows the outermost element.
    pub(super) fn end(&mut self) -> Result<(), FormatError> {
        match self.advance(&mut |_| {})? {
            None => Ok(()),
            Some(element) => Err(self.error(&element, "a second outermost element, expected one")),
        }
    }

    /// To the start of the next element, or past the end of the one inside which the walk stands; text on the way goes
    /// to `gather`.
    fn advance(&mut self, gather: &mut dyn FnMut(&str)) -> Result<Option<Element<'a>>, FormatError> {
        loop {
            let at = self.reader.buffer_position();
            let event =
                self.reader.read_event().map_err(|error| self.error_at(self.reader.error_position(), plain(&error)))?;
            match event {
                Event::Start(start) => {
                    if self.depth == DEPTH_MAX {
                        return Err(self.error_at(at, format!("deeper than {DEPTH_MAX} elements")));
                    }
                    self.depth += 1;
                    return Ok(Some(Element { start, closed: false, at }));
                }
                Event::Empty(start) => return Ok(Some(Element { start, closed: true, at })),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(None);
                }
                Event::Text(text) => gather(&text.xml10_content()),
                Event::CData(text) => gather(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let text = self.resolved(at, &reference)?;
                    gather(&text);
                }
                Event::DocType(_) => return Err(self.error_at(at, "a document type, expected none")),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if self.depth == 0 => return Ok(None),
                Event::Eof => return Err(self.error_at(at, "the file ends inside an element")),
            }
        }
    }

    fn resolved(&self, at: u64, reference: &BytesRef<'_>) -> Result<String, FormatError> {
        let character = reference.resolve_char_ref().map_err(|error| self.error_at(at, error.to_string()))?;
        if let Some(character) = character {
            return Ok(character.to_string());
        }
        let name: &str = reference;
        resolve_xml_entity(name)
            .map(str::to_owned)
            .ok_or_else(|| self.error_at(at, format!("entity &{};, expected one of XML's own five", clip(name))))
    }
}

impl Element<'_> {
    /// The name without a namespace's prefix.
    pub(super) fn name(&self) -> &str {
        let name = self.start.name().into_inner();
        name.rsplit(':').next().unwrap_or(name)
    }
}

fn plain(error: &quick_xml::Error) -> String {
    let text = error.to_string();
    text.trim_start_matches("syntax error: ").trim_start_matches("ill-formed document: ").to_owned()
}
