//! A run's model, as its artifacts keep it.

use super::encoder::{Encoder, EncoderId};
use super::ground::Classes;
use super::measure::decided;
use super::words::Words;
use crate::domain::FieldValue;
use crate::error::{Error, Kind, Result};
use crate::features::{Fresh, Recipe, Table, Vocabulary};
use crate::models::Probabilities;
use crate::models::learner::{Artifact, Embeddings, Inputs, Model, load};
use crate::project::{Project, Run};
use crate::training::Calibration;
use crate::training::evaluation::CostMatrix;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value as Json};
use std::path::Path;
use std::sync::Arc;

/// What a model needs beside its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The classes, in the order of the probabilities.
    pub classes: Classes,
    /// How text became numbers; none where it was not looked at.
    pub text: Option<Recipe>,
    /// The fields that were looked at.
    pub fields: Vec<String>,
    /// The encoder of texts; none where no embeddings were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder: Option<EncoderId>,
    /// What sets the probabilities right.
    pub calibration: Calibration,
    /// What mistakes cost, and so what is decided; none where all cost the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<CostMatrix>,
}

/// A model with all that it takes to predict with it.
#[derive(Debug)]
pub struct Kept {
    /// What it needs beside its weights.
    pub head: Head,
    /// The model.
    pub model: Box<dyn Model>,
    /// How the n-grams of text come to their places; none where text was not looked at.
    pub words: Option<Words>,
    /// The weights of the places of text.
    pub weights: Vec<f32>,
    /// The encoder, where one is needed and was named.
    pub encoder: Option<Arc<Encoder>>,
}

/// The file that says what a model needs beside its weights.
pub const HEAD: &str = "karat.json";
const TEXT: &str = "text.safetensors";
const WEIGHTS: &str = "weights";
/// The file that lists the n-grams of text that a model knows.
pub const WORDS: &str = "vocab.json";

impl Kept {
    /// The files that it is kept as.
    ///
    /// # Errors
    /// Where the numbers cannot be written.
    pub fn artifacts(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let internal = |e: &dyn std::fmt::Display| Error::internal(format!("the model: {e}"));
        let head = serde_json::to_vec_pretty(&self.head).map_err(|e| internal(&e))?;
        let mut files = vec![(HEAD.to_owned(), head)];
        if self.head.text.is_some() {
            let bytes: Vec<u8> = self.weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
            let view = TensorView::new(Dtype::F32, vec![self.weights.len()], &bytes).map_err(|e| internal(&e))?;
            files.push((TEXT.to_owned(), safetensors::serialize([(WEIGHTS, view)], None).map_err(|e| internal(&e))?));
        }
        if let Some(Words::Listed(vocabulary)) = &self.words {
            let mut list = Vec::new();
            let places = vocabulary.names().iter().zip(0_u32..);
            serde_json::Serializer::new(&mut list).collect_map(places).map_err(|e| internal(&e))?;
            files.push((WORDS.to_owned(), list));
        }
        let model = crate::models::learner::artifacts(&*self.model).map_err(|e| internal(&e))?;
        files.extend(model.into_iter().map(|artifact| (artifact.name, artifact.bytes)));
        Ok(files)
    }

    /// The model of some files.
    ///
    /// # Errors
    /// Where one is missing or damaged.
    pub fn of_artifacts(files: &[(String, Vec<u8>)]) -> Result<Self> {
        let damaged = |e: &dyn std::fmt::Display| Error::new(Kind::Damaged, format!("the run's model: {e}"));
        let file = |name: &str| files.iter().find(|(known, _)| known == name).map(|(_, bytes)| &bytes[..]);
        let head = file(HEAD).ok_or_else(|| damaged(&format!("{HEAD} is missing")))?;
        let head: Head = serde_json::from_slice(head).map_err(|e| damaged(&e))?;
        let (mut weights, mut words) = (Vec::new(), None);
        if let Some(recipe) = &head.text {
            // Runs of earlier versions hashed their n-grams and have no list of them.
            words = Some(match file(WORDS) {
                None => Words::Hashed(recipe.clone()),
                Some(list) => Words::Listed(Arc::new(vocabulary(recipe, list).map_err(|e| damaged(&e))?)),
            });
            let bytes = file(TEXT).ok_or_else(|| damaged(&format!("{TEXT} is missing")))?;
            let tensors = SafeTensors::deserialize(bytes).map_err(|e| damaged(&e))?;
            let tensor = tensors.tensor(WEIGHTS).map_err(|e| damaged(&e))?;
            weights.extend(tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        }
        let artifact = |(name, bytes): &(String, Vec<u8>)| Artifact { name: name.clone(), bytes: bytes.clone() };
        let model = load(&files.iter().map(artifact).collect::<Vec<_>>()).map_err(|e| damaged(&e))?;
        Ok(Self { head, model, words, weights, encoder: None })
    }

    /// The class that is decided on where these are the probabilities of all: the one of least expected cost.
    pub fn decides(&self, probabilities: &[f32]) -> u32 {
        decided(probabilities, self.head.costs.as_ref())
    }

    /// What it says of rows that were prepared for it.
    pub fn says(&self, inputs: &Inputs<'_>) -> Probabilities {
        self.head.calibration.apply(&self.model.probabilities(inputs))
    }

    /// Gives it the encoder of a folder, where it needs one.
    ///
    /// # Errors
    /// Where none is named, or it is not the one that the model learned with.
    pub fn with_encoder(self, folder: Option<&Path>) -> Result<Self> {
        let encoder = match &self.head.encoder {
            Some(id) => Some(Arc::new(Encoder::again(id, folder)?)),
            None => None,
        };
        Ok(Self { encoder, ..self })
    }

    /// Whether it looks at texts.
    pub fn reads_text(&self) -> bool {
        self.head.text.is_some() || self.head.encoder.is_some()
    }

    /// What it says of texts with their fields, which stand in the order of [`Head::fields`].
    ///
    /// # Errors
    /// Where the encoder refuses a text.
    pub fn says_of(&self, texts: &[&str], fields: &[Vec<FieldValue>]) -> Result<Probabilities> {
        let fresh = self.words.as_ref().map(|words| Fresh::of(words.placing(), texts, &self.weights));
        let names: Vec<&str> = self.head.fields.iter().map(String::as_str).collect();
        let table = (!names.is_empty()).then(|| Table::from_rows(&names, fields.iter().map(Vec::as_slice)));
        let embedded = match &self.encoder {
            Some(encoder) => Some((encoder.width(), encoder.of(texts)?)),
            None => None,
        };
        let embeddings = embedded.as_ref().map(|(width, rows)| Embeddings::new(*width, rows));
        Ok(self.says(&Inputs { text: fresh.as_ref().map(Fresh::view), fields: table.as_ref(), embeddings }))
    }
}

/// The vocabulary of its list: n-grams with their places, in the order of these.
fn vocabulary(recipe: &Recipe, list: &[u8]) -> std::result::Result<Vocabulary, String> {
    let places: Map<String, Json> = serde_json::from_slice(list).map_err(|e| format!("{WORDS}: {e}"))?;
    let ordered = places.values().zip(0_u64..).all(|(place, i)| place.as_u64() == Some(i));
    let vocabulary = Vocabulary::of_names(recipe.clone(), places.into_iter().map(|(name, _)| name).collect());
    vocabulary.filter(|_| ordered).ok_or_else(|| format!("{WORDS} is out of order"))
}

/// The model of a run.
///
/// # Errors
/// Where the run has none, since its predictions came in from a file, or it is damaged.
pub fn kept(project: &Project, run: &Run) -> Result<Kept> {
    let files = project.artifacts(run.id)?;
    if files.is_empty() {
        return Err(Error::usage(format!("run {} has no model: its predictions came in from a file", run.number))
            .hint("choose a run that was trained here: karat runs list"));
    }
    Kept::of_artifacts(&files)
}
