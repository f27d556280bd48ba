//! The channel that a record is of.
use super::error::Fault;
use super::signature::is_padding;
use std::fmt;

/// The channel as its record names it; it is written as an FDSN source identifier.
///
/// The five codes of version 2 become `FDSN:NET_STA_LOC_B_S_SS` as in libmseed 3.4 (`ms2_recordsid`): padding is left
/// out, and the three characters of the channel are band, source and subsource. Version 3 states it as text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Source<'a>(Named<'a>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Named<'a> {
    /// Station (5 characters), location (2), channel (3), network (2).
    Codes(&'a [u8; 12]),
    Text(&'a str),
}

impl<'a> Source<'a> {
    /// Of the codes of a version 2 header, which begin at byte 8. Refused are characters that an FDSN source
    /// identifier cannot have: an underscore would make two channels read alike.
    pub(super) fn of_codes(codes: &'a [u8; 12]) -> Result<Self, Fault> {
        match codes.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'-' || is_padding(*byte))) {
            None => Ok(Self(Named::Codes(codes))),
            Some(at) => {
                let field = ["station code", "location code", "channel code", "network code"]
                    [usize::from(at >= 5) + usize::from(at >= 7) + usize::from(at >= 10)];
                let message = format!("0x{:02x}, expected letters, digits, hyphens or padding", codes[at]);
                Err(Fault::new(8 + at, field, message))
            }
        }
    }

    /// Of the identifier of a version 3 header, which begins at byte 40.
    pub(super) fn of_text(text: &'a [u8]) -> Result<Self, Fault> {
        const FIELD: &str = "source identifier";
        if text.is_empty() {
            return Err(Fault::new(33, FIELD, "it is empty, so nothing says which channel this is"));
        }
        if let Some(at) = text.iter().position(|byte| !byte.is_ascii_graphic()) {
            let message = format!("0x{:02x}, expected printable ASCII without spaces", text[at]);
            return Err(Fault::new(40 + at, FIELD, message));
        }
        let text = std::str::from_utf8(text).map_err(|_| Fault::new(40, FIELD, "expected ASCII"))?;
        Ok(Self(Named::Text(text)))
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes = match self.0 {
            Named::Text(text) => return f.write_str(text),
            Named::Codes(codes) => codes,
        };
        // `FDSN:` and five underscores beside the twelve characters.
        let mut text = [0; 22];
        let mut length = 0;
        let mut put = |bytes: &[u8]| {
            for byte in bytes.iter().filter(|byte| !is_padding(**byte)) {
                text[length] = *byte;
                length += 1;
            }
        };
        put(b"FDSN:");
        put(&codes[10..12]);
        put(b"_");
        put(&codes[0..5]);
        put(b"_");
        put(&codes[5..7]);
        for code in &codes[7..10] {
            put(b"_");
            put(&[*code]);
        }
        f.write_str(std::str::from_utf8(&text[..length]).unwrap_or_default())
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_a_source_identifier() {
        for (codes, expected) in [
            (b"COLA 00LH1IU", "FDSN:IU_COLA_00_L_H_1"),
            (b"TEST   BHZXX", "FDSN:XX_TEST__B_H_Z"),
            (b"A\0\0\0\0\0\0 H Z ", "FDSN:Z_A___H_"),
        ] {
            assert_eq!(Source::of_codes(codes).unwrap().to_string(), expected);
        }
        let error = Source::of_codes(b"CO_A 00LH1IU").unwrap_err().error;
        assert_eq!(error.to_string(), "byte 10, station code: 0x5f, expected letters, digits, hyphens or padding");
        let error = Source::of_codes(b"COLA 00LH1I\n").unwrap_err().error;
        assert_eq!(error.field(), "network code");
        assert_eq!(error.offset_bytes(), 19);
    }

    #[test]
    fn an_identifier_is_printable_ascii() {
        assert_eq!(Source::of_text(b"FDSN:XX_A__H_H_Z").unwrap().to_string(), "FDSN:XX_A__H_H_Z");
        assert!(Source::of_text(b"").is_err());
        assert_eq!(Source::of_text(b"FDSN:X\xff").unwrap_err().error.offset_bytes(), 46);
        assert!(Source::of_text(b"FDSN:X Y").is_err());
    }
}
