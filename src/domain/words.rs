//! Small closed vocabularies with one spelling each, shared by the project file, JSON and the command line.

/// Makes an enum whose every value has one lower-case spelling.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $what:literal { $($(#[$vdoc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $value),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];
            /// The one spelling.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownWord;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|v| v.as_str() == s).ok_or_else(|| $crate::domain::UnknownWord {
                    what: $what,
                    word: s.to_owned(),
                    known: Self::ALL.iter().map(|v| v.as_str()).collect(),
                })
            }
        }
    };
}
pub(crate) use words;

/// A word that is not in its vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no {what} is called {word:?}: known are {}", known.join(", "))]
pub struct UnknownWord {
    /// What the word should have been: "lane", "question kind".
    pub what: &'static str,
    /// What was said.
    pub word: String,
    /// What could have been said.
    pub known: Vec<&'static str>,
}

impl From<UnknownWord> for crate::error::Error {
    fn from(e: UnknownWord) -> Self {
        Self::usage(e.to_string())
    }
}
