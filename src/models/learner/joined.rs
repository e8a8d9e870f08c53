//! Text, fields and embeddings side by side in one sparse row.
//!
//! Every part has a length of about one, so that one penalty suits all of them: text rows and embeddings are of length
//! one as they come, and a standardised field is divided by the root of their number.

use super::Inputs;
use crate::features::{Encoding, FieldEncoder, Form, RowsView, Sparse};
use serde::{Deserialize, Serialize};

/// What a part of a row adds to a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Which part.
    pub feature: Feature,
    /// Its value in the row.
    pub value: f32,
    /// What it adds, in logits; may be negative.
    pub amount: f32,
}

/// A part of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feature {
    /// The n-grams of this place.
    Text(u32),
    /// A field or one of its words: `age`, `sex=female`.
    Field(String),
    /// All numbers of the embedding together.
    Embedding,
    /// What is added to every row alike.
    Base,
}

/// Where the parts of a row stand: text, fields, embedding and a place that is always filled where there is more than
/// text, or somebody wants it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Layout {
    text: u32,
    fields: FieldEncoder,
    embedding: u32,
    text_only: bool,
    /// What always stands beside text alone; models of earlier versions have nothing there.
    #[serde(default)]
    base: f32,
}

/// What stands beside text alone, at most, and of how many examples on.
const BASE: f32 = 0.3;
const BASE_FROM: f32 = 6000.0;

impl Layout {
    /// For such inputs, with fields encoded as they are in some rows.
    pub fn fit(inputs: &Inputs<'_>, rows: &[u32]) -> Self {
        Self {
            text: inputs.text.map_or(0, |text| text.places() as u32),
            fields: inputs.fields.map_or_else(FieldEncoder::default, |table| FieldEncoder::fit(table, rows)),
            embedding: inputs.embeddings.map_or(0, |e| e.width() as u32),
            text_only: inputs.fields.is_none() && inputs.embeddings.is_none(),
            base: 0.0,
        }
    }

    /// The same with a place that is always filled beside text alone, so that classes can be more usual than others: by the
    /// less the fewer the examples, for while they are few it outweighs the words (docs/MEASUREMENTS.md, "Penalty").
    pub fn with_base(self, examples: usize) -> Self {
        Self { base: BASE * (examples as f32 / BASE_FROM).min(1.0), ..self }
    }

    /// The place that is always filled, and with what.
    pub fn base(&self) -> Option<(u32, f32)> {
        let value = if self.text_only { self.base } else { 1.0 };
        (value > 0.0).then_some((self.text + self.fields.width() as u32 + self.embedding, value))
    }

    /// The inputs side by side.
    pub fn join<'a>(&'a self, inputs: &Inputs<'a>) -> Joined<'a> {
        let fields = inputs.fields.filter(|_| self.fields.width() > 0);
        Joined {
            layout: self,
            inputs: *inputs,
            fields: fields.map(|table| self.fields.encode(table, Form::Standard)),
            scale: 1.0 / (self.fields.fields().max(1) as f32).sqrt(),
        }
    }

    /// What stands at a place.
    pub fn feature(&self, place: u32, names: &[String]) -> Feature {
        if place < self.text {
            return Feature::Text(place);
        }
        let column = (place - self.text) as usize;
        match names.get(column) {
            Some(name) => Feature::Field(name.clone()),
            None if column < names.len() + self.embedding as usize => Feature::Embedding,
            None => Feature::Base,
        }
    }

    /// The names of the fields' columns.
    pub fn names(&self) -> Vec<String> {
        self.fields.names()
    }

    /// Places of the text; they come first.
    pub fn text(&self) -> u32 {
        self.text
    }

    /// Whether there is nothing beside the text.
    pub fn is_text_only(&self) -> bool {
        self.text_only
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.text as usize + self.fields.width() + self.embedding as usize + usize::from(self.base().is_some())
    }
}

/// Inputs side by side.
pub(super) struct Joined<'a> {
    layout: &'a Layout,
    inputs: Inputs<'a>,
    fields: Option<Encoding>,
    scale: f32,
}

impl Sparse for Joined<'_> {
    fn places(&self) -> usize {
        self.layout.places()
    }

    fn rows(&self) -> usize {
        self.inputs.len()
    }

    fn entries(&self, row: usize) -> impl Iterator<Item = (u32, f32)> {
        let Layout { text, ref fields, embedding, .. } = *self.layout;
        let words = self.inputs.text.unwrap_or(RowsView::EMPTY).row(row).iter().filter(move |(place, _)| *place < text);
        let columns = self.fields.as_ref().map(|fields| fields.row(row)).unwrap_or_default();
        let columns = columns.iter().map(move |&(column, value)| (text + column, value * self.scale));
        let first = text + fields.width() as u32;
        let dense = self.inputs.embeddings.filter(|e| e.width() == embedding as usize).map(|e| e.row(row));
        let finite = |value: f32| if value.is_finite() { value } else { 0.0 };
        let dense = (first..).zip(dense.unwrap_or_default().iter().map(move |&value| finite(value)));
        let always = self.layout.base().filter(|_| row < self.rows());
        words.chain(columns).chain(dense).chain(always)
    }
}
