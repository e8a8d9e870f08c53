//! Gold and labels for items that are there.

use super::find::Rows;
use super::{Options, Report, add_labels, column, refuse, write};
use crate::domain::{Kind, PersonId, Question, RulingOrigin, Value};
use crate::error::{Error, Result};
use crate::exchange::Table;
use crate::jobs::Control;
use crate::project::{NewRuling, Project};
use crate::workflow::intake::{self, at};
use crate::workflow::values::{Draft, Reader};
use std::collections::HashMap;

/// What the values become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Hidden truth.
    Gold,
    /// Imported rulings.
    Labels,
}

#[expect(clippy::too_many_arguments, reason = "the parts of one import, each used once")]
pub fn import(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    target: Target,
    table: &Table,
    options: &Options,
    report: &mut Report,
    control: &Control,
) -> Result<()> {
    let mut items = Rows::of(project, table, options.item.as_deref())?;
    if question.kind == Kind::Spans {
        items = items.with_lengths(project)?;
    }
    let likely: &[&str] = match target {
        Target::Gold => &["gold", &question.name, "label", "value", "truth", "answer"],
        Target::Labels => &["label", &question.name, "value", "answer", "ruling"],
    };
    let answer = column(table, options.answer.as_deref(), likely, "label", "--answer-col")?;
    let values = table.column(&answer)?;
    let mut reader = Reader::of(question, table.format, options.map.clone(), options.add_labels, super::MAP_OR_ADD);
    let mut drafts: Vec<(usize, u32, Draft)> = Vec::new();
    for row in 0..table.rows() {
        if !reader.sees(values, row) {
            continue;
        }
        let mut read = |item: u32| {
            let draft = reader.read(values.get(row));
            let fits = draft.and_then(|draft| draft.check_within(|| items.chars(item)).map(|()| (item, draft)));
            fits.map_err(|e| at(table, row, &answer, e))
        };
        match items.find(row).and_then(&mut read) {
            Ok((item, draft)) => drafts.push((row, item, draft)),
            Err(error) => refuse(error, options, report)?,
        }
    }
    let before: HashMap<u32, Value> = match target {
        Target::Gold => project.gold(question)?.into_iter().collect(),
        Target::Labels => project
            .rulings(question)?
            .into_iter()
            .filter(|(_, ruling, stale)| ruling.origin == RulingOrigin::Imported && !stale)
            .map(|(item, ruling, _)| (item, ruling.value))
            .collect(),
    };
    let total = drafts.len() as u64;
    let counts = write(project, by, options.dry_run, |w| {
        let ids = add_labels(w, question, &reader)?;
        let (mut added, mut updated, mut unchanged, mut repeated) = (0, 0, 0, 0);
        let mut seen: HashMap<u32, (usize, Value)> = HashMap::new();
        let mut gold: Vec<(u32, Value)> = Vec::new();
        for (n, (row, item, draft)) in drafts.iter().enumerate() {
            control.report("importing", n as u64 + 1, total);
            let value = draft.value(&ids);
            match seen.get(item) {
                Some((_, first)) if *first == value => {
                    repeated += 1;
                    continue;
                }
                Some((first, _)) => {
                    return Err(Error::data(format!(
                        "{}: the item {:?} has another value on {} already",
                        table.place(*row),
                        items.name(*row),
                        table.place(*first)
                    ))
                    .hint("an item has one value: repair the file, or import it as answers"));
                }
                None => {}
            }
            match before.get(item) {
                Some(known) if *known == value => unchanged += 1,
                Some(_) if !options.update => return Err(differs(table, *row, items.name(*row))),
                known => {
                    if known.is_some() {
                        updated += 1
                    } else {
                        added += 1
                    }
                    match target {
                        Target::Gold => gold.push((*item, value.clone())),
                        Target::Labels => {
                            let (item, value, origin) = (*item, value.clone(), RulingOrigin::Imported);
                            w.add_ruling(&NewRuling::of(question.id, item, value, origin))?;
                        }
                    }
                }
            }
            seen.insert(*item, (*row, value));
        }
        w.put_all_gold(question.id, &gold, &mut |n| control.report("gold", n as u64, gold.len() as u64))?;
        intake::finished(control, "gold", gold.len() as u64);
        control.check()?;
        Ok((added, updated, unchanged, repeated))
    })?;
    (report.batch, (report.added, report.updated, report.unchanged, report.repeated)) = counts;
    report.labels = reader.added().to_vec();
    report.notes.push(format!("{:?} is the item, {answer:?} the value", items.column()));
    Ok(())
}

fn differs(table: &Table, row: usize, item: &str) -> Error {
    Error::conflict(format!("{}: the item {item:?} has another value in the project", table.place(row)))
        .hint("--update replaces it")
}
