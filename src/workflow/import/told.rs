//! Reads what people said from tables: long ones (one row an answer) and wide ones (one column a person).

use super::find::Rows;
use super::{Options, Report, column, refuse};
use crate::domain::{IsoDate, Kind, Question, SkipReason};
use crate::error::{Error, Result};
use crate::exchange::{Column, Table};
use crate::workflow::intake::at;
use crate::workflow::values::{Draft, Reader};
use std::collections::HashMap;

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

/// What a row says: a value, or that it was skipped and perhaps why.
pub(super) type Told = Result<Draft, Option<SkipReason>>;

/// One answer of the file.
pub(super) struct Row {
    /// Its row in the table.
    pub(super) row: usize,
    /// The item.
    pub(super) item: u32,
    /// Who, by place among the people.
    pub(super) person: usize,
    /// What.
    pub(super) told: Told,
    /// When, UTC milliseconds.
    pub(super) at: Option<i64>,
    /// Raised for others to look at.
    pub(super) flag: bool,
    /// A remark.
    pub(super) note: Option<String>,
}

/// What reading needs and fills.
pub(super) struct Reading<'a, 't> {
    pub(super) table: &'t Table,
    pub(super) question: &'a Question,
    pub(super) items: &'a Rows<'t>,
    pub(super) reader: &'a mut Reader,
    pub(super) people: &'a mut Vec<String>,
    pub(super) options: &'a Options,
    pub(super) report: &'a mut Report,
}

impl Reading<'_, '_> {
    /// Reads a value that fits its item.
    fn value(&mut self, column: &Column, row: usize, item: u32) -> Result<Draft> {
        let read = self.reader.read(column.get(row));
        let fits = read.and_then(|draft| draft.check_within(|| self.items.chars(item)).map(|()| draft));
        fits.map_err(|e| at(self.table, row, &column.name, e))
    }

    /// Reads one answer a row.
    pub(super) fn long(&mut self) -> Result<Vec<Row>> {
        let (table, options, items) = (self.table, self.options, self.items);
        let item = items.column().to_owned();
        let rater = column(table, options.annotator.as_deref(), ANNOTATOR, "annotator", "--annotator-col, or --wide")?;
        let answer = match &options.answer {
            Some(_) => None,
            None => fitting(table, self.question, self.reader, |c| items.has(c) || c.name == rater),
        };
        let named = options.answer.as_deref().or(answer.as_deref());
        let answer = column(table, named, ANSWER, "answer", "--answer-col")?;
        let time = match &options.time {
            Some(name) => Some(table.column(name)?),
            None => TIME.iter().find_map(|n| table.column(n).ok()).filter(|c| c.name != answer),
        };
        let said_by = time.map_or_else(String::new, |t| format!(", {:?} the time", t.name));
        self.report
            .notes
            .push(format!("{item:?} is the item, {rater:?} the annotator, {answer:?} the answer{said_by}"));
        let (raters, answers) = (table.id_column(&rater, "annotator")?, table.column(&answer)?);
        let optional = |name: &str| table.column(name).ok().filter(|c| c.name != answer);
        let (skipped, flags, notes) = (optional("skipped"), optional("flag"), optional("note"));
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut rows = Vec::with_capacity(table.rows());
        // Karat's own export says which answers are about a text that has changed since: they say nothing of the new one.
        let outdated = optional("stale");
        let (mut silent, mut old) = (0, 0);
        for row in 0..table.rows() {
            if outdated.is_some_and(|c| c.get(row) == "true") {
                old += 1;
                continue;
            }
            let skip = skipped.map(|c| c.get(row)).filter(|s| !s.is_empty() && *s != "false");
            if skip.is_none() && !self.reader.sees(answers, row) {
                silent += 1;
                continue;
            }
            let who = raters.get(row);
            let mut read = || -> Result<Row> {
                if who.is_empty() {
                    let nobody = Error::data("nobody is named").hint("every answer needs its annotator");
                    return Err(at(table, row, &rater, nobody));
                }
                let found = items.find(row)?;
                let told = match skip {
                    Some(reason) => Err(reason.parse().ok()),
                    None => Ok(self.value(answers, row, found)?),
                };
                let time = time.filter(|c| !c.get(row).is_empty());
                let when = time.map(|c| moment(c.get(row)).ok_or_else(|| at(table, row, &c.name, no_time(c.get(row)))));
                let when = when.transpose()?;
                let person = *places.entry(who).or_insert_with(|| {
                    self.people.push(who.to_owned());
                    self.people.len() - 1
                });
                let flag = flags.is_some_and(|c| matches!(c.get(row), "true" | "True" | "TRUE" | "1"));
                let note = notes.map(|c| c.get(row)).filter(|n| !n.is_empty()).map(str::to_owned);
                Ok(Row { row, item: found, person, told, at: when, flag, note })
            };
            match read() {
                Ok(row) => rows.push(row),
                Err(error) => refuse(error, options, self.report)?,
            }
        }
        if silent > 0 {
            self.report.notes.push(format!("{silent} rows without an answer are left out"));
        }
        if old > 0 {
            self.report.notes.push(format!("{old} answers to texts that have changed since (stale) are left out"));
        }
        Ok(rows)
    }

    /// Reads one column a person.
    pub(super) fn wide(&mut self) -> Result<Vec<Row>> {
        let (table, items) = (self.table, self.items);
        let raters: Vec<&Column> = table.columns.iter().filter(|c| !items.has(c)).collect();
        self.people.extend(raters.iter().map(|c| c.name.clone()));
        let everybody = self.people.join(", ");
        self.report
            .notes
            .push(format!("{:?} is the item, and every other column a person: {everybody}", items.column()));
        let mut rows = Vec::new();
        for row in 0..table.rows() {
            let item = match items.find(row) {
                Ok(item) => item,
                Err(error) => {
                    refuse(error, self.options, self.report)?;
                    continue;
                }
            };
            for (person, rater) in raters.iter().enumerate() {
                if !self.reader.sees(rater, row) {
                    continue;
                }
                match self.value(rater, row, item) {
                    Ok(draft) => {
                        rows.push(Row { row, item, person, told: Ok(draft), at: None, flag: false, note: None });
                    }
                    Err(error) => refuse(error, self.options, self.report)?,
                }
            }
        }
        Ok(rows)
    }
}

/// The only column whose values can be answers to a question with labels; one that is called as the question wins.
fn fitting(table: &Table, question: &Question, reader: &Reader, taken: impl Fn(&Column) -> bool) -> Option<String> {
    if let Ok(column) = table.column(&question.name) {
        return Some(column.name.clone());
    }
    if !matches!(question.kind, Kind::Choice | Kind::Rating) {
        return None;
    }
    let mut fits = table.columns.iter().filter(|c| !taken(c)).filter(|c| {
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
