use std::fmt;

/// Why bytes are not canonical: where, at which path of keys, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    offset: usize,
    path: Vec<&'static str>,
    expected: &'static str,
}

impl DecodeError {
    /// At `offset`, `expected` was expected.
    #[must_use]
    pub fn new(offset: usize, expected: &'static str) -> Self {
        Self { offset, path: Vec::new(), expected }
    }

    /// The same error inside the value of `key`.
    #[must_use]
    pub fn within(mut self, key: &'static str) -> Self {
        self.path.insert(0, key);
        self
    }

    /// The byte at which reading stopped.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}", self.offset)?;
        if !self.path.is_empty() {
            write!(f, ", in {}", self.path.join("."))?;
        }
        write!(f, ": expected {}", self.expected)
    }
}

impl std::error::Error for DecodeError {}

/// Reads canonical CBOR and refuses every other spelling of the same value.
#[derive(Debug)]
pub struct Decoder<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Decoder<'a> {
    /// A decoder at the first byte.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0 }
    }

    /// The next byte's offset.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    /// How many bytes are left: the bound on any count that the input claims.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.input.len() - self.at
    }

    /// The bytes not yet read.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        &self.input[self.at..]
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// If bytes are left.
    pub fn end(&self) -> Result<(), DecodeError> {
        if self.remaining() == 0 { Ok(()) } else { Err(DecodeError::new(self.at, "the end of the value")) }
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// If another form stands here.
    pub fn unsigned(&mut self) -> Result<u64, DecodeError> {
        let at = self.at;
        match self.head()? {
            (0, value) => Ok(value),
            _ => Err(DecodeError::new(at, "an unsigned integer")),
        }
    }

    /// A signed integer.
    ///
    /// # Errors
    /// If another form stands here, or a number outside 64 bits.
    pub fn integer(&mut self) -> Result<i64, DecodeError> {
        let at = self.at;
        let (major, value) = self.head()?;
        let magnitude = i64::try_from(value).map_err(|_| DecodeError::new(at, "an integer of 64 bits"))?;
        match major {
            0 => Ok(magnitude),
            1 => Ok(!magnitude),
            _ => Err(DecodeError::new(at, "an integer")),
        }
    }

    /// A byte string.
    ///
    /// # Errors
    /// If another form stands here, or it is cut.
    pub fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let at = self.at;
        match self.head()? {
            (2, length) => self.take(length, at),
            _ => Err(DecodeError::new(at, "a byte string")),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// If another form stands here, it is cut, or it is not UTF-8.
    pub fn text(&mut self) -> Result<&'a str, DecodeError> {
        let at = self.at;
        match self.head()? {
            (3, length) => {
                let bytes = self.take(length, at)?;
                std::str::from_utf8(bytes).map_err(|_| DecodeError::new(at, "a text of UTF-8"))
            }
            _ => Err(DecodeError::new(at, "a text")),
        }
    }

    /// The head of an array: how many items follow. Never more than bytes are left.
    ///
    /// # Errors
    /// If another form stands here, or the count cannot be true.
    pub fn array(&mut self) -> Result<usize, DecodeError> {
        let at = self.at;
        match self.head()? {
            (4, count) if count <= self.remaining() as u64 => Ok(count as usize),
            (4, _) => Err(DecodeError::new(at, "an array that fits into the bytes left")),
            _ => Err(DecodeError::new(at, "an array")),
        }
    }

    /// The head of a map of exactly `count` pairs.
    ///
    /// # Errors
    /// If another form stands here, or another count.
    pub fn map(&mut self, count: usize) -> Result<(), DecodeError> {
        let at = self.at;
        match self.head()? {
            (5, found) if found == count as u64 => Ok(()),
            (5, _) => Err(DecodeError::new(at, "a map with the keys of this kind and version")),
            _ => Err(DecodeError::new(at, "a map")),
        }
    }

    /// The head of a map of `count` pairs, or of one more; says whether it has one more.
    ///
    /// # Errors
    /// If another form stands here, or another count.
    pub fn map_grown(&mut self, count: usize) -> Result<bool, DecodeError> {
        let at = self.at;
        match self.head()? {
            (5, found) if found == count as u64 => Ok(false),
            (5, found) if found == count as u64 + 1 => Ok(true),
            (5, _) => Err(DecodeError::new(at, "a map with the keys of this kind and version")),
            _ => Err(DecodeError::new(at, "a map")),
        }
    }

    /// The head of a map of `least` to `most` pairs; says how many it has.
    ///
    /// # Errors
    /// If another form stands here, or another count.
    pub fn map_within(&mut self, least: usize, most: usize) -> Result<usize, DecodeError> {
        let at = self.at;
        match self.head()? {
            (5, found) if (least as u64..=most as u64).contains(&found) => Ok(found as usize),
            (5, _) => Err(DecodeError::new(at, "a map with the keys of this kind and version")),
            _ => Err(DecodeError::new(at, "a map")),
        }
    }

    /// Takes this key if it stands here; says whether it did.
    pub fn key_if(&mut self, key: &str) -> bool {
        let at = self.at;
        let found = self.text().is_ok_and(|text| text == key);
        if !found {
            self.at = at;
        }
        found
    }

    /// Exactly this key.
    ///
    /// # Errors
    /// If another key stands here.
    pub fn key(&mut self, key: &'static str) -> Result<(), DecodeError> {
        let at = self.at;
        if self.text()? == key { Ok(()) } else { Err(DecodeError::new(at, "another key").within(key)) }
    }

    /// `false` or `true`.
    ///
    /// # Errors
    /// If another form stands here.
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        let value = match self.input.get(self.at) {
            Some(0xf4) => false,
            Some(0xf5) => true,
            _ => return Err(DecodeError::new(self.at, "false or true")),
        };
        self.at += 1;
        Ok(value)
    }

    /// Reads `null` if it stands here; says whether it did.
    pub fn null(&mut self) -> bool {
        let found = self.input.get(self.at) == Some(&0xf6);
        self.at += usize::from(found);
        found
    }

    fn take(&mut self, length: u64, at: usize) -> Result<&'a [u8], DecodeError> {
        if length > self.remaining() as u64 {
            return Err(DecodeError::new(at, "a string that fits into the bytes left"));
        }
        let start = self.at;
        self.at += length as usize;
        Ok(&self.input[start..self.at])
    }

    /// Major type and argument, in the shortest form only.
    fn head(&mut self) -> Result<(u8, u64), DecodeError> {
        let at = self.at;
        let first = *self.input.get(at).ok_or_else(|| DecodeError::new(at, "a value, the bytes end here"))?;
        let (width, least) = match first & 0x1f {
            short @ 0..=23 => {
                self.at += 1;
                return Ok((first >> 5, u64::from(short)));
            }
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return Err(DecodeError::new(at, "a definite length")),
        };
        let argument = self
            .input
            .get(at + 1..at + 1 + width)
            .ok_or_else(|| DecodeError::new(at, "a whole number, the bytes end here"))?;
        let value = argument.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        if value < least {
            return Err(DecodeError::new(at, "the shortest form of a number"));
        }
        self.at += 1 + width;
        Ok((first >> 5, value))
    }
}
