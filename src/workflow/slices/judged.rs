//! The rows that a run is judged by, each with its error.

use crate::domain::{Question, Split, words};
use crate::error::{Error, Result};
use crate::project::{Project, Run, RunOrigin};
use crate::training::evaluation::CostMatrix;
use crate::workflow::costs::Costs;
use crate::workflow::runs::{Chances, Classes, Known, Said, Unseen};
use std::collections::HashMap;

words! {
    /// What counts as an error.
    ErrorKind: "kind of error" {
        /// 1 where the run says something else than what is settled; of label sets where any label differs.
        ZeroOne = "zero-one",
        /// How unlikely the run finds what is settled: −ln p, of label sets the mean over the labels.
        LogLoss = "log-loss",
        /// How far a rating is off.
        Absolute = "absolute",
        /// What the decision costs, by the costs of mistakes that the question has.
        Cost = "cost",
    }
}

/// Rows that a run is judged by, with what it says of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The run's number.
    pub run: u32,
    /// Which rows they are: `test`, another split, or `all`.
    pub split: String,
    /// Why it is not the test split; none where it is, or another was asked for.
    pub reason: Option<String>,
    /// The classes that the run tells apart.
    pub classes: Classes,
    /// The rows, an item's seq less one, with the classes that are settled.
    pub rows: Vec<(u32, Vec<u32>)>,
    /// What the run says of each.
    pub said: Said,
    /// What mistakes cost today, where the question says.
    pub costs: Option<CostMatrix>,
}

/// The least probability that counts, as in the metrics.
const LEAST: f64 = 1e-15;

impl Judged {
    /// What a run says of a split; where none is named of the test split, of predictions that came in of all rows with a
    /// settled value, and where cross-validation judged out of fold of the rows that it learned from. Rows of the test split
    /// that the run learned from are left out.
    ///
    /// # Errors
    /// Where no row is settled.
    pub fn of(project: &Project, question: &Question, run: &Run, split: Option<Split>) -> Result<Self> {
        let classes = Classes::told(run)?;
        let said = project.predictions(run.id, classes.len())?;
        let places: HashMap<u32, usize> =
            said.items.iter().zip(0..).map(|((seq, _), place)| (seq - 1, place)).collect();
        let unseen = Unseen::of(project, question, run, &classes)?;
        let mut known = Known::of(&project.state(question)?, &classes);
        for part in [&mut known.train, &mut known.validation, &mut known.test] {
            part.retain(|(row, _)| places.contains_key(row));
        }
        let seen = |rows: &[(u32, Vec<u32>)]| rows.iter().filter(|(row, _)| unseen.was_seen(*row)).count();
        let left_out = seen(&known.test);
        let (name, reason, rows) = match split {
            None if run.run.origin == RunOrigin::Imported => {
                let why = "came in, so that nobody knows what it learned from: all settled rows are looked at";
                let all = [known.train, known.validation, known.test].concat();
                ("all".to_owned(), Some(format!("run {} {why}", run.number)), all)
            }
            None | Some(Split::Test) => {
                let why =
                    format!("{left_out} rows of the test split were left out: run {} learned from them", run.number);
                known.test.retain(|(row, _)| !unseen.was_seen(*row));
                (Split::Test.to_string(), (left_out > 0).then_some(why), known.test)
            }
            Some(split) => {
                let rows = known.of_split(split);
                let n = seen(&rows);
                let why =
                    format!("run {} learned from {n} of these rows: it is better on them than on others", run.number);
                (split.to_string(), (n > 0).then_some(why), rows)
            }
        };
        let (name, reason, rows) = match (split, rows.is_empty()) {
            (None, true) => {
                let mut rows = Known::of(&project.state(question)?, &classes).train;
                rows.retain(|(row, _)| unseen.is_out_of_fold(*row) && places.contains_key(row));
                let why =
                    "no row of the test split is settled: every row is judged by a model of the other four fifths";
                ("cross-validation".to_owned(), Some(why.to_owned()), rows)
            }
            _ => (name, reason, rows),
        };
        if rows.is_empty() {
            let what = format!("no row of {name} has a settled value and a prediction of run {}", run.number);
            return Err(Error::data(what).hint(
                "answers to the test split come through the random lane; --split train looks at what it learned from",
            ));
        }
        let own: Vec<usize> = rows.iter().map(|(row, _)| places[row]).collect();
        let said = Said::stored(&said, &own, Chances::of(&run.run.record));
        let costs = Costs::of(project, question)?.and_then(|costs| costs.matrix(&classes));
        Ok(Self { run: run.number, split: name, reason, classes, rows, said, costs })
    }

    /// The error of every row.
    ///
    /// # Errors
    /// Where the run does not say what this kind of error needs.
    pub fn errors(&self, kind: ErrorKind) -> Result<Vec<f64>> {
        let errors: Option<Vec<f64>> = (0..self.rows.len()).map(|place| error(kind, self, place)).collect();
        errors.ok_or_else(|| match kind {
            ErrorKind::Cost => Error::usage("mistakes have no costs here")
                .hint("karat question costs says what each mistake costs; label sets have none"),
            ErrorKind::Absolute => {
                Error::usage("only ratings are off by a number").hint("--error zero-one or log-loss")
            }
            _ => Error::usage(format!("run {} gives no probabilities", self.run))
                .hint("--error zero-one looks at labels alone"),
        })
    }
}

/// The error of what is said of one row.
fn error(kind: ErrorKind, judged: &Judged, place: usize) -> Option<f64> {
    let loss = |p: f32| -f64::from(p).max(LEAST).ln();
    let own = &judged.rows[place].1;
    if let Said::Sets(sets, said) = &judged.said {
        let has = |class: usize| own.contains(&(class as u32));
        return match kind {
            ErrorKind::ZeroOne => {
                let said = sets.get(place)?;
                Some(f64::from(u8::from(said.len() != own.len() || !said.iter().all(|class| own.contains(class)))))
            }
            ErrorKind::LogLoss => {
                let said = said.as_ref()?.row(place);
                let cells = said.iter().enumerate().map(|(class, p)| loss(if has(class) { *p } else { 1.0 - p }));
                Some(cells.sum::<f64>() / said.len().max(1) as f64)
            }
            ErrorKind::Absolute | ErrorKind::Cost => None,
        };
    }
    let truth = *own.first()?;
    let label = match &judged.said {
        Said::Probable(labels, _) | Said::Scored(labels, _) | Said::Classes(labels) => labels.get(place).copied()?,
        Said::Sets(..) => return None,
    };
    match (kind, &judged.said, &judged.classes) {
        (ErrorKind::ZeroOne, ..) => Some(f64::from(u8::from(label != truth))),
        (ErrorKind::LogLoss, Said::Probable(_, said), _) => said.row(place).get(truth as usize).map(|p| loss(*p)),
        (ErrorKind::Absolute, _, Classes::Rating(numbers)) => {
            Some(numbers.get(label as usize)?.abs_diff(*numbers.get(truth as usize)?) as f64)
        }
        (ErrorKind::Cost, ..) => judged.costs.as_ref().map(|costs| costs.cost(truth, label)),
        _ => None,
    }
}
