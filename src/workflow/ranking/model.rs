//! The model of a round: linear, fitted while people label, or of another family, fitted as a run's is.

use crate::domain::{Digest, Question};
use crate::error::Result;
use crate::features::Features;
use crate::jobs::Control;
use crate::models::learner::LearnerKind;
use crate::models::{ClassWeights, LinearModel, Probabilities};
use crate::paths::Paths;
use crate::project::{Project, Round};
use crate::workflow::runs::{self, Calibrate, Classes, Fitting, Kept};
use serde_json::Value as Json;
use std::borrow::Cow;

const MAGIC: &[u8; 8] = b"karatfm1";

/// What a round learned.
#[derive(Debug)]
pub enum RoundModel {
    /// The ranker's own sparse logistic regression over text and field tokens: quick enough for any size.
    Linear(LinearModel),
    /// Another family, over what a run looks at where nobody says otherwise: text, and fields that are features.
    Family(Family),
}

/// A model as a run has it, with what it says of every item: it is asked once for all.
#[derive(Debug)]
pub struct Family {
    bytes: Vec<u8>,
    seen: Vec<u32>,
    said: Probabilities,
}

impl RoundModel {
    /// How many classes it tells apart.
    pub fn classes(&self) -> usize {
        match self {
            Self::Linear(model) => model.classes(),
            Self::Family(family) => family.said.classes(),
        }
    }

    /// The classes that it has seen, ascending.
    pub fn seen(&self) -> &[u32] {
        match self {
            Self::Linear(model) => model.seen(),
            Self::Family(family) => &family.seen,
        }
    }

    /// The linear model, whose words can be told apart.
    pub fn linear(&self) -> Option<&LinearModel> {
        match self {
            Self::Linear(model) => Some(model),
            Self::Family(_) => None,
        }
    }

    /// What it thinks of all rows.
    pub fn probabilities(&self, features: &Features) -> Cow<'_, Probabilities> {
        match self {
            Self::Linear(model) => Cow::Owned(model.probabilities(features.rows())),
            Self::Family(family) => Cow::Borrowed(&family.said),
        }
    }

    /// What it thinks of one row; nothing of a row that came after it was asked.
    pub fn probabilities_of(&self, features: &Features, row: usize) -> Vec<f32> {
        match self {
            Self::Linear(model) => model.probabilities_of(features.rows().row(row)),
            Self::Family(family) => family.said.row(row).to_vec(),
        }
    }

    /// What is kept of it.
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Linear(model) => Cow::Owned(model.to_bytes()),
            Self::Family(family) => Cow::Borrowed(&family.bytes),
        }
    }

    /// The hash that a round is known by.
    pub fn hash(&self) -> Digest {
        Digest(*blake3::hash(&self.to_bytes()).as_bytes())
    }

    /// Reads back what a round kept; none where it is not that.
    pub(super) fn read(
        bytes: &[u8],
        round: &Round,
        project: &Project,
        paths: &Paths,
        control: &Control,
    ) -> Result<Option<Self>> {
        if bytes.starts_with(MAGIC) {
            let Some(kept) = kept(bytes) else { return Ok(None) };
            let seen = round.round.params["seen"].as_array().into_iter().flatten();
            let seen = seen.filter_map(|class| u32::try_from(class.as_u64()?).ok()).collect();
            let said = runs::says(&kept, &runs::material_of_rounds(project, paths, control)?);
            return Ok(Some(Self::Family(Family { bytes: bytes.to_vec(), seen, said })));
        }
        Ok(LinearModel::from_bytes(bytes).map(Self::Linear))
    }
}

impl Family {
    /// Fits a family to examples, row and class; gives what is needed to do it again beside it.
    ///
    /// # Errors
    /// `Data` where the examples do not suffice; where it was stopped.
    pub fn fit(
        kind: LearnerKind,
        question: &Question,
        examples: &[(u32, u32)],
        seed: u64,
        (project, paths, control): (&Project, &Paths, &Control),
    ) -> Result<(Self, Json)> {
        let material = runs::material_of_rounds(project, paths, control)?;
        let classes =
            Classes::Choice(question.labels.iter().map(|label| (label.id.to_string(), label.name.clone())).collect());
        let train: Vec<(u32, Vec<u32>)> = examples.iter().map(|&(row, class)| (row, vec![class])).collect();
        let learner = kind.learner();
        let (class_weights, calibrate, costs) = (ClassWeights::Equal, Calibrate::None, None);
        let how = Fitting { learner: &*learner, class_weights, calibrate, seed, costs };
        let kept = runs::fit(&material, &classes, &train, &[], &how, &super::watched(control, "training"))?;
        let mut seen: Vec<u32> = examples.iter().map(|&(_, class)| class).collect();
        seen.sort_unstable();
        seen.dedup();
        let said = runs::says(&kept, &material);
        let family = Self { bytes: pack(&kept.artifacts()?), seen, said };
        let settings = learner.settings().into_iter().map(|(name, value)| (name.to_owned(), Json::from(value)));
        Ok((family, Json::Object(settings.collect())))
    }

    /// What it says of all items.
    pub fn said(&self) -> &Probabilities {
        &self.said
    }
}

/// Files behind each other, each after its name and the lengths of both.
fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (name, body) in files {
        bytes.extend((name.len() as u64).to_le_bytes());
        bytes.extend((body.len() as u64).to_le_bytes());
        bytes.extend(name.as_bytes());
        bytes.extend(body);
    }
    bytes
}

/// The model that was packed; none where it is damaged: the round is made again.
fn kept(bytes: &[u8]) -> Option<Kept> {
    let read = Kept::of_artifacts(&unpack(bytes)?);
    read.map_err(|e| tracing::warn!("the newest round cannot be read: {e}")).ok()
}

fn unpack(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let mut files = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_first_chunk::<8>()?;
        let (body, after) = after.split_first_chunk::<8>()?;
        let length = |bytes: &[u8; 8]| usize::try_from(u64::from_le_bytes(*bytes)).ok();
        let (name, after) = after.split_at_checked(length(name)?)?;
        let (body, after) = after.split_at_checked(length(body)?)?;
        files.push((String::from_utf8(name.to_vec()).ok()?, body.to_vec()));
        rest = after;
    }
    Some(files)
}

/// The families that the live ranker can be of.
pub const FAMILIES: &[&str] = &["logistic-regression", "naive-bayes", "tree", "forest", "boosting", "mlp"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_but_the_floor_can_rank() {
        let all: Vec<&str> = LearnerKind::ALL.iter().map(|kind| kind.as_str()).filter(|k| *k != "majority").collect();
        assert!(all.len() == FAMILIES.len() && all.iter().all(|kind| FAMILIES.contains(kind)), "{all:?}");
    }

    #[test]
    fn files_are_packed_and_unpacked_and_cut_ones_are_none() {
        let files = vec![("a".to_owned(), vec![1, 2, 3]), ("b.json".to_owned(), Vec::new())];
        let packed = pack(&files);
        assert_eq!(unpack(&packed), Some(files));
        assert_eq!(unpack(&packed[..packed.len() - 1]), None);
        assert_eq!(unpack(b"karatlm2"), None);
    }

    #[test]
    fn a_damaged_model_of_a_family_is_none() {
        let files = vec![("karat.json".to_owned(), b"{".to_vec())];
        assert!(kept(&pack(&files)).is_none() && kept(&pack(&[])).is_none());
    }
}
