//! The gain-ranged encodings of the first digital networks: 16 bits, of which some are an exponent.
//!
//! Formulas from the SEED Reference Manual 2.4, appendix D, and as libmseed 3.4 reads them; compared with its values on
//! one recording each of GEOSCOPE, CDSN and SRO.

/// GEOSCOPE: `(M - 2048) / 2^E`, with 12 bits of mantissa M below 3 or 4 bits of exponent E. Exact in single precision.
pub(super) fn geoscope(word: u16, exponent_bits: u32) -> f32 {
    let mantissa = i32::from(word & 0x0fff) - 2048;
    let exponent = u32::from(word >> 12) & ((1 << exponent_bits) - 1);
    mantissa as f32 / (1_u32 << exponent) as f32
}

/// CDSN: `(M - 8191) * 2^g`, with 14 bits of mantissa M below two bits that choose g of 0, 2, 4 and 7.
pub(super) fn cdsn(word: u16) -> i32 {
    let shift = [0, 2, 4, 7][usize::from(word >> 14)];
    (i32::from(word & 0x3fff) - 8191) << shift
}

/// SRO: `M * 2^(10 - G)`, with 12 bits of mantissa M in two's complement below 4 bits of gain G. A gain above 10 is not
/// defined.
pub(super) fn sro(word: u16) -> Option<i32> {
    let mantissa = i32::from((word << 4).cast_signed() >> 4);
    let exponent = 10_u16.checked_sub(word >> 12)?;
    Some(mantissa << exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_the_ranges() {
        assert_eq!(geoscope(0x0000, 3), -2048.0);
        assert_eq!(geoscope(0x7fff, 3), 2047.0 / 128.0);
        assert_eq!(geoscope(0xf801, 3), 1.0 / 128.0);
        assert_eq!(geoscope(0xf801, 4), 1.0 / 32_768.0);
        assert_eq!(cdsn(0x0000), -8191);
        assert_eq!(cdsn(0xffff), 8192 * 128);
        assert_eq!(cdsn(0x5fff), 0);
        assert_eq!(sro(0x0800), Some(-2048 * 1024));
        assert_eq!(sro(0xa7ff), Some(2047));
        assert_eq!(sro(0xb000), None);
    }
}
