//! What people said.

use super::contradictions;
use super::find::Rows;
use super::told::{Reading, Row};
use super::{Options, Report, add_labels, write};
use crate::domain::{How, Kind, Origin, PersonId, PersonKind, Question, Role, Said};
use crate::error::{Error, Result};
use crate::exchange::Table;
use crate::jobs::Control;
use crate::project::{NewAnswer, Project};
use crate::workflow::values::Reader;
use std::collections::{HashMap, HashSet};

pub fn import(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    table: &Table,
    options: &Options,
    report: &mut Report,
    control: &Control,
) -> Result<()> {
    let mut reader = Reader::of(question, table.format, options.map.clone(), options.add_labels, super::MAP_OR_ADD);
    let mut items = Rows::of(project, table, options.item.as_deref())?;
    if question.kind == Kind::Spans {
        items = items.with_lengths(project)?;
    }
    let mut people: Vec<String> = Vec::new();
    let mut reading =
        Reading { table, question, items: &items, reader: &mut reader, people: &mut people, options, report };
    let rows: Vec<Row> = if options.wide { reading.wide()? } else { reading.long()? };
    let rows = contradictions::resolve(rows, table, &items, &people, options, report)?;
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
            let said = match &row.told {
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
