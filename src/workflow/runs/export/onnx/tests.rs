//! The graph is read back and computed by a small machine of its own, against what the model says itself.

use super::*;
use crate::features::{Features, Recipe, Weighed, weights_in};
use crate::models::ClassWeights;
use crate::models::learner::{Inputs, LearnerKind, Model, SetTask, Task, fit_sets};
use crate::training::Calibration;
use crate::workflow::runs::Classes;
use crate::workflow::runs::kept::Head;
use crate::workflow::runs::words::Words;
use regex::Regex;
use std::collections::HashMap;
use std::sync::Arc;

/// A message as it is read: fields with their numbers.
struct Read<'a>(Vec<(u64, Field<'a>)>);

enum Field<'a> {
    Int(i64),
    Bytes(&'a [u8]),
}

impl<'a> Read<'a> {
    fn of(mut bytes: &'a [u8]) -> Self {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let tag = varint(&mut bytes);
            let field = match tag & 7 {
                0 => Field::Int(varint(&mut bytes).cast_signed()),
                2 => {
                    let length = varint(&mut bytes) as usize;
                    let (own, rest) = bytes.split_at(length);
                    bytes = rest;
                    Field::Bytes(own)
                }
                wire => panic!("wire type {wire}"),
            };
            fields.push((tag >> 3, field));
        }
        Self(fields)
    }

    fn all(&self, number: u64) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter_map(move |(n, field)| match field {
            Field::Bytes(bytes) if *n == number => Some(*bytes),
            _ => None,
        })
    }

    fn ints(&self, number: u64) -> Vec<i64> {
        let int = |(n, field): &(u64, Field<'a>)| match field {
            Field::Int(int) if *n == number => Some(*int),
            _ => None,
        };
        self.0.iter().filter_map(int).collect()
    }

    fn messages(&self, number: u64) -> impl Iterator<Item = Read<'a>> {
        self.all(number).map(Read::of)
    }

    fn texts(&self, number: u64) -> Vec<&'a str> {
        self.all(number).map(|bytes| std::str::from_utf8(bytes).expect("UTF-8")).collect()
    }

    fn text(&self, number: u64) -> &'a str {
        self.texts(number).first().copied().unwrap_or_default()
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = bytes[0];
        *bytes = &bytes[1..];
        number |= u64::from(byte & 0x7F) << shift;
        shift += 7;
        if byte < 0x80 {
            return number;
        }
    }
}

/// A tensor: texts or numbers.
#[derive(Clone, Debug)]
struct Value {
    dims: Vec<usize>,
    texts: Vec<String>,
    numbers: Vec<f64>,
}

impl Value {
    fn numbers(dims: Vec<usize>, numbers: Vec<f64>) -> Self {
        assert_eq!(dims.iter().product::<usize>(), numbers.len(), "{dims:?}");
        Self { dims, texts: Vec::new(), numbers }
    }

    fn texts(dims: Vec<usize>, texts: Vec<String>) -> Self {
        assert_eq!(dims.iter().product::<usize>(), texts.len(), "{dims:?}");
        Self { dims, texts, numbers: Vec::new() }
    }

    fn constant(tensor: &Read<'_>) -> (String, Self) {
        let dims: Vec<usize> = tensor.ints(1).iter().map(|n| *n as usize).collect();
        let raw = tensor.all(9).next().unwrap_or_default();
        let value = match tensor.ints(2)[0] {
            1 => Self::numbers(
                dims,
                raw.chunks(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().expect("4")))).collect(),
            ),
            7 => Self::numbers(
                dims,
                raw.chunks(8).map(|b| i64::from_le_bytes(b.try_into().expect("8")) as f64).collect(),
            ),
            8 => Self::texts(dims, tensor.texts(6).iter().map(|text| (*text).to_owned()).collect()),
            11 => Self::numbers(dims, raw.chunks(8).map(|b| f64::from_le_bytes(b.try_into().expect("8"))).collect()),
            other => panic!("element type {other}"),
        };
        (tensor.text(8).to_owned(), value)
    }

    /// Element by element with another that is made as wide as this one.
    fn with(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let rank = self.dims.len().max(other.dims.len());
        let padded = |dims: &[usize]| [vec![1; rank - dims.len()], dims.to_vec()].concat();
        let (a, b) = (padded(&self.dims), padded(&other.dims));
        let dims: Vec<usize> = a.iter().zip(&b).map(|(a, b)| (*a).max(*b)).collect();
        let at = |dims: &[usize], index: &[usize]| {
            dims.iter().zip(index).fold(0, |at, (n, i)| at * n + if *n == 1 { 0 } else { *i })
        };
        let mut numbers = Vec::new();
        for flat in 0..dims.iter().product::<usize>() {
            let mut rest = flat;
            let mut index = vec![0; rank];
            for axis in (0..rank).rev() {
                index[axis] = rest % dims[axis];
                rest /= dims[axis];
            }
            numbers.push(f(self.numbers[at(&a, &index)], other.numbers[at(&b, &index)]));
        }
        Self::numbers(dims, numbers)
    }

    fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self::numbers(self.dims.clone(), self.numbers.iter().map(|x| f(*x)).collect())
    }

    /// Over the last axis, row by row.
    fn rows(&self, keep: bool, f: impl Fn(&[f64]) -> f64) -> Self {
        let width = *self.dims.last().expect("an axis");
        let mut dims = self.dims[..self.dims.len() - 1].to_vec();
        dims.extend(keep.then_some(1));
        Self::numbers(dims, self.numbers.chunks(width).map(f).collect())
    }
}

/// Computes a graph.
fn compute(bytes: &[u8], texts: &[&str]) -> HashMap<String, Value> {
    let model = Read::of(bytes);
    assert_eq!((model.ints(1), model.text(2)), (vec![9], "karat"));
    let sets: Vec<(&str, i64)> = model.messages(8).map(|set| (set.text(1), set.ints(2)[0])).collect();
    let sets = sets.iter().map(|(name, version)| (*name, *version)).collect::<HashMap<_, _>>();
    assert_eq!(sets[""], 20);
    let graph = model.messages(7).next().expect("a graph");
    let mut values: HashMap<String, Value> = graph.messages(5).map(|tensor| Value::constant(&tensor)).collect();
    let input = graph.messages(11).next().expect("an input").text(1).to_owned();
    values.insert(input, Value::texts(vec![texts.len()], texts.iter().map(|text| (*text).to_owned()).collect()));
    for node in graph.messages(1) {
        assert!(sets.contains_key(node.text(7)), "{} is of a set that is not declared", node.text(4));
        let of: Vec<&Value> = node.texts(1).iter().map(|name| &values[*name]).collect();
        let value = operate(&node, &of);
        assert!(values.insert(node.text(2).to_owned(), value).is_none(), "{} stands twice", node.text(2));
    }
    graph.messages(12).map(|output| (output.text(1).to_owned(), values[output.text(1)].clone())).collect()
}

fn operate(node: &Read<'_>, of: &[&Value]) -> Value {
    let told = |name: &str| node.messages(5).find(|attribute| attribute.text(1) == name);
    let int = |name: &str| told(name).map_or(0, |attribute| attribute.ints(3)[0]);
    let keep = int("keepdims") == 1;
    let a = of[0];
    match node.text(4) {
        "Identity" | "Cast" => a.clone(),
        "StringConcat" => {
            Value::texts(a.dims.clone(), a.texts.iter().map(|text| text.clone() + &of[1].texts[0]).collect())
        }
        "StringNormalizer" => {
            let small = |text: &String| text.chars().map(|c| c.to_lowercase().next().expect("one")).collect();
            Value::texts(a.dims.clone(), a.texts.iter().map(small).collect())
        }
        "Tokenizer" => {
            let pattern = Regex::new(told("tokenexp").expect("a pattern").text(4)).expect("a pattern");
            let cut: Vec<Vec<&str>> =
                a.texts.iter().map(|text| pattern.find_iter(text).map(|found| found.as_str()).collect()).collect();
            let width = cut.iter().map(Vec::len).max().unwrap_or(0);
            assert!(width > 0, "onnxruntime gives no axis where nothing is found");
            let padded = cut.iter().flat_map(|row| (0..width).map(|i| row.get(i).copied().unwrap_or("").to_owned()));
            Value::texts([&a.dims[..], &[width]].concat(), padded.collect())
        }
        "TfIdfVectorizer" => counted(node, a),
        "Gather" if int("axis") == 2 => {
            let last = a.dims[2];
            Value::texts(vec![a.dims[0], a.dims[1], 1], a.texts.iter().step_by(last).cloned().collect())
        }
        "Gather" => {
            Value::texts(of[1].dims.clone(), of[1].numbers.iter().map(|i| a.texts[*i as usize].clone()).collect())
        }
        "Squeeze" => Value { dims: a.dims[..2].to_vec(), ..a.clone() },
        "Unsqueeze" => Value { dims: [&a.dims[..], &[1]].concat(), ..a.clone() },
        "Concat" => {
            let widths = of.iter().map(|part| part.dims[1]).sum();
            let row =
                |i: usize| of.iter().flat_map(move |part| part.numbers[i * part.dims[1]..][..part.dims[1]].to_vec());
            Value::numbers(vec![a.dims[0], widths], (0..a.dims[0]).flat_map(row).collect())
        }
        "Min" => a.with(of[1], f64::min),
        "Max" => a.with(of[1], f64::max),
        "Add" => a.with(of[1], |a, b| a + b),
        "Sub" => a.with(of[1], |a, b| a - b),
        "Mul" => a.with(of[1], |a, b| a * b),
        "Div" => a.with(of[1], |a, b| a / b),
        "Greater" => a.with(of[1], |a, b| f64::from(u8::from(a > b))),
        "GreaterOrEqual" => a.with(of[1], |a, b| f64::from(u8::from(a >= b))),
        "Where" => {
            let yes = a.with(of[1], |is, value| if is > 0.0 { value } else { f64::NAN });
            yes.with(of[2], |yes, no| if yes.is_nan() { no } else { yes })
        }
        "Log" => a.map(f64::ln),
        "ArgMin" => a.rows(keep, |row| (0..row.len()).min_by(|i, j| row[*i].total_cmp(&row[*j])).expect("one") as f64),
        "Softmax" => {
            let most = a.rows(true, |row| row.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            let e = a.with(&most, |z, most| (z - most).exp());
            e.with(&e.rows(true, |row| row.iter().sum()), |e, sum| e / sum)
        }
        "Sigmoid" => a.map(|z| 1.0 / (1.0 + (-z).exp())),
        "ReduceL2" => a.rows(keep, |row| row.iter().map(|x| x * x).sum::<f64>().sqrt()),
        "ReduceSum" => a.rows(keep, |row| row.iter().sum()),
        "ReduceMax" => a.rows(keep, |row| row.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        "ArgMax" => {
            a.rows(keep, |row| (0..row.len()).rev().max_by(|i, j| row[*i].total_cmp(&row[*j])).expect("one") as f64)
        }
        "MatMul" => {
            let (n, k, m) = (a.dims[0], a.dims[1], of[1].dims[1]);
            let cell = |i: usize, j: usize| (0..k).map(|at| a.numbers[i * k + at] * of[1].numbers[at * m + j]).sum();
            Value::numbers(vec![n, m], (0..n * m).map(|at| cell(at / m, at % m)).collect())
        }
        other => panic!("{other} is not known here"),
    }
}

fn counted(node: &Read<'_>, rows: &Value) -> Value {
    let told = |name: &str| node.messages(5).find(|attribute| attribute.text(1) == name).expect("told");
    let (starts, columns) = (told("ngram_counts").ints(8), told("ngram_indexes").ints(8));
    let pool = told("pool_strings");
    let pool = pool.texts(9);
    let mut known: HashMap<Vec<&str>, usize> = HashMap::new();
    for (length, from) in (1..).zip(&starts) {
        let to = starts.get(length).map_or(pool.len(), |to| *to as usize);
        for gram in pool[*from as usize..to].chunks(length) {
            known.insert(gram.to_vec(), columns[known.len()] as usize);
        }
    }
    let width = columns.iter().max().expect("one") + 1;
    let mut counts = vec![0.0; rows.dims[0] * width as usize];
    for (row, texts) in rows.texts.chunks(rows.dims[1]).enumerate() {
        for length in 1..=starts.len() {
            for window in texts.windows(length) {
                let gram: Vec<&str> = window.iter().map(String::as_str).collect();
                if let Some(column) = known.get(&gram) {
                    counts[row * width as usize + column] += 1.0;
                }
            }
        }
    }
    Value::numbers(vec![rows.dims[0], width as usize], counts)
}

const TEXTS: [&str; 9] = [
    "The information was good, GOOD, good!!",
    "good phones; informative and cheap (10 €)",
    "bad battery, bad screen: terrible",
    "The screen was terrible, the battery died",
    "屏幕很好 a good screen",
    "屏幕 terrible battery",
    "İZMİR Über good informatively",
    "İZMİR über bad",
    "ordinary words that say nothing of good or bad",
];
/// Some that were not learned from, among them none that is known.
const NEW: [&str; 6] =
    ["", "!!! ???", "Informing of the GOOD (battery)!", "zebra crossings", "a\u{1}b good\u{1}phones", "屏很"];

fn kept(classes: Classes, calibration: Calibration, fit: impl Fn(&Inputs<'_>) -> Box<dyn Model>) -> Kept {
    let recipe = Recipe::default();
    let vocabulary = Arc::new(Vocabulary::learn(&recipe, &TEXTS));
    let features = Features::extract(&TEXTS, &*vocabulary);
    let of: Vec<u32> = (0..TEXTS.len() as u32).collect();
    let weights = weights_in(features.rows(), &of, recipe.min_items);
    let weighed = Weighed::by(features.rows(), weights.clone());
    let model = fit(&Inputs { text: Some(weighed.view()), ..Inputs::default() });
    let head = Head { classes, text: Some(recipe), fields: Vec::new(), encoder: None, calibration, costs: None };
    Kept { head, model, words: Some(Words::Listed(vocabulary)), weights, encoder: None }
}

fn labels(n: usize) -> Vec<(String, String)> {
    (0..n).map(|i| (i.to_string(), format!("label {i}"))).collect()
}

fn agree(kept: &Kept) {
    let texts = [&TEXTS[..], &NEW[..]].concat();
    let own = kept.says_of(&texts, &vec![Vec::new(); texts.len()]).expect("probabilities");
    let bytes = write(kept, "a run", "a test", &[("karat.run", "1".to_owned())]).expect("a graph");
    let computed = compute(&bytes, &texts);
    let theirs = &computed["probabilities"];
    assert_eq!(theirs.dims, [texts.len(), own.classes()]);
    for (row, text) in texts.iter().enumerate() {
        for (class, p) in own.row(row).iter().enumerate() {
            let other = theirs.numbers[row * own.classes() + class];
            assert!((f64::from(*p) - other).abs() < 1e-6, "{text:?}, class {class}: {p}, and {other}");
        }
    }
    if let Some(label) = computed.get("label") {
        let names = kept.head.classes.names();
        let own = (0..own.len()).map(|row| &names[kept.decides(own.row(row)) as usize]);
        assert!(label.texts.iter().eq(own));
    }
}

fn one_of(classes: usize, of: impl Fn(u32) -> u32 + Copy) -> impl Fn(&Inputs<'_>) -> Box<dyn Model> {
    move |inputs| {
        let train: Vec<(u32, u32)> = (0..TEXTS.len() as u32).map(|row| (row, of(row))).collect();
        let (class_weights, validation) = (ClassWeights::Equal, &[][..]);
        let task = Task { inputs: *inputs, classes, train: &train, validation, class_weights, seed: 0 };
        LearnerKind::LogisticRegression.learner().fit(&task, crate::models::UNWATCHED).expect("a model")
    }
}

#[test]
fn a_graph_says_what_the_model_says() {
    agree(&kept(Classes::Choice(labels(3)), Calibration::None, one_of(3, |row| row % 3)));
}

#[test]
fn so_it_does_with_a_class_that_was_never_seen_and_a_temperature() {
    agree(&kept(Classes::Choice(labels(4)), Calibration::Temperature(0.4), one_of(4, |row| row % 2 * 2)));
    agree(&kept(Classes::Rating(vec![1, 2, 5]), Calibration::Temperature(2.5), one_of(3, |row| row / 3)));
}

#[test]
fn what_mistakes_cost_decides_there_too() {
    let model = kept(Classes::Choice(labels(3)), Calibration::None, one_of(3, |row| row % 3));
    let costs = [[0.0, 1.0, 1.0], [20.0, 0.0, 1.0], [1.0, 1.5, 0.0]].map(Vec::from);
    let costs = CostMatrix::new(&costs).expect("costs");
    let dear = kept(Classes::Choice(labels(3)), Calibration::None, one_of(3, |row| row % 3));
    let dear = Kept { head: Head { costs: Some(costs), ..dear.head }, ..dear };
    let said = model.says_of(&TEXTS, &vec![Vec::new(); TEXTS.len()]).expect("probabilities");
    assert!((0..said.len()).any(|row| model.decides(said.row(row)) != dear.decides(said.row(row))));
    agree(&dear);
}

#[test]
fn so_it_does_with_rising_steps() {
    let model = kept(Classes::Choice(labels(3)), Calibration::None, one_of(3, |row| row % 3));
    let said = model.says_of(&TEXTS, &vec![Vec::new(); TEXTS.len()]).expect("probabilities");
    let truths: Vec<u32> = (0..TEXTS.len() as u32).map(|row| (row + row / 4) % 3).collect();
    let calibration = Calibration::isotonic(&said, &truths);
    agree(&kept(Classes::Choice(labels(3)), calibration, one_of(3, |row| row % 3)));
}

#[test]
fn so_it_does_of_label_sets() {
    let sets = |row: u32| match row % 4 {
        0 => vec![0, 2],
        1 => vec![1, 2],
        2 => vec![0, 1, 2],
        _ => vec![2],
    };
    agree(&kept(Classes::Choices(labels(4)), Calibration::None, move |inputs| {
        let train: Vec<(u32, Vec<u32>)> = (0..TEXTS.len() as u32).map(|row| (row, sets(row))).collect();
        let learner = LearnerKind::LogisticRegression.learner();
        let (class_weights, validation) = (ClassWeights::Equal, &[][..]);
        let task = SetTask { inputs: *inputs, labels: 4, train: &train, validation, class_weights, seed: 0 };
        fit_sets(&*learner, &task, crate::models::UNWATCHED).expect("a model")
    }));
}

#[test]
fn what_has_no_such_form_says_why() {
    let bayes = |inputs: &Inputs<'_>| {
        let train: Vec<(u32, u32)> = (0..TEXTS.len() as u32).map(|row| (row, row % 2)).collect();
        let (class_weights, validation) = (ClassWeights::Equal, &[][..]);
        let task = Task { inputs: *inputs, classes: 2, train: &train, validation, class_weights, seed: 0 };
        LearnerKind::NaiveBayes.learner().fit(&task, crate::models::UNWATCHED).expect("a model")
    };
    let bayes = kept(Classes::Choice(labels(2)), Calibration::None, bayes);
    assert_eq!(why_not(&bayes).as_deref(), Some("it is not a sum over the words of a text"));
    assert!(write(&bayes, "", "", &[]).is_err());
    let hashed = kept(Classes::Choice(labels(3)), Calibration::None, one_of(3, |row| row % 3));
    let hashed = Kept { words: Some(Words::Hashed(Recipe::default())), ..hashed };
    assert!(why_not(&hashed).is_some_and(|why| why.contains("hashed")));
}
