//! The encodings of a payload.
use std::fmt;

/// How the samples of a record are encoded. The numbers are those of SEED 2.4, blockette 1000, field 3, and of
/// miniSEED 3, field 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// 0: text.
    Text,
    /// 1: 16-bit integers.
    Int16,
    /// 2: 24-bit integers, version 2 only.
    Int24,
    /// 3: 32-bit integers.
    Int32,
    /// 4: single precision.
    Float32,
    /// 5: double precision.
    Float64,
    /// 10: Steim-1 compressed integers.
    Steim1,
    /// 11: Steim-2 compressed integers.
    Steim2,
    /// 12: GEOSCOPE, 24-bit integers, version 2 only.
    Geoscope24,
    /// 13: GEOSCOPE, 16 bits gain-ranged with 3 bits of exponent, version 2 only.
    Geoscope16Exponent3,
    /// 14: GEOSCOPE, 16 bits gain-ranged with 4 bits of exponent, version 2 only.
    Geoscope16Exponent4,
    /// 16: CDSN, 16 bits gain-ranged, version 2 only.
    Cdsn,
    /// 30: SRO, 16 bits gain-ranged, version 2 only.
    Sro,
    /// 32: DWWSSN, 16 bits, version 2 only.
    Dwwssn,
    /// Any other: the header can be read, the samples cannot.
    Other(u8),
}

impl Encoding {
    pub(super) fn of(code: u8) -> Self {
        match code {
            0 => Self::Text,
            1 => Self::Int16,
            2 => Self::Int24,
            3 => Self::Int32,
            4 => Self::Float32,
            5 => Self::Float64,
            10 => Self::Steim1,
            11 => Self::Steim2,
            12 => Self::Geoscope24,
            13 => Self::Geoscope16Exponent3,
            14 => Self::Geoscope16Exponent4,
            16 => Self::Cdsn,
            30 => Self::Sro,
            32 => Self::Dwwssn,
            other => Self::Other(other),
        }
    }

    /// The number in the header.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Int16 => 1,
            Self::Int24 => 2,
            Self::Int32 => 3,
            Self::Float32 => 4,
            Self::Float64 => 5,
            Self::Steim1 => 10,
            Self::Steim2 => 11,
            Self::Geoscope24 => 12,
            Self::Geoscope16Exponent3 => 13,
            Self::Geoscope16Exponent4 => 14,
            Self::Cdsn => 16,
            Self::Sro => 30,
            Self::Dwwssn => 32,
            Self::Other(code) => code,
        }
    }

    /// Whether version 3 retired it.
    pub(super) fn is_legacy(self) -> bool {
        matches!(
            self,
            Self::Int24
                | Self::Geoscope24
                | Self::Geoscope16Exponent3
                | Self::Geoscope16Exponent4
                | Self::Cdsn
                | Self::Sro
                | Self::Dwwssn
        )
    }

    /// Whether the samples are whole numbers of 32 bits or fewer, as [`Record::decode_i32`](super::Record::decode_i32)
    /// gives them.
    #[must_use]
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::Int16
                | Self::Int24
                | Self::Int32
                | Self::Steim1
                | Self::Steim2
                | Self::Cdsn
                | Self::Sro
                | Self::Dwwssn
        )
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Text => "text",
            Self::Int16 => "16-bit integers",
            Self::Int24 => "24-bit integers",
            Self::Int32 => "32-bit integers",
            Self::Float32 => "32-bit floats",
            Self::Float64 => "64-bit floats",
            Self::Steim1 => "Steim-1",
            Self::Steim2 => "Steim-2",
            Self::Geoscope24 => "GEOSCOPE 24-bit integers",
            Self::Geoscope16Exponent3 => "GEOSCOPE 16 bits, 3 of exponent",
            Self::Geoscope16Exponent4 => "GEOSCOPE 16 bits, 4 of exponent",
            Self::Cdsn => "CDSN",
            Self::Sro => "SRO",
            Self::Dwwssn => "DWWSSN",
            Self::Other(code) => return write!(f, "encoding {code}"),
        };
        f.write_str(name)
    }
}

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The most significant byte first.
    Big,
    /// The least significant byte first.
    Little,
}

impl ByteOrder {
    #[inline(always)]
    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        }
    }

    #[inline(always)]
    pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        }
    }

    #[inline(always)]
    pub(super) fn u64(self, bytes: [u8; 8]) -> u64 {
        match self {
            Self::Big => u64::from_be_bytes(bytes),
            Self::Little => u64::from_le_bytes(bytes),
        }
    }
}
