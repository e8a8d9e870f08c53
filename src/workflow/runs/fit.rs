//! Fitting a model to what is known of some rows, and asking it about all.

use super::encoder::Encoder;
use super::ground::Classes;
use super::kept::{Head, Kept};
use super::train::Calibrate;
use super::words::Text;
use crate::cache::Embedded;
use crate::domain::FieldValue;
use crate::error::{Error, Kind, Result};
use crate::features::{Table, Weighed, weights_in};
use crate::models::learner::{Embeddings, Inputs, Learner, Majority, Model, SetTask, Task, fit_sets};
use crate::models::{ClassWeights, FitError, Probabilities, UNWATCHED, Watch};
use crate::training::Calibration;
use crate::training::evaluation::CostMatrix;
use std::sync::Arc;

/// Rows with their classes.
type Rows = [(u32, Vec<u32>)];

/// The rows of all items as models see them; what is not looked at is not there.
#[derive(Debug, Default)]
pub struct Material {
    /// Their text.
    pub text: Option<Text>,
    /// Their fields, with the names.
    pub fields: Option<(Vec<String>, Table)>,
    /// Their embeddings, with what made them.
    pub embeddings: Option<(Arc<Encoder>, Embedded)>,
}

impl Material {
    /// With these fields, where there are any.
    #[must_use]
    pub fn with_fields(self, names: Vec<String>, rows: &[Vec<FieldValue>]) -> Self {
        let table =
            Table::from_rows(&names.iter().map(String::as_str).collect::<Vec<_>>(), rows.iter().map(Vec::as_slice));
        let fields = (!names.is_empty()).then_some((names, table));
        Self { fields, ..self }
    }
}

/// How to fit.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// The learner with its settings.
    pub learner: &'a dyn Learner,
    /// How much each class counts.
    pub class_weights: ClassWeights,
    /// What sets the probabilities right.
    pub calibrate: Calibrate,
    /// Where the randomness starts.
    pub seed: u64,
    /// What mistakes cost; none where all cost the same.
    pub costs: Option<&'a CostMatrix>,
}

/// Fits a model to rows, and sets its probabilities right on others.
///
/// # Errors
/// Where the rows do not suffice, or `watch` says stop.
pub fn fit(
    material: &Material,
    classes: &Classes,
    train: &Rows,
    validation: &Rows,
    manner: &Manner<'_>,
    watch: Watch<'_>,
) -> Result<Kept> {
    let of: Vec<u32> = train.iter().map(|(row, _)| *row).collect();
    let text = material.text.as_ref();
    let weights = text.map_or_else(Vec::new, |text| weights_in(text.rows.rows(), &of, text.words.recipe().min_items));
    let weighed = text.map(|text| Weighed::by(text.rows.rows(), weights.clone()));
    let inputs = inputs(material, weighed.as_ref());
    let model = fitted(&inputs, classes, train, validation, manner, watch)?;
    let head = Head {
        classes: classes.clone(),
        text: text.map(|text| text.words.recipe().clone()),
        fields: material.fields.as_ref().map_or_else(Vec::new, |(names, _)| names.clone()),
        encoder: material.embeddings.as_ref().map(|(encoder, _)| encoder.id.clone()),
        calibration: Calibration::None,
        costs: manner.costs.cloned(),
    };
    let encoder = material.embeddings.as_ref().map(|(encoder, _)| Arc::clone(encoder));
    let mut kept = Kept { head, model, words: text.map(|text| text.words.clone()), weights, encoder };
    kept.head.calibration = calibration(&kept, &inputs, validation, manner.calibrate);
    Ok(kept)
}

/// What a model says of all rows.
pub fn says(kept: &Kept, material: &Material) -> Probabilities {
    let weighed = material.text.as_ref().map(|text| Weighed::by(text.rows.rows(), kept.weights.clone()));
    kept.says(&inputs(material, weighed.as_ref()))
}

fn inputs<'a>(material: &'a Material, weighed: Option<&'a Weighed<'a>>) -> Inputs<'a> {
    Inputs {
        text: weighed.map(Weighed::view),
        fields: material.fields.as_ref().map(|(_, table)| table),
        embeddings: material.embeddings.as_ref().map(|(_, rows)| Embeddings::new(rows.width(), rows.values())),
    }
}

fn fitted(
    inputs: &Inputs<'_>,
    classes: &Classes,
    train: &Rows,
    validation: &Rows,
    manner: &Manner<'_>,
    watch: Watch<'_>,
) -> Result<Box<dyn Model>> {
    let Manner { learner, class_weights, seed, .. } = *manner;
    let fitted = match classes.are_sets() {
        true => {
            let labels = classes.len();
            fit_sets(learner, &SetTask { inputs: *inputs, labels, train, validation, class_weights, seed }, watch)
        }
        false => {
            let (train, validation) = (singles(train), singles(validation));
            let (train, validation) = (&train[..], &validation[..]);
            learner
                .fit(&Task { inputs: *inputs, classes: classes.len(), train, validation, class_weights, seed }, watch)
        }
    };
    fitted.map_err(|error| match error {
        FitError::Stopped => Error::new(Kind::Interrupted, "training was stopped: nothing was kept"),
        FitError::TooFewClasses(n) => {
            let labels = if n == 1 { "label" } else { "labels" };
            let there = format!("settled values of {n} {labels} are there to learn from");
            Error::data(format!("there is nothing to tell apart: {there}"))
                .hint("answer or settle items of another label, or bring labels in: karat import --as labels")
        }
        other => Error::data(other.to_string()),
    })
}

fn singles(rows: &Rows) -> Vec<(u32, u32)> {
    rows.iter().filter_map(|(row, of)| Some((*row, *of.first()?))).collect()
}

fn calibration(kept: &Kept, inputs: &Inputs<'_>, rows: &Rows, how: Calibrate) -> Calibration {
    if rows.is_empty() || how == Calibrate::None || kept.head.classes.are_sets() {
        return Calibration::None;
    }
    let known = singles(rows);
    let all = kept.model.probabilities(inputs);
    let said: Vec<f32> = known.iter().flat_map(|(row, _)| all.row(*row as usize).iter().copied()).collect();
    let said = Probabilities::new(kept.head.classes.len(), said);
    let truths: Vec<u32> = known.iter().map(|(_, class)| *class).collect();
    match how {
        Calibrate::Temperature => Calibration::temperature(&said, &truths),
        Calibrate::Isotonic => Calibration::isotonic(&said, &truths),
        Calibrate::None => Calibration::None,
    }
}

/// What the floor says of all rows: every class with its share of these.
pub fn floor(classes: &Classes, train: &Rows, rows: usize) -> Result<Probabilities> {
    let learner = Majority::default();
    let manner = Manner {
        learner: &learner,
        class_weights: ClassWeights::Equal,
        calibrate: Calibrate::None,
        seed: 0,
        costs: None,
    };
    // It reads nothing, and still wants to know how many rows there are.
    let none = vec![0.0f32; rows];
    let inputs = Inputs { embeddings: Some(Embeddings::new(1, &none)), ..Inputs::default() };
    Ok(fitted(&inputs, classes, train, &[], &manner, UNWATCHED)?.probabilities(&inputs))
}
