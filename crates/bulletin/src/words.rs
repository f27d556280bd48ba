//! The languages: each a file of messages (Project Fluent) with the plural rules of the Unicode CLDR.
use fluent::{FluentArgs, FluentBundle, FluentResource};
use truceline_model::canonical_names;
use unic_langid::LanguageIdentifier;

/// A language of bulletins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, in which a bulletin is authentic.
    English,
    /// Ukrainian.
    Ukrainian,
    /// French.
    French,
    /// German.
    German,
}

canonical_names!(Language { "en" => English, "uk" => Ukrainian, "fr" => French, "de" => German });

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::English, Self::Ukrainian, Self::French, Self::German];

    /// Its file of messages.
    #[must_use]
    pub fn messages(self) -> &'static str {
        match self {
            Self::English => include_str!("../locales/en.ftl"),
            Self::Ukrainian => include_str!("../locales/uk.ftl"),
            Self::French => include_str!("../locales/fr.ftl"),
            Self::German => include_str!("../locales/de.ftl"),
        }
    }
}

/// A number or a text in a message.
#[derive(Debug, Clone)]
pub enum Arg {
    /// A count, by which a plural is chosen.
    Count(usize),
    /// A text.
    Text(String),
}

impl From<usize> for Arg {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The messages of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// Those of a language.
    #[must_use]
    pub fn of(language: Language) -> Self {
        let named: LanguageIdentifier = language.name().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![named]);
        // Marks around what is set in would be bytes of no use on a radio.
        bundle.set_use_isolating(false);
        // The files are the program's own, and a test reads each of them.
        let resource = match FluentResource::try_new(language.messages().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Which language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a message of this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// A message without anything set in.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A message with what is set in. A message that is missing is its key: a test finds it.
    #[must_use]
    pub fn with(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut set = FluentArgs::new();
        for (name, arg) in args {
            match arg {
                Arg::Count(count) => set.set(*name, *count),
                Arg::Text(text) => set.set(*name, text.as_str()),
            }
        }
        self.bundle.format_pattern(pattern, Some(&set), &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(language: Language) -> BTreeSet<&'static str> {
        let lines =
            language.messages().lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        lines.map(|line| line.split_once(" =").expect("a message has a value").0).collect()
    }

    #[test]
    fn every_language_has_every_message_and_each_reads() {
        for language in Language::ALL {
            let broken = FluentResource::try_new(language.messages().to_owned()).err();
            assert!(broken.is_none(), "{}: {:?}", language.name(), broken.map(|(_, errors)| errors));
            assert_eq!(keys(language), keys(Language::English), "{}", language.name());
            let words = Words::of(language);
            assert!(keys(language).iter().all(|key| words.has(key)));
        }
    }

    /// What a message sets in is the same in each language.
    #[test]
    fn every_language_sets_in_the_same() {
        let sets_in = |language: Language, key: &str| -> BTreeSet<String> {
            let args: Vec<(String, Arg)> =
                "n date place tier state word count owners before more party activity clause id \
                 name kind from to version hash p cell side span title number year time zone reason limit arrivals"
                    .split_whitespace()
                    .map(|name| {
                        (name.to_owned(), if name == "n" { Arg::Count(2) } else { Arg::Text(format!("<{name}>")) })
                    })
                    .collect();
            let args: Vec<(&str, Arg)> = args.iter().map(|(name, arg)| (name.as_str(), arg.clone())).collect();
            let text = Words::of(language).with(key, &args);
            assert!(!text.contains('{'), "{} {key}: {text}", language.name());
            let mut found = BTreeSet::new();
            for piece in text.split('<').skip(1) {
                found.extend(piece.split_once('>').map(|(name, _)| name.to_owned()));
            }
            found
        };
        for key in keys(Language::English) {
            for language in Language::ALL {
                assert_eq!(sets_in(language, key), sets_in(Language::English, key), "{} {key}", language.name());
            }
        }
    }

    #[test]
    fn ukrainian_plurals_are_right() {
        let words = Words::of(Language::Ukrainian);
        let said = [1, 2, 5, 11, 21].map(|n| words.with("count-events", &[("n", n.into())]));
        assert_eq!(
            said,
            [
                "1 зареєстрована подія",
                "2 зареєстровані події",
                "5 зареєстрованих подій",
                "11 зареєстрованих подій",
                "21 зареєстрована подія"
            ]
        );
    }
}
