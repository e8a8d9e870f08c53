//! Training a run again from its record, on the state of then.

use super::fit::Material;
use super::kept::Kept;
use super::record;
use super::trial::{self, Terms};
use super::words::{Text, Words, learned};
use crate::domain::{FieldValue, Question};
use crate::error::{Error, Result};
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::{Project, Run, RunOrigin, SnapshotId, State};
use std::path::Path;
use std::sync::Arc;

/// What training a run again came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduced {
    /// What is not as it was, by its place in the record or the name of the artifact, with what was and what is.
    pub differences: Vec<(String, String, String)>,
    /// How many numbers and files were compared.
    pub compared: usize,
}

/// The parts of a record that come out again; those that older runs do not have are not asked of them.
const COMPARED: [&str; 11] = [
    "rows",
    "metrics",
    "per_class",
    "confusion",
    "reliability",
    "thresholds",
    "costs",
    "learning_curve",
    "seeds",
    "floor",
    "calibration",
];

/// Trains a run again from its record, on the state that its snapshot kept, and compares every number and every file.
///
/// # Errors
/// Where the run was not trained here, its snapshot is gone, or it looks at embeddings of an encoder that is not in the
/// folder that is named.
pub fn reproduce(
    project: &Project,
    paths: &Paths,
    question: &Question,
    run: &Run,
    encoder: Option<&Path>,
    control: &Control,
) -> Result<Reproduced> {
    if run.run.origin == RunOrigin::Imported {
        return Err(Error::usage(format!("run {} was trained elsewhere: only its predictions came in", run.number))
            .hint("karat compares it with others: karat runs compare"));
    }
    let record = &run.run.record;
    let missing = |what: &str| Error::data(format!("run {} has no {what}: it cannot be trained again", run.number));
    let snapshot: SnapshotId = run.run.snapshot.ok_or_else(|| missing("snapshot"))?;
    let snapshots = project.snapshots(question.id)?;
    let snapshot = snapshots.iter().find(|known| known.id == snapshot).ok_or_else(|| missing("snapshot"))?;
    let state = project.state_of(question, snapshot)?;
    let asked = record::asked(run)?;
    let old = super::kept(project, run)?.with_encoder(encoder)?;
    let material = material_of_then(project, paths, &state, &old, control)?;
    let terms = Terms { costs: old.head.costs.as_ref(), group: record["group"].as_str() };
    let again = trial::run(project, old.head.classes.clone(), &state, &material, &asked, terms, control)?;
    let mut reproduced = Reproduced { differences: Vec::new(), compared: 0 };
    for part in COMPARED.into_iter().filter(|part| record.get(*part).is_some()) {
        record::differ(part, &record[part], &again.measured[part], &mut reproduced);
    }
    let files = project.artifacts(run.id)?;
    let made = again.kept.artifacts()?;
    for (name, bytes) in &made {
        reproduced.compared += 1;
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex()[..16].to_owned();
        let was = files.iter().find(|(known, _)| known == name).map(|(_, bytes)| hash(bytes));
        let is = hash(bytes);
        if was.as_ref() != Some(&is) {
            reproduced.differences.push((name.clone(), was.unwrap_or_else(|| "nothing".to_owned()), is));
        }
    }
    for (name, _) in files.iter().filter(|(name, _)| made.iter().all(|(known, _)| known != name)) {
        reproduced.differences.push((name.clone(), "there".to_owned(), "nothing".to_owned()));
    }
    Ok(reproduced)
}

/// What a model looked at, as it was in a state.
fn material_of_then(
    project: &Project,
    paths: &Paths,
    state: &State,
    kept: &Kept,
    control: &Control,
) -> Result<Material> {
    let names = kept.head.fields.clone();
    let declared = project.fields()?;
    let places: Vec<Option<usize>> =
        names.iter().map(|name| declared.iter().position(|field| field.name == *name)).collect();
    let rows = project.item_rows()? as usize;
    let mut texts = vec![String::new(); rows];
    let mut fields = vec![vec![FieldValue::Null; names.len()]; rows];
    project.for_each_row_of(state, |seq, text, values| {
        let row = seq as usize - 1;
        texts[row] = text.to_owned();
        fields[row] = places
            .iter()
            .map(|place| place.and_then(|place| values.get(place).cloned()).unwrap_or(FieldValue::Null))
            .collect();
        Ok(())
    })?;
    let embeddings = match &kept.encoder {
        Some(encoder) => Some((Arc::clone(encoder), encoder.of_texts(project, paths, &texts, control)?)),
        None => None,
    };
    let text = match &kept.words {
        None => None,
        Some(Words::Hashed(recipe)) => Some(Text::hashed(&texts, recipe)),
        Some(Words::Listed(_)) => {
            let all = |visit: &mut dyn FnMut(&str)| {
                texts.iter().for_each(|text| visit(text));
                Ok(())
            };
            Some(Text::listed(&all, &learned(state), control)?)
        }
    };
    Ok(Material { text, embeddings, fields: None }.with_fields(names, &fields))
}
