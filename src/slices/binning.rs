//! Values of a field as the few categories that slices are made of, each with the predicate that says the same.

use super::finder::Column;
use super::predicate::quoted;
use crate::domain::{FieldType, FieldValue, IsoDate, civil, words};
use std::collections::HashMap;

/// Words of a field that are kept apart; rarer ones join.
const MOST_WORDS: usize = 30;
/// Milliseconds of a day: dates are cut where one begins.
const DAY: f64 = 86_400_000.0;

words! {
    /// How numbers are put into bins.
    Cut: "way of binning" {
        /// Bins of about as many rows each.
        Quantile = "quantile",
        /// Bins of the same width.
        EqualWidth = "equal-width",
    }
}

/// How values become categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binning {
    /// How numbers are put into bins.
    pub cut: Cut,
    /// How many bins, at most.
    pub bins: usize,
    /// Rows of a word that is kept apart, at least.
    pub least: usize,
}

/// A field in categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    /// The categories, as they are shown, and the category of every row.
    pub column: Column,
    /// The predicate of every category.
    pub predicates: Vec<String>,
}

impl Binning {
    /// The categories of a field, which predicates call `name`
    /// ([`super::predicate::Vocabulary::spelled`]): missing is one of its own, rare
    /// words join as "other", numbers of more values than there are bins become ranges.
    pub fn of(&self, name: &str, kind: FieldType, values: &[FieldValue]) -> Binned {
        match kind {
            FieldType::Integer | FieldType::Number | FieldType::Date => self.numbers(name, kind, values),
            FieldType::Text | FieldType::Boolean => self.words(name, values),
        }
    }

    fn words(&self, name: &str, values: &[FieldValue]) -> Binned {
        let mut counts: HashMap<String, usize> = HashMap::new();
        values.iter().filter_map(literal).for_each(|word| *counts.entry(word).or_default() += 1);
        let mut known: Vec<(String, usize)> = counts.into_iter().collect();
        known.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let kept = known.iter().take_while(|(_, n)| *n >= self.least).count().min(MOST_WORDS);
        let mut kept: Vec<String> = known.drain(..kept).map(|(word, _)| word).collect();
        kept.sort();
        let mut made = Made::new(name);
        for word in &kept {
            made.add(format!("{name} = {word}"), format!("{name} = {word}"));
        }
        let others = (!known.is_empty()).then(|| {
            let predicate = match kept.is_empty() {
                true => format!("{name} IS NOT NULL"),
                false => format!("{name} NOT IN ({})", kept.join(", ")),
            };
            made.add(format!("{name} = other"), predicate)
        });
        let code = |value: &FieldValue| match literal(value) {
            Some(word) => kept.binary_search(&word).ok().map(|place| place as u32).or(others),
            None => None,
        };
        let codes: Vec<Option<u32>> = values.iter().map(code).collect();
        made.finish(&codes)
    }

    fn numbers(&self, name: &str, kind: FieldType, values: &[FieldValue]) -> Binned {
        let numbers: Vec<Option<f64>> = values
            .iter()
            .map(|value| number(value).map(|value| if kind == FieldType::Date { day(value) } else { value }))
            .collect();
        let mut sorted: Vec<f64> = numbers.iter().flatten().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        let mut made = Made::new(name);
        if distinct.len() <= self.bins {
            for value in &distinct {
                let predicate = format!("{name} = {}", written(kind, *value));
                made.add(predicate.clone(), predicate);
            }
            let code = |value: &Option<f64>| value.and_then(|v| distinct.binary_search_by(|d| d.total_cmp(&v)).ok());
            return made.finish(&numbers.iter().map(|v| code(v).map(|c| c as u32)).collect::<Vec<_>>());
        }
        let cuts = self.cuts(kind, &sorted);
        let ends: Vec<Option<f64>> = [None].into_iter().chain(cuts.iter().copied().map(Some)).chain([None]).collect();
        for pair in ends.windows(2) {
            let from = pair[0].map(|from| format!("{name} >= {}", written(kind, from)));
            let to = pair[1].map(|to| format!("{name} < {}", written(kind, to)));
            let predicate = [from, to].into_iter().flatten().collect::<Vec<_>>().join(" AND ");
            let shown = match (pair[0], pair[1]) {
                (Some(from), Some(to)) => format!("{name} {}..{}", written(kind, from), written(kind, to)),
                _ => predicate.clone(),
            };
            made.add(shown, predicate);
        }
        let code = |value: f64| cuts.partition_point(|cut| *cut <= value) as u32;
        made.finish(&numbers.iter().map(|value| value.map(code)).collect::<Vec<_>>())
    }

    /// Where a bin ends and the next begins: it belongs to the next.
    fn cuts(&self, kind: FieldType, sorted: &[f64]) -> Vec<f64> {
        let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else { return Vec::new() };
        let bins = self.bins.max(2);
        let at = |bin: usize| match self.cut {
            Cut::Quantile => sorted[(sorted.len() * bin / bins).min(sorted.len() - 1)],
            Cut::EqualWidth => least + (most - least) * bin as f64 / bins as f64,
        };
        let whole = |cut: f64| match kind {
            FieldType::Number => cut,
            FieldType::Date => day(cut),
            _ => cut.ceil(),
        };
        let mut cuts: Vec<f64> = (1..bins).map(|bin| whole(at(bin))).filter(|cut| *cut > least).collect();
        cuts.dedup();
        cuts
    }
}

/// Categories in the making.
struct Made<'a> {
    name: &'a str,
    values: Vec<String>,
    predicates: Vec<String>,
}

impl<'a> Made<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, values: Vec::new(), predicates: Vec::new() }
    }

    fn add(&mut self, shown: String, predicate: String) -> u32 {
        self.values.push(shown);
        self.predicates.push(predicate);
        self.values.len() as u32 - 1
    }

    /// With one category more for what is missing, where something is.
    fn finish(mut self, codes: &[Option<u32>]) -> Binned {
        let missing = codes.contains(&None).then(|| {
            let predicate = format!("{} IS NULL", self.name);
            self.add(predicate.clone(), predicate)
        });
        let codes = codes.iter().map(|code| code.or(missing).unwrap_or_default()).collect();
        let column = Column { name: self.name.to_owned(), values: self.values, codes };
        Binned { column, predicates: self.predicates }
    }
}

/// A value as a predicate compares with it; none of what is missing.
fn literal(value: &FieldValue) -> Option<String> {
    match value {
        FieldValue::Text(text) => Some(quoted(text)),
        FieldValue::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

fn number(value: &FieldValue) -> Option<f64> {
    match value {
        FieldValue::Integer(n) => Some(*n as f64),
        FieldValue::Number(x) => Some(*x).filter(|x| x.is_finite()),
        FieldValue::Text(date) => IsoDate::parse(date).map(|date| date.start as f64),
        FieldValue::Null | FieldValue::Boolean(_) => None,
    }
}

/// When the day of a time begins.
fn day(millis: f64) -> f64 {
    (millis / DAY).floor() * DAY
}

/// A number as a predicate compares with it.
fn written(kind: FieldType, value: f64) -> String {
    match kind {
        FieldType::Date => {
            let (year, month, day) = civil(value as i64);
            format!("'{year:04}-{month:02}-{day:02}'")
        }
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINNING: Binning = Binning { cut: Cut::Quantile, bins: 4, least: 2 };

    #[test]
    fn rare_words_join_and_what_is_missing_stands_alone() {
        let values: Vec<FieldValue> = ["a", "b", "a", "it's", "b", "", "c"]
            .iter()
            .map(|word| if word.is_empty() { FieldValue::Null } else { FieldValue::Text((*word).to_owned()) })
            .collect();
        let binned = BINNING.of("product", FieldType::Text, &values);
        assert_eq!(binned.column.values, ["product = 'a'", "product = 'b'", "product = other", "product IS NULL"]);
        assert_eq!(binned.predicates[2], "product NOT IN ('a', 'b')");
        assert_eq!(binned.column.codes, [0, 1, 0, 2, 1, 3, 2]);
        let rare = BINNING.of("id", FieldType::Text, &values[3..4]);
        assert_eq!(
            (&rare.column.values[..], &rare.predicates[..]),
            (&["id = other".to_owned()][..], &["id IS NOT NULL".to_owned()][..])
        );
    }

    #[test]
    fn numbers_become_ranges_of_as_many_rows_or_of_the_same_width() {
        let values: Vec<FieldValue> = (0..100).map(|i| FieldValue::Integer(i * i)).chain([FieldValue::Null]).collect();
        let binned = BINNING.of("n", FieldType::Integer, &values);
        let want = ["n < 625", "n 625..2500", "n 2500..5625", "n >= 5625", "n IS NULL"];
        assert_eq!(binned.column.values, want);
        assert_eq!(binned.predicates[1], "n >= 625 AND n < 2500");
        let counts: Vec<usize> =
            (0..5).map(|c| binned.column.codes.iter().filter(|code| **code == c).count()).collect();
        assert_eq!(counts, [25, 25, 25, 25, 1]);
        let wide = Binning { cut: Cut::EqualWidth, ..BINNING }.of("n", FieldType::Integer, &values);
        assert_eq!(wide.column.values[0], "n < 2451");
        let few = BINNING.of("n", FieldType::Number, &[0.5, -2.0, 0.5].map(FieldValue::Number));
        assert_eq!(few.column.values, ["n = -2", "n = 0.5"]);
        let heaped =
            BINNING.of("n", FieldType::Number, &[1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 5.0].map(FieldValue::Number));
        assert_eq!(heaped.column.values, ["n < 3", "n >= 3"], "a heap is not cut");
        assert!(BINNING.of("n", FieldType::Number, &[]).column.values.is_empty());
    }

    #[test]
    fn dates_are_cut_at_days() {
        let values: Vec<FieldValue> =
            (0..40).map(|i| FieldValue::Text(format!("2024-{:02}-{:02}T12:00:00Z", 1 + i / 10, 1 + i % 10))).collect();
        let binned = BINNING.of("day", FieldType::Date, &values);
        assert_eq!(binned.predicates[1], "day >= '2024-02-01' AND day < '2024-03-01'");
        assert_eq!(binned.column.codes[10], 1);
        let hours = ["08", "20"].map(|hour| FieldValue::Text(format!("2024-01-01T{hour}:00:00Z")));
        assert_eq!(
            BINNING.of("day", FieldType::Date, &hours).column.values,
            ["day = '2024-01-01'"],
            "one day is one value"
        );
    }
}
