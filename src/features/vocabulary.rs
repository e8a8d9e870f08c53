//! The n-grams that a run knows: those that enough of its training texts have, each with a place of its own.
//!
//! Hashed to a place, an n-gram that was never learned from can fall on the place of one that was, and then weighs what that
//! one does. A list knows the difference, is smaller than the table of all places, and can be written for other programs.

use super::builder::least;
use super::grams::{Gram, Grams, Key, key_of, name_of};
use super::rows::COUNT_BITS;
use super::{Features, Recipe};
use rayon::prelude::*;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Texts that one task takes; fixed, so that the result does not depend on the number of threads.
const CHUNK: usize = 256;
/// Parts of the count, by the first bits of the key.
const PARTS: usize = 16;
/// As many places as an entry can tell apart.
const MOST: usize = 1 << (32 - COUNT_BITS);

/// N-grams with their places, which are numbered from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    recipe: Recipe,
    /// How they are written, in the order of their places.
    names: Vec<String>,
    places: HashMap<Key, u32, Spread>,
}

impl Vocabulary {
    /// Takes n-grams as they are written, in the order of their places. `None` where one stands twice.
    pub fn of_names(recipe: Recipe, names: Vec<String>) -> Option<Self> {
        let places: HashMap<Key, u32, Spread> = names.iter().zip(0..).map(|(name, i)| (key_of(name), i)).collect();
        (places.len() == names.len()).then_some(Self { recipe, names, places })
    }

    /// Learns from texts that are all in memory.
    pub fn learn<S: AsRef<str> + Sync>(recipe: &Recipe, texts: &[S]) -> Self {
        let mut counter = Counter::new(recipe);
        counter.count(texts);
        let mut naming = counter.finish();
        naming.name(texts);
        naming.finish()
    }

    /// What becomes an n-gram.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// How many n-grams there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How the n-grams are written, in the order of their places: `good`, `good phone`, `!`, and `~^infor` for the first
    /// characters of a word.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn place(&self, key: Key) -> Option<u32> {
        self.places.get(&key).copied()
    }

    /// The rows of texts that are all in memory.
    pub fn rows<S: AsRef<str>>(&self, texts: &[S]) -> Features {
        Features::extract(texts, self)
    }
}

/// Counts how many texts have each n-gram.
#[derive(Debug)]
pub struct Counter {
    recipe: Recipe,
    texts: usize,
    parts: Vec<HashMap<Key, u32, Spread>>,
}

impl Counter {
    /// Has counted nothing yet.
    pub fn new(recipe: &Recipe) -> Self {
        Self { recipe: recipe.clone(), texts: 0, parts: (0..PARTS).map(|_| HashMap::default()).collect() }
    }

    /// Counts some texts.
    pub fn count<S: AsRef<str> + Sync>(&mut self, texts: &[S]) {
        let recipe = &self.recipe;
        let counted: Vec<Vec<(Key, u32)>> = texts.par_chunks(CHUNK).map(|texts| keys(recipe, texts)).collect();
        self.parts.par_iter_mut().enumerate().for_each(|(part, counts)| {
            for keys in &counted {
                let from = keys.partition_point(|(key, _)| key.part() < part);
                for (key, n) in keys[from..].iter().take_while(|(key, _)| key.part() == part) {
                    *counts.entry(*key).or_insert(0) += n;
                }
            }
        });
        self.texts += texts.len();
    }

    /// Those that enough texts have; of more than there are places for, those that most have.
    pub fn finish(self) -> Naming {
        let mut least = least(self.texts, self.recipe.min_items);
        let enough = |least: u32| self.parts.iter().flatten().filter(move |(_, n)| **n >= least).map(|(key, _)| *key);
        while enough(least).count() > MOST {
            least += 1;
        }
        let mut keys: Vec<Key> = enough(least).collect();
        keys.sort_unstable();
        let places: HashMap<Key, u32, Spread> = keys.iter().copied().zip(0..).collect();
        Naming { names: vec![None; places.len()], recipe: self.recipe, places }
    }
}

/// Where n-grams stand: the number of a text, and the bytes of it.
type Found = HashMap<Key, (usize, Range<usize>), Spread>;

/// N-grams of which it is not known yet how they are written: the texts that were counted are to be gone through again.
#[derive(Debug)]
pub struct Naming {
    recipe: Recipe,
    names: Vec<Option<String>>,
    places: HashMap<Key, u32, Spread>,
}

impl Naming {
    /// Writes down the n-grams of some texts.
    pub fn name<S: AsRef<str> + Sync>(&mut self, texts: &[S]) {
        let chunks = texts.par_chunks(CHUNK).enumerate();
        let found: Vec<Found> = chunks.map(|(chunk, texts)| self.unnamed(chunk * CHUNK, texts)).collect();
        let mut first = Found::default();
        for (key, at) in found.into_iter().flatten() {
            first.entry(key).or_insert(at);
        }
        let first: Vec<(Key, (usize, Range<usize>))> = first.into_iter().collect();
        let name = |(key, (text, range)): &(Key, (usize, Range<usize>))| {
            Some((*self.places.get(key)?, name_of(&self.recipe, texts.get(*text)?.as_ref().get(range.clone())?, *key)?))
        };
        let named: Vec<(u32, String)> = first.par_iter().filter_map(name).collect();
        named.into_iter().for_each(|(place, name)| self.names[place as usize] = Some(name));
    }

    /// The n-grams of some texts, which are numbered from one on, that are not written down yet.
    fn unnamed<S: AsRef<str>>(&self, from: usize, texts: &[S]) -> Found {
        let (mut found, mut grams) = (Found::default(), Grams::new(&self.recipe));
        for (i, text) in texts.iter().enumerate() {
            grams.each_gram(text.as_ref(), |Gram { key, range, .. }, _| {
                if self.places.get(&key).is_some_and(|place| self.names[*place as usize].is_none()) {
                    found.entry(key).or_insert((from + i, range));
                }
            });
        }
        found
    }

    /// The vocabulary, without what is in none of the texts.
    pub fn finish(self) -> Vocabulary {
        let named = self.names.iter().all(Option::is_some);
        let names: Vec<String> = self.names.into_iter().flatten().collect();
        let places = match named {
            true => self.places,
            false => names.iter().zip(0..).map(|(name, place)| (key_of(name), place)).collect(),
        };
        Vocabulary { recipe: self.recipe, names, places }
    }
}

/// The n-grams of some texts, ascending, with how many of the texts have them.
fn keys<S: AsRef<str>>(recipe: &Recipe, texts: &[S]) -> Vec<(Key, u32)> {
    let (mut all, mut own, mut grams) = (Vec::new(), Vec::new(), Grams::new(recipe));
    for text in texts {
        own.clear();
        grams.each_gram(text.as_ref(), |gram, _| own.push(gram.key));
        own.sort_unstable();
        own.dedup();
        all.extend_from_slice(&own);
    }
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
}

impl Key {
    fn part(self) -> usize {
        (self.0 >> 60) as usize
    }
}

/// Keys are spread already.
type Spread = BuildHasherDefault<AsItIs>;

/// Takes the one number that it is given, turned, so that the parts of a count do not share its first bits.
#[derive(Debug, Default, Clone, Copy)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.rotate_left(32);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fresh, Weighed, weights_in};
    use super::*;

    const TEXTS: [&str; 5] = [
        "The information, the INFORMATION!",
        "information of the day (good phone)",
        "a good phone 屏幕很好 İZMİR!",
        "屏幕 izmir ~ ^ informations",
        "",
    ];

    fn recipe(min_items: u32) -> Recipe {
        Recipe { min_items, ..Recipe::default() }
    }

    #[test]
    fn what_enough_texts_have_is_listed_as_it_is_written() {
        let vocabulary = Vocabulary::learn(&recipe(2), &TEXTS);
        let mut names: Vec<&str> = vocabulary.names().iter().map(String::as_str).collect();
        names.sort_unstable();
        let known = [
            "!",
            "good",
            "good phone",
            "information",
            "izmir",
            "phone",
            "the",
            "~^infor",
            "~^izmir",
            "~^phone",
            "屏",
            "屏 幕",
            "幕",
        ];
        assert_eq!(names, known);
    }

    #[test]
    fn a_list_that_is_read_again_gives_the_same_places() {
        let vocabulary = Vocabulary::learn(&recipe(1), &TEXTS);
        let again = Vocabulary::of_names(recipe(1), vocabulary.names().to_vec());
        assert_eq!(again.as_ref(), Some(&vocabulary));
        assert!(vocabulary.names().iter().any(|name| name == "~") && vocabulary.len() > 30);
        assert_eq!(Vocabulary::of_names(recipe(1), vec!["a".to_owned(), "a".to_owned()]), None);
    }

    #[test]
    fn what_was_never_learned_from_weighs_nothing() {
        let vocabulary = Vocabulary::learn(&recipe(1), &TEXTS[..2]);
        let features = vocabulary.rows(&TEXTS);
        let rows = features.rows();
        assert_eq!(rows.row(3).iter().count(), 1, "the start of informations alone");
        let weighed = Weighed::by(rows, weights_in(rows, &[0, 1], 1));
        let fresh = Fresh::of(&vocabulary, &TEXTS, weighed.weights());
        for row in 0..TEXTS.len() {
            let of = |view: super::super::RowsView<'_>| view.row(row).iter().collect::<Vec<_>>();
            assert_eq!(of(fresh.view()), of(weighed.view()));
        }
    }

    #[test]
    fn hashed_or_listed_the_values_are_the_same() {
        let texts: Vec<String> =
            (0..2000).map(|i| format!("{} number {} of {}", TEXTS[i % 5], i % 97, i % 13)).collect();
        let hashed = Features::extract(&texts, &Recipe { bits: 24, ..recipe(2) });
        let listed = Vocabulary::learn(&recipe(2), &texts).rows(&texts);
        for row in 0..texts.len() {
            let values = |features: &Features| {
                let mut values: Vec<f32> = features.rows().row(row).iter().map(|(_, value)| value).collect();
                values.sort_by(f32::total_cmp);
                values
            };
            let (a, b) = (values(&hashed), values(&listed));
            assert!(a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-6), "row {row}");
        }
    }

    #[test]
    fn nothing_depends_on_the_number_of_threads() {
        let texts: Vec<String> = (0..3000).map(|i| format!("{} number {}", TEXTS[i % 5], i % 97)).collect();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| Vocabulary::learn(&recipe(2), &texts))
        };
        assert_eq!(with(1), with(3));
    }
}
