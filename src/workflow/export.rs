//! Writes a project's content out as tables: items, everybody's answers, rulings, or what a model can be trained on.

use super::frame;
use super::intake::Columns;
use crate::domain::{FieldType, FieldValue, Kind, PersonId, Question, Said, Value, iso, words};
use crate::error::{Error, Result};
use crate::exchange::{self, Destination, Format};
use crate::jobs::Control;
use crate::project::Project;
use std::collections::HashMap;

words! {
    /// What is written out.
    What: "kind of export" {
        /// The items as they came in: id, text, fields.
        Items = "items",
        /// What everybody says now, with how and when it was said.
        Answers = "answers",
        /// The settled values that somebody ruled.
        Rulings = "rulings",
        /// Texts, the fields that models learn from, and settled values.
        Training = "training",
    }
}

/// A table on its way out: one value for each column in every row.
struct Sheet {
    columns: Vec<(String, FieldType)>,
    rows: Vec<Vec<FieldValue>>,
}

/// Writes one sort of content, of all items or of those that match an expression; returns the number of rows.
///
/// # Errors
/// Where the expression is wrong, or the file cannot be written; one that was there is then left as it was.
pub fn export(
    project: &Project,
    question: Option<&Question>,
    what: What,
    to: &Destination,
    format: Format,
    expression: Option<&str>,
    control: &Control,
) -> Result<u64> {
    if let Destination::File(path) = to
        && (path.extension().is_some_and(|e| e == "karat") || project.is_at(path))
    {
        return Err(Error::usage(format!("{} is the name of a project, not of an export", path.display()))
            .hint("`karat copy DEST` makes a copy of a project; exports end in csv, tsv, jsonl, json or parquet"));
    }
    let asked = || question.ok_or_else(|| Error::usage("no question is named").hint("say which with --question NAME"));
    let chosen = Chosen::read(project, question, expression)?;
    control.report("collecting", 0, 0);
    let sheet = match what {
        What::Items => items(project, &chosen)?,
        What::Answers => answers(project, asked()?, &chosen)?,
        What::Rulings => rulings(project, asked()?, &chosen)?,
        What::Training => training(project, asked()?, &chosen)?,
    };
    let total = sheet.rows.len() as u64;
    let rows = sheet.rows.into_iter().enumerate().map(|(n, row)| {
        control.report("writing", n as u64 + 1, total);
        control.check().map(|()| row)
    });
    exchange::write(to, format, &sheet.columns, rows)
}

/// The items that are written, by seq.
struct Chosen(Vec<bool>);

impl Chosen {
    fn read(project: &Project, question: Option<&Question>, expression: Option<&str>) -> Result<Self> {
        let live = project.items()?.live;
        let Some(expression) = expression else { return Ok(Self(live)) };
        let question = question.cloned().map_or_else(|| project.question(None), Ok)?;
        let mut chosen = vec![false; live.len()];
        for seq in frame::matching(project, &question, expression)? {
            if let Some(flag) = chosen.get_mut(seq as usize - 1) {
                *flag = true;
            }
        }
        Ok(Self(chosen))
    }

    fn has(&self, seq: u32) -> bool {
        (seq as usize).checked_sub(1).and_then(|i| self.0.get(i)).copied().unwrap_or(false)
    }
}

/// What an item is called in an export: its id, or the beginning of its key where it has none or shares it.
fn names(project: &Project) -> Result<Vec<String>> {
    let keys = project.items()?.keys;
    let ids = project.item_ids()?;
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(ids.len());
    ids.iter().flatten().for_each(|id| *seen.entry(id).or_default() += 1);
    let own = |id: &&String| seen.get(id.as_str()) == Some(&1);
    let named = ids.iter().zip(keys);
    Ok(named
        .map(|(id, key)| id.as_ref().filter(own).cloned().unwrap_or_else(|| key.to_string()[..12].to_owned()))
        .collect())
}

fn text(value: impl Into<String>) -> FieldValue {
    FieldValue::Text(value.into())
}

fn whole(n: Option<i64>) -> FieldValue {
    n.map_or(FieldValue::Null, FieldValue::Integer)
}

/// An ISO time in UTC.
fn time(at: Option<i64>) -> FieldValue {
    let zoned = |at: i64| {
        let iso = iso(at);
        if iso.contains('T') { format!("{iso}Z") } else { iso }
    };
    at.map_or(FieldValue::Null, |at| FieldValue::Text(zoned(at)))
}

/// The columns that the items' source had, so that an export comes in again as the same items.
fn source_columns(project: &Project) -> Result<Columns> {
    let settings = project.settings()?;
    let prefix = Columns::setting("");
    let found = settings.iter().find(|(name, _)| name.starts_with(&prefix));
    let columns: Option<Columns> = found.and_then(|(_, value)| serde_json::from_value(value.clone()).ok());
    Ok(columns.unwrap_or_else(|| Columns { text: "text".to_owned(), ..Columns::default() }))
}

fn items(project: &Project, chosen: &Chosen) -> Result<Sheet> {
    let columns = source_columns(project)?;
    let fields = project.fields()?;
    let ids = project.item_ids()?;
    let named = ids.iter().any(Option::is_some);
    let mut header = Vec::new();
    if named {
        header.push((columns.id.unwrap_or_else(|| "id".to_owned()), FieldType::Text));
    }
    header.push((columns.text, FieldType::Text));
    header.extend(fields.into_iter().map(|f| (f.name, f.kind)));
    let mut rows: Vec<Vec<FieldValue>> = Vec::new();
    project.for_each_text(|seq, body| {
        if chosen.has(seq) {
            let id = ids.get(seq as usize - 1).cloned().flatten();
            let id = named.then(|| id.map_or(FieldValue::Null, FieldValue::Text));
            rows.push(id.into_iter().chain([text(body)]).collect());
        }
    })?;
    let mut row = rows.iter_mut();
    project.for_each_fields(|seq, values| {
        if chosen.has(seq)
            && let Some(row) = row.next()
        {
            row.extend_from_slice(values);
        }
    })?;
    Ok(Sheet { columns: header, rows })
}

/// Column names with their types.
fn header<const N: usize>(columns: [(&str, FieldType); N]) -> Vec<(String, FieldType)> {
    columns.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect()
}

fn answers(project: &Project, question: &Question, chosen: &Chosen) -> Result<Sheet> {
    use FieldType::{Boolean, Date, Integer, Number, Text};
    let names = names(project)?;
    let people: HashMap<PersonId, String> =
        project.people()?.into_iter().map(|p| (p.id, p.name.unwrap_or_else(|| p.id.to_string()))).collect();
    let answer_kind = if question.kind == Kind::Rating { Integer } else { Text };
    let columns = header([
        ("item", Text),
        ("annotator", Text),
        ("answer", answer_kind),
        ("skipped", Text),
        ("flag", Boolean),
        ("note", Text),
        ("at", Date),
        ("recorded_at", Date),
        ("shown_at", Date),
        ("active_ms", Integer),
        ("lane", Text),
        ("round", Integer),
        ("rank", Integer),
        ("selection_probability", Number),
        ("suggestion", Text),
        ("origin", Text),
        ("guidelines_revision", Integer),
        ("label_revision", Integer),
        ("stale", Boolean),
    ]);
    let mut rows = Vec::new();
    for row in project.answers()? {
        let (answer, how) = (&row.answer, &row.answer.how);
        if !row.live || !row.current || answer.question != question.id || !chosen.has(row.item) {
            continue;
        }
        let (value, skipped) = match &answer.said {
            Said::Value(Value::Rating(n)) => (FieldValue::Integer(*n), FieldValue::Null),
            Said::Value(value) => (text(question.spell(value)), FieldValue::Null),
            Said::Skipped(reason) => (FieldValue::Null, text(reason.map_or("skipped", |r| r.as_str()))),
        };
        let nobody = || answer.person.to_string();
        rows.push(vec![
            text(names.get(row.item as usize - 1).cloned().unwrap_or_default()),
            text(people.get(&answer.person).cloned().unwrap_or_else(nobody)),
            value,
            skipped,
            FieldValue::Boolean(answer.flag),
            answer.note.clone().map_or(FieldValue::Null, FieldValue::Text),
            time(Some(how.imported_at.unwrap_or(answer.at))),
            time(Some(answer.at)),
            time(how.shown_at),
            whole(how.active_ms),
            text(how.lane.as_str()),
            whole(how.round.map(i64::from)),
            whole(how.rank.map(i64::from)),
            how.selection_probability.map_or(FieldValue::Null, FieldValue::Number),
            text(how.suggestion.as_str()),
            text(how.origin.as_str()),
            FieldValue::Integer(how.guidelines.into()),
            FieldValue::Integer(how.labels.into()),
            FieldValue::Boolean(row.stale),
        ]);
    }
    Ok(Sheet { columns, rows })
}

fn rulings(project: &Project, question: &Question, chosen: &Chosen) -> Result<Sheet> {
    use FieldType::{Boolean, Text};
    let names = names(project)?;
    let columns = header([("item", Text), ("value", Text), ("origin", Text), ("note", Text), ("stale", Boolean)]);
    let mut rows = Vec::new();
    for (item, ruling, stale) in project.rulings(question)?.into_iter().filter(|(item, ..)| chosen.has(*item)) {
        rows.push(vec![
            text(names.get(item as usize - 1).cloned().unwrap_or_default()),
            text(question.spell(&ruling.value)),
            text(ruling.origin.as_str()),
            ruling.note.map_or(FieldValue::Null, FieldValue::Text),
            FieldValue::Boolean(stale),
        ]);
    }
    Ok(Sheet { columns, rows })
}

/// Every item with a settled value; `split` is `test` for the evaluation set.
fn training(project: &Project, question: &Question, chosen: &Chosen) -> Result<Sheet> {
    let names = names(project)?;
    let settled = project.settled(question)?;
    let evaluation = project.items()?.evaluation;
    let taken = |seq: u32| chosen.has(seq) && settled.contains_key(&seq);
    let mut rows: Vec<Vec<FieldValue>> = Vec::new();
    project.for_each_text(|seq, body| {
        if taken(seq) {
            rows.push(vec![text(names.get(seq as usize - 1).cloned().unwrap_or_default()), text(body)]);
        }
    })?;
    let features: Vec<(usize, (String, FieldType))> = project
        .fields()?
        .into_iter()
        .enumerate()
        .filter(|(_, f)| f.feature)
        .map(|(place, f)| (place, (f.name, f.kind)))
        .collect();
    let mut row = rows.iter_mut();
    project.for_each_fields(|seq, values| {
        if let Some(settled) = settled.get(&seq).filter(|_| chosen.has(seq))
            && let Some(row) = row.next()
        {
            row.extend(features.iter().map(|(place, _)| values.get(*place).cloned().unwrap_or(FieldValue::Null)));
            let test = evaluation.get(seq as usize - 1).copied().unwrap_or(false);
            row.push(text(question.spell(&settled.value)));
            row.push(text(settled.origin.as_str()));
            row.push(text(if test { "test" } else { "train" }));
        }
    })?;
    let mut columns = header([("id", FieldType::Text), ("text", FieldType::Text)]);
    columns.extend(features.into_iter().map(|(_, column)| column));
    columns.extend(header([("label", FieldType::Text), ("label_origin", FieldType::Text), ("split", FieldType::Text)]));
    Ok(Sheet { columns, rows })
}
