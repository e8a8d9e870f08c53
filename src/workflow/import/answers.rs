//! What people said, from long tables (one row an answer) and wide ones (one column a person).

use super::find::Items;
use super::truths::ITEM;
use super::{Options, Report, add_labels, column, refuse, write};
use crate::domain::{How, IsoDate, Kind, Origin, PersonId, PersonKind, Question, Role, Said, SkipReason};
use crate::error::{Error, Result};
use crate::exchange::Table;
use crate::jobs::Control;
use crate::project::{NewAnswer, Project};
use crate::workflow::intake::at;
use crate::workflow::values::{Draft, Reader};
use std::collections::{HashMap, HashSet};

/// Names of the column that names who answered.
const ANNOTATOR: &[&str] = &[
    "annotator",
    "annotator_id",
    "person",
    "rater",
    "rater_id",
    "rater_slot",
    "worker",
    "worker_id",
    "user",
    "user_id",
];
/// Names of the column of answers.
const ANSWER: &[&str] = &["answer", "label", "value", "choice"];
/// Names of the column of times.
const TIME: &[&str] = &["at", "time", "timestamp", "answered_at", "created_at"];
/// So many values decide whether a column can be the answers.
const SAMPLE: usize = 200;

/// One answer of the file.
struct Row {
    row: usize,
    item: u32,
    person: usize,
    /// The value; none where it was skipped.
    said: Result<Draft, Option<SkipReason>>,
    at: Option<i64>,
    flag: bool,
    note: Option<String>,
}

pub fn import(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    table: &Table,
    options: &Options,
    report: &mut Report,
    control: &Control,
) -> Result<()> {
    let mut reader = Reader::of(question, options.map.clone(), options.add_labels, super::MAP_OR_ADD);
    let items = Items::read(project)?;
    let mut people: Vec<String> = Vec::new();
    let rows = match options.wide {
        true => wide(table, &items, &mut reader, &mut people, options, report)?,
        false => long(table, question, &items, &mut reader, &mut people, options, report)?,
    };
    let known: HashMap<String, PersonId> =
        project.people()?.into_iter().filter_map(|p| Some((p.name?, p.id))).collect();
    let mut now: HashMap<(u32, PersonId), Said> = HashMap::new();
    project.for_each_current(question, |a| {
        if !a.stale {
            now.insert((a.item, a.person), a.said);
        }
    })?;
    let total = rows.len() as u64;
    let source = report.source.clone();
    let counts = write(project, by, options.dry_run, |w| {
        let ids = add_labels(w, question, &reader)?;
        let mut persons = Vec::with_capacity(people.len());
        for name in &people {
            persons.push(match known.get(name) {
                Some(id) => *id,
                None => w.add_person(name, Role::Annotator, PersonKind::Person)?,
            });
        }
        let (mut added, mut updated, mut unchanged) = (0, 0, 0);
        let mut touched: HashSet<(u32, PersonId)> = HashSet::new();
        for (n, row) in rows.iter().enumerate() {
            control.report("importing", n as u64 + 1, total);
            let person = persons[row.person];
            let said = match &row.said {
                Ok(draft) => Said::Value(draft.value(&ids)),
                Err(reason) => Said::Skipped(*reason),
            };
            let place = (row.item, person);
            let before = now.get(&place);
            if before == Some(&said) && !touched.contains(&place) {
                unchanged += 1;
                continue;
            }
            let new = NewAnswer {
                person,
                question: question.id,
                item: row.item,
                text_hash: None,
                said: said.clone(),
                flag: row.flag,
                note: row.note.clone(),
                how: How { imported_at: row.at, ..How::picked(Origin::Import) },
                source: Some(source.clone()),
            };
            match (w.add_answer(&new)?, before.is_some()) {
                (None, _) => unchanged += 1,
                (Some(_), false) => added += 1,
                (Some(_), true) if options.update || touched.contains(&place) => updated += 1,
                (Some(_), true) => {
                    return Err(Error::conflict(format!(
                        "{}: {} answered this item otherwise in the project",
                        table.place(row.row),
                        people[row.person]
                    ))
                    .hint("--update takes the file's answer as the newer one"));
                }
            }
            touched.insert(place);
            now.insert(place, said);
        }
        control.check()?;
        Ok((added, updated, unchanged))
    })?;
    (report.batch, (report.added, report.updated, report.unchanged)) = counts;
    report.labels = reader.added().to_vec();
    report.people = people.into_iter().filter(|name| !known.contains_key(name)).collect();
    Ok(())
}

fn long(
    table: &Table,
    question: &Question,
    items: &Items,
    reader: &mut Reader,
    people: &mut Vec<String>,
    options: &Options,
    report: &mut Report,
) -> Result<Vec<Row>> {
    let item = column(table, options.item.as_deref(), ITEM, "item", "--item-col")?;
    let annotator = column(table, options.annotator.as_deref(), ANNOTATOR, "annotator", "--annotator-col, or --wide")?;
    let answer = match &options.answer {
        Some(_) => None,
        None => fitting(table, question, reader, &[&item, &annotator]),
    };
    let named = options.answer.as_deref().or(answer.as_deref());
    let answer = column(table, named, ANSWER, "answer", "--answer-col")?;
    let time = match &options.time {
        Some(name) => Some(table.column(name)?),
        None => TIME.iter().find_map(|n| table.column(n).ok()).filter(|c| c.name != answer),
    };
    let said_by = time.map_or_else(String::new, |t| format!(", {:?} the time", t.name));
    report.notes.push(format!("{item:?} is the item, {annotator:?} the annotator, {answer:?} the answer{said_by}"));
    let (names, raters, answers) =
        (table.id_column(&item, "item")?, table.id_column(&annotator, "annotator")?, table.column(&answer)?);
    let optional = |name: &str| table.column(name).ok().filter(|c| c.name != answer);
    let (skipped, flags, notes) = (optional("skipped"), optional("flag"), optional("note"));
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut rows = Vec::with_capacity(table.rows());
    let mut silent = 0;
    for row in 0..table.rows() {
        let skip = skipped.map(|c| c.get(row)).filter(|s| !s.is_empty() && *s != "false");
        if answers.get(row).is_empty() && skip.is_none() {
            silent += 1;
            continue;
        }
        let rater = raters.get(row);
        let mut read = || -> Result<Row> {
            if rater.is_empty() {
                return Err(at(
                    table,
                    row,
                    &annotator,
                    Error::data("nobody is named").hint("every answer needs its annotator"),
                ));
            }
            let found = items.find(names.get(row)).map_err(|e| at(table, row, &item, e))?;
            let said = match skip {
                Some(reason) => Err(reason.parse().ok()),
                None => Ok(reader.read(answers.get(row)).map_err(|e| at(table, row, &answer, e))?),
            };
            let time = time.filter(|c| !c.get(row).is_empty());
            let when = time.map(|c| moment(c.get(row)).ok_or_else(|| at(table, row, &c.name, no_time(c.get(row)))));
            let person = *places.entry(rater).or_insert_with(|| {
                people.push(rater.to_owned());
                people.len() - 1
            });
            let flag = flags.is_some_and(|c| matches!(c.get(row), "true" | "True" | "TRUE" | "1"));
            let note = notes.map(|c| c.get(row)).filter(|n| !n.is_empty()).map(str::to_owned);
            Ok(Row { row, item: found, person, said, at: when.transpose()?, flag, note })
        };
        match read() {
            Ok(row) => rows.push(row),
            Err(error) => refuse(error, options, report)?,
        }
    }
    if silent > 0 {
        report.notes.push(format!("{silent} rows without an answer are left out"));
    }
    Ok(rows)
}

fn wide(
    table: &Table,
    items: &Items,
    reader: &mut Reader,
    people: &mut Vec<String>,
    options: &Options,
    report: &mut Report,
) -> Result<Vec<Row>> {
    let item = column(table, options.item.as_deref(), ITEM, "item", "--item-col")?;
    let names = table.id_column(&item, "item")?;
    let raters: Vec<_> = table.columns.iter().filter(|c| c.name != item).collect();
    people.extend(raters.iter().map(|c| c.name.clone()));
    report.notes.push(format!("{item:?} is the item, and every other column a person: {}", people.join(", ")));
    let mut rows = Vec::new();
    for row in 0..table.rows() {
        let found = match items.find(names.get(row)).map_err(|e| at(table, row, &item, e)) {
            Ok(found) => found,
            Err(error) => {
                refuse(error, options, report)?;
                continue;
            }
        };
        for (person, rater) in raters.iter().enumerate().filter(|(_, c)| !c.get(row).is_empty()) {
            match reader.read(rater.get(row)).map_err(|e| at(table, row, &rater.name, e)) {
                Ok(draft) => {
                    rows.push(Row { row, item: found, person, said: Ok(draft), at: None, flag: false, note: None });
                }
                Err(error) => refuse(error, options, report)?,
            }
        }
    }
    Ok(rows)
}

/// The only column whose values can be answers to a question with labels; one that is called as the question wins.
fn fitting(table: &Table, question: &Question, reader: &Reader, except: &[&str]) -> Option<String> {
    if let Ok(column) = table.column(&question.name) {
        return Some(column.name.clone());
    }
    if !matches!(question.kind, Kind::Choice | Kind::Rating) {
        return None;
    }
    let mut fits = table.columns.iter().filter(|c| !except.contains(&c.name.as_str())).filter(|c| {
        let mut values = c.iter().filter(|v| !v.is_empty()).take(SAMPLE).peekable();
        values.peek().is_some() && values.all(|v| reader.can_read(v))
    });
    fits.next().filter(|_| fits.next().is_none()).map(|c| c.name.clone())
}

/// UTC milliseconds of an ISO time, or of seconds or milliseconds since 1970.
fn moment(written: &str) -> Option<i64> {
    /// From here on a number is milliseconds: as seconds it would be past the year 5000.
    const MILLISECONDS: f64 = 1e11;
    let number = written.parse::<f64>().ok().filter(|x| x.is_finite());
    let since = |x: f64| if x.abs() < MILLISECONDS { x * 1000.0 } else { x };
    number.map(|x| since(x) as i64).or_else(|| IsoDate::parse(written.trim()).map(|d| d.start))
}

fn no_time(written: &str) -> Error {
    Error::data(format!("{written:?} is no time")).hint("write it as 2026-11-20T14:30:00Z, or as seconds since 1970")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_or_numbers() {
        assert_eq!(moment("1970-01-01T00:00:01Z"), Some(1000));
        assert_eq!(moment("1"), Some(1000));
        assert_eq!(moment("1700000000.5"), Some(1_700_000_000_500));
        assert_eq!(moment("1700000000500"), Some(1_700_000_000_500));
        assert_eq!(moment("soon"), None);
    }
}
