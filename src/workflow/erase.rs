//! Erasing, and saying what stays: what models have learned by heart, and what a rule goes by.

use crate::domain::PersonId;
use crate::error::Result;
use crate::features::{BLOCK, Recipe, Vocabulary};
use crate::project::{Erased, Project, Target};
use crate::workflow::runs::{HEAD, WORDS};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What erasing did, and what still tells of what was erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// What was blanked, and what stays since others have the same.
    pub erased: Erased,
    /// Files of runs that hold words of it, with how many: run, file, words.
    pub traces: Vec<(u32, String, usize)>,
    /// Whether a rule that items were split by holds a word of it.
    pub in_split: bool,
}

/// What only a target has.
#[derive(Debug, Default)]
struct Own {
    /// Its texts, and the values of its fields.
    words: BTreeSet<String>,
    /// The n-grams of its texts that some run knows.
    grams: BTreeSet<String>,
}

/// Erases what is in an item, or a person's names. A model keeps words of fields and n-grams of texts that two rows of its
/// training had, and a run is never changed: where such a one is nobody else's by now, that is told.
///
/// # Errors
/// Where the project cannot be written.
pub fn erase(project: &mut Project, by: PersonId, target: Target) -> Result<Done> {
    let own = Own::of(project, target)?;
    let erased = project.erase(by, target)?;
    let mut done = Done { erased, ..Done::default() };
    project.for_each_artifact(|run, name, bytes| {
        let mut found = BTreeSet::new();
        each_kept(name, bytes, |word, is_gram| {
            let known = if is_gram { &own.grams } else { &own.words };
            found.extend(known.get(word).cloned());
        });
        if !found.is_empty() {
            done.traces.push((run, name.to_owned(), found.len()));
        }
    })?;
    for rule in project.split_rules()? {
        let rule: Json = serde_json::from_str(&rule).unwrap_or(Json::Null);
        for cut in [&rule["validation_from"], &rule["test_from"]] {
            done.in_split |= cut.as_str().is_some_and(|cut| own.words.contains(cut));
        }
    }
    Ok(done)
}

impl Own {
    fn of(project: &Project, target: Target) -> Result<Self> {
        let (mut own, mut texts) = (Self::default(), Vec::new());
        for body in project.own_contents(target)? {
            match serde_json::from_str::<Json>(&body) {
                Ok(json @ (Json::Object(_) | Json::Array(_))) => {
                    each_word(&json, &mut |word| own.words.extend([word.to_owned()]));
                }
                _ => texts.push(body),
            }
        }
        if let Target::Item(item) = target {
            let gone: BTreeSet<u32> = project.erased_items()?.into_iter().chain([item]).collect();
            project.for_each_fields(|seq, values| {
                if !gone.contains(&seq) {
                    for value in values {
                        own.words.remove(&value.display());
                    }
                }
            })?;
            own.grams = grams(project, &texts, &gone)?;
        }
        own.words.extend(texts);
        Ok(own)
    }
}

/// The n-grams of some texts that a run knows, and that no item has but those that are gone.
fn grams(project: &Project, texts: &[String], gone: &BTreeSet<u32>) -> Result<BTreeSet<String>> {
    let recipe = Recipe { min_items: 1, ..Recipe::default() };
    let all: BTreeSet<String> = Vocabulary::learn(&recipe, texts).names().iter().cloned().collect();
    let mut kept: BTreeSet<String> = BTreeSet::new();
    project.for_each_artifact(|_, name, bytes| {
        each_kept(name, bytes, |word, is_gram| kept.extend(all.get(word).filter(|_| is_gram).cloned()));
    })?;
    let names: Vec<String> = kept.into_iter().collect();
    let Some(vocabulary) = Vocabulary::of_names(recipe, names.clone()).filter(|known| !known.is_empty()) else {
        return Ok(BTreeSet::new());
    };
    let mut of_others = vec![false; names.len()];
    let mut see = |texts: &mut Vec<String>| {
        let features = vocabulary.rows(texts);
        for row in 0..texts.len() {
            features.rows().row(row).iter().for_each(|(place, _)| of_others[place as usize] = true);
        }
        texts.clear();
    };
    let mut block = Vec::with_capacity(BLOCK);
    project.for_each_text(|seq, text| {
        if !gone.contains(&seq) {
            block.push(text.to_owned());
        }
        if block.len() == BLOCK {
            see(&mut block);
        }
    })?;
    see(&mut block);
    Ok(names.into_iter().zip(of_others).filter(|(_, others)| !others).map(|(name, _)| name).collect())
}

/// Visits the words of a file of a model, and whether they are n-grams of texts. The head has labels and fields' names alone.
fn each_kept(name: &str, bytes: &[u8], mut visit: impl FnMut(&str, bool)) {
    if name == HEAD {
        return;
    }
    match serde_json::from_slice::<Json>(bytes) {
        Ok(Json::Object(places)) if name == WORDS => places.keys().for_each(|gram| visit(gram, true)),
        Ok(json) => each_word(&json, &mut |word| visit(word, false)),
        Err(_) => {}
    }
}

fn each_word(json: &Json, visit: &mut dyn FnMut(&str)) {
    match json {
        Json::String(word) => visit(word),
        Json::Array(values) => values.iter().for_each(|value| each_word(value, visit)),
        Json::Object(values) => values.values().for_each(|value| each_word(value, visit)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
