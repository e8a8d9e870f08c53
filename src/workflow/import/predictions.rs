//! Predictions of a model that was trained elsewhere: they become a run.

use super::find::Rows;
use super::{Options, Report, column, refuse, write};
use crate::domain::{Kind, LabelId, PersonId, Question, Value};
use crate::error::{Error, Result};
use crate::exchange::{Column, Table};
use crate::jobs::Control;
use crate::project::{NewRun, Predictions, Project, RunOrigin, State};
use crate::training::evaluation::{CostMatrix, predicted};
use crate::workflow::costs::Costs;
use crate::workflow::intake::at;
use crate::workflow::runs::{self, Chances, Classes, Foreign, decided};
use crate::workflow::values::Reader;
use std::collections::HashMap;

/// What the column of a label's probabilities begins with.
const CHANCE: &str = "p_";
/// Names of the column of what is predicted.
const LABEL: &[&str] = &["prediction", "predicted", "predicted_label", "pred", "label"];
/// Names of the column of how sure the model is of what it predicts.
const SCORE: &[&str] = &["score", "confidence", "probability"];
/// The probabilities of an item may be rounded, and sum to 1 but for this.
const ROUNDED: f64 = 0.01;

/// What one row says.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    row: usize,
    item: u32,
    value: Option<Value>,
    /// Of the columns of probabilities, in order; empty where there are none.
    chances: Vec<f32>,
}

/// The columns that matter, and what they tell.
struct Columns<'t> {
    label: Option<&'t Column>,
    chances: Vec<(Value, &'t Column)>,
    /// How sure the model is of its label.
    score: Option<&'t Column>,
    /// The ids of the reader's labels.
    ids: Vec<LabelId>,
}

#[expect(clippy::too_many_arguments, reason = "the parts of one import, each used once")]
pub fn import(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    name: &str,
    table: &Table,
    options: &Options,
    report: &mut Report,
    control: &Control,
) -> Result<()> {
    runs::check_name(name)?;
    if options.add_labels || options.update {
        return Err(Error::usage("predictions add no labels and replace nothing")
            .hint("`karat label add` adds labels; a new run goes under a new --name"));
    }
    let state = project.state(question)?;
    let known = Classes::of(question, &state)?;
    let items = Rows::of(project, table, options.item.as_deref())?;
    let mut reader = Reader::of(question, table.format, options.map.clone(), false, super::MAP_OR_ADD_FIRST);
    let columns = Columns::of(question, table, &items, options, report)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut seen: HashMap<u32, usize> = HashMap::new();
    for row in 0..table.rows() {
        control.report("reading predictions", row as u64 + 1, table.rows() as u64);
        control.check()?;
        let read = items.find(row).and_then(|item| columns.read(question, table, &mut reader, row, item));
        let told = read.and_then(|told| match seen.get(&told.item) {
            None => Ok(Some(told)),
            Some(first) if Row { row: rows[*first].row, ..told.clone() } == rows[*first] => Ok(None),
            Some(first) => Err(Error::data(format!(
                "{}: the item {:?} is predicted otherwise on {} already",
                table.place(row),
                items.name(row),
                table.place(rows[*first].row)
            ))
            .hint("a run says one thing of an item: repair the file, or bring two runs in")),
        });
        match told {
            Ok(Some(told)) => {
                seen.insert(told.item, rows.len());
                rows.push(told);
            }
            Ok(None) => report.repeated += 1,
            Err(error) => refuse(error, options, report)?,
        }
    }
    if rows.is_empty() {
        return Err(Error::data(format!("{}: no row predicts anything of an item that is here", table.name))
            .hint("is the item column right? --item-col names it"));
    }
    let costs = Costs::of(project, question)?.and_then(|costs| costs.matrix(&known));
    let foreign = columns.foreign(question, known, costs, &state, &rows, table, options, report);
    let total = state.rows.len();
    report.notes.push(format!("{} of {total} items have a prediction", rows.len()));
    add(project, by, question, name, &state, foreign, options, report, control)
}

/// Writes the run, with the state that it was measured on; one that is there just so is not written again.
#[expect(clippy::too_many_arguments, reason = "the parts of one import, each used once")]
fn add(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    name: &str,
    state: &State,
    foreign: Foreign,
    options: &Options,
    report: &mut Report,
    control: &Control,
) -> Result<()> {
    let n = foreign.predictions.items.len();
    if let Some(run) = project.runs(question.id)?.into_iter().find(|run| run.run.name == name) {
        let taken = |why: &str| {
            Err(Error::conflict(format!("run {} is called {name:?} already, and {why}", run.number))
                .hint("give this one another name with --name"))
        };
        if run.run.origin == RunOrigin::Trained {
            return taken("was trained here");
        }
        let classes = serde_json::from_value::<Classes>(run.run.record["labels"].clone()).ok();
        let same = classes.is_some_and(|classes| classes.are_those_of(&foreign.classes))
            && project.predictions(run.id, foreign.classes.len())? == foreign.predictions;
        if !same {
            return taken("predicts otherwise");
        }
        (report.unchanged, report.run) = (n, Some(run.number));
        return Ok(());
    }
    let new = NewRun {
        question: question.id,
        name: name.to_owned(),
        origin: RunOrigin::Imported,
        model: report.source.clone(),
        seed: options.seed,
        snapshot: None,
        record: runs::judge(state, &foreign, control)?,
    };
    let (batch, id) = write(project, by, options.dry_run, |w| {
        let snapshot = Some(w.keep_state(question, state, None)?);
        w.add_run(&NewRun { snapshot, ..new }, &[], &foreign.predictions)
    })?;
    (report.batch, report.added) = (batch, n);
    report.run = project.runs(question.id)?.iter().find(|run| run.id == id).map(|run| run.number);
    Ok(())
}

impl<'t> Columns<'t> {
    fn of(
        question: &Question,
        table: &'t Table,
        items: &Rows<'t>,
        options: &Options,
        report: &mut Report,
    ) -> Result<Self> {
        // The column of a label's probability names one label, also where an item may have several.
        let one = Question {
            kind: if question.kind == Kind::Choices { Kind::Choice } else { question.kind },
            ..question.clone()
        };
        let mut reader = Reader::of(&one, table.format, options.map.clone(), false, super::MAP_OR_ADD_FIRST);
        let ids = reader.ids(question);
        let mut chances: Vec<(Value, &Column)> = Vec::new();
        for column in table.columns.iter().filter(|column| !items.has(column)) {
            let Some(named) = column.name.strip_prefix(CHANCE) else { continue };
            let place =
                |e: Error| Error { message: format!("{}, column {:?}: {}", table.name, column.name, e.message), ..e };
            let value = reader.read(named).map_err(place)?.value(&ids);
            if let Some((_, other)) = chances.iter().find(|(known, _)| *known == value) {
                return Err(Error::data(format!(
                    "{}: the columns {:?} and {:?} tell the probability of one label",
                    table.name, other.name, column.name
                )));
            }
            chances.push((value, column));
        }
        let free = |name: &&str| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name) && !items.has(c));
        let label = match (&options.answer, LABEL.iter().chain([&&*question.name]).find(|name| free(name))) {
            (None, None) if !chances.is_empty() => None,
            (named, likely) => {
                let likely: Vec<&str> = likely.into_iter().copied().collect();
                let what = "prediction";
                let name = column(table, named.as_deref(), &likely, what, "--answer-col, or give p_LABEL columns")?;
                Some(table.column(&name)?)
            }
        };
        let sure = SCORE.iter().find_map(|name| table.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)));
        let sure = sure.filter(|c| !items.has(c) && label.is_some_and(|label| label.name != c.name));
        let score = sure.filter(|_| chances.is_empty() && question.kind == Kind::Choice);
        match (sure, score) {
            (Some(sure), None) if chances.is_empty() => report.notes.push(format!(
                "{:?} is left out: how sure a model is of a set says nothing of its labels; p_LABEL columns do",
                sure.name
            )),
            (_, Some(score)) if question.live_labels().count() > 2 => report.notes.push(format!(
                "{:?} says how sure the model is of what it predicts, and nothing of the other labels: calibration is \
                 measured by it, log loss and Brier are not; p_LABEL columns tell all",
                score.name
            )),
            _ => {}
        }
        let columns = Self { label, chances, score, ids };
        let mut told = vec![format!("{:?} is the item", items.column())];
        told.extend(columns.label.map(|label| format!("{:?} what is predicted", label.name)));
        told.extend(columns.score.map(|score| format!("{:?} its probability", score.name)));
        told.extend(
            (!columns.chances.is_empty()).then(|| format!("{} columns are probabilities", columns.chances.len())),
        );
        report.notes.push(told.join(", "));
        let used = |c: &Column| items.has(c) || columns.uses(c) || sure.is_some_and(|sure| sure.name == c.name);
        let over: Vec<&str> = table.columns.iter().filter(|c| !used(c)).map(|c| c.name.as_str()).collect();
        if !over.is_empty() {
            report.notes.push(format!("left out: the columns {}", over.join(", ")));
        }
        Ok(columns)
    }

    fn uses(&self, column: &Column) -> bool {
        let chances = self.chances.iter().map(|(_, column)| *column);
        chances.chain(self.label).chain(self.score).any(|used| used.name == column.name)
    }

    /// What a row says of its item.
    fn read(&self, question: &Question, table: &Table, reader: &mut Reader, row: usize, item: u32) -> Result<Row> {
        let nothing =
            |what: &str| Error::data(format!("{}: {what}", table.place(row))).hint("--keep-good leaves such rows out");
        let value = match self.label.filter(|label| !label.get(row).is_empty()) {
            None => None,
            Some(label) => {
                let read = reader.read(label.get(row)).map_err(|e| at(table, row, &label.name, e))?;
                Some(read.value(&self.ids))
            }
        };
        let mut chances = Vec::with_capacity(self.chances.len());
        for column in self.chances.iter().map(|(_, column)| *column).chain(self.score) {
            chances.push(chance(column.get(row)).map_err(|e| at(table, row, &column.name, e))?);
        }
        if value.is_none() && (chances.is_empty() || self.score.is_some()) {
            return Err(nothing("nothing is predicted"));
        }
        let sum: f64 = chances.iter().map(|p| f64::from(*p)).sum();
        if !self.is_partial(question) && !chances.is_empty() && (sum - 1.0).abs() > ROUNDED {
            let all = self.chances.iter().map(|(_, column)| column.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(nothing(&format!("the probabilities sum to {sum:.3}, not to 1 ({all})")));
        }
        Ok(Row { row, item, value, chances })
    }

    /// Whether the probabilities of a row need not sum to 1: those of label sets, and one of two.
    fn is_partial(&self, question: &Question) -> bool {
        let two = question.kind == Kind::Choice && question.live_labels().count() == 2;
        question.kind == Kind::Choices || self.score.is_some() || (two && self.chances.len() == 1)
    }

    /// Puts the rows together.
    #[expect(clippy::too_many_arguments, reason = "all that was read, once")]
    fn foreign(
        &self,
        question: &Question,
        known: Classes,
        costs: Option<CostMatrix>,
        state: &State,
        rows: &[Row],
        table: &Table,
        options: &Options,
        report: &mut Report,
    ) -> Foreign {
        let values = rows.iter().filter_map(|row| row.value.as_ref());
        let classes = known.with_ratings(values.chain(self.chances.iter().map(|(value, _)| value)));
        let n = classes.len();
        let places: Vec<usize> = self.chances.iter().map(|(value, _)| place_of(&classes, value)).collect();
        let without: Vec<String> = classes
            .names()
            .into_iter()
            .enumerate()
            .filter(|(i, _)| !places.contains(i))
            .map(|(_, name)| name)
            .collect();
        let complement = n == 2 && self.is_partial(question) && !classes.are_sets();
        if !places.is_empty() && !without.is_empty() && !complement {
            report.notes.push(format!("no column has the probability of {}: taken for 0", without.join(", ")));
        }
        let chances = match (self.chances.is_empty(), self.score) {
            (true, None) => Chances::None,
            (true, Some(_)) if n > 2 => Chances::Score,
            _ => Chances::Given,
        };
        let keys: HashMap<u32, _> = state.rows.iter().map(|row| (row.seq, row.key)).collect();
        let mut said = Predictions { classes: n, ..Predictions::default() };
        let mut unlikely = 0;
        for row in rows {
            let Some(key) = keys.get(&row.item) else { continue };
            let p = self.probabilities(row, &classes, &places);
            let own = row.value.as_ref().and_then(|value| classes.of_value(value));
            said.items.push((row.item, *key));
            if classes.are_sets() {
                let likely = predicted(&p);
                let mut own = own.unwrap_or_else(|| likely.clone());
                own.sort_unstable();
                unlikely += usize::from(own != likely && chances == Chances::Given);
                said.sets.push(own);
            } else {
                let label = own.and_then(|of| of.first().copied()).unwrap_or_else(|| decided(&p, costs.as_ref()));
                let most = p.iter().copied().fold(0.0, f32::max);
                unlikely += usize::from(row.value.is_some() && p.get(label as usize).is_some_and(|own| *own < most));
                said.labels.push(label);
            }
            if chances != Chances::None {
                said.probabilities.extend(p);
            }
        }
        if unlikely > 0 {
            report.notes.push(match classes.are_sets() {
                true => format!(
                    "in {unlikely} rows the labels are not those of probability .5 or more: what is predicted counts"
                ),
                false => format!("in {unlikely} rows what is predicted is not the likeliest: what is predicted counts"),
            });
        }
        Foreign { classes, predictions: said.sorted(), chances, costs, file: table.name.clone(), seed: options.seed }
    }

    /// The probabilities of all classes in a row. Where it tells only one, the others share the rest.
    fn probabilities(&self, row: &Row, classes: &Classes, places: &[usize]) -> Vec<f32> {
        let n = classes.len();
        let one_of = |place: usize, chance: f32| {
            let mut p = vec![(1.0 - chance) / n.saturating_sub(1).max(1) as f32; n];
            p[place] = chance;
            p
        };
        match (&row.value, places, row.chances.as_slice()) {
            (Some(value), _, [score]) if self.score.is_some() => one_of(place_of(classes, value), *score),
            (_, [place], [chance]) if n == 2 && !classes.are_sets() => one_of(*place, *chance),
            _ => {
                let mut p = vec![0.0f32; n];
                places.iter().zip(&row.chances).for_each(|(place, chance)| p[*place] = *chance);
                p
            }
        }
    }
}

/// The place of a value among classes, also of one label where an item may have several.
fn place_of(classes: &Classes, value: &Value) -> usize {
    let several = match value {
        Value::Choice(label) if classes.are_sets() => Value::Choices(vec![*label]),
        other => other.clone(),
    };
    classes.of_value(&several).and_then(|of| of.first().copied()).unwrap_or_default() as usize
}

/// A probability.
fn chance(written: &str) -> Result<f32> {
    let wrong = |what: &str| {
        Error::data(format!("{what}, and a probability is needed"))
            .hint("a number from 0 to 1; --keep-good leaves the row out")
    };
    if written.is_empty() {
        return Err(wrong("nothing is there"));
    }
    let p: f64 = written.trim().parse().map_err(|_| wrong(&format!("{written:?} is no number")))?;
    match (0.0..=1.0).contains(&p) {
        true => Ok(p as f32),
        false => Err(wrong(&format!("{written} is not between 0 and 1"))),
    }
}
