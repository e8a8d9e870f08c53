//! The columns that a predicate reads, over every row of a project; and the items that it matches.

use crate::domain::{FieldType, FieldValue, Kind, Lane, PersonId, Question, Said, Value};
use crate::error::{Error, Result};
use crate::exchange::Filling;
use crate::project::{CurrentAnswer, Project};
use crate::slices::predicate::{Need, Pattern, Predicate, Type, Vocabulary};
use polars::prelude::{Column, DataFrame};
use std::collections::{BTreeSet, HashMap};

/// The items that match an expression, in the order of their rows.
///
/// # Errors
/// Where the expression is wrong: the message points at the place.
pub fn matching(project: &Project, question: &Question, expression: &str) -> Result<Vec<u32>> {
    let predicate = Predicate::parse(expression, &vocabulary(project, question)?)?;
    let live = project.items()?.live;
    let mask = mask(project, question, &predicate)?;
    Ok((1..)
        .zip(live.into_iter().zip(mask))
        .filter(|(_, (live, matches))| *live && *matches)
        .map(|(seq, _)| seq)
        .collect())
}

/// Which rows match. `answer` and `guideline` are those of one answer: an item matches where any of its answers does.
fn mask(project: &Project, question: &Question, predicate: &Predicate) -> Result<Vec<bool>> {
    let of_answer = |need: &&Need| matches!(need, Need::Any(_) | Need::Guideline);
    let asked: Vec<&Need> = predicate.needs().iter().filter(of_answer).collect();
    let rest: BTreeSet<Need> = predicate.needs().iter().filter(|need| !of_answer(need)).cloned().collect();
    let frame = frame(project, question, &rest)?;
    if asked.is_empty() {
        return predicate.mask(&frame);
    }
    let mut said: HashMap<u32, Vec<CurrentAnswer>> = HashMap::new();
    project.for_each_current(question, |answer| {
        if !answer.stale {
            said.entry(answer.item).or_default().push(answer);
        }
    })?;
    let most = said.values().map(Vec::len).max().unwrap_or(0).max(1);
    let mut matches = vec![false; frame.height()];
    for place in 0..most {
        let column = |need: &&Need| {
            let value = |answer: &CurrentAnswer| match (need, &answer.said) {
                (Need::Guideline, _) => FieldValue::Integer(answer.guidelines.into()),
                (_, Said::Value(value)) => spelled(question, value),
                (_, Said::Skipped(_)) => FieldValue::Null,
            };
            let values = said.iter().filter_map(|(item, all)| Some((*item, value(all.get(place)?)))).collect();
            by_item(need, &values, frame.height())
        };
        let frame = frame.hstack(&asked.iter().map(column).collect::<Vec<_>>());
        let frame = frame.map_err(|e| Error::internal(format!("the columns of a predicate: {e}")))?;
        // An item without so many answers has been looked at already; without any it has one empty one.
        let has = |seq: u32| said.get(&seq).map_or(place == 0, |all| all.len() > place);
        for ((seq, matches), now) in (1..).zip(&mut matches).zip(predicate.mask(&frame)?) {
            *matches |= now && has(seq);
        }
    }
    Ok(matches)
}

/// The names that predicates about a question may use.
pub fn vocabulary(project: &Project, question: &Question) -> Result<Vocabulary> {
    let fields = project.fields()?.into_iter().filter(|f| f.slice).map(|f| (f.name, f.kind)).collect();
    let people = project.people()?.into_iter().filter_map(|p| p.name).collect();
    let labels = match question.kind {
        Kind::Choice => question.labels.iter().map(|l| l.name.clone()).collect(),
        _ => Vec::new(),
    };
    Ok(Vocabulary { fields, people, labels, ratings: question.kind == Kind::Rating })
}

/// The columns of some needs; row `i` is the item of seq `i + 1`, live or not.
pub fn frame(project: &Project, question: &Question, needs: &BTreeSet<Need>) -> Result<DataFrame> {
    let rows = project.item_rows()? as usize;
    let mut columns = Vec::with_capacity(needs.len());
    let from_text = |n: &&Need| matches!(n, Need::Text | Need::TextMeasure(_) | Need::TextTest(..));
    columns.extend(texts(project, needs.iter().filter(from_text).collect(), rows)?);
    columns.extend(fields(project, needs.iter().filter(|n| matches!(n, Need::Field(..))).collect(), rows)?);
    columns.extend(answers(project, question, needs, rows)?);
    let column = |need: &Need, values: Vec<Option<&str>>| Column::new(need.column().into(), values);
    if needs.contains(&Need::Id) {
        let ids = project.item_ids()?;
        columns.push(column(&Need::Id, ids.iter().map(Option::as_deref).collect()));
    }
    if needs.contains(&Need::Split) {
        let split = project.items()?.split;
        columns.push(column(&Need::Split, split.iter().map(|split| Some(split.as_str())).collect()));
    }
    if let Some(need) = needs.iter().find(|n| matches!(n, Need::Gold(_))) {
        let gold = project.gold(question)?.into_iter().map(|(item, value)| (item, spelled(question, &value))).collect();
        columns.push(by_item(need, &gold, rows));
    }
    let value = needs.iter().find(|n| matches!(n, Need::LabelValue(_)));
    let origin = needs.get(&Need::LabelOrigin);
    if value.is_some() || origin.is_some() {
        let settled = project.settled(question)?;
        let values = settled.iter().map(|(item, s)| (*item, spelled(question, &s.value))).collect();
        let origins = settled.iter().map(|(item, s)| (*item, FieldValue::Text(s.origin.to_string()))).collect();
        columns.extend(value.map(|need| by_item(need, &values, rows)));
        columns.extend(origin.map(|need| by_item(need, &origins, rows)));
    }
    DataFrame::new(rows, columns).map_err(|e| Error::internal(format!("the columns of a predicate: {e}")))
}

/// A value as predicates compare it: a rating as a number, all else as it is spelled.
fn spelled(question: &Question, value: &Value) -> FieldValue {
    match value {
        Value::Rating(n) => FieldValue::Integer(*n),
        other => FieldValue::Text(question.spell(other)),
    }
}

/// A column of what few items have.
fn by_item(need: &Need, values: &HashMap<u32, FieldValue>, rows: usize) -> Column {
    let kind = if need.kind() == Type::Integer { FieldType::Integer } else { FieldType::Text };
    let mut column = Filling::new(&need.column(), kind, rows);
    (1..).take(rows).for_each(|seq: u32| column.push(values.get(&seq).unwrap_or(&FieldValue::Null)));
    column.finish()
}

fn fields(project: &Project, needs: Vec<&Need>, rows: usize) -> Result<Vec<Column>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let declared = project.fields()?;
    let mut filling: Vec<(usize, Filling)> = needs
        .into_iter()
        .filter_map(|need| match need {
            Need::Field(name, kind) => declared
                .iter()
                .position(|f| f.name == *name)
                .map(|place| (place, Filling::new(&need.column(), *kind, rows))),
            _ => None,
        })
        .collect();
    project.for_each_fields(|_, values| {
        filling.iter_mut().for_each(|(place, column)| column.push(values.get(*place).unwrap_or(&FieldValue::Null)));
    })?;
    Ok(filling.into_iter().map(|(_, column)| column.finish()).collect())
}

fn texts(project: &Project, needs: Vec<&Need>, rows: usize) -> Result<Vec<Column>> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let kind = |need: &Need| match need {
        Need::TextMeasure(measure) => measure.kind(),
        Need::TextTest(..) => FieldType::Boolean,
        _ => FieldType::Text,
    };
    let pattern = |need: &Need| match need {
        Need::TextTest(test, pattern) => test.pattern(pattern).map(Some).map_err(|bad| Error::internal(bad.message)),
        _ => Ok(None),
    };
    let mut filling: Vec<(&Need, Option<Pattern>, Filling)> = Vec::with_capacity(needs.len());
    for need in needs {
        filling.push((need, pattern(need)?, Filling::new(&need.column(), kind(need), rows)));
    }
    project.for_each_text(|_, text| {
        for (need, pattern, column) in &mut filling {
            match (need, pattern) {
                (_, Some(pattern)) => column.push(&FieldValue::Boolean(pattern.holds(text))),
                (Need::TextMeasure(measure), _) => column.push(&measure.of(text)),
                _ => column.push_text(text),
            }
        }
    })?;
    Ok(filling.into_iter().map(|(.., column)| column.finish()).collect())
}

/// What people say now, and the lane of the newest answer. Answers to a text that has changed since do not count.
fn answers(project: &Project, question: &Question, needs: &BTreeSet<Need>, rows: usize) -> Result<Vec<Column>> {
    let people = project.people()?;
    let mut said: HashMap<PersonId, (&Need, HashMap<u32, FieldValue>)> = HashMap::new();
    for need in needs {
        if let Need::Answer(name, _) = need
            && let Some(person) = people.iter().find(|p| p.name.as_ref() == Some(name))
        {
            said.insert(person.id, (need, HashMap::new()));
        }
    }
    let lane = needs.get(&Need::Lane);
    if said.is_empty() && lane.is_none() {
        return Ok(Vec::new());
    }
    let mut newest: HashMap<u32, (i64, Lane)> = HashMap::new();
    project.for_each_current(question, |answer| {
        if answer.stale {
            return;
        }
        if let (Some((_, by_item)), Said::Value(value)) = (said.get_mut(&answer.person), &answer.said) {
            by_item.insert(answer.item, spelled(question, value));
        }
        let known = newest.entry(answer.item).or_insert((answer.seq, answer.lane));
        if known.0 < answer.seq {
            *known = (answer.seq, answer.lane);
        }
    })?;
    let mut columns: Vec<Column> = said.into_values().map(|(need, values)| by_item(need, &values, rows)).collect();
    let lanes = newest.into_iter().map(|(item, (_, lane))| (item, FieldValue::Text(lane.to_string()))).collect();
    columns.extend(lane.map(|need| by_item(need, &lanes, rows)));
    Ok(columns)
}
