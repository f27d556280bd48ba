//! FDSN source identifiers: `FDSN:NET_STA_LOC_B_S_SS`.

/// The longest code of a network, station, location or channel: SEED has at most 5, FDSN source identifiers 8.
pub const MAX_CODE_BYTES: usize = 8;

/// The FDSN source identifier of SEED codes; a channel code of three characters is split into band, source and
/// subsource, one that is written as `B_S_SS` is kept.
///
/// Codes may be empty where a file leaves them out (`FDSN:_BRP1__E_D_F`). Source: FDSN Source Identifiers 1.0.
///
/// # Errors
/// Names the code that holds anything but letters, digits and `-`, is too long, or cannot be split.
pub fn of_codes(network: &str, station: &str, location: &str, channel: &str) -> Result<String, String> {
    for (name, code) in [("network", network), ("station", station), ("location", location)] {
        if code.len() > MAX_CODE_BYTES || !code.bytes().all(is_code) {
            return Err(format!(
                "{name} code is {:?}, expected at most {MAX_CODE_BYTES} letters, digits or -",
                clip(code)
            ));
        }
    }
    let parts: Vec<&str> = channel.split('_').collect();
    let split = match parts[..] {
        [band, source, subsource] if channel.bytes().all(|byte| is_code(byte) || byte == b'_') => {
            (band.len() <= 1 && !source.is_empty() && channel.len() <= MAX_CODE_BYTES)
                .then(|| format!("{band}_{source}_{subsource}"))
        }
        [codes] if codes.len() == 3 && codes.bytes().all(is_code) => {
            Some(format!("{}_{}_{}", &codes[..1], &codes[1..2], &codes[2..]))
        }
        _ => None,
    };
    let split = split.ok_or_else(|| {
        format!("channel code is {:?}, expected three letters or digits, or BAND_SOURCE_SUBSOURCE", clip(channel))
    })?;
    Ok(format!("FDSN:{network}_{station}_{location}_{split}"))
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// The beginning of a text for a message.
pub(crate) fn clip(text: &str) -> &str {
    const CLIP_BYTES: usize = 40;
    let mut end = text.len().min(CLIP_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_make_an_identifier() {
        assert_eq!(of_codes("IU", "COLA", "00", "LHZ").unwrap(), "FDSN:IU_COLA_00_L_H_Z");
        assert_eq!(of_codes("", "BRP1", "", "EDF").unwrap(), "FDSN:_BRP1__E_D_F");
        assert_eq!(of_codes("XX", "A-1", "", "B_DF_1").unwrap(), "FDSN:XX_A-1__B_DF_1");
    }

    #[test]
    fn other_codes_are_named() {
        for (codes, expected) in [
            (["I U", "COLA", "00", "LHZ"], "network code is \"I U\""),
            (["IU", "COLA_1", "00", "LHZ"], "station code"),
            (["IU", "COLA", "000000000", "LHZ"], "location code"),
            (["IU", "COLA", "00", "LH"], "channel code is \"LH\""),
            (["IU", "COLA", "00", "L\u{e9}"], "channel code"),
            (["IU", "COLA", "00", "L__Z"], "channel code"),
            (["IU", "COLA", "00", ""], "channel code"),
        ] {
            let error = of_codes(codes[0], codes[1], codes[2], codes[3]).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
