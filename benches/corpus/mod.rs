//! Rows to measure with: texts of about forty words put together from real sentences of the sample data, in ten classes.
//!
//! A class is a product and a sentiment; a text of it is made of sentences of that product and sentiment, drawn with
//! replacement, so that there is something to learn. Row n of a seed is always the same row.

use karat::ids::mix;
use std::io::{self, Write};
use std::path::Path;

/// A text ends with the sentence that brings it to this many words.
const WORDS: usize = 40;
/// How many classes there are.
const CLASSES: usize = 10;

/// Real sentences by class.
pub struct Corpus {
    classes: Vec<Class>,
}

struct Class {
    product: String,
    name: String,
    sentences: Vec<String>,
}

/// One made-up row.
pub struct Row {
    /// Its id.
    pub id: String,
    /// About forty words.
    pub text: String,
    /// The product that its sentences are about.
    pub product: String,
    /// Its class: product and sentiment.
    pub class: String,
}

impl Corpus {
    /// Reads the sentences of the sample data.
    pub fn read() -> io::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/reviews.csv");
        let mut classes: Vec<Class> = Vec::new();
        for row in csv::Reader::from_path(path)?.deserialize() {
            let (_, text, _, _, product, gold): (String, String, u32, u32, String, String) = row?;
            let name = format!("{product}, {gold}");
            match classes.iter_mut().find(|class| class.name == name) {
                Some(class) => class.sentences.push(text),
                None => classes.push(Class { product, name, sentences: vec![text] }),
            }
        }
        classes.sort_by_key(|class| std::cmp::Reverse(class.sentences.len()));
        classes.truncate(CLASSES);
        Ok(Self { classes })
    }

    /// Makes row `n` of a seed.
    pub fn row(&self, seed: u64, n: u64) -> Row {
        let mut draws = (0..).map(|draw| mix(mix(seed, n), draw));
        let mut below = |limit: usize| (draws.next().unwrap_or_default() % limit as u64) as usize;
        let class = &self.classes[below(self.classes.len())];
        let mut text = String::new();
        while text.split_whitespace().count() < WORDS {
            text.push_str(&class.sentences[below(class.sentences.len())]);
            text.push(' ');
        }
        Row {
            id: n.to_string(),
            text: text.trim_end().to_owned(),
            product: class.product.clone(),
            class: class.name.clone(),
        }
    }

    /// Writes the first `rows` rows of a seed as CSV: `id, text, product, gold`.
    pub fn write_csv(&self, seed: u64, rows: u64, to: impl Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(to);
        csv.write_record(["id", "text", "product", "gold"])?;
        for n in 0..rows {
            let row = self.row(seed, n);
            csv.write_record([&row.id, &row.text, &row.product, &row.class])?;
        }
        csv.flush()
    }
}
