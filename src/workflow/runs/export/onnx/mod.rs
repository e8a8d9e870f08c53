//! A model of texts as an ONNX graph, from text to label and probabilities.
//!
//! All operators are ONNX's own (opset 20) but the one that cuts texts by a regular expression: ONNX's own splits at white
//! space alone, so that words with a comma behind them would be other words. onnxruntime has one, `com.microsoft.Tokenizer`.

mod cut;
mod graph;
mod proto;
#[cfg(test)]
mod tests;

use super::super::kept::Kept;
use crate::error::{Error, Result};
use crate::features::{Chars, Vocabulary};
use crate::models::learner::{AnyOf, Sum, Sums};
use crate::training::Calibration;
use crate::training::evaluation::{CostMatrix, PREDICTED_FROM};
use graph::{Graph, Tensor};
use proto::{Attribute, Element, Size};

/// An n-gram is never counted for more occurrences in a text than this, as in [`crate::features`].
const MOST_COUNTED: f32 = 255.0;
/// A score further than this below the best counts as this far, as in [`crate::models`].
const FARTHEST: f64 = 87.0;

/// The bytes of the graph, with words that are told of it.
///
/// # Errors
/// Where the model is not a sum over words: it says why.
pub fn write(kept: &Kept, name: &str, about: &str, told: &[(&str, String)]) -> Result<Vec<u8>> {
    let (vocabulary, sums) = parts(kept).map_err(|why| {
        Error::usage(format!("the run has no ONNX form: {why}"))
            .hint("a logistic regression over text alone has one; --format folder writes any model")
    })?;
    let mut graph = Graph::default();
    let texts = graph.input("text", Element::Text, &[Size::Any("n")]);
    let rows = cut::rows(&mut graph, &texts, vocabulary);
    let values = weighed(&mut graph, &rows.counts, &rows.in_order(&kept.weights, 1));
    let names = kept.head.classes.names();
    match sums {
        Sums::OneOf(sum) => {
            let p = one_of(&mut graph, &values, sum, &rows, &kept.head.calibration);
            let best = decided(&mut graph, &p, kept.head.costs.as_ref());
            let names = graph.texts("labels", &names);
            let label = graph.apply("Gather", &[&names, &best], &[]);
            graph.output("label", Element::Text, &[Size::Any("n")], &label);
            probabilities(&mut graph, &p, kept.head.classes.len());
        }
        Sums::AnyOf(labels) => {
            let p = any_of(&mut graph, &values, &labels, &rows);
            let least = graph.number(f64::from(PREDICTED_FROM));
            let is = graph.apply("GreaterOrEqual", &[&p, &least], &[]);
            graph.output("predicted", Element::Bool, &[Size::Any("n"), Size::Of(names.len())], &is);
            probabilities(&mut graph, &p, names.len());
        }
    }
    Ok(graph.finish(name, about, told))
}

/// The class that is decided on: the likeliest, or where mistakes have costs the one of least expected cost; the first of
/// equals.
fn decided(graph: &mut Graph, p: &Tensor, costs: Option<&CostMatrix>) -> Tensor {
    let first =
        [("axis", Attribute::Int(1)), ("keepdims", Attribute::Int(0)), ("select_last_index", Attribute::Int(0))];
    let Some(costs) = costs else { return graph.apply("ArgMax", &[p], &first) };
    let costs = graph.doubles("costs", &[costs.classes(), costs.classes()], &costs.rows().concat());
    let expected = graph.apply("MatMul", &[p, &costs], &[]);
    graph.apply("ArgMin", &[&expected], &first)
}

/// Why a model has no ONNX form; none where it has one.
pub fn why_not(kept: &Kept) -> Option<String> {
    parts(kept).err()
}

fn parts(kept: &Kept) -> std::result::Result<(&Vocabulary, Sums<'_>), String> {
    let sums = kept.model.sums().ok_or("it is not a sum over the words of a text")?;
    let words = kept.words.as_ref().ok_or("it does not look at texts")?;
    let vocabulary =
        words.vocabulary().ok_or("its words were hashed, by an earlier version of Karat: train it again")?;
    if vocabulary.is_empty() {
        return Err("no word is in two of its texts".to_owned());
    }
    if matches!(vocabulary.recipe().chars, Chars::Within(_)) {
        return Err("it looks at characters within words".to_owned());
    }
    Ok((vocabulary, sums))
}

fn probabilities(graph: &mut Graph, p: &Tensor, classes: usize) {
    let p = graph.cast(p, Element::Float);
    graph.output("probabilities", Element::Float, &[Size::Any("n"), Size::Of(classes)], &p);
}

/// Counts into values: 1 + ln(count), times the place's weight, rows of length one. Rounded to single precision where the
/// features are, so that both come to the same numbers.
fn weighed(graph: &mut Graph, counts: &Tensor, weights: &[f32]) -> Tensor {
    let (one, most, tiny) = (graph.float(1.0), graph.float(MOST_COUNTED), graph.float(1e-30));
    let counts = graph.apply("Min", &[counts, &most], &[]);
    let (is, at_least) = (graph.apply("Min", &[&counts, &one], &[]), graph.apply("Max", &[&counts, &one], &[]));
    let at_least = graph.cast(&at_least, Element::Double);
    let logarithm = graph.apply("Log", &[&at_least], &[]);
    let logarithm = graph.cast(&logarithm, Element::Float);
    let counted = graph.apply("Add", &[&is, &logarithm], &[]);
    let weights = graph.floats("weights", &[weights.len()], weights);
    let values = graph.apply("Mul", &[&counted, &weights], &[]);
    let axis = graph.ints("axis", &[1]);
    let exact = graph.cast(&values, Element::Double);
    let length = graph.apply("ReduceL2", &[&exact, &axis], &[("keepdims", Attribute::Int(1))]);
    let length = graph.cast(&length, Element::Float);
    let length = graph.apply("Max", &[&length, &tiny], &[]);
    let scale = graph.apply("Div", &[&one, &length], &[]);
    let values = graph.apply("Mul", &[&values, &scale], &[]);
    graph.cast(&values, Element::Double)
}

/// Probabilities of classes of which a text has one.
fn one_of(graph: &mut Graph, values: &Tensor, sum: Sum<'_>, rows: &cut::Rows, set: &Calibration) -> Tensor {
    let model = sum.linear;
    let seen = model.seen();
    let weights = rows.in_order(&model.weights_of_places(rows.places()), seen.len());
    let weights = graph.floats("classes", &[rows.places(), seen.len()], &weights);
    let weights = graph.cast(&weights, Element::Double);
    let bias = graph.doubles("bias", &[seen.len()], &sum.bias());
    let z = graph.apply("MatMul", &[values, &weights], &[]);
    let mut z = graph.apply("Add", &[&z, &bias], &[]);
    if let Calibration::Temperature(t) = set {
        let axis = graph.ints("axis", &[1]);
        let best = graph.apply("ReduceMax", &[&z, &axis], &[("keepdims", Attribute::Int(1))]);
        let below = graph.apply("Sub", &[&z, &best], &[]);
        let (farthest, t) = (graph.number(-FARTHEST), graph.number(*t));
        let below = graph.apply("Max", &[&below, &farthest], &[]);
        z = graph.apply("Div", &[&below, &t], &[]);
    }
    let p = graph.apply("Softmax", &[&z], &[("axis", Attribute::Int(1))]);
    let p = spread(graph, &p, seen, model.classes());
    match set {
        Calibration::Isotonic(functions) => {
            let pieces: Vec<Pieces> = functions.iter().map(|function| Pieces::of(function.knots())).collect();
            stepped(graph, &p, &pieces)
        }
        Calibration::None | Calibration::Temperature(_) => p,
    }
}

/// Puts the classes that were learned from among all: the others have no probability.
fn spread(graph: &mut Graph, p: &Tensor, seen: &[u32], classes: usize) -> Tensor {
    if seen.len() == classes {
        return p.clone();
    }
    let place = |class: u32| seen.binary_search(&class).map_or(0.0, |_| 1.0);
    let mut to = vec![0.0; seen.len() * classes];
    for (row, class) in seen.iter().enumerate() {
        to[row * classes + *class as usize] = place(*class);
    }
    let to = graph.doubles("seen", &[seen.len(), classes], &to);
    graph.apply("MatMul", &[p, &to], &[])
}

/// Probabilities of labels of which a text has any number.
fn any_of(graph: &mut Graph, values: &Tensor, labels: &[AnyOf<'_>], rows: &cut::Rows) -> Tensor {
    // A label that all texts had, or none: its score is beyond all doubt.
    const SURE: f64 = 1000.0;
    let (n, mut bias) = (labels.len(), vec![0.0; labels.len()]);
    let mut weights = vec![0.0; rows.places() * n];
    for (label, of) in labels.iter().enumerate() {
        match of {
            AnyOf::Always(has) => bias[label] = if *has { SURE } else { -SURE },
            AnyOf::Learned(sum) => {
                let own = sum.bias();
                bias[label] = own[1] - own[0];
                for (place, pair) in sum.linear.weights_of_places(rows.places()).chunks_exact(2).enumerate() {
                    weights[place * n + label] = pair[1] - pair[0];
                }
            }
        }
    }
    let weights = graph.floats("labels", &[rows.places(), n], &rows.in_order(&weights, n));
    let weights = graph.cast(&weights, Element::Double);
    let z = graph.apply("MatMul", &[values, &weights], &[]);
    let bias = graph.doubles("bias", &[n], &bias);
    let z = graph.apply("Add", &[&z, &bias], &[]);
    graph.apply("Sigmoid", &[&z], &[])
}

/// A function that is straight between knots and level beyond them, as a sum of ramps.
struct Pieces {
    first: f64,
    /// Where each ramp starts, how far it goes, how high.
    ramps: Vec<(f64, f64, f64)>,
}

impl Pieces {
    fn of((x, y): (&[f64], &[f64])) -> Self {
        let ramp = |(x, y): (&[f64], &[f64])| (x[0], x[1] - x[0], y[1] - y[0]);
        Self { first: y.first().copied().unwrap_or(0.0), ramps: x.windows(2).zip(y.windows(2)).map(ramp).collect() }
    }
}

/// A rising function for each class, after which rows sum to one again.
fn stepped(graph: &mut Graph, p: &Tensor, functions: &[Pieces]) -> Tensor {
    let classes = functions.len();
    let most = functions.iter().map(|function| function.ramps.len()).max().unwrap_or(0).max(1);
    let all = |part: fn(&(f64, f64, f64)) -> f64, none: f64| -> Vec<f64> {
        let of = |function: &Pieces| {
            let ramps = function.ramps.iter().map(part);
            ramps.chain(std::iter::repeat(none)).take(most).collect::<Vec<_>>()
        };
        functions.iter().flat_map(of).collect()
    };
    let firsts: Vec<f64> = functions.iter().map(|function| function.first).collect();
    let starts = graph.doubles("starts", &[classes, most], &all(|ramp| ramp.0, 0.0));
    let widths = graph.doubles("widths", &[classes, most], &all(|ramp| ramp.1, 1.0));
    let heights = graph.doubles("heights", &[classes, most], &all(|ramp| ramp.2, 0.0));
    let firsts = graph.doubles("firsts", &[classes], &firsts);
    let (zero, one, tiny) = (graph.number(0.0), graph.number(1.0), graph.number(1e-300));
    let (last, along) = (graph.ints("axis", &[2]), graph.ints("axis", &[1]));
    let wide = graph.apply("Unsqueeze", &[p, &last], &[]);
    let from = graph.apply("Sub", &[&wide, &starts], &[]);
    let share = graph.apply("Div", &[&from, &widths], &[]);
    let share = graph.apply("Max", &[&share, &zero], &[]);
    let share = graph.apply("Min", &[&share, &one], &[]);
    let risen = graph.apply("Mul", &[&share, &heights], &[]);
    let risen = graph.apply("ReduceSum", &[&risen, &last], &[("keepdims", Attribute::Int(0))]);
    let values = graph.apply("Add", &[&risen, &firsts], &[]);
    let sum = graph.apply("ReduceSum", &[&values, &along], &[("keepdims", Attribute::Int(1))]);
    let (some, sum) = (graph.apply("Greater", &[&sum, &zero], &[]), graph.apply("Max", &[&sum, &tiny], &[]));
    let shares = graph.apply("Div", &[&values, &sum], &[]);
    // A row of which nothing would be left stays as it is.
    graph.apply("Where", &[&some, &shares, p], &[])
}
