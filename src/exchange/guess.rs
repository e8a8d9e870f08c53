//! Guesses which column is the text, the id and the truth, and says whether it is sure.

use super::table::{Column, Table};
use super::typing::infer;
use crate::domain::FieldType;
use std::collections::HashSet;

/// Names of a text column, best first.
const TEXT_NAMES: &[&str] = &[
    "text",
    "sentence",
    "content",
    "body",
    "review",
    "comment",
    "message",
    "tweet",
    "post",
    "utterance",
    "document",
    "abstract",
    "description",
    "question",
    "query",
    "headline",
    "title",
    "code",
];
/// Names of an id column, best first.
const ID_NAMES: &[&str] = &["id", "item_id", "uid", "uuid", "guid", "key", "index", "idx"];
/// Names of a column of truths, best first, and whether such a name leaves no doubt.
const GOLD_NAMES: &[(&str, bool)] = &[
    ("gold", true),
    ("gold_label", true),
    ("truth", true),
    ("label", false),
    ("target", false),
    ("class", false),
    ("category", false),
    ("sentiment", false),
    ("intent", false),
];
/// More different values than this are no label set.
const MOST_LABELS: usize = 200;
/// So many rows are looked at for the length of texts.
const SAMPLE: usize = 2000;
/// Fewer words on average than this are names rather than text.
const WORDS_OF_TEXT: f64 = 3.0;

/// A guessed column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The column.
    pub column: String,
    /// Whether there was only one that it could be.
    pub sure: bool,
    /// The others that it could be.
    pub others: Vec<String>,
}

/// The guesses about a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guess {
    /// The text.
    pub text: Option<Choice>,
    /// The id.
    pub id: Option<Choice>,
    /// The hidden truth.
    pub gold: Option<Choice>,
    /// Why a likely column was not taken.
    pub notes: Vec<String>,
}

/// Guesses from names and contents; never takes one column twice.
pub fn guess(table: &Table) -> Guess {
    let mut guess = Guess { text: text(table), ..Guess::default() };
    let text = guess.text.as_ref().map(|t| t.column.clone());
    let taken = |c: &Column| text.as_ref() == Some(&c.name);
    let named = |name: &str| table.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name));

    let mut ids = Vec::new();
    for column in ID_NAMES.iter().filter_map(|n| named(n)).filter(|c| !taken(c)) {
        match repeated(column) {
            None => ids.push(column.name.clone()),
            // It says that it is the id: what repeats in it is a fault to be named, not a reason to look elsewhere.
            Some(_) if column.name.eq_ignore_ascii_case("id") => ids.push(column.name.clone()),
            Some(row) => {
                let what = if column.get(row).is_empty() { "has gaps" } else { "repeats values" };
                let note = format!("{:?} is not taken as the id: it {what} ({})", column.name, table.place(row));
                guess.notes.push(note);
            }
        }
    }
    guess.id = choice(ids, true);

    let labels = |c: &&Column| !taken(c) && (2..=MOST_LABELS).contains(&distinct(c, MOST_LABELS + 1));
    let found: Vec<(&Column, bool)> =
        GOLD_NAMES.iter().filter_map(|(n, sure)| Some((named(n)?, *sure))).filter(|(c, _)| labels(c)).collect();
    let sure = found.first().is_some_and(|(_, sure)| *sure);
    guess.gold = choice(found.into_iter().map(|(c, _)| c.name.clone()).collect(), sure);
    if let Some(gold) = &mut guess.gold {
        gold.sure = sure;
    }
    guess
}

fn choice(mut columns: Vec<String>, sure: bool) -> Option<Choice> {
    if columns.is_empty() {
        return None;
    }
    let column = columns.remove(0);
    Some(Choice { column, sure: sure && columns.is_empty(), others: columns })
}

fn text(table: &Table) -> Option<Choice> {
    let rank = |c: &Column| TEXT_NAMES.iter().position(|n| c.name.eq_ignore_ascii_case(n));
    let mut found: Vec<(&Column, usize, f64)> = table
        .columns
        .iter()
        .filter(|c| !c.is_nested() && infer(c) == FieldType::Text)
        .map(|c| (c, rank(c).unwrap_or(usize::MAX), words(c)))
        .filter(|(_, rank, words)| *rank < usize::MAX || *words >= WORDS_OF_TEXT)
        .collect();
    if found.is_empty() {
        // Called as a text and none: reading it says on which line.
        found.extend(table.columns.iter().filter(|c| rank(c).is_some()).take(1).map(|c| (c, 0, 0.0)));
    }
    found.sort_by(|a, b| a.1.cmp(&b.1).then(b.2.total_cmp(&a.2)));
    let sure = found.first().is_some_and(|(c, ..)| c.name.eq_ignore_ascii_case("text"));
    let mut choice = choice(found.into_iter().map(|(c, ..)| c.name.clone()).collect(), true)?;
    choice.sure |= sure;
    Some(choice)
}

/// The mean number of words of a value.
fn words(column: &Column) -> f64 {
    let (values, words) = column
        .iter()
        .filter(|v| !v.is_empty())
        .take(SAMPLE)
        .fold((0_usize, 0_usize), |(n, w), v| (n + 1, w + v.split_whitespace().count()));
    words as f64 / values.max(1) as f64
}

/// The first row whose value is missing or stood before.
fn repeated(column: &Column) -> Option<usize> {
    let mut seen = HashSet::new();
    column.iter().position(|v| v.is_empty() || !seen.insert(v))
}

/// How many different values there are, up to a limit.
fn distinct(column: &Column, limit: usize) -> usize {
    let mut seen = HashSet::new();
    for v in column.iter().filter(|v| !v.is_empty()) {
        if seen.insert(v) && seen.len() >= limit {
            break;
        }
    }
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{ReadOptions, read};

    fn of(csv: &str) -> Guess {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, csv).unwrap();
        guess(&read(&path, ReadOptions::default(), &mut |_| Ok(())).unwrap())
    }

    fn sure(column: &str) -> Option<Choice> {
        Some(Choice { column: column.to_owned(), sure: true, others: Vec::new() })
    }

    #[test]
    fn obvious_columns_are_found() {
        let g = of("id,text,product,gold\n1,It is good,phone,pos\n2,It is bad,phone,neg\n");
        assert_eq!((g.text, g.id, g.gold), (sure("text"), sure("id"), sure("gold")));
    }

    #[test]
    fn open_ones_say_so() {
        let g = of("no,title,body,label\n1,a b c d,e f g h,x\n1,i j k l,m n o p,y\n");
        let text = g.text.unwrap();
        assert_eq!((text.column.as_str(), text.sure, text.others), ("body", false, vec!["title".to_owned()]));
        assert_eq!(g.id, None);
        assert!(!g.gold.unwrap().sure, "a label may be truth to hide or labels to learn from");
    }

    #[test]
    fn a_key_that_repeats_is_no_id() {
        let g = of("key,note\n1,a longer text here\n1,another text here\n");
        assert_eq!((g.id, g.text), (None, sure("note")));
        assert_eq!(g.notes, ["\"key\" is not taken as the id: it repeats values (a.csv line 3)"]);
        assert_eq!(of("id,note\n1,a longer text\n1,another text\n").id, sure("id"), "a fault for the reading to name");
        assert_eq!(of("a,b\n1,2\n3,4\n"), Guess::default());
    }
}
