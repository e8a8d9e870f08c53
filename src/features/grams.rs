//! Cuts a text into words, symbols and their n-grams, and hashes each to its place.

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

    /// A text that names this recipe, for keys and rounds' parameters.
    pub fn name(&self) -> String {
        let chars = match &self.chars {
            Chars::None => String::new(),
            Chars::Within(lengths) => format!(" chars {}-{}", lengths.start(), lengths.end()),
            Chars::Start(length) => format!(" start {length}"),
        };
        let symbols = if self.symbols { " symbols" } else { "" };
        format!("tfidf-2 words {}{chars}{symbols} bits {} min {}", self.words, self.bits, self.min_items)
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

/// Cuts texts by one recipe; keeps its buffers between texts.
pub struct Grams<'r> {
    recipe: &'r Recipe,
    shift: u32,
    folded: Vec<u64>,
    recent: Vec<(u64, usize)>,
}

impl<'r> Grams<'r> {
    /// Makes a cutter.
    pub fn new(recipe: &'r Recipe) -> Self {
        Self { recipe, shift: 64 - u32::from(recipe.bits.clamp(1, 24)), folded: Vec::new(), recent: Vec::new() }
    }

    fn place(&self, hash: u64) -> u32 {
        (mix(0, hash) >> self.shift) as u32
    }

    /// Tells the place of every n-gram of a text and the bytes that it covers, in order of their ends.
    pub fn each(&mut self, text: &str, mut tell: impl FnMut(u32, Range<usize>)) {
        self.recent.clear();
        let mut chars = text.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            if c.is_whitespace() {
                continue;
            }
            if !c.is_alphanumeric() {
                if self.recipe.symbols && !c.is_control() {
                    tell(self.place(step(BASIS, u64::from(c))), start..start + c.len_utf8());
                }
                continue;
            }
            self.folded.clear();
            self.folded.push(EDGE);
            self.fold(c);
            let mut end = start + c.len_utf8();
            if !stands_alone(c) {
                while let Some(&(at, c)) = chars.peek() {
                    if !c.is_alphanumeric() || stands_alone(c) {
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
    pub fn field(&self, token: &str) -> u32 {
        self.place(token.chars().fold(step(BASIS, FIELD), |h, c| step(h, u64::from(c))))
    }

    fn fold(&mut self, c: char) {
        if c.is_ascii() {
            self.folded.push(u64::from(c.to_ascii_lowercase()));
        } else {
            self.folded.extend(c.to_lowercase().map(u64::from));
        }
    }

    fn tell_word(&mut self, range: Range<usize>, tell: &mut impl FnMut(u32, Range<usize>)) {
        let mut chars = |window: &[u64]| {
            tell(self.place(window.iter().fold(step(BASIS, CHARS), |h, &c| step(h, c))), range.clone());
        };
        match &self.recipe.chars {
            Chars::None => {}
            Chars::Within(lengths) => {
                lengths
                    .clone()
                    .filter(|&n| n > 0)
                    .for_each(|n| self.folded.windows(usize::from(n)).for_each(&mut chars));
            }
            Chars::Start(length) => {
                let length = usize::from(*length);
                if length < self.folded.len() {
                    chars(&self.folded[..length]);
                }
            }
        }
        let longest = usize::from(self.recipe.words);
        if longest == 0 {
            return;
        }
        let inner = &self.folded[1..self.folded.len() - 1];
        let word = inner.iter().fold(BASIS, |h, &c| step(h, c));
        tell(self.place(word), range.clone());
        let mut run = word;
        for &(earlier, start) in self.recent.iter().rev() {
            run = step(mix(run, 1), earlier);
            tell(self.place(run), start..range.end);
        }
        if longest > 1 {
            if self.recent.len() + 1 == longest {
                self.recent.remove(0);
            }
            self.recent.push((word, range.start));
        }
    }
}

/// Whether a character is a word by itself: scripts that are written without spaces.
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}
