//! Training a run.

use super::announce::announce;
use super::decide::check_name;
use super::encoder::Encoder;
use super::fit::Material;
use super::ground::{Classes, Known};
use super::kept::Kept;
use super::learning::LearningCurve;
use super::record;
use super::trial::{self, Terms};
use super::words::{Text, learned};
use crate::domain::{ActKind, FieldValue, ItemKey, PersonId, Question, words};
use crate::error::{Error, Result};
use crate::jobs::Control;
use crate::models::Probabilities;
use crate::models::learner::LearnerKind;
use crate::paths::Paths;
use crate::project::{NewRun, Predictions, Project, Run, RunOrigin, State};
use crate::training::evaluation::predicted;
use crate::training::{Latency, latency};
use crate::workflow::costs::Costs;
use crate::workflow::ranking;
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    /// From how many seeds it is trained, to tell how much the seed makes; the model of the first is kept.
    pub seeds: u32,
    /// Whether a learning curve is made.
    pub learning_curve: LearningCurve,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            model: LearnerKind::LogisticRegression,
            sources: Vec::new(),
            encoder: None,
            set: Vec::new(),
            balanced: false,
            calibrate: Calibrate::Temperature,
            name: None,
            seed: 0,
            seeds: 1,
            learning_curve: LearningCurve::Auto,
        }
    }
}

/// Trains a model on the state as it is now and keeps both, in one act: what is stopped or killed half-way leaves nothing.
/// Others see it while it is under way ([`super::under_way`]); `announced` hears its number there.
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
    announced: impl FnOnce(u32) -> Result<()>,
) -> Result<Run> {
    let started = Instant::now();
    check(asked)?;
    let sources = sources(project, asked)?;
    let encoder = match sources.contains(&Source::Embeddings) {
        true => Some(Arc::new(Encoder::open(asked.encoder.as_deref())?)),
        false => None,
    };
    let training = announce(project, by, question, asked, control)?;
    let number = training.number();
    let run = announced(number).and_then(|()| {
        let what = Work { question, asked, sources: &sources, encoder, number, started };
        work(project, paths, by, what, control)
    });
    training.end(project, &run);
    run
}

/// What one training is about.
struct Work<'a> {
    question: &'a Question,
    asked: &'a Asked,
    sources: &'a [Source],
    encoder: Option<Arc<Encoder>>,
    /// Its number among those under way.
    number: u32,
    started: Instant,
}

fn work(project: &mut Project, paths: &Paths, by: PersonId, what: Work<'_>, control: &Control) -> Result<Run> {
    let Work { question, asked, sources, encoder, number, started } = what;
    control.report("reading", 0, 0);
    if let Some(encoder) = &encoder {
        anything_to_learn(project, question)?;
        // Encoding takes long: the moment below finds nearly all of it done, and holds nobody's file open meanwhile.
        encoder.of_items(project, paths, control)?;
    }
    // At one moment: what is learned from is what the snapshot keeps, whoever answers or imports meanwhile.
    let (state, material, load, featured) = project.at_one_moment(|project| {
        let state = project.state(question)?;
        let (load, featured) = (started.elapsed().as_secs_f64(), Instant::now());
        let material = material_now(project, paths, &state, sources, encoder, control)?;
        Ok((state, material, load, featured))
    })?;
    let classes = Classes::of(question, &state)?;
    let features = featured.elapsed().as_secs_f64();
    let costs = Costs::of(project, question)?.and_then(|costs| costs.matrix(&classes));
    let group = project.split_rule()?.and_then(|(_, rule)| rule.group);
    let terms = Terms { costs: costs.as_ref(), group: group.as_deref() };
    let mut outcome = trial::run(project, classes, &state, &material, asked, terms, control)?;
    outcome.seconds.insert("load".into(), json!(load));
    outcome.seconds.insert("features".into(), json!(features));
    outcome.seconds.insert("total".into(), json!(started.elapsed().as_secs_f64()));
    let latency = timed(project, &state, &outcome.kept)?;
    let mut told = outcome.measured;
    told["seconds"] = Json::Object(outcome.seconds);
    told["latency_us"] = latency;
    told["machine"] = record::machine();
    told["curves"] = control.curves().to_json();
    let artifacts = outcome.kept.artifacts()?;
    let predictions = predictions(&state, &outcome.said, &outcome.kept);
    control.check()?;
    control.report("keeping", 0, 0);
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
        let run = w.add_run(&new, &artifacts, &predictions)?;
        w.finish_training(number, run)?;
        Ok(run)
    })?;
    let runs = project.runs(question.id)?.into_iter();
    runs.into_iter().find(|run| run.id == id).ok_or_else(|| Error::internal("a run was written and is not there"))
}

/// Sees to it, before anything long is begun, that something is settled to learn from.
fn anything_to_learn(project: &Project, question: &Question) -> Result<()> {
    let state = project.state(question)?;
    Known::of(&state, &Classes::of(question, &state)?).to_learn_from().map(drop)
}

/// Whether what is asked can be: its name and settings.
pub fn check(asked: &Asked) -> Result<()> {
    asked.name.as_deref().map_or(Ok(()), check_name)?;
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

/// What the models of rounds look at: the text, its n-grams hashed so that its rows stand in the cache, and the fields that
/// are flagged as features.
///
/// # Errors
/// Where it was stopped.
pub fn material_of_rounds(project: &Project, paths: &Paths, control: &Control) -> Result<Material> {
    project.at_one_moment(|project| {
        let rows = ranking::features_of(project, paths, false, control)?;
        let material = Material { text: Some(Text::hashed_already(rows)), ..Material::default() };
        with_flagged(project, material)
    })
}

fn material_now(
    project: &Project,
    paths: &Paths,
    state: &State,
    sources: &[Source],
    encoder: Option<Arc<Encoder>>,
    control: &Control,
) -> Result<Material> {
    let mut material = Material::default();
    if sources.contains(&Source::Text) {
        let texts = |visit: &mut dyn FnMut(&str)| project.for_each_text(|_, text| visit(text));
        material.text = Some(Text::listed(&texts, &learned(state), control)?);
    }
    if let Some(encoder) = encoder {
        let rows = encoder.of_items(project, paths, control)?;
        material.embeddings = Some((encoder, rows));
    }
    if sources.contains(&Source::Fields) { with_flagged(project, material) } else { Ok(material) }
}

fn with_flagged(project: &Project, material: Material) -> Result<Material> {
    let (names, places) = flagged(project)?;
    let mut rows: Vec<Vec<FieldValue>> = Vec::new();
    project.for_each_fields(|_, values| rows.push(places.iter().map(|place| values[*place].clone()).collect()))?;
    Ok(material.with_fields(names, &rows))
}

/// The fields that models may see: their names and places.
fn flagged(project: &Project) -> Result<(Vec<String>, Vec<usize>)> {
    let fields = project.fields()?.into_iter().enumerate().filter(|(_, field)| field.feature);
    Ok(fields.map(|(place, field)| (field.name, place)).unzip())
}

/// What the model says of every item of the state.
fn predictions(state: &State, said: &Probabilities, kept: &Kept) -> Predictions {
    let items: Vec<(u32, ItemKey)> = state.rows.iter().map(|row| (row.seq, row.key)).collect();
    let row = |seq: u32| said.row(seq as usize - 1);
    let sets = kept.head.classes.are_sets();
    Predictions {
        classes: said.classes(),
        labels: if sets { Vec::new() } else { items.iter().map(|(seq, _)| kept.decides(row(*seq))).collect() },
        sets: if sets { items.iter().map(|(seq, _)| predicted(row(*seq))).collect() } else { Vec::new() },
        probabilities: items.iter().flat_map(|(seq, _)| row(*seq).iter().copied()).collect(),
        items,
    }
}

/// How long one prediction takes, from text to probabilities, over some items spread over the state.
fn timed(project: &Project, state: &State, kept: &Kept) -> Result<Json> {
    const TRIED: usize = 200;
    let step = state.rows.len().div_ceil(TRIED).max(1);
    let (names, places) = flagged(project)?;
    let places: Vec<Option<usize>> =
        kept.head.fields.iter().map(|name| names.iter().position(|n| n == name).map(|i| places[i])).collect();
    let mut rows = Vec::new();
    for row in state.rows.iter().step_by(step) {
        // It may have been taken away while the model learned.
        let Ok(item) = project.item(row.seq) else { continue };
        let value = |place: &Option<usize>| place.and_then(|p| item.fields.get(p).cloned()).unwrap_or(FieldValue::Null);
        rows.push((item.text.clone(), [places.iter().map(value).collect::<Vec<_>>()]));
    }
    let (started, mut refused) = (Instant::now(), None);
    let predict = |row: usize| {
        if let Err(error) = kept.says_of(&[&rows[row].0], &rows[row].1) {
            refused.get_or_insert(error);
        }
    };
    let took = latency(rows.len(), predict, || started.elapsed());
    let micros = |took: Duration| took.as_secs_f64() * 1e6;
    let told = |l: Latency| json!({"p50": micros(l.p50), "p95": micros(l.p95), "p99": micros(l.p99), "n": l.n});
    refused.map_or_else(|| Ok(took.map_or(Json::Null, told)), Err)
}
