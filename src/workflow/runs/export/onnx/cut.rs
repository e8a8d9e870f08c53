//! Texts into counts of n-grams, as [`crate::features`] cuts them.

use super::graph::{Graph, ONNXRUNTIME, Tensor};
use super::proto::Attribute;
use crate::features::{Vocabulary, is_word_char, stands_alone};

/// Counts of n-grams.
pub struct Rows {
    /// A row for each text, a column for each n-gram.
    pub counts: Tensor,
    /// The place of each column's n-gram.
    order: Vec<u32>,
}

impl Rows {
    /// How many columns there are: as many as places.
    pub fn places(&self) -> usize {
        self.order.len()
    }

    /// Numbers by place, `width` each, as numbers by column.
    pub fn in_order(&self, by_place: &[f32], width: usize) -> Vec<f32> {
        self.order.iter().flat_map(|place| &by_place[*place as usize * width..][..width]).copied().collect()
    }
}

/// Cuts texts and counts the n-grams of a vocabulary.
pub fn rows(graph: &mut Graph, texts: &Tensor, vocabulary: &Vocabulary) -> Rows {
    let known = Sorted::of(vocabulary);
    let end = graph.texts("end", &[format!(" {} {}", known.end_word(), known.end_symbol())]);
    // Every text has a word, a start of a word and a symbol then, and none of them is known.
    let ended = graph.apply("StringConcat", &[texts, &end], &[]);
    let small = graph.apply(
        "StringNormalizer",
        &[&ended],
        &[("case_change_action", Attribute::Text("LOWER")), ("locale", Attribute::Text("C.UTF-8"))],
    );
    let word = ranges(|c| is_word_char(c) && !stands_alone(c));
    let alone = ranges(|c| is_word_char(c) && stands_alone(c));
    let symbol = ranges(|c| !is_word_char(c) && !c.is_whitespace() && !c.is_control());
    let words = cut(graph, &small, &format!("[{word}]+|[{alone}]"));
    let mut parts = Vec::new();
    if !known.words.is_empty() {
        parts.push(counted(graph, &words, &known.words));
    }
    for (length, starts) in &known.starts {
        // The first stretch of so many characters of each word.
        let stretches = cut(graph, &words, &format!("[{word}]{{{length}}}"));
        let first = graph.ints("first", &[0]);
        let axis = graph.ints("axis", &[2]);
        let first = graph.apply("Gather", &[&stretches, &first], &[("axis", Attribute::Int(2))]);
        let first = graph.apply("Squeeze", &[&first, &axis], &[]);
        parts.push(counted(graph, &first, starts));
    }
    if !known.symbols.is_empty() {
        let symbols = cut(graph, &small, &format!("[{symbol}]"));
        parts.push(counted(graph, &symbols, &known.symbols));
    }
    let counts = match &parts[..] {
        [one] => one.clone(),
        parts => graph.apply("Concat", &parts.iter().collect::<Vec<_>>(), &[("axis", Attribute::Int(1))]),
    };
    Rows { counts, order: known.order() }
}

/// The stretches of texts that a pattern fits, padded with empty ones.
fn cut(graph: &mut Graph, texts: &Tensor, pattern: &str) -> Tensor {
    let told = [
        ("mark", Attribute::Int(0)),
        ("mincharnum", Attribute::Int(1)),
        ("pad_value", Attribute::Text("")),
        ("tokenexp", Attribute::Text(pattern)),
    ];
    graph.apply_of(ONNXRUNTIME, "Tokenizer", &[texts], &told)
}

/// How often each of some n-grams stands in a row of stretches.
fn counted(graph: &mut Graph, stretches: &Tensor, grams: &[(u32, Vec<&str>)]) -> Tensor {
    let longest = grams.iter().map(|(_, parts)| parts.len()).max().unwrap_or(1);
    // The pool is ordered by length; each n-gram counts into the column that it has among them.
    let mut firsts = vec![0; longest];
    grams
        .iter()
        .for_each(|(_, parts)| firsts.iter_mut().skip(parts.len()).for_each(|first| *first += parts.len() as i64));
    let told = [
        ("max_gram_length", Attribute::Int(longest as i64)),
        ("max_skip_count", Attribute::Int(0)),
        ("min_gram_length", Attribute::Int(1)),
        ("mode", Attribute::Text("TF")),
        ("ngram_counts", Attribute::Ints(firsts)),
        ("ngram_indexes", Attribute::Ints((0..grams.len() as i64).collect())),
        ("pool_strings", Attribute::Texts(grams.iter().flat_map(|(_, parts)| parts.iter().copied()).collect())),
    ];
    graph.apply("TfIdfVectorizer", &[stretches], &told)
}

/// N-grams with their places, each in its parts.
type Grams<'a> = Vec<(u32, Vec<&'a str>)>;

/// The n-grams of a vocabulary by kind, each with its place.
struct Sorted<'a> {
    words: Grams<'a>,
    /// By length.
    starts: Vec<(usize, Grams<'a>)>,
    symbols: Grams<'a>,
}

impl<'a> Sorted<'a> {
    fn of(vocabulary: &'a Vocabulary) -> Self {
        let mut sorted = Self { words: Vec::new(), starts: Vec::new(), symbols: Vec::new() };
        for (name, place) in vocabulary.names().iter().zip(0..) {
            match name.strip_prefix("~^") {
                Some(start) if !start.is_empty() => {
                    let length = start.chars().count();
                    let at = sorted.starts.iter().position(|(known, _)| *known == length);
                    let at = at.unwrap_or_else(|| {
                        sorted.starts.push((length, Vec::new()));
                        sorted.starts.len() - 1
                    });
                    sorted.starts[at].1.push((place, vec![start]));
                }
                _ if name.chars().all(|c| is_word_char(c) || c == ' ') => {
                    sorted.words.push((place, name.split(' ').collect()));
                }
                _ => sorted.symbols.push((place, vec![name])),
            }
        }
        sorted.words.sort_by_key(|(_, parts)| parts.len());
        sorted.starts.sort_by_key(|(length, _)| *length);
        sorted
    }

    /// The places in the order of the columns.
    fn order(&self) -> Vec<u32> {
        let starts = self.starts.iter().flat_map(|(_, starts)| starts);
        self.words.iter().chain(starts).chain(&self.symbols).map(|(place, _)| *place).collect()
    }

    /// A word that is not known, nor is its start, whatever its length.
    fn end_word(&self) -> String {
        let starts = || self.starts.iter().flat_map(|(_, starts)| starts);
        let known = |word: &str| {
            self.words.iter().any(|(_, parts)| parts.contains(&word))
                || starts().any(|(_, parts)| parts.iter().any(|start| word.starts_with(start)))
        };
        let longest = self.starts.iter().map(|(length, _)| *length).max().unwrap_or(1);
        let word = |n: u32| n.to_string().repeat(longest);
        (0..).map(word).find(|word| !known(word)).unwrap_or_default()
    }

    /// A symbol that is not known: one of those that mean nothing.
    fn end_symbol(&self) -> char {
        let known = |c: &char| self.symbols.iter().any(|(_, parts)| parts[0].starts_with(*c));
        ('\u{E000}'..='\u{F8FF}').find(|c| !known(c)).unwrap_or('\u{F8FF}')
    }
}

/// The characters of a kind as the ranges of a class of a regular expression.
fn ranges(of: impl Fn(char) -> bool) -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| of(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if *last as u32 + 1 == c as u32 => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    let written = |(from, to): (char, char)| format!("\\x{{{:X}}}-\\x{{{:X}}}", from as u32, to as u32);
    ranges.into_iter().map(written).collect()
}
