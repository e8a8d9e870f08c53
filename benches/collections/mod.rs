//! Public labelled texts to measure with, read from `../shared/data/bench`; what is not there is skipped with a message.

use karat::ids::mix;
use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

/// Texts with their classes, divided into what is learned from and what is judged on.
pub struct Collection {
    /// All texts.
    pub texts: Vec<String>,
    /// The class of each, counted from 0.
    pub classes: Vec<u32>,
    /// How many classes there are.
    pub class_count: usize,
    /// Indices of the texts to learn from.
    pub train: Vec<u32>,
    /// Indices of the texts to judge on.
    pub test: Vec<u32>,
}

/// Which columns of a file make the text, and which rows to take.
struct Source {
    file: &'static str,
    text: &'static [&'static str],
    keep: Option<(&'static str, &'static str)>,
}

const fn source(file: &'static str, text: &'static [&'static str]) -> Source {
    Source { file, text, keep: None }
}

/// The names of all collections.
pub const NAMES: [&str; 7] = ["news", "20news", "banking", "sms", "trec", "rt", "stackoverflow"];

impl Collection {
    /// Reads one by its name; `None`, with a message, where its files are not there.
    pub fn read(name: &str) -> Result<Option<Self>, Box<dyn Error>> {
        let news = Source { keep: Some(("in_official_test", "0")), ..source("agnews_subset7000.csv", &["text"]) };
        let (train, test) = match name {
            "news" => (news, Some(source("agnews_test.csv", &["title", "text"]))),
            "20news" => (source("20news_train.csv", &["text"]), Some(source("20news_test.csv", &["text"]))),
            "banking" => (source("banking77_train.csv", &["text"]), Some(source("banking77_test.csv", &["text"]))),
            "trec" => (source("trec_train.csv", &["text"]), Some(source("trec_test.csv", &["text"]))),
            "sms" => (source("sms_spam.csv", &["text"]), None),
            "rt" => (source("rt_polarity.csv", &["text"]), None),
            "stackoverflow" => (source("stackoverflow_titles20.csv", &["text"]), None),
            other => return Err(format!("no collection is called {other:?}: known are {}", NAMES.join(", ")).into()),
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bench");
        if !folder.join(train.file).exists() {
            eprintln!("{name}: skipped, {} is not in ../shared/data/bench", train.file);
            return Ok(None);
        }
        let mut rows = train.rows(&folder)?;
        let learned = rows.len();
        if let Some(test) = &test {
            rows.extend(test.rows(&folder)?);
        }
        let is_test = |i: usize| if test.is_some() { i >= learned } else { mix(5, i as u64).is_multiple_of(5) };
        let (test, train) = (0..rows.len()).partition::<Vec<_>, _>(|&i| is_test(i));
        let mut names: Vec<String> = rows.iter().map(|row| row.1.clone()).collect();
        names.sort();
        names.dedup();
        let class = |label: &String| names.partition_point(|name| name < label) as u32;
        Ok(Some(Self {
            classes: rows.iter().map(|row| class(&row.1)).collect(),
            class_count: names.len(),
            train: train.into_iter().map(|i| i as u32).collect(),
            test: test.into_iter().map(|i| i as u32).collect(),
            texts: rows.into_iter().map(|row| row.0).collect(),
        }))
    }

    /// Index and class of some texts.
    pub fn labelled(&self, which: &[u32]) -> Vec<(u32, u32)> {
        which.iter().map(|&i| (i, self.classes[i as usize])).collect()
    }
}

impl Source {
    fn rows(&self, folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
        let mut rows = Vec::new();
        for row in csv::Reader::from_path(folder.join(self.file))?.deserialize() {
            let row: HashMap<String, String> = row?;
            let cell = |name: &str| row.get(name).map_or("", String::as_str);
            if self.keep.is_none_or(|(column, value)| cell(column) == value) {
                let text: Vec<&str> = self.text.iter().map(|column| cell(column)).collect();
                rows.push((text.join(" "), cell("label").to_owned()));
            }
        }
        Ok(rows)
    }
}
