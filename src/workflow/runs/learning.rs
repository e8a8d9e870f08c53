//! The learning curve of a run: what it would be worth with fewer labels.

use super::fit::Manner;
use super::ground::Classes;
use super::holdout::Holdout;
use super::measure::{Said, scores};
use crate::domain::words;
use crate::error::Result;
use crate::jobs::Control;
use crate::models::Told;
use crate::models::learner::LearnerKind;
use crate::resampling::Resampling;
use crate::training::learning_sizes;
use crate::workflow::ranking::watched;
use serde_json::{Value as Json, json};

/// Points of a curve, the run itself among them. The others together learn from about half of its rows where there are
/// thousands.
const POINTS: usize = 7;
/// Draws for the interval of a point: it is looked at beside others.
const DRAWS: usize = 200;
/// By itself a curve is made of at most so many rows.
const MANY: usize = 20_000;
/// What is told of a point.
const TOLD: [&str; 2] = ["accuracy", "macro_f1"];

words! {
    /// Whether a learning curve is made.
    LearningCurve: "way of making a learning curve" {
        /// Where it is quick: of naive Bayes, logistic regression and single trees, of up to 20,000 rows.
        Auto = "auto",
        /// Always.
        On = "on",
        /// Never.
        Off = "off",
    }
}

impl LearningCurve {
    /// Whether one is made of a learner with so many rows to learn from; else why not.
    fn is_made(self, model: LearnerKind, examples: usize) -> Result<(), &'static str> {
        let quick = matches!(model, LearnerKind::NaiveBayes | LearnerKind::LogisticRegression | LearnerKind::Tree);
        match self {
            Self::On => Ok(()),
            Self::Off => Err("nobody asked for it"),
            Self::Auto if !quick => Err("it would take long with this model: --learning-curve on makes it"),
            Self::Auto if examples > MANY => Err("it would take long with so many rows: --learning-curve on makes it"),
            Self::Auto => Ok(()),
        }
    }
}

/// `{asked, split, points: [{rows, metric, value, ci95}], reason}` on the rows that the run is judged by; `whole` are the metrics
/// of the run itself, which are the last points.
///
/// # Errors
/// Where it was stopped.
pub fn learning_curve(
    asked: LearningCurve,
    model: LearnerKind,
    holdout: &Holdout<'_>,
    classes: &Classes,
    manner: &Manner<'_>,
    whole: Option<&Json>,
    control: &Control,
) -> Result<Json> {
    let told = |points: Vec<Json>| json!({"asked": asked.as_str(), "split": holdout.split(), "points": points});
    let (all, truths) = (holdout.examples(), holdout.truths());
    let made = asked.is_made(model, all).and_then(|()| whole.ok_or("nothing judges"));
    let whole = match made {
        Ok(whole) => whole,
        Err(reason) => {
            let mut none = told(Vec::new());
            none["reason"] = json!(reason);
            return Ok(none);
        }
    };
    let resampling = Resampling { draws: DRAWS, seed: manner.seed };
    let sizes: Vec<usize> = learning_sizes(all, POINTS).into_iter().filter(|size| *size < all).collect();
    let share = 1.0 / sizes.iter().sum::<usize>().max(1) as f32;
    let watch = watched(control, "learning curve");
    let (mut before, mut points) = (0, Vec::new());
    for size in sizes {
        let part = |told: Told| watch(told.without_point().within(before as f32 * share, size as f32 * share));
        let said = holdout.says(size, manner, &part)?;
        before += size;
        if let Some(said) = said
            && let Some(judged) =
                scores(classes, &Said::of(classes, said, manner.costs), &truths, manner.costs, resampling)
        {
            points.extend(of(size, &judged.metrics));
        }
    }
    points.extend(of(all, whole));
    Ok(told(points))
}

fn of(rows: usize, metrics: &Json) -> impl Iterator<Item = Json> {
    TOLD.into_iter().filter_map(move |name| {
        let metric = &metrics[name];
        let value = metric["value"].as_f64()?;
        Some(json!({"rows": rows, "metric": name, "value": value, "ci95": metric["ci95"]}))
    })
}
