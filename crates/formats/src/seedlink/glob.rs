//! The wildcards of station names: `?` for one character, `*` for any number of them.

/// Whether the whole text fits the pattern. Takes at most the product of both lengths in steps.
pub(super) fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // After a `*`: where the pattern goes on, and how much of the text the star holds so far.
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                star = Some((p, t));
            }
            Some(byte) if *byte == b'?' || *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((after, held)) => {
                    star = Some((after, held + 1));
                    p = after;
                    t = held + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn wildcards_fit() {
        for (pattern, text, expected) in [
            ("IU_COLA", "IU_COLA", true),
            ("IU_COLA", "IU_COL", false),
            ("IU_COL", "IU_COLA", false),
            ("IU_*", "IU_COLA", true),
            ("*", "", true),
            ("?", "", false),
            ("I?_*LA", "IU_COLA", true),
            ("*_*A*", "IU_COLA", true),
            ("*B", "IU_COLA", false),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }
}
