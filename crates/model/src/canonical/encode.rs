/// Writes deterministic CBOR. Callers give map keys in canonical order;
/// the decoder checks it.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// An empty encoder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty encoder with room for so many bytes: what is large and of a known size is then not moved as it grows.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    /// The bytes written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// An unsigned integer.
    pub fn unsigned(&mut self, value: u64) {
        self.head(0, value);
    }

    /// A signed integer.
    pub fn integer(&mut self, value: i64) {
        if value >= 0 {
            self.head(0, value.unsigned_abs());
        } else {
            // CBOR keeps -1 - n.
            self.head(1, !value.cast_unsigned());
        }
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) {
        self.head(2, value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// A text.
    pub fn text(&mut self, value: &str) {
        self.head(3, value.len() as u64);
        self.bytes.extend_from_slice(value.as_bytes());
    }

    /// The head of an array of `count` items, which follow.
    pub fn array(&mut self, count: usize) {
        self.head(4, count as u64);
    }

    /// The head of a map of `count` pairs, which follow in canonical order.
    pub fn map(&mut self, count: usize) {
        self.head(5, count as u64);
    }

    /// `false` or `true`.
    pub fn boolean(&mut self, value: bool) {
        self.bytes.push(if value { 0xf5 } else { 0xf4 });
    }

    /// `null`.
    pub fn null(&mut self) {
        self.bytes.push(0xf6);
    }

    /// Appends bytes that are canonical already.
    pub fn raw(&mut self, canonical: &[u8]) {
        self.bytes.extend_from_slice(canonical);
    }

    fn head(&mut self, major: u8, value: u64) {
        let major = major << 5;
        if value < 24 {
            self.bytes.push(major | value as u8);
        } else if value <= 0xff {
            self.bytes.push(major | 24);
            self.bytes.push(value as u8);
        } else if value <= 0xffff {
            self.bytes.push(major | 25);
            self.bytes.extend_from_slice(&(value as u16).to_be_bytes());
        } else if value <= 0xffff_ffff {
            self.bytes.push(major | 26);
            self.bytes.extend_from_slice(&(value as u32).to_be_bytes());
        } else {
            self.bytes.push(major | 27);
            self.bytes.extend_from_slice(&value.to_be_bytes());
        }
    }
}
