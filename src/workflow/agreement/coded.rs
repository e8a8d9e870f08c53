//! Answers as numbers: which category of which scale each is, by kind of question.

use crate::agreement::{Mark, Marking, Rating, Scale};
use crate::domain::{Kind, LabelId, Question, Side, Value};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An answer with a value: the unit it is about and the annotator who gave it, by their places.
pub struct Given {
    pub unit: u32,
    pub rater: u32,
    pub value: Value,
}

/// What the core reads.
pub struct Coded {
    pub scale: Scale,
    /// What the labels of the scale are called.
    pub labels: Vec<String>,
    /// The value of each category.
    pub values: Vec<Value>,
    pub ratings: Vec<Rating>,
    /// What was marked, where spans are.
    pub markings: Vec<Marking>,
}

impl Coded {
    pub fn of(question: &Question, given: &[Given]) -> Result<Self> {
        match question.kind {
            Kind::Choice => choice(question, given),
            Kind::Choices => Ok(choices(question, given)),
            Kind::Spans => Ok(spans(question, given)),
            Kind::Rating => rating(given),
            Kind::Text => Ok(text(given)),
            Kind::Preference => {
                let values = Side::ALL.iter().map(|side| Value::Preference(*side)).collect();
                let place = |value: &Value| match value {
                    Value::Preference(side) => Side::ALL.iter().position(|known| known == side),
                    _ => None,
                };
                Ok(Self::new(Scale::labels(Side::ALL.len()), values, given, place, |value| question.spell(value)))
            }
        }
    }

    /// Categories that are values: each answer's is found by `place`.
    fn new(
        scale: Scale,
        values: Vec<Value>,
        given: &[Given],
        place: impl Fn(&Value) -> Option<usize>,
        name: impl Fn(&Value) -> String,
    ) -> Self {
        let rating = |given: &Given| {
            let category = u32::try_from(place(&given.value)?).ok()?;
            Some(Rating { unit: given.unit, rater: given.rater, category })
        };
        let ratings = given.iter().filter_map(rating).collect();
        Self { scale, labels: values.iter().map(name).collect(), values, ratings, markings: Vec::new() }
    }
}

/// One label each. Labels whose names are all numbers stand for these: they have an order and distances.
fn choice(question: &Question, given: &[Given]) -> Result<Coded> {
    let used: BTreeSet<LabelId> =
        given.iter().filter_map(|g| g.value.as_choice()).map(|label| question.resolve(label)).collect();
    let mut labels = labels(question, &used);
    let mut scale = Scale::labels(labels.len());
    let number =
        |id: &LabelId| question.label(*id).and_then(|l| l.name.trim().parse::<f64>().ok()).filter(|n| n.is_finite());
    if let Some(numbers) = labels.iter().map(number).collect::<Option<Vec<f64>>>().filter(|n| n.len() > 1) {
        let mut both: Vec<(f64, LabelId)> = numbers.into_iter().zip(labels.iter().copied()).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Names such as 1 and 1.0 are two labels and one number: then they are names alone.
        if let Ok(ordered) = Scale::numbers(both.iter().map(|b| b.0).collect()) {
            (scale, labels) = (ordered, both.into_iter().map(|b| b.1).collect());
        }
    }
    let place: HashMap<LabelId, usize> = labels.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let now: HashMap<LabelId, LabelId> = question.labels.iter().map(|l| (l.id, question.resolve(l.id))).collect();
    let find = |value: &Value| place.get(now.get(&value.as_choice()?)?).copied();
    let values = labels.iter().map(|id| Value::Choice(*id)).collect();
    Ok(Coded::new(scale, values, given, find, |value| question.spell(value)))
}

/// Sets of labels: each set that was given is a category.
fn choices(question: &Question, given: &[Given]) -> Coded {
    let now: HashMap<LabelId, LabelId> = question.labels.iter().map(|l| (l.id, question.resolve(l.id))).collect();
    let ids = |value: &Value| match value {
        Value::Choices(ids) => ids.iter().filter_map(|id| now.get(id).copied()).collect(),
        _ => BTreeSet::new(),
    };
    let used: BTreeSet<LabelId> = given.iter().flat_map(|g| ids(&g.value)).collect();
    let labels = labels(question, &used);
    let place: HashMap<LabelId, u32> = (0..).zip(&labels).map(|(i, id)| (*id, i)).collect();
    let set = |value: &Value| -> Vec<u32> { ids(value).iter().filter_map(|id| place.get(id).copied()).collect() };
    let sets: Vec<Vec<u32>> = given.iter().map(|g| set(&g.value)).collect::<BTreeSet<_>>().into_iter().collect();
    let names = labels.iter().map(|id| question.spell(&Value::Choice(*id))).collect();
    let values = sets.iter().map(|set| {
        let mut ids: Vec<LabelId> = set.iter().map(|i| labels[*i as usize]).collect();
        ids.sort_unstable();
        Value::Choices(ids)
    });
    let values = values.collect();
    let scale = Scale::sets(labels.len(), sets.clone());
    let find = |value: &Value| sets.binary_search(&set(value)).ok();
    Coded { labels: names, ..Coded::new(scale, values, given, find, |_| String::new()) }
}

/// Marked stretches; a category is everything that somebody marked in a text, so that equal answers are told.
fn spans(question: &Question, given: &[Given]) -> Coded {
    let all = |value: &Value| match value {
        Value::Spans(spans) => spans.clone(),
        _ => Vec::new(),
    };
    let used: BTreeSet<LabelId> =
        given.iter().flat_map(|g| all(&g.value)).map(|span| question.resolve(span.label)).collect();
    let labels = labels(question, &used);
    let place: HashMap<LabelId, u32> = (0..).zip(&labels).map(|(i, id)| (*id, i)).collect();
    let marks = |value: &Value| -> Vec<Mark> {
        let mark = |span: crate::domain::Span| {
            let label = *place.get(&question.resolve(span.label))?;
            Some(Mark { start: span.start, end: span.end, label })
        };
        all(value).into_iter().filter_map(mark).collect()
    };
    let markings: Vec<Marking> =
        given.iter().map(|g| Marking { unit: g.unit, rater: g.rater, marks: marks(&g.value) }).collect();
    let (mut places, mut values, mut ratings) = (BTreeMap::new(), Vec::new(), Vec::with_capacity(given.len()));
    for (marking, g) in markings.iter().zip(given) {
        let next = values.len() as u32;
        let category = *places.entry(&marking.marks).or_insert(next);
        if category == next {
            values.push(g.value.clone());
        }
        ratings.push(Rating { unit: g.unit, rater: g.rater, category });
    }
    let names = labels.iter().map(|id| question.spell(&Value::Choice(*id))).collect();
    Coded { scale: Scale::labels(values.len()), labels: names, values, ratings, markings }
}

fn rating(given: &[Given]) -> Result<Coded> {
    let number = |value: &Value| match value {
        Value::Rating(n) => Some(*n),
        _ => None,
    };
    let numbers: Vec<i64> =
        given.iter().filter_map(|g| number(&g.value)).collect::<BTreeSet<_>>().into_iter().collect();
    let scale = Scale::numbers(numbers.iter().map(|n| *n as f64).collect()).map_err(|e| Error::data(e.to_string()))?;
    let values = numbers.iter().map(|n| Value::Rating(*n)).collect();
    let find = |value: &Value| numbers.binary_search(&number(value)?).ok();
    Ok(Coded::new(scale, values, given, find, |value| number(value).map_or_else(String::new, |n| n.to_string())))
}

fn text(given: &[Given]) -> Coded {
    let words = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    let texts: Vec<String> = given.iter().map(|g| words(&g.value)).collect::<BTreeSet<_>>().into_iter().collect();
    let values = texts.iter().map(|text| Value::Text(text.clone())).collect();
    let find = |value: &Value| texts.binary_search(&words(value)).ok();
    Coded::new(Scale::labels(texts.len()), values, given, find, words)
}

/// The labels that can be given now or stand in an answer, in the order of the set.
fn labels(question: &Question, used: &BTreeSet<LabelId>) -> Vec<LabelId> {
    question.labels.iter().filter(|l| !l.retired || used.contains(&l.id)).map(|l| l.id).collect()
}
