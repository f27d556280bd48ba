//! How much. *Unclear* is a value; nothing is filled in and nothing defaults to zero.
use crate::words::Text;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

const EXPECTED: &str = "\"unclear\", or { unit = ... } with exact, at_least, or from and to";

/// How much of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// Nobody has said.
    Unclear,
    /// So much.
    Exact(u64, Text),
    /// From so much to so much.
    Range(u64, u64, Text),
    /// So much or more.
    AtLeast(u64, Text),
}

impl Quantity {
    /// Whether it was said how much.
    #[must_use]
    pub const fn is_clear(&self) -> bool {
        !matches!(self, Self::Unclear)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclear => f.write_str("unclear"),
            Self::Exact(count, unit) => write!(f, "{count} {unit}"),
            Self::Range(from, to, unit) => write!(f, "{from} to {to} {unit}"),
            Self::AtLeast(count, unit) => write!(f, "at least {count} {unit}"),
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
                if text == "unclear" { Ok(Quantity::Unclear) } else { Err(E::custom(format!("expected {EXPECTED}"))) }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantity, A::Error> {
                let (mut unit, mut exact, mut at_least, mut from, mut to) = (None, None, None, None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "unit" => unit = Some(map.next_value::<Text>()?),
                        "exact" => exact = Some(map.next_value()?),
                        "at_least" => at_least = Some(map.next_value()?),
                        "from" => from = Some(map.next_value()?),
                        "to" => to = Some(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            return Err(A::Error::custom(format!("{key:?}, expected {EXPECTED}")));
                        }
                    }
                }
                match (unit, exact, at_least, from, to) {
                    (Some(unit), Some(count), None, None, None) => Ok(Quantity::Exact(count, unit)),
                    (Some(unit), None, Some(count), None, None) => Ok(Quantity::AtLeast(count, unit)),
                    (Some(unit), None, None, Some(from), Some(to)) if from < to => Ok(Quantity::Range(from, to, unit)),
                    _ => Err(A::Error::custom(format!("expected {EXPECTED}, from below to"))),
                }
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = match self {
            Self::Unclear => return serializer.serialize_str("unclear"),
            _ => serializer.serialize_map(None)?,
        };
        match self {
            Self::Unclear => {}
            Self::Exact(count, unit) => {
                map.serialize_entry("exact", count)?;
                map.serialize_entry("unit", unit)?;
            }
            Self::AtLeast(count, unit) => {
                map.serialize_entry("at_least", count)?;
                map.serialize_entry("unit", unit)?;
            }
            Self::Range(from, to, unit) => {
                map.serialize_entry("from", from)?;
                map.serialize_entry("to", to)?;
                map.serialize_entry("unit", unit)?;
            }
        }
        map.end()
    }
}
