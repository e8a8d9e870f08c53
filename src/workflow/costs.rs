//! What mistakes cost: a setting for each question, by which the metric *cost* is measured and runs decide.

use super::runs::Classes;
use crate::domain::{ActKind, Kind, LabelId, PersonId, Question, did_you_mean};
use crate::error::{Error, Result};
use crate::exchange::{Column, Table};
use crate::project::Project;
use crate::training::evaluation::CostMatrix;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What a mistake costs where nobody said otherwise; being right costs nothing.
const MISTAKE: f64 = 1.0;
/// What a mistake can cost at most: more is a slip, and tables of it cannot be read.
const MOST: f64 = 1e9;

/// What it costs to say one label of what is another: true label, label said, cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Costs(BTreeMap<(LabelId, LabelId), f64>);

/// The setting that holds a question's costs.
fn setting_name(question: &Question) -> String {
    format!("costs.{}", question.id)
}

impl Costs {
    /// Those of a question; none where every mistake costs the same.
    ///
    /// # Errors
    /// Where the project cannot be read.
    pub fn of(project: &Project, question: &Question) -> Result<Option<Self>> {
        let Some(kept) = project.setting(&setting_name(question))? else { return Ok(None) };
        let label = |one: &Json| one.as_str().and_then(|id| id.parse::<LabelId>().ok());
        let pair = |one: &Json| Some(((label(&one["true"])?, label(&one["said"])?), one["cost"].as_f64()?));
        let costs: BTreeMap<_, _> = kept.as_array().into_iter().flatten().filter_map(pair).collect();
        Ok((!costs.is_empty()).then_some(Self(costs)))
    }

    /// The costs of every decision among some classes; none where no pair of them has any of its own.
    pub fn matrix(&self, classes: &Classes) -> Option<CostMatrix> {
        let Classes::Choice(labels) = classes else { return None };
        let ids: Vec<Option<LabelId>> = labels.iter().map(|(id, _)| id.parse().ok()).collect();
        let own = |truth: Option<LabelId>, said: Option<LabelId>| self.0.get(&(truth?, said?)).copied();
        let usual = |truth, said| if truth == said { 0.0 } else { MISTAKE };
        let row = |truth: &Option<LabelId>| {
            ids.iter().map(|said| own(*truth, *said).unwrap_or_else(|| usual(*truth, *said))).collect::<Vec<_>>()
        };
        let any = ids.iter().any(|truth| ids.iter().any(|said| own(*truth, *said).is_some()));
        any.then(|| CostMatrix::new(&ids.iter().map(row).collect::<Vec<_>>()).ok()).flatten()
    }

    /// Takes pairs as somebody types them: `spam->ham=5` says that calling spam ham costs 5. The last of a pair counts.
    ///
    /// # Errors
    /// Where a pair has another form, or names what is no label.
    pub fn with(mut self, question: &Question, typed: &[String]) -> Result<Self> {
        for pair in typed {
            let wrong = || {
                Error::usage(format!("{pair:?} is not TRUE->SAID=COST"))
                    .hint("'spam->ham=5' says that calling spam ham costs 5; mind the quotes, for > means something to a shell")
            };
            let (labels, cost) = pair.rsplit_once('=').ok_or_else(wrong)?;
            let (truth, said) = labels.split_once("->").ok_or_else(wrong)?;
            self.put(question, truth, said, cost)?;
        }
        Ok(self)
    }

    /// Reads them from a table: columns true, said and cost; or a matrix, whose first column is the true label and whose
    /// others are what is said. An empty cell says nothing.
    ///
    /// # Errors
    /// Where a row names what is no label or has no number, with its line.
    pub fn read(question: &Question, table: &Table) -> Result<Self> {
        let mut costs = Self::default();
        let named = |name: &str| table.columns.iter().find(|column| column.name.trim().eq_ignore_ascii_case(name));
        for row in 0..table.rows() {
            let at = |e: Error| Error { message: format!("{}: {}", table.place(row), e.message), ..e };
            match (named("true"), named("said"), named("cost"), table.columns.split_first()) {
                (Some(truth), Some(said), Some(cost), _) => {
                    costs.put(question, truth.get(row), said.get(row), cost.get(row)).map_err(at)?;
                }
                (.., Some((truth, said))) => {
                    let given = |column: &&Column| !column.get(row).trim().is_empty();
                    for column in said.iter().filter(given) {
                        costs.put(question, truth.get(row), &column.name, column.get(row)).map_err(at)?;
                    }
                }
                _ => {}
            }
        }
        Ok(costs)
    }

    fn put(&mut self, question: &Question, truth: &str, said: &str, cost: &str) -> Result<()> {
        let label = |name: &str| -> Result<LabelId> {
            let found = question.live_labels().find(|label| label.name == name.trim());
            found.map(|label| label.id).ok_or_else(|| {
                let names = question.live_labels().map(|label| label.name.as_str());
                Error::usage(format!("no label is called {:?}", name.trim())).hint(did_you_mean(name.trim(), names))
            })
        };
        let number = cost.trim().parse::<f64>().ok().filter(|cost| cost.is_finite() && *cost >= 0.0);
        let number = number
            .filter(|cost| *cost <= MOST)
            .ok_or_else(|| Error::usage(format!("{:?} is no cost: a number from 0 to {MOST}", cost.trim())))?;
        let pair = (label(truth)?, label(said)?);
        if pair.0 == pair.1 && number != 0.0 {
            return Err(Error::usage(format!(
                "calling {0} {0} is no mistake: being right costs nothing",
                truth.trim()
            ))
            .hint("what being right should win, the mistakes can cost more"));
        }
        self.0.insert(pair, number);
        Ok(())
    }

    /// Makes them the question's, in one act; without any, every mistake costs the same again.
    ///
    /// # Errors
    /// Where the question is not answered with one label.
    pub fn set(&self, project: &mut Project, by: PersonId, question: &Question) -> Result<()> {
        refuse_others(question)?;
        let pair = |((truth, said), cost): (&(LabelId, LabelId), &f64)| json!({"true": truth.to_string(), "said": said.to_string(), "cost": cost});
        let value = if self.0.is_empty() { Json::Null } else { self.0.iter().map(pair).collect() };
        project.write(by, ActKind::Setting, |w| w.set_setting(&setting_name(question), &value))?;
        Ok(())
    }
}

/// The costs of every decision among the labels that can be given now; none where every mistake costs the same.
///
/// # Errors
/// Where the question is not answered with one label.
pub fn now(project: &Project, question: &Question) -> Result<Option<CostMatrix>> {
    refuse_others(question)?;
    let labels = question.live_labels().map(|label| (label.id.to_string(), label.name.clone()));
    let classes = Classes::Choice(labels.collect());
    Ok(Costs::of(project, question)?.and_then(|costs| costs.matrix(&classes)))
}

fn refuse_others(question: &Question) -> Result<()> {
    match question.kind {
        Kind::Choice => Ok(()),
        kind => Err(Error::usage(format!("{} is of kind {kind}, and only a choice has costs", question.name))
            .hint("what is right or wrong as a whole can cost something: one label of several")),
    }
}
