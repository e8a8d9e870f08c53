//! What is measured of a text, so that it can be chosen by: in predicates as `text.NAME`, and as fields of slices.

use crate::domain::{FieldType, FieldValue, words};
use unicode_script::{Script, UnicodeScript};

words! {
    /// A measure of a text.
    Measure: "measure of a text" {
        /// How many words it has (between white space).
        Words = "words",
        /// How many characters (code points).
        Chars = "chars",
        /// Whether an address of the web stands in it: `https://…`, `www.…`.
        HasUrl = "has_url",
        /// Whether it holds a digit.
        HasDigits = "has_digits",
        /// Whether it denies something, in English: not, never, n't …
        HasNegation = "has_negation",
        /// Whether it has four capitals or more, and no small letter.
        AllCaps = "all_caps",
        /// The script that most of its letters are of: `Latin`, `Cyrillic`, `Han` …; nothing without letters.
        Script = "script",
    }
}

/// Words that deny, beside those that end in n't.
const NEGATIONS: [&str; 11] =
    ["not", "no", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "cannot", "without"];

impl Measure {
    /// The type of what is measured.
    pub fn kind(self) -> FieldType {
        match self {
            Self::Words | Self::Chars => FieldType::Integer,
            Self::Script => FieldType::Text,
            Self::HasUrl | Self::HasDigits | Self::HasNegation | Self::AllCaps => FieldType::Boolean,
        }
    }

    /// What it is of a text.
    pub fn of(self, text: &str) -> FieldValue {
        let count = |n: usize| FieldValue::Integer(n as i64);
        match self {
            Self::Words => count(text.split_whitespace().count()),
            Self::Chars => count(text.chars().count()),
            Self::HasUrl => FieldValue::Boolean(text.split_whitespace().any(is_url)),
            Self::HasDigits => FieldValue::Boolean(text.chars().any(char::is_numeric)),
            Self::HasNegation => FieldValue::Boolean(denies(text)),
            Self::AllCaps => {
                let capitals = text.chars().filter(|c| c.is_uppercase()).count();
                FieldValue::Boolean(capitals >= 4 && !text.chars().any(char::is_lowercase))
            }
            Self::Script => {
                script(text).map_or(FieldValue::Null, |script| FieldValue::Text(script.full_name().to_owned()))
            }
        }
    }
}

fn is_url(word: &str) -> bool {
    let starts = |with: &str| {
        word.char_indices().any(|(at, _)| {
            word.get(at..at + with.len()).is_some_and(|part| part.eq_ignore_ascii_case(with))
                && word.len() > at + with.len()
        })
    };
    starts("http://") || starts("https://") || word.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("www."))
}

fn denies(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').any(|word| {
        let word = word.trim_matches(['\'', '’']).to_lowercase();
        NEGATIONS.contains(&&word[..]) || word.ends_with("n't") || word.ends_with("n’t")
    })
}

/// The script of most letters; of as many the one that comes first in the text.
fn script(text: &str) -> Option<Script> {
    let mut seen: Vec<(Script, usize)> = Vec::new();
    for script in text.chars().filter(|c| c.is_alphabetic()).map(|c| c.script()) {
        match seen.iter_mut().find(|(known, _)| *known == script) {
            Some((_, n)) => *n += 1,
            None => seen.push((script, 1)),
        }
    }
    let most = seen.iter().map(|(_, n)| *n).max()?;
    seen.into_iter().find(|(_, n)| *n == most).map(|(script, _)| script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_of_some_texts() {
        let of = |text: &str| -> Vec<String> {
            Measure::ALL
                .iter()
                .map(|measure| match measure.of(text) {
                    FieldValue::Integer(n) => n.to_string(),
                    FieldValue::Boolean(true) => measure.to_string(),
                    FieldValue::Text(script) => script,
                    _ => String::new(),
                })
                .collect()
        };
        assert_eq!(of("Don't buy, see https://a.b/c"), ["4", "28", "has_url", "", "has_negation", "", "Latin"]);
        assert_eq!(of("WORST 3 DAYS"), ["3", "12", "", "has_digits", "", "all_caps", "Latin"]);
        assert_eq!(of("OK! www.x.org (http://) nothing"), ["4", "31", "has_url", "", "has_negation", "", "Latin"]);
        assert_eq!(of("это не то"), ["3", "9", "", "", "", "", "Cyrillic"]);
        assert_eq!(of("東京です"), ["1", "4", "", "", "", "", "Han"]);
        assert_eq!(of("knot note isn’t"), ["3", "15", "", "", "has_negation", "", "Latin"]);
        assert_eq!(of(" !"), ["1", "2", "", "", "", "", ""]);
        assert_eq!(of(""), ["0", "0", "", "", "", "", ""]);
    }
}
