//! Cuts a text into words, symbols and their n-grams, and hashes each to its place.

use super::Vocabulary;
use crate::ids::mix;
use serde::{Deserialize, Serialize};
use std::ops::{Range, RangeInclusive};

/// Which n-grams become features, and how many places they hash to.
///
/// The default was chosen by measurement (docs/MEASUREMENTS.md, "Features").
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipe {
    /// Runs of up to so many words; 0 for none.
    pub words: u8,
    /// Which character n-grams.
    pub chars: Chars,
    /// Whether punctuation, currency signs and emoji are tokens too.
    pub symbols: bool,
    /// Places = 2 to the power of this, at most 24.
    pub bits: u8,
    /// N-grams of fewer items than this weigh nothing.
    pub min_items: u32,
}

/// Which character n-grams of a word become features; a word's two edges count as characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chars {
    /// None.
    None,
    /// All of these lengths.
    Within(RangeInclusive<u8>),
    /// The first of this length, where the word is longer: what the forms of a word have in common.
    Start(u8),
}

impl Default for Recipe {
    fn default() -> Self {
        Self { words: 2, chars: Chars::Start(6), symbols: true, bits: 20, min_items: 2 }
    }
}

impl Recipe {
    /// The number of places.
    pub fn places(&self) -> usize {
        1 << self.bits.min(24)
    }

    /// A text that names it, hashed.
    pub fn name(&self) -> String {
        Placing::Hashed(self).name()
    }
}

const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01B3;
const CHARS: u64 = 0x6368_6172;
const FIELD: u64 = 0x6669_656C;
const EDGE: u64 = u64::MAX;

/// FNV-1a over code points (Fowler, Noll, Vo 1991); [`mix`] spreads the result.
fn step(hash: u64, code: u64) -> u64 {
    (hash ^ code).wrapping_mul(PRIME)
}

/// How n-grams come to their places.
#[derive(Debug, Clone, Copy)]
pub enum Placing<'a> {
    /// By their hash: no list is kept, and two of them may share a place.
    Hashed(&'a Recipe),
    /// By a list: each that is in it has a place of its own, and the others have none.
    Listed(&'a Vocabulary),
}

impl<'a> Placing<'a> {
    /// What becomes an n-gram.
    pub fn recipe(self) -> &'a Recipe {
        match self {
            Self::Hashed(recipe) => recipe,
            Self::Listed(vocabulary) => vocabulary.recipe(),
        }
    }

    /// How many places there are.
    pub fn places(self) -> usize {
        match self {
            Self::Hashed(recipe) => recipe.places(),
            Self::Listed(vocabulary) => vocabulary.len(),
        }
    }

    /// A text that names how text becomes numbers, for keys and the parameters of rounds and runs.
    pub fn name(self) -> String {
        let recipe = self.recipe();
        let chars = match &recipe.chars {
            Chars::None => String::new(),
            Chars::Within(lengths) => format!(" chars {}-{}", lengths.start(), lengths.end()),
            Chars::Start(length) => format!(" start {length}"),
        };
        let symbols = if recipe.symbols { " symbols" } else { "" };
        let places = match self {
            Self::Hashed(recipe) => format!("bits {}", recipe.bits),
            Self::Listed(_) => "listed".to_owned(),
        };
        format!("tfidf-3 words {}{chars}{symbols} {places} min {}", recipe.words, recipe.min_items)
    }

    pub(super) fn of(self, key: Key) -> Option<u32> {
        match self {
            Self::Hashed(recipe) => Some((key.0 >> (64 - u32::from(recipe.bits.clamp(1, 24)))) as u32),
            Self::Listed(vocabulary) => vocabulary.place(key),
        }
    }
}

impl<'a> From<&'a Vocabulary> for Placing<'a> {
    fn from(vocabulary: &'a Vocabulary) -> Self {
        Self::Listed(vocabulary)
    }
}

impl<'a> From<&'a Recipe> for Placing<'a> {
    fn from(recipe: &'a Recipe) -> Self {
        Self::Hashed(recipe)
    }
}

/// What an n-gram is known by: 64 bits, so that no two of a collection have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub(super) u64);

/// An n-gram in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gram {
    pub(super) key: Key,
    pub(super) kind: GramKind,
    /// The bytes of the text that it covers.
    pub(super) range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GramKind {
    Symbol,
    /// Characters of a word: from and to, its edges counted.
    Chars(usize, usize),
    /// So many words.
    Words(usize),
}

/// Cuts texts by one recipe; keeps its buffers between texts.
pub struct Grams<'r> {
    placing: Placing<'r>,
    recipe: &'r Recipe,
    folded: Vec<u64>,
    recent: Vec<(u64, usize)>,
}

impl<'r> Grams<'r> {
    /// Makes a cutter.
    pub fn new(placing: impl Into<Placing<'r>>) -> Self {
        let placing = placing.into();
        Self { placing, recipe: placing.recipe(), folded: Vec::new(), recent: Vec::new() }
    }

    /// Tells the place of every n-gram of a text that has one, and the bytes that it covers, in order of their ends.
    pub fn each(&mut self, text: &str, mut tell: impl FnMut(u32, Range<usize>)) {
        let placing = self.placing;
        self.each_gram(text, |gram, _| {
            if let Some(place) = placing.of(gram.key) {
                tell(place, gram.range);
            }
        });
    }

    /// Tells every n-gram of a text, and the characters of the word that it ends with, folded and within their edges.
    pub(super) fn each_gram(&mut self, text: &str, mut tell: impl FnMut(Gram, &[u64])) {
        self.recent.clear();
        let mut chars = text.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            if c.is_whitespace() {
                continue;
            }
            if !is_word_char(c) {
                if self.recipe.symbols && !c.is_control() {
                    let range = start..start + c.len_utf8();
                    tell(Gram { key: key(step(BASIS, u64::from(c))), kind: GramKind::Symbol, range }, &[]);
                }
                continue;
            }
            self.folded.clear();
            self.folded.push(EDGE);
            self.fold(c);
            let mut end = start + c.len_utf8();
            if !stands_alone(c) {
                while let Some(&(at, c)) = chars.peek() {
                    if !is_word_char(c) || stands_alone(c) {
                        break;
                    }
                    self.fold(c);
                    end = at + c.len_utf8();
                    chars.next();
                }
            }
            self.folded.push(EDGE);
            self.tell_word(start..end, &mut tell);
        }
    }

    /// The place of a field's token.
    pub fn field(&self, token: &str) -> Option<u32> {
        self.placing.of(key(token.chars().fold(step(BASIS, FIELD), |h, c| step(h, u64::from(c)))))
    }

    /// Small letters; of the one letter whose small form is two characters (İ) the first.
    fn fold(&mut self, c: char) {
        let small = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
        self.folded.push(u64::from(small));
    }

    fn tell_word(&mut self, range: Range<usize>, tell: &mut impl FnMut(Gram, &[u64])) {
        let folded = &self.folded[..];
        let mut chars = |from: usize, to: usize| {
            let key = key(folded[from..to].iter().fold(step(BASIS, CHARS), |h, &c| step(h, c)));
            tell(Gram { key, kind: GramKind::Chars(from, to), range: range.clone() }, folded);
        };
        match &self.recipe.chars {
            Chars::None => {}
            Chars::Within(lengths) => {
                for n in lengths.clone().filter(|&n| n > 0).map(usize::from) {
                    (n..=folded.len()).for_each(|to| chars(to - n, to));
                }
            }
            Chars::Start(length) => {
                let length = usize::from(*length);
                if length < folded.len() {
                    chars(0, length);
                }
            }
        }
        let longest = usize::from(self.recipe.words);
        if longest == 0 {
            return;
        }
        let word = word_hash(folded[1..folded.len() - 1].iter().copied());
        tell(Gram { key: key(word), kind: GramKind::Words(1), range: range.clone() }, folded);
        let mut run = word;
        for (n, &(earlier, start)) in (2..).zip(self.recent.iter().rev()) {
            run = before(earlier, run);
            tell(Gram { key: key(run), kind: GramKind::Words(n), range: start..range.end }, folded);
        }
        if longest > 1 {
            if self.recent.len() + 1 == longest {
                self.recent.remove(0);
            }
            self.recent.push((word, range.start));
        }
    }
}

/// Spreads a hash.
fn key(hash: u64) -> Key {
    Key(mix(0, hash))
}

fn word_hash(chars: impl Iterator<Item = u64>) -> u64 {
    chars.fold(BASIS, step)
}

/// The hash of a run of words with a word before it.
fn before(word: u64, run: u64) -> u64 {
    step(mix(run, 1), word)
}

/// How the n-gram of this key is written that a stretch of a text holds: `good`, `good phone`, `!`, and `~^infor` for
/// characters of a word, its edges being `^`. Words hold letters and digits alone, so that no two are written alike.
pub(super) fn name_of(recipe: &Recipe, stretch: &str, key: Key) -> Option<String> {
    let (mut words, mut name): (Vec<String>, _) = (Vec::new(), None);
    let text = |codes: &[u64]| -> String {
        codes.iter().map(|&c| u32::try_from(c).ok().and_then(char::from_u32).unwrap_or('^')).collect()
    };
    Grams::new(recipe).each_gram(stretch, |gram, folded| {
        if gram.kind == GramKind::Words(1) {
            words.push(text(&folded[1..folded.len() - 1]));
        }
        if gram.key == key {
            name = Some(match gram.kind {
                GramKind::Symbol => stretch[gram.range].to_owned(),
                GramKind::Chars(from, to) => format!("~{}", text(&folded[from..to])),
                GramKind::Words(n) => words[words.len() - n..].join(" "),
            });
        }
    });
    name
}

/// What the n-gram is known by that is written like this.
pub(super) fn key_of(name: &str) -> Key {
    if let Some(window) = name.strip_prefix('~').filter(|window| !window.is_empty()) {
        let edge = |c: char| if c == '^' { EDGE } else { u64::from(c) };
        return key(window.chars().map(edge).fold(step(BASIS, CHARS), step));
    }
    // A symbol is hashed as a word of one character would be.
    let run = name.split(' ').rev().map(|word| word_hash(word.chars().map(u64::from)));
    key(run.reduce(|run, word| before(word, run)).unwrap_or(BASIS))
}

/// Whether a character is part of a word, or a word by itself.
pub fn is_word_char(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether a character of words is a word by itself: scripts that are written without spaces.
pub fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}
