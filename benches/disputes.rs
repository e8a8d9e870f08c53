//! What asking again brings when annotators err: `cargo bench --bench disputes -- [COLLECTION|all] [SEEDS] [ERRORS]`.
//!
//! Scripted annotators give a wrong label with probability ERRORS (0.15), nobody the same item twice. The same number of
//! answers is spent in three ways: one an item (`diverse-margin`); a quarter of them on a second answer to items drawn at
//! random, as the overlap lane does; or as `disagreement` orders. A label is what more than half of an
//! item's answers say.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "collections/mod.rs"]
mod collections;

use collections::Collection;
use karat::features::{Features, Recipe};
use karat::ids::mix;
use karat::models::{LogisticRegression, Probabilities, UNWATCHED};
use karat::queue::{Answered, RankInput, Strategy, rank};
use karat::training::{RoundInput, fit_round, held_out};
use std::collections::BTreeMap;
use std::error::Error;

/// Collection, answers between rounds, answers in all.
const BUDGETS: [(&str, usize, usize); 3] = [("news", 20, 800), ("banking", 77, 2618), ("sms", 20, 400)];

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Once,
    Overlap,
    Disagreement,
}

const WAYS: [(&str, Way); 3] =
    [("once each", Way::Once), ("a quarter again at random", Way::Overlap), ("disagreement", Way::Disagreement)];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let wanted = words.first().map_or("all", String::as_str);
    let seeds: u64 = words.get(1).map_or(Ok(5), |n| n.parse())?;
    let errors: f64 = words.get(2).map_or(Ok(0.15), |n| n.parse())?;
    println!("| collection | answers | items | settled | wrong labels among the settled | accuracy at the end |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (name, batch, budget) in BUDGETS.into_iter().filter(|(name, ..)| wanted == "all" || wanted == *name) {
        let Some(collection) = Collection::read(name)? else { continue };
        let features = Features::extract(&collection.texts, &Recipe::default());
        for (title, way) in WAYS {
            let simulation = Simulation { collection: &collection, features: &features, way, batch, budget, errors };
            let ends: Vec<[f64; 4]> = (0..seeds).map(|seed| simulation.run(seed)).collect();
            let of = |i: usize| ends.iter().map(|end| end[i]).collect::<Vec<_>>();
            println!(
                "| {name}, {budget} by {batch} | {title} | {:.0} | {:.0} | {} | {} |",
                of(0).iter().sum::<f64>() / seeds as f64,
                of(1).iter().sum::<f64>() / seeds as f64,
                interval(&of(2)),
                interval(&of(3)),
            );
        }
    }
    Ok(())
}

struct Simulation<'a> {
    collection: &'a Collection,
    features: &'a Features,
    way: Way,
    batch: usize,
    budget: usize,
    errors: f64,
}

impl Simulation<'_> {
    /// Items with answers, settled ones, the share of wrong ones among them, and the last model's accuracy.
    fn run(&self, seed: u64) -> [f64; 4] {
        let evaluation = self.collection.labelled(&self.collection.test);
        let regression = LogisticRegression { seed, ..LogisticRegression::default() };
        let mut said: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut thoughts: Option<Probabilities> = None;
        let (mut given, mut accuracy) = (0, f64::NAN);
        while given < self.budget {
            for item in self.next(&said, thoughts.as_ref(), mix(seed, given as u64)) {
                let answers = said.entry(item).or_default();
                answers.push(self.answer(item, answers.len(), seed));
                given += 1;
            }
            let round = fit_round(
                &RoundInput {
                    rows: self.features.rows(),
                    examples: &settled(&said).collect::<Vec<_>>(),
                    classes: self.collection.class_count,
                    evaluation: &evaluation,
                    regression: &regression,
                },
                UNWATCHED,
            );
            let score = round.as_ref().ok().and_then(|o| o.score.as_ref()?.accuracy());
            accuracy = score.map_or(f64::NAN, |score| score.value);
            thoughts = round.ok().map(|o| o.probabilities);
        }
        let n = settled(&said).count() as f64;
        let wrong = settled(&said).filter(|(row, class)| self.collection.classes[*row as usize] != *class).count();
        [said.len() as f64, n, wrong as f64 / n, accuracy]
    }

    /// The items of the next batch.
    fn next(&self, said: &BTreeMap<u32, Vec<u32>>, thoughts: Option<&Probabilities>, seed: u64) -> Vec<u32> {
        let labelled: Vec<u32> = said.keys().copied().collect();
        let answers: Vec<(u32, u32)> =
            said.iter().flat_map(|(row, classes)| classes.iter().map(|class| (*row, *class))).collect();
        let pool: Vec<u32> = self.collection.train.iter().copied().filter(|row| !said.contains_key(row)).collect();
        let strategy = match self.way {
            Way::Disagreement => Strategy::Disagreement,
            _ => Strategy::DiverseMargin,
        };
        let answered = (self.way == Way::Disagreement).then(|| {
            let (rows, classes) = (self.features.rows(), self.collection.class_count);
            let examples: Vec<(u32, u32)> = settled(said).collect();
            let thoughts = held_out(rows, &examples, classes, &labelled, seed, UNWATCHED);
            let thoughts = thoughts.unwrap_or_else(|_| Probabilities::new(classes, Vec::new()));
            Answered { answers, thoughts, wanted: 2 }
        });
        let ranking = rank(&RankInput {
            rows: self.features.rows(),
            candidates: &pool,
            labelled: &labelled,
            probabilities: thoughts,
            strategy: &strategy,
            sought: None,
            committee: None,
            answered: answered.as_ref(),
            batch: self.batch,
            seed,
        });
        let mut lone: Vec<u32> = said.iter().filter(|(_, answers)| answers.len() == 1).map(|(row, _)| *row).collect();
        lone.sort_by_key(|row| mix(seed, u64::from(*row)));
        lone.truncate(if self.way == Way::Overlap { self.batch / 4 } else { 0 });
        let new = self.batch - lone.len();
        lone.into_iter().chain(ranking.order.into_iter().take(new)).collect()
    }

    /// What the `nth` annotator of an item says.
    fn answer(&self, item: u32, nth: usize, seed: u64) -> u32 {
        let drawn = |what: u64| mix(mix(mix(seed, u64::from(item)), nth as u64), what);
        let (gold, classes) = (self.collection.classes[item as usize], self.collection.class_count as u64);
        let errs = (drawn(0) >> 11) as f64 / (1u64 << 53) as f64;
        if errs < self.errors { ((u64::from(gold) + 1 + drawn(1) % (classes - 1)) % classes) as u32 } else { gold }
    }
}

/// Row and class of every item of which more than half the answers agree.
fn settled(said: &BTreeMap<u32, Vec<u32>>) -> impl Iterator<Item = (u32, u32)> {
    said.iter().filter_map(|(row, answers)| {
        let votes = |class: u32| answers.iter().filter(|answer| **answer == class).count();
        let class = answers.iter().copied().find(|class| 2 * votes(*class) > answers.len())?;
        Some((*row, class))
    })
}

/// Mean and 95% interval over the seeds, by Student's t.
fn interval(values: &[f64]) -> String {
    const T: [f64; 11] = [0.0, 0.0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    let half = T.get(values.len()).copied().unwrap_or(1.96) * (variance / n).sqrt();
    format!("{mean:.4} ± {half:.4}")
}
