//! The name of a case: what people say on the radio and write on a report.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use std::fmt;

/// The check letters: without I, O, Q, which are misheard or misread. Their count is prime, so every single wrong
/// digit and every swap of two neighbouring digits changes the letter.
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// A case: year of its first event and a running number, written `04-0001-P`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// The last two digits of the year, 0 to 99.
    pub year: u8,
    /// The running number from 1.
    pub number: u32,
}

impl CaseId {
    /// The check letter over all digits.
    #[must_use]
    pub fn check_letter(self) -> char {
        let mut sum: u64 = u64::from(self.year) * 3;
        let (mut rest, mut weight) = (self.number, 1);
        while rest > 0 {
            sum += u64::from(rest % 10) * weight;
            rest /= 10;
            weight = weight * 5 % 23;
        }
        char::from(CHECK_LETTERS[(sum % 23) as usize])
    }

    /// The case that a text names, check letter included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, number, letter) = (parts.next()?, parts.next()?, parts.next()?);
        let case = Self { year: year.parse().ok()?, number: number.parse().ok()? };
        (parts.next().is_none() && case.to_string() == text && letter.len() == 1).then_some(case)
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:04}-{}", self.year, self.number, self.check_letter())
    }
}

impl Canonical for CaseId {
    fn encode(&self, encoder: &mut Encoder) {
        (self.year, self.number).encode(encoder);
    }
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        let (year, number) = Canonical::decode(decoder)?;
        if year > 99 || number == 0 {
            return Err(DecodeError::new(at, "a year from 0 to 99 and a number from 1"));
        }
        Ok(Self { year, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_or_swapped_digit_changes_the_letter() {
        for number in [1u32, 411, 9876, 1203] {
            let right = CaseId { year: 27, number };
            assert_eq!(CaseId::parse(&right.to_string()), Some(right));
            let digits: Vec<u8> = format!("{number:04}").into_bytes();
            for i in 0..4 {
                for d in b'0'..=b'9' {
                    let mut wrong = digits.clone();
                    wrong[i] = d;
                    let other: u32 = String::from_utf8(wrong).unwrap().parse().unwrap();
                    assert!(
                        other == number || CaseId { year: 27, number: other }.check_letter() != right.check_letter()
                    );
                }
                if i < 3 && digits[i] != digits[i + 1] {
                    let mut swapped = digits.clone();
                    swapped.swap(i, i + 1);
                    let other: u32 = String::from_utf8(swapped).unwrap().parse().unwrap();
                    assert_ne!(CaseId { year: 27, number: other }.check_letter(), right.check_letter());
                }
            }
        }
    }
}
