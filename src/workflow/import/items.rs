//! More items, of a source that is known or of a new one.

use super::find::Items;
use super::{Options, Report, column, write};
use crate::domain::{Field, LabelId, PersonId, Question, QuestionId, RulingOrigin, Value};
use crate::error::{Error, Result};
use crate::exchange::{self, Table};
use crate::jobs::Control;
use crate::project::{NewRuling, Project, Update};
use crate::workflow::init::{EVALUATION, EVALUATION_SHARE};
use crate::workflow::intake::{self, Columns, FieldNews, Intake, OriginColumns, PutItems, note_hidden};
use crate::workflow::values::{Draft, Reader};

pub fn import(
    project: &mut Project,
    by: PersonId,
    table: Table,
    options: &Options,
    report: &mut Report,
    control: &Control,
) -> Result<()> {
    let known: Vec<Field> = project.fields()?;
    let columns = columns(project, &table, options, report)?;
    let mut intake = intake::items(&table, &columns, &known, options.keep_good)?;
    report.notes.append(&mut intake.notes);
    report.fields = FieldNews::of(&known, &intake.fields);
    note_hidden(&report.fields.added, &mut report.notes);
    report.rejected.append(std::mem::take(&mut intake.rejected));
    let question = columns.question.as_deref().and_then(|name| project.question(Some(name)).ok());
    let truths = match &question {
        Some(question) => Some(Truths::read(&table, &columns, &intake, question, options)?),
        None => None,
    };
    if options.source.is_none() && columns.origin.source.is_none() {
        note_known_ids(project, &intake, report)?;
    }
    let evaluation = project.setting(EVALUATION)?.and_then(|v| v.as_f64()).unwrap_or(EVALUATION_SHARE);
    let source = intake.sources(&report.source).join(", ");
    report.source.clone_from(&source);
    let (batch, (items, truths)) = write(project, by, options.dry_run, |w| {
        w.declare_fields(&intake.fields)?;
        let how = PutItems { update: Update::Replace, evaluation, seed: options.seed };
        let items = intake.put(w, &source, &how, control)?;
        if let Some(row) = items.changed.first().filter(|_| !options.update) {
            return Err(changed(&table, intake.rows[*row], intake.items[*row].id.as_deref(), items.changed.len()));
        }
        let mut added = 0;
        if let Some(Truths { question, ids, gold, labelled }) = &truths {
            let value = |(item, draft): &(usize, Draft)| (items.items[*item], draft.value(ids));
            let gold: Vec<(u32, Value)> = gold.iter().map(value).collect();
            added += w.put_all_gold(*question, &gold, &mut |n| control.report("gold", n as u64, gold.len() as u64))?;
            intake::finished(control, "gold", gold.len() as u64);
            for (item, value) in labelled.iter().map(value) {
                let ruling = NewRuling::of(*question, item, value, RulingOrigin::Imported);
                added += usize::from(w.add_ruling(&ruling)?.is_some());
            }
        }
        if items.added > 0 {
            let remembered = serde_json::to_value(&columns).map_err(|e| Error::internal(e.to_string()))?;
            for source in intake.sources(&source) {
                w.set_setting(&Columns::setting(source), &remembered)?;
            }
        }
        control.check()?;
        Ok((items, added))
    })?;
    report.batch = batch;
    report.truths = truths;
    report.added = items.added;
    report.unchanged = items.unchanged;
    report.updated = items.updated;
    report.repeated = items.collapsed;
    report.evaluation = items.evaluation;
    Ok(())
}

/// The columns as this source had them before, as another source of the same shape had them, or by guess.
fn columns(project: &Project, table: &Table, options: &Options, report: &mut Report) -> Result<Columns> {
    let settings = project.settings()?;
    let remembered = |name: &str| -> Option<Columns> {
        let columns: Columns = serde_json::from_value(settings.get(name)?.clone()).ok()?;
        let has = |name: &String| table.index(name).is_ok();
        (has(&columns.text) && columns.id.as_ref().is_none_or(has)).then_some(columns)
    };
    let prefix = Columns::setting("");
    let before = remembered(&Columns::setting(&report.source))
        .or_else(|| settings.keys().filter(|name| name.starts_with(&prefix)).find_map(|name| remembered(name)));
    let mut origin = OriginColumns::of(table);
    if options.source.is_some() {
        origin.source = None;
    }
    let mut columns = match before {
        Some(before) => before,
        None => {
            let guess = exchange::guess(table);
            let text = guess.text.map(|c| c.column);
            let text = column(table, options.text.as_deref().or(text.as_deref()), &[], "text", "--text")?;
            let id = guess.id.map(|c| c.column).filter(|id| *id != text && !origin.has(id));
            report.notes.push(format!(
                "{text:?} is taken as the text, {} as the id (--text, --item-col)",
                id.as_ref().map_or_else(|| "nothing".to_owned(), |id| format!("{id:?}"))
            ));
            Columns { text, id, ..Columns::default() }
        }
    };
    if let Some(text) = &options.text {
        columns.text.clone_from(text);
    }
    if let Some(id) = &options.item {
        table.index(id)?;
        columns.id = Some(id.clone());
    }
    columns.origin = origin;
    for gone in [&mut columns.gold, &mut columns.labelled, &mut columns.group_by] {
        *gone = gone.take().filter(|name| table.index(name).is_ok());
    }
    Ok(columns)
}

/// Gold and labels that came with items, by the place of the item in the intake.
struct Truths {
    question: QuestionId,
    ids: Vec<LabelId>,
    gold: Vec<(usize, Draft)>,
    labelled: Vec<(usize, Draft)>,
}

impl Truths {
    fn read(table: &Table, columns: &Columns, intake: &Intake, question: &Question, options: &Options) -> Result<Self> {
        let mut reader = Reader::of(question, table.format, options.map.clone(), false, super::MAP_OR_ADD_FIRST);
        let ids = reader.ids(question);
        let mut read = |name: Option<&String>| -> Result<Vec<(usize, Draft)>> {
            let Some(name) = name else { return Ok(Vec::new()) };
            intake.values(table, name, &mut reader)
        };
        Ok(Self {
            question: question.id,
            ids,
            gold: read(columns.gold.as_ref())?,
            labelled: read(columns.labelled.as_ref())?,
        })
    }
}

/// A new source whose ids are known from another is likely the same things again.
fn note_known_ids(project: &Project, intake: &Intake, report: &mut Report) -> Result<()> {
    let known = Items::read(project)?.known(intake.items.iter().filter_map(|i| i.id.as_deref()));
    let sources: Vec<String> = project.sources()?;
    if known > 0 && !sources.contains(&report.source) {
        let (name, others) = (&report.source, sources.join(", "));
        report.notes.push(format!(
            "{known} ids are known from another source, and are other items under the source {name:?}: if they are \
             the same, undo this and say --source NAME (there are {others})"
        ));
    }
    Ok(())
}

fn changed(table: &Table, row: usize, id: Option<&str>, count: usize) -> Error {
    let id = id.map_or_else(String::new, |id| format!(" {id:?}"));
    let more = if count > 1 { format!(" (and {} more rows)", count - 1) } else { String::new() };
    Error::conflict(format!("{}: the item{id} is in the project with other content{more}", table.place(row)))
        .hint("--update makes new versions; answers to changed texts are then asked again")
}
