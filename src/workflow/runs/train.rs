//! Training a run, and training it again from its record.

use super::decide::check_name;
use super::encoder::Encoder;
use super::fit::{self, Manner, Material};
use super::ground::{Classes, Known};
use super::kept::Kept;
use super::measure::{Judged, Said, scores};
use super::record;
use crate::domain::{ActKind, Digest, FieldValue, ItemKey, PersonId, Question, words};
use crate::error::{Error, Result};
use crate::features::{Features, Recipe};
use crate::jobs::Control;
use crate::models::learner::LearnerKind;
use crate::models::{ClassWeights, Probabilities, likeliest};
use crate::paths::Paths;
use crate::project::{NewRun, Predictions, Project, Run, RunOrigin, SnapshotId, State};
use crate::resampling::Resampling;
use crate::splits::Ties;
use crate::workflow::ranking;
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

words! {
    /// What a model looks at.
    Source: "source of features" {
        /// The text.
        Text = "text",
        /// The fields that are flagged as features.
        Fields = "fields",
        /// What a sentence encoder makes of the text.
        Embeddings = "embeddings",
    }
}

words! {
    /// What sets a model's probabilities right, on the validation split.
    Calibrate: "calibration" {
        /// Nothing.
        None = "none",
        /// One number by which their logarithms are divided.
        Temperature = "temperature",
        /// A rising step function for each class: it needs a thousand rows or more.
        Isotonic = "isotonic",
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The family of models.
    pub model: LearnerKind,
    /// What it looks at; empty for what there is.
    pub sources: Vec<Source>,
    /// The folder of the sentence encoder, for embeddings.
    pub encoder: Option<PathBuf>,
    /// Its settings.
    pub set: Vec<(String, String)>,
    /// Whether every class counts the same.
    pub balanced: bool,
    /// What sets its probabilities right; none said means by temperature, where there is something to do it on.
    pub calibrate: Calibrate,
    /// What to call the run; else its model.
    pub name: Option<String>,
    /// Where the randomness starts.
    pub seed: u64,
}

/// What training came to, before it is written.
#[derive(Debug)]
struct Outcome {
    kept: Kept,
    said: Probabilities,
    /// Everything but times and sizes.
    measured: Json,
    seconds: Map<String, Json>,
}

/// Trains a model on the state as it is now and keeps both, in one act: what is stopped or killed half-way leaves nothing.
///
/// # Errors
/// Where there is not enough to learn from, a setting is wrong, or it was stopped.
pub fn train(
    project: &mut Project,
    paths: &Paths,
    by: PersonId,
    question: &Question,
    asked: &Asked,
    control: &Control,
) -> Result<Run> {
    let started = Instant::now();
    asked.name.as_deref().map_or(Ok(()), check_name)?;
    check(asked)?;
    control.report("reading", 0, 0);
    let sources = sources(project, asked)?;
    let encoder = match sources.contains(&Source::Embeddings) {
        true => Some(Arc::new(Encoder::open(asked.encoder.as_deref())?)),
        false => None,
    };
    // At one moment: what is learned from is what the snapshot keeps, whoever answers or imports meanwhile.
    let (state, material, load, featured) = project.at_one_moment(|project| {
        let state = project.state(question)?;
        let (load, featured) = (started.elapsed().as_secs_f64(), Instant::now());
        Ok((state, material_now(project, paths, &sources, encoder, control)?, load, featured))
    })?;
    let classes = Classes::of(question, &state)?;
    let mut outcome = run(project, classes, &state, &material, asked, control)?;
    outcome.seconds.insert("load".into(), json!(load));
    let features = featured.elapsed().as_secs_f64() - seconds(&outcome, "fit") - seconds(&outcome, "evaluate");
    outcome.seconds.insert("features".into(), json!(features.max(0.0)));
    outcome.seconds.insert("total".into(), json!(started.elapsed().as_secs_f64()));
    let latency = latency(project, &state, &outcome.kept)?;
    let mut told = outcome.measured;
    told["seconds"] = Json::Object(outcome.seconds);
    told["latency_us"] = latency;
    told["machine"] = record::machine();
    let artifacts = outcome.kept.artifacts()?;
    let predictions = predictions(&state, &outcome.said, outcome.kept.head.classes.are_sets());
    control.check()?;
    let name = asked.name.clone().unwrap_or_else(|| asked.model.to_string());
    let (_, id) = project.write(by, ActKind::Run, |w| {
        let snapshot = w.keep_state(question, &state, None)?;
        let new = NewRun {
            question: question.id,
            name,
            origin: RunOrigin::Trained,
            model: asked.model.to_string(),
            seed: asked.seed,
            snapshot: Some(snapshot),
            record: told,
        };
        w.add_run(&new, &artifacts, &predictions)
    })?;
    let runs = project.runs(question.id)?.into_iter();
    runs.into_iter().find(|run| run.id == id).ok_or_else(|| Error::internal("a run was written and is not there"))
}

fn seconds(outcome: &Outcome, name: &str) -> f64 {
    outcome.seconds.get(name).and_then(Json::as_f64).unwrap_or(0.0)
}

fn check(asked: &Asked) -> Result<()> {
    let sets = asked.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    asked.model.with(sets).map(drop).map_err(|e| Error::usage(e.to_string()))
}

/// What the model looks at: what was asked for, else the text, and the fields where some are flagged as features.
fn sources(project: &Project, asked: &Asked) -> Result<Vec<Source>> {
    let flagged = project.fields()?.iter().any(|field| field.feature);
    if asked.sources.contains(&Source::Fields) && !flagged {
        return Err(Error::usage("no field is flagged as a feature, so that models may see it")
            .hint("karat field set NAME --feature true, where the field does not give the label away"));
    }
    Ok(match asked.sources.as_slice() {
        [] if flagged => vec![Source::Text, Source::Fields],
        [] => vec![Source::Text],
        asked => asked.to_vec(),
    })
}

fn material_now(
    project: &Project,
    paths: &Paths,
    sources: &[Source],
    encoder: Option<Arc<Encoder>>,
    control: &Control,
) -> Result<Material> {
    let mut material = Material::default();
    if sources.contains(&Source::Text) {
        material.text = Some(ranking::features_of(project, paths, false, control)?);
    }
    if let Some(encoder) = encoder {
        let rows = encoder.of_items(project, paths, control)?;
        material.embeddings = Some((encoder, rows));
    }
    if sources.contains(&Source::Fields) {
        let (names, places) = flagged(project)?;
        let mut rows: Vec<Vec<FieldValue>> = Vec::new();
        project.for_each_fields(|_, values| rows.push(places.iter().map(|place| values[*place].clone()).collect()))?;
        material = material.with_fields(names, &rows);
    }
    Ok(material)
}

/// The fields that models may see: their names and places.
fn flagged(project: &Project) -> Result<(Vec<String>, Vec<usize>)> {
    let fields = project.fields()?.into_iter().enumerate().filter(|(_, field)| field.feature);
    Ok(fields.map(|(place, field)| (field.name, place)).unzip())
}

fn run(
    project: &Project,
    classes: Classes,
    state: &State,
    material: &Material,
    asked: &Asked,
    control: &Control,
) -> Result<Outcome> {
    let known = Known::of(state, &classes);
    if known.train.is_empty() {
        return Err(Error::data("no item of the train split has a settled value to learn from")
            .hint("answer items, bring labels in, or split otherwise: karat split"));
    }
    let sets = asked.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let learner = asked.model.with(sets).map_err(|e| Error::usage(e.to_string()))?;
    let class_weights = if asked.balanced { ClassWeights::Balanced } else { ClassWeights::Equal };
    let manner = Manner { learner: &*learner, class_weights, calibrate: asked.calibrate, seed: asked.seed };
    let rows = state.rows.iter().map(|row| row.seq).max().unwrap_or(0) as usize;
    let fitting = Instant::now();
    let kept = fit::fit(material, &classes, &known.train, &known.validation, &manner, control)?;
    let fit_seconds = fitting.elapsed().as_secs_f64();
    let judging = Instant::now();
    let said = fit::says(&kept, material);
    let floor = fit::floor(&classes, &known.train, rows, control)?;
    let resampling = Resampling { seed: asked.seed, ..Resampling::default() };
    let mut judged = Judged::default();
    let mut judge = |name: &str, said: Probabilities, floor: Probabilities, truths: &[&[u32]]| {
        let of = |said| scores(&classes, &Said::of(said), truths, resampling);
        judged.add(name, of(said), of(floor));
    };
    for (name, rows) in [("validation", &known.validation), ("test", &known.test)] {
        let truths: Vec<&[u32]> = rows.iter().map(|(_, of)| &of[..]).collect();
        judge(name, of_rows(&said, rows), of_rows(&floor, rows), &truths);
    }
    if known.test.is_empty() {
        let units = units(project, state, &known)?;
        let held_out = fit::out_of_fold(rows, material, &classes, &known, &units, &manner, control)?;
        let truths: Vec<&[u32]> = known.train.iter().map(|(_, of)| &of[..]).collect();
        judge("cross-validation", held_out, of_rows(&floor, &known.train), &truths);
    }
    let [train, validation, test] = known.counts();
    let mut measured = json!({
        "features": {"text": kept.head.text.as_ref().map(Recipe::name), "fields": kept.head.fields,
            "embeddings": kept.head.encoder},
        "params": record::params(&*learner), "class_weights": if asked.balanced { "balanced" } else { "none" },
        "calibration": {"asked": asked.calibrate.as_str(), "fitted": kept.head.calibration},
        "labels": kept.head.classes, "rows": {"train": train, "validation": validation, "test": test},
        "left_out": known.left_out,
        "judged_by": if known.test.is_empty() { "cross-validation" } else { "test" },
        "code": env!("CARGO_PKG_VERSION"),
    });
    judged.tell(&mut measured);
    let mut seconds = Map::new();
    seconds.insert("fit".into(), json!(fit_seconds));
    seconds.insert("evaluate".into(), json!(judging.elapsed().as_secs_f64()));
    Ok(Outcome { kept, said, measured, seconds })
}

fn of_rows(said: &Probabilities, rows: &[(u32, Vec<u32>)]) -> Probabilities {
    let values = rows.iter().flat_map(|(row, _)| said.row(*row as usize).iter().copied()).collect();
    Probabilities::new(said.classes(), values)
}

/// The unit of every training row: copies of one text as it was then, and members of one group. They are numbered in the
/// order of the rows, which is that of the keys, so that every copy of the project numbers them alike.
fn units(project: &Project, state: &State, known: &Known) -> Result<Vec<u32>> {
    let texts: HashMap<u32, &Digest> = state.rows.iter().map(|row| (row.seq - 1, &row.text)).collect();
    let groups = project.groups()?;
    let mut ties = Ties::default();
    for (row, _) in &known.train {
        let text = texts.get(row).map(|text| text.0.to_vec());
        ties.add(text.into_iter().chain(groups.get(&(row + 1)).map(|group| group.to_vec())));
    }
    Ok(ties.units().of().to_vec())
}

/// What the model says of every item of the state.
fn predictions(state: &State, said: &Probabilities, sets: bool) -> Predictions {
    let items: Vec<(u32, ItemKey)> = state.rows.iter().map(|row| (row.seq, row.key)).collect();
    let row = |seq: u32| said.row(seq as usize - 1);
    Predictions {
        classes: said.classes(),
        // Of label sets no class is the one.
        labels: if sets { Vec::new() } else { items.iter().map(|(seq, _)| likeliest(row(*seq))).collect() },
        probabilities: items.iter().flat_map(|(seq, _)| row(*seq).iter().copied()).collect(),
        items,
    }
}

/// How long one prediction takes, from text to probabilities, over some items spread over the state.
fn latency(project: &Project, state: &State, kept: &Kept) -> Result<Json> {
    const TRIED: usize = 200;
    let step = state.rows.len().div_ceil(TRIED).max(1);
    let (names, places) = flagged(project)?;
    let places: Vec<Option<usize>> =
        kept.head.fields.iter().map(|name| names.iter().position(|n| n == name).map(|i| places[i])).collect();
    let mut micros: Vec<f64> = Vec::new();
    for row in state.rows.iter().step_by(step) {
        let item = project.item(row.seq)?;
        let value = |place: &Option<usize>| place.and_then(|p| item.fields.get(p).cloned()).unwrap_or(FieldValue::Null);
        let fields = [places.iter().map(value).collect()];
        let started = Instant::now();
        let said = kept.says_of(&[&item.text], &fields)?;
        micros.push(started.elapsed().as_secs_f64() * 1e6);
        debug_assert!(said.len() <= 1);
    }
    micros.sort_by(f64::total_cmp);
    let at = |share: f64| micros.get(((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1)));
    Ok(json!({"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "n": micros.len()}))
}

/// What training a run again came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reproduced {
    /// What is not as it was, by its place in the record or the name of the artifact, with what was and what is.
    pub differences: Vec<(String, String, String)>,
    /// How many numbers and files were compared.
    pub compared: usize,
}

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
    let again = self::run(project, old.head.classes, &state, &material, &asked, control)?;
    let mut reproduced = Reproduced { differences: Vec::new(), compared: 0 };
    for part in ["rows", "metrics", "per_class", "confusion", "reliability", "floor", "calibration"] {
        record::differ(part, &record[part], &again.measured[part], &mut reproduced);
    }
    let files = project.artifacts(run.id)?;
    for (name, bytes) in again.kept.artifacts()? {
        reproduced.compared += 1;
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex()[..16].to_owned();
        let was = files.iter().find(|(known, _)| *known == name).map(|(_, bytes)| hash(bytes));
        let is = hash(&bytes);
        if was.as_ref() != Some(&is) {
            reproduced.differences.push((name, was.unwrap_or_else(|| "nothing".to_owned()), is));
        }
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
    let text = kept.head.text.as_ref().map(|recipe| Features::extract(&texts, recipe));
    Ok(Material { text, embeddings, fields: None }.with_fields(names, &fields))
}
