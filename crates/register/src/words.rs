//! The small pieces that lines are made of: names, texts, dates, choices by name.
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// The longest id of a line, in bytes.
pub const MAX_ID_BYTES: usize = 48;

/// The longest text of a line, in bytes: half a page in any script.
pub const MAX_TEXT_BYTES: usize = 2_000;

/// The most languages of one text: all that a mission of the past worked in, and as many again.
pub const MAX_LANGUAGES: usize = 24;

/// The language that every text has.
pub const FIRST_LANGUAGE: &str = "en";

/// States a choice by name: its enum, its names in files and in canonical bytes, and how it is read.
macro_rules! choice {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $variant:ident => $name:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type {
            $($(#[$doc])* $variant),+
        }
        truceline_model::canonical_names!($type { $($name => $variant),+ });
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::from_name(&name).ok_or_else(|| {
                    serde::de::Error::custom(format!("{name:?}, expected one of {}", Self::NAMES.join(", ")))
                })
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.name().replace('-', " "))
            }
        }
    };
}
pub(crate) use choice;

/// The id of a line: letters, digits and hyphens. Of a state it is its code of ISO 3166-1, such as `DE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Id(String);

impl Id {
    /// The id of a text, if it is one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_id = !text.is_empty()
            && text.len() <= MAX_ID_BYTES
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_id.then(|| Self(text.to_owned()))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| {
            D::Error::custom(format!("{text:?}, expected 1 to {MAX_ID_BYTES} letters, digits and hyphens"))
        })
    }
}

/// Whose line it is: a state's, or every state's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// One state's.
    State(Id),
    /// Every state's, written `*`.
    Every,
}

impl Whose {
    /// Whether a line is one of this state's.
    #[must_use]
    pub fn is_of(&self, state: &str) -> bool {
        match self {
            Self::State(id) => id.as_str() == state,
            Self::Every => true,
        }
    }

    /// The state that is named.
    #[must_use]
    pub fn state(&self) -> Option<&Id> {
        match self {
            Self::State(id) => Some(id),
            Self::Every => None,
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(id) => id.fmt(f),
            Self::Every => f.write_str("every state"),
        }
    }
}

impl<'de> Deserialize<'de> for Whose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "*" {
            return Ok(Self::Every);
        }
        let expected = || D::Error::custom(format!("{text:?}, expected a state's code or \"*\" for every state"));
        Id::new(&text).map(Self::State).ok_or_else(expected)
    }
}

impl Serialize for Whose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.state().map_or("*", Id::as_str))
    }
}

/// A text in one language, such as a quote or a publisher's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Text(String);

impl Text {
    /// Its words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn check(text: String) -> Result<Self, String> {
        if text.trim().is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
            return Err(format!("expected a text of 1 to {MAX_TEXT_BYTES} bytes in one line"));
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::check(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A text in one language or several: `"words"` in English, or `{ en = "words", fr = "mots" }`. English is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words(BTreeMap<String, Text>);

impl Words {
    /// The words in a language; in English where they are not to be had in it.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        let words = self.0.get(language).or_else(|| self.0.get(FIRST_LANGUAGE));
        words.map_or("", Text::as_str)
    }

    /// The words in each language, by its code.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (language.as_str(), text.as_str()))
    }

    fn check(texts: BTreeMap<String, Text>) -> Result<Self, String> {
        let is_code = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
        if let Some(code) = texts.keys().find(|code| !is_code(code)) {
            return Err(format!("{code:?}, expected a code of two letters such as \"en\""));
        }
        if !texts.contains_key(FIRST_LANGUAGE) || texts.len() > MAX_LANGUAGES {
            return Err(format!("expected 1 to {MAX_LANGUAGES} languages, {FIRST_LANGUAGE:?} among them"));
        }
        Ok(Self(texts))
    }
}

/// In English.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.in_language(FIRST_LANGUAGE))
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table of texts by language")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Words, E> {
                let text = Text::check(text.to_owned()).map_err(E::custom)?;
                Words::check([(FIRST_LANGUAGE.to_owned(), text)].into()).map_err(E::custom)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
                let mut texts = BTreeMap::new();
                while let Some((language, text)) = map.next_entry::<String, Text>()? {
                    texts.insert(language, text);
                }
                Words::check(texts).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = toml::value::Datetime::deserialize(deserializer)?;
        match (read.date, read.time, read.offset) {
            (Some(date), None, None) => Ok(Self { year: date.year, month: date.month, day: date.day }),
            _ => Err(D::Error::custom(format!("{read}, expected a day such as 2030-01-31"))),
        }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
