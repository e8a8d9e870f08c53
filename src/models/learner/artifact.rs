//! A model as bytes: numbers as safetensors, all else as JSON.

use super::{LearnerKind, Model, bayes, logistic, majority, mlp, one_vs_rest, trees};
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A file of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its name: `model.safetensors`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why no model was made of some artifacts.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// One of the files is not there.
    #[error("the model has no {0}")]
    Missing(&'static str),
    /// Something in a file is not what it should be.
    #[error("{0} is damaged: {1}")]
    Damaged(&'static str, String),
    /// A newer program wrote it.
    #[error("the model is of a kind that this version does not know: {0:?}")]
    UnknownKind(String),
    /// The numbers could not be written or read.
    #[error("model.safetensors: {0}")]
    Tensors(#[from] SafeTensorError),
}

const HEAD: &str = "model.json";
const WEIGHTS: &str = "model.safetensors";

/// What a model is made of, before it is bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its kind: the word of a [`LearnerKind`], or `one-vs-rest`.
    pub(super) kind: &'static str,
    /// Everything but its numbers.
    pub(super) head: Json,
    /// Its numbers.
    pub(super) weights: Tensors,
}

impl Kept {
    pub(super) fn new(kind: LearnerKind, head: Json, weights: Tensors) -> Self {
        Self { kind: kind.as_str(), head, weights }
    }
}

/// A model's files: `model.json` and `model.safetensors`, the same bytes for the same model.
///
/// # Errors
/// Where the numbers cannot be written.
pub fn artifacts(model: &dyn Model) -> Result<Vec<Artifact>, ArtifactError> {
    let kept = model.keep();
    let head = json!({"kind": kept.kind, "model": kept.head});
    Ok(vec![
        Artifact { name: HEAD.to_owned(), bytes: head.to_string().into_bytes() },
        Artifact { name: WEIGHTS.to_owned(), bytes: kept.weights.to_bytes()? },
    ])
}

/// The model of some files, others among them or not.
///
/// # Errors
/// Where one is missing or damaged.
pub fn load(artifacts: &[Artifact]) -> Result<Box<dyn Model>, ArtifactError> {
    let file = |name: &'static str| {
        let found = artifacts.iter().find(|artifact| artifact.name == name);
        found.map(|artifact| &artifact.bytes[..]).ok_or(ArtifactError::Missing(name))
    };
    let head: Json = serde_json::from_slice(file(HEAD)?).map_err(|e| ArtifactError::Damaged(HEAD, e.to_string()))?;
    let weights = Tensors::from_bytes(file(WEIGHTS)?)?;
    made(&head, &weights)
}

/// A model of its head `{kind, model}` and its numbers.
pub(super) fn made(head: &Json, weights: &Tensors) -> Result<Box<dyn Model>, ArtifactError> {
    let word = head["kind"].as_str().unwrap_or_default();
    let of = &head["model"];
    if word == one_vs_rest::KIND {
        return one_vs_rest::load(of, weights);
    }
    let kind = word.parse::<LearnerKind>().map_err(|_| ArtifactError::UnknownKind(word.to_owned()))?;
    match kind {
        LearnerKind::Majority => majority::load(of),
        LearnerKind::NaiveBayes => bayes::load(of, weights),
        LearnerKind::LogisticRegression => logistic::load(of, weights),
        LearnerKind::Tree | LearnerKind::Forest => trees::load_trees(kind, of, weights),
        LearnerKind::Boosting => trees::load_boosting(of, weights),
        LearnerKind::Mlp => mlp::load(of, weights),
    }
}

/// A value of a head.
pub(super) fn part<T: serde::de::DeserializeOwned>(head: &Json, name: &str) -> Result<T, ArtifactError> {
    let value = head.get(name).cloned().unwrap_or(Json::Null);
    serde_json::from_value(value).map_err(|e| ArtifactError::Damaged(HEAD, format!("{name}: {e}")))
}

/// Says what is wrong with the numbers.
pub(super) fn damaged(what: impl Into<String>) -> ArtifactError {
    ArtifactError::Damaged(WEIGHTS, what.into())
}

/// Numbers by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tensors(BTreeMap<String, Tensor>);

#[derive(Debug, Clone, PartialEq)]
struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    /// Little-endian.
    bytes: Vec<u8>,
}

/// A type of number that a model can have.
pub(super) trait Element: Sized {
    const DTYPE: Dtype;
    const SIZE: usize;
    fn put(&self, bytes: &mut Vec<u8>);
    fn take(bytes: &[u8]) -> Option<Self>;
}

macro_rules! elements {
    ($($type:ty: $dtype:ident),*) => {$(
        impl Element for $type {
            const DTYPE: Dtype = Dtype::$dtype;
            const SIZE: usize = size_of::<$type>();
            fn put(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }
            fn take(bytes: &[u8]) -> Option<Self> {
                Some(Self::from_le_bytes(bytes.try_into().ok()?))
            }
        }
    )*};
}
elements!(f32: F32, f64: F64, u32: U32);

impl Tensors {
    /// Adds numbers, row after row of `width`; 0 for numbers that are no rows.
    pub fn put<T: Element>(&mut self, name: &str, width: usize, values: &[T]) {
        let shape = values.len().checked_div(width).map_or_else(|| vec![values.len()], |rows| vec![rows, width]);
        let mut bytes = Vec::with_capacity(values.len() * T::SIZE);
        values.iter().for_each(|value| value.put(&mut bytes));
        self.0.insert(name.to_owned(), Tensor { dtype: T::DTYPE, shape, bytes });
    }

    /// The numbers of this name, row after row.
    pub fn get<T: Element>(&self, name: &str) -> Result<Vec<T>, ArtifactError> {
        let tensor = self.0.get(name).ok_or_else(|| damaged(format!("{name} is not there")))?;
        if tensor.dtype != T::DTYPE {
            return Err(damaged(format!("{name} is {:?}, not {:?}", tensor.dtype, T::DTYPE)));
        }
        Ok(tensor.bytes.chunks_exact(T::SIZE).filter_map(T::take).collect())
    }

    /// Those whose names start like this, without their start.
    pub fn within(&self, prefix: &str) -> Self {
        let own = |(name, tensor): (&String, &Tensor)| Some((name.strip_prefix(prefix)?.to_owned(), tensor.clone()));
        Self(self.0.iter().filter_map(own).collect())
    }

    /// Takes others in, with this before their names.
    pub fn extend(&mut self, prefix: &str, others: Self) {
        self.0.extend(others.0.into_iter().map(|(name, tensor)| (format!("{prefix}{name}"), tensor)));
    }

    fn to_bytes(&self) -> Result<Vec<u8>, SafeTensorError> {
        let views = self.0.iter().map(|(name, t)| Ok((name, TensorView::new(t.dtype, t.shape.clone(), &t.bytes)?)));
        safetensors::serialize(views.collect::<Result<Vec<_>, SafeTensorError>>()?, None)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let own = |(name, view): (String, TensorView<'_>)| {
            (name, Tensor { dtype: view.dtype(), shape: view.shape().to_vec(), bytes: view.data().to_vec() })
        };
        Ok(Self(SafeTensors::deserialize(bytes)?.tensors().into_iter().map(own).collect()))
    }
}
