//! Points at fields that predict the truth almost perfectly: they give the answer away to whoever sees or learns them.

use super::table::Table;
use super::typing::{infer, is_missing};
use crate::domain::FieldType;
use std::collections::HashMap;

/// A value counts where at least so many rows have it.
const SUPPORT: usize = 5;
/// At least this share of the rows must have such a value.
const COVERED: f64 = 0.5;
/// Share of rows whose label is the commonest of their value.
const PURITY: f64 = 0.98;
/// Share of the errors of always guessing the commonest label that the field removes.
const REMOVED: f64 = 0.9;
/// Numbers with many different values are cut into so many bins of equal size.
const BINS: usize = 100;

/// A field that gives the target away.
#[derive(Debug, Clone, PartialEq)]
pub struct Leak {
    /// The field.
    pub column: String,
    /// Of the rows that were looked at, the share whose label is the commonest of their value.
    pub purity: f64,
    /// How many rows were looked at.
    pub rows: usize,
}

/// Finds the columns that predict `target` almost perfectly; `except` (ids, texts, the target) is not looked at.
pub fn leaks(table: &Table, target: &str, except: &[&str]) -> Vec<Leak> {
    let Ok(target) = table.column(target) else { return Vec::new() };
    let labels: Vec<&str> = target.iter().collect();
    table
        .columns
        .iter()
        .filter(|c| c.name != target.name && !except.contains(&c.name.as_str()))
        .filter_map(|c| {
            let kind = infer(c);
            let groups = match kind {
                FieldType::Integer | FieldType::Number => binned(c.iter(), kind),
                _ => c.iter().map(|v| (!is_missing(kind, v)).then_some(v)).collect(),
            };
            let (purity, rows) = purity(&groups, &labels)?;
            Some(Leak { column: c.name.clone(), purity, rows })
        })
        .collect()
}

/// Numbers by their value where values repeat, else by equal-sized bins: every row gets the spelling of its bin's first.
fn binned<'a>(values: impl Iterator<Item = &'a str>, kind: FieldType) -> Vec<Option<&'a str>> {
    let values: Vec<Option<&str>> = values.map(|v| (!is_missing(kind, v)).then_some(v)).collect();
    let mut sorted: Vec<(f64, usize)> =
        values.iter().enumerate().filter_map(|(i, v)| Some((v.as_ref()?.parse().ok()?, i))).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let distinct = sorted.windows(2).filter(|w| w[0].0 != w[1].0).count() + 1;
    if distinct * 2 * SUPPORT <= sorted.len() {
        return values;
    }
    let size = (sorted.len() / BINS).max(2 * SUPPORT);
    let mut groups = vec![None; values.len()];
    for bin in sorted.chunks(size) {
        for (_, row) in bin {
            groups[*row] = values[bin[0].1];
        }
    }
    groups
}

/// The purity and the rows it was measured on, where it gives the labels away.
fn purity(groups: &[Option<&str>], labels: &[&str]) -> Option<(f64, usize)> {
    let mut counts: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
    let mut labelled = 0_usize;
    for (group, label) in groups.iter().zip(labels).filter(|(_, l)| !l.is_empty()) {
        labelled += 1;
        if let Some(group) = group {
            *counts.entry(group).or_default().entry(label).or_default() += 1;
        }
    }
    counts.retain(|_, by_label| by_label.values().sum::<usize>() >= SUPPORT);
    let mut overall: HashMap<&str, usize> = HashMap::new();
    let mut pure = 0;
    for by_label in counts.values() {
        pure += by_label.values().max().copied().unwrap_or(0);
        by_label.iter().for_each(|(label, n)| *overall.entry(label).or_default() += n);
    }
    let rows: usize = overall.values().sum();
    let common = overall.values().max().copied().unwrap_or(0);
    if rows == 0 || rows == common || (rows as f64) < COVERED * labelled as f64 {
        return None;
    }
    let (purity, base) = (pure as f64 / rows as f64, common as f64 / rows as f64);
    (purity >= PURITY && (purity - base) / (1.0 - base) >= REMOVED).then_some((purity, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{ReadOptions, read};

    fn found(rows: impl Iterator<Item = String>) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "id,code,mean,noise,gold\n".to_owned() + &rows.collect::<String>()).unwrap();
        let table = read(&path, ReadOptions::default(), &mut |_| Ok(())).unwrap();
        leaks(&table, "gold", &[]).into_iter().map(|l| l.column).collect()
    }

    #[test]
    fn a_code_and_a_mean_give_the_label_away_but_ids_and_noise_do_not() {
        let rows = (0..2000).map(|i| {
            let gold = if i % 3 == 0 { "pos" } else { "neg" };
            let mean = if i % 3 == 0 { 0.5 } else { -0.5 } + f64::from(i) * 1e-4;
            format!("x{i},{},{mean},{},{gold}\n", i % 3, i % 7)
        });
        assert_eq!(found(rows), ["code", "mean"]);
    }

    #[test]
    fn a_class_that_nearly_all_have_is_no_leak() {
        assert_eq!(found((0..1000).map(|i| format!("{i},{},{i},a,{}\n", i % 2, i == 7))), Vec::<String>::new());
        assert_eq!(found((0..100).map(|i| format!("{i},{},{i},a,same\n", i % 2))), Vec::<String>::new());
    }
}
