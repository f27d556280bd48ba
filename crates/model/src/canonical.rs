//! Canonical bytes: deterministically encoded CBOR (RFC 8949, section 4.2.1), and nothing else.
//!
//! The subset: integers, byte strings, text, arrays, maps with text keys, `false`, `true`, `null`. No floats,
//! no tags, no indefinite lengths. Integers and lengths take their shortest form; map keys ascend by their
//! encoded bytes (shorter first, then bytewise). There is one encoder, and a decoder that refuses every other
//! spelling, so a value has exactly one form and a hash of the bytes is a hash of the value.
//!
//! Types state their form with [`canonical_map!`](crate::canonical_map) (a struct as a map) and
//! [`canonical_names!`](crate::canonical_names) (a choice as a text). The order of keys is checked when compiling.

mod decode;
mod encode;
mod floats;
mod shapes;

pub use decode::{DecodeError, Decoder};
pub use encode::Encoder;
pub use floats::{Float, Floats};
pub use shapes::Bytes;

/// A type with exactly one sequence of bytes.
pub trait Canonical: Sized {
    /// Appends the one form of this value.
    fn encode(&self, encoder: &mut Encoder);
    /// Reads one value; refuses every form but the one [`Canonical::encode`] writes.
    ///
    /// # Errors
    /// Names the byte, the path of keys to it, and what was expected.
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError>;
}

/// The canonical bytes of a value.
pub fn to_bytes<T: Canonical>(value: &T) -> Vec<u8> {
    let mut encoder = Encoder::new();
    value.encode(&mut encoder);
    encoder.into_bytes()
}

/// The value of canonical bytes; all of them must be used.
///
/// # Errors
/// As [`Canonical::decode`], and when bytes are left over.
pub fn from_bytes<T: Canonical>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let value = T::decode(&mut decoder)?;
    decoder.end()?;
    Ok(value)
}

/// Whether `a` stands before `b` in deterministic CBOR: shorter first, then bytewise. For compile-time checks.
#[must_use]
pub const fn key_precedes(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return a.len() < b.len();
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    false
}

/// Whether all keys ascend. For compile-time checks.
#[must_use]
pub const fn keys_ascend(keys: &[&str]) -> bool {
    let mut i = 1;
    while i < keys.len() {
        if !key_precedes(keys[i - 1], keys[i]) {
            return false;
        }
        i += 1;
    }
    true
}

/// States the canonical form of a struct: a map from text keys to its fields, keys in canonical order.
///
/// ```
/// use truceline_model::{canonical, canonical_map};
/// #[derive(Debug, PartialEq)]
/// struct Bearing { azimuth_mdeg: u32, sigma_mdeg: u32 }
/// canonical_map!(Bearing { "sigma_mdeg" => sigma_mdeg, "azimuth_mdeg" => azimuth_mdeg });
/// let bearing = Bearing { azimuth_mdeg: 56_600, sigma_mdeg: 2_500 };
/// let bytes = canonical::to_bytes(&bearing);
/// assert_eq!(canonical::from_bytes::<Bearing>(&bytes).unwrap(), bearing);
/// ```
#[macro_export]
macro_rules! canonical_map {
    ($type:ty { $($key:literal => $field:ident),+ $(,)? }) => {
        const _: () = assert!($crate::canonical::keys_ascend(&[$($key),+]), "keys are not in canonical order");
        impl $crate::canonical::Canonical for $type {
            fn encode(&self, encoder: &mut $crate::canonical::Encoder) {
                encoder.map([$($key),+].len());
                $(
                    encoder.text($key);
                    $crate::canonical::Canonical::encode(&self.$field, encoder);
                )+
            }
            fn decode(decoder: &mut $crate::canonical::Decoder<'_>) -> Result<Self, $crate::canonical::DecodeError> {
                decoder.map([$($key),+].len())?;
                $(
                    decoder.key($key)?;
                    let $field = $crate::canonical::Canonical::decode(decoder).map_err(|e| e.within($key))?;
                )+
                Ok(Self { $($field),+ })
            }
        }
    };
}

/// States the canonical form of a struct that a later version gave one more field, an `Option` between the two others:
/// without it the bytes are those of the version before, and its key stands only with a value.
#[macro_export]
macro_rules! canonical_map_grown {
    ($type:ty {
        $($before:literal => $b:ident),* ;
        $key:literal => $field:ident ;
        $($after:literal => $a:ident),+ $(,)?
    }) => {
        const _: () =
            assert!($crate::canonical::keys_ascend(&[$($before,)* $key, $($after),+]), "keys are not in canonical order");
        impl $crate::canonical::Canonical for $type {
            fn encode(&self, encoder: &mut $crate::canonical::Encoder) {
                encoder.map([$($before,)* $($after),+].len() + usize::from(self.$field.is_some()));
                $(
                    encoder.text($before);
                    $crate::canonical::Canonical::encode(&self.$b, encoder);
                )*
                if let Some(value) = &self.$field {
                    encoder.text($key);
                    $crate::canonical::Canonical::encode(value, encoder);
                }
                $(
                    encoder.text($after);
                    $crate::canonical::Canonical::encode(&self.$a, encoder);
                )+
            }
            fn decode(decoder: &mut $crate::canonical::Decoder<'_>) -> Result<Self, $crate::canonical::DecodeError> {
                let grown = decoder.map_grown([$($before,)* $($after),+].len())?;
                $(
                    decoder.key($before)?;
                    let $b = $crate::canonical::Canonical::decode(decoder).map_err(|e| e.within($before))?;
                )*
                let $field = if grown {
                    decoder.key($key)?;
                    Some($crate::canonical::Canonical::decode(decoder).map_err(|e| e.within($key))?)
                } else {
                    None
                };
                $(
                    decoder.key($after)?;
                    let $a = $crate::canonical::Canonical::decode(decoder).map_err(|e| e.within($after))?;
                )+
                Ok(Self { $($b,)* $field, $($a),+ })
            }
        }
    };
}

/// States the canonical form of a struct that grew by several fields: `must` before a field that always stands, `may` before
/// an `Option` whose key stands only with a value, so that bytes of versions before stay as they are.
///
/// ```
/// use truceline_model::{canonical, canonical_map_options};
/// #[derive(Debug, PartialEq)]
/// struct Seen { at: u32, by: Option<String>, from: Option<u32> }
/// canonical_map_options!(Seen { "at" must at, "by" may by, "from" may from });
/// let seen = Seen { at: 3, by: None, from: Some(4) };
/// let bytes = canonical::to_bytes(&seen);
/// assert_eq!(bytes[0], 0xa2);
/// assert_eq!(canonical::from_bytes::<Seen>(&bytes).unwrap(), seen);
/// ```
#[macro_export]
macro_rules! canonical_map_options {
    ($type:ty { $($key:literal $kind:ident $field:ident),+ $(,)? }) => {
        const _: () = assert!($crate::canonical::keys_ascend(&[$($key),+]), "keys are not in canonical order");
        impl $crate::canonical::Canonical for $type {
            fn encode(&self, encoder: &mut $crate::canonical::Encoder) {
                encoder.map(0 $(+ $crate::canonical_map_options!(@count $kind self.$field))+);
                $($crate::canonical_map_options!(@encode $kind encoder, $key, self.$field);)+
            }
            fn decode(decoder: &mut $crate::canonical::Decoder<'_>) -> Result<Self, $crate::canonical::DecodeError> {
                let start = decoder.offset();
                let keys = decoder.map_within(0, [$($key),+].len())?;
                $(let $field = $crate::canonical_map_options!(@decode $kind decoder, $key);)+
                let value = Self { $($field),+ };
                if keys != 0 $(+ $crate::canonical_map_options!(@count $kind value.$field))+ {
                    let expected = "a map with the keys of this kind and version";
                    return Err($crate::canonical::DecodeError::new(start, expected));
                }
                Ok(value)
            }
        }
    };
    (@count must $value:expr) => { 1 };
    (@count may $value:expr) => { usize::from($value.is_some()) };
    (@encode must $encoder:ident, $key:literal, $value:expr) => {
        $encoder.text($key);
        $crate::canonical::Canonical::encode(&$value, $encoder);
    };
    (@encode may $encoder:ident, $key:literal, $value:expr) => {
        if let Some(value) = &$value {
            $encoder.text($key);
            $crate::canonical::Canonical::encode(value, $encoder);
        }
    };
    (@decode must $decoder:ident, $key:literal) => {{
        $decoder.key($key)?;
        $crate::canonical::Canonical::decode($decoder).map_err(|e| e.within($key))?
    }};
    (@decode may $decoder:ident, $key:literal) => {
        if $decoder.key_if($key) {
            Some($crate::canonical::Canonical::decode($decoder).map_err(|e| e.within($key))?)
        } else {
            None
        }
    };
}

/// States the canonical form of a choice without contents: its name as text.
#[macro_export]
macro_rules! canonical_names {
    ($type:ty { $($name:literal => $variant:ident),+ $(,)? }) => {
        impl $type {
            /// All names.
            pub const NAMES: &'static [&'static str] = &[$($name),+];
            /// The name that stands in canonical bytes and in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
            /// The value of a name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
        impl $crate::canonical::Canonical for $type {
            fn encode(&self, encoder: &mut $crate::canonical::Encoder) {
                encoder.text(self.name());
            }
            fn decode(decoder: &mut $crate::canonical::Decoder<'_>) -> Result<Self, $crate::canonical::DecodeError> {
                let at = decoder.offset();
                let name = decoder.text()?;
                Self::from_name(name)
                    .ok_or_else(|| $crate::canonical::DecodeError::new(at, concat!("one of" $(, " ", $name)+)))
            }
        }
    };
}

#[cfg(test)]
mod tests;
