//! Learning curves of the strategies, with a scripted annotator who answers with gold:
//! `cargo bench --bench simulation -- [COLLECTION|all] [SEEDS] [STRATEGY…]`.
//!
//! The queue and the rounds are the product's own: a batch is answered, a round is fitted, the pool is ranked again. The
//! first batch comes in order of coverage, save for `random`, which is random throughout.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "collections/mod.rs"]
mod collections;

use collections::Collection;
use karat::features::{Features, Recipe};
use karat::models::{LogisticRegression, Probabilities, UNWATCHED};
use karat::queue::{RankInput, Strategy, rank};
use karat::training::{RoundInput, fit_committee, fit_round};
use std::error::Error;

/// Collection, answers between rounds, answers in all.
const BUDGETS: [(&str, usize, usize); 4] =
    [("news", 20, 580), ("20news", 20, 500), ("banking", 77, 2002), ("sms", 20, 300)];
const STRATEGIES: [&str; 9] =
    ["random", "diverse-margin", "margin", "least-confidence", "entropy", "coverage", "committee", "density", "badge"];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let wanted = words.first().map_or("all", String::as_str);
    let seeds: u64 = words.get(1).map_or(Ok(5), |n| n.parse())?;
    let named: Vec<&str> = words.iter().skip(2).map(String::as_str).collect();
    let chosen = STRATEGIES.into_iter().filter(|s| named.is_empty() || *s == "random" || named.contains(s));
    let chosen: Vec<&str> = chosen.collect();
    println!("| collection | strategy | area | against random | accuracy at the end |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, batch, budget) in BUDGETS.into_iter().filter(|(name, ..)| wanted == "all" || wanted == *name) {
        let Some(collection) = Collection::read(name)? else { continue };
        let features = Features::extract(&collection.texts, &Recipe::default());
        let mut random = Vec::new();
        for strategy in &chosen {
            let strategy: Strategy = strategy.parse()?;
            let curves: Vec<Vec<f64>> =
                (0..seeds).map(|seed| curve(&collection, &features, &strategy, batch, budget, seed)).collect();
            let areas: Vec<f64> = curves.iter().map(|curve| curve.iter().sum::<f64>() / curve.len() as f64).collect();
            if random.is_empty() {
                random.clone_from(&areas);
            }
            let gains: Vec<f64> = areas.iter().zip(&random).map(|(area, random)| area - random).collect();
            let ends: Vec<f64> = curves.iter().filter_map(|curve| curve.last().copied()).collect();
            println!(
                "| {name}, {budget} by {batch} | {strategy} | {} | {} | {} |",
                interval(&areas, false),
                interval(&gains, true),
                interval(&ends, false)
            );
        }
    }
    Ok(())
}

/// Accuracy on the test texts after every batch.
fn curve(
    collection: &Collection,
    features: &Features,
    strategy: &Strategy,
    batch: usize,
    budget: usize,
    seed: u64,
) -> Vec<f64> {
    let evaluation = collection.labelled(&collection.test);
    let regression = LogisticRegression { seed, ..LogisticRegression::default() };
    let mut pool = collection.train.clone();
    let mut answered: Vec<u32> = Vec::new();
    let mut thoughts: Option<Probabilities> = None;
    let mut accuracies = Vec::new();
    while answered.len() < budget.min(collection.train.len()) {
        let seed = seed + answered.len() as u64;
        let committee = (*strategy == Strategy::Committee).then(|| {
            let examples = collection.labelled(&answered);
            fit_committee(features.rows(), &examples, collection.class_count, &pool, seed, UNWATCHED).ok()
        });
        let committee = committee.flatten();
        let ranking = rank(&RankInput {
            rows: features.rows(),
            candidates: &pool,
            labelled: &answered,
            probabilities: thoughts.as_ref(),
            strategy,
            sought: None,
            committee: committee.as_ref(),
            answered: None,
            batch,
            seed,
        });
        let next = &ranking.order[..batch.min(ranking.order.len()).min(budget - answered.len())];
        answered.extend_from_slice(next);
        pool.retain(|item| !next.contains(item));
        let outcome = fit_round(
            &RoundInput {
                rows: features.rows(),
                examples: &collection.labelled(&answered),
                classes: collection.class_count,
                evaluation: &evaluation,
                regression: &regression,
            },
            UNWATCHED,
        );
        let most_common = 1.0 / collection.class_count as f64;
        let accuracy = outcome.as_ref().ok().and_then(|o| o.score.as_ref()?.accuracy());
        accuracies.push(accuracy.map_or(most_common, |accuracy| accuracy.value));
        thoughts = outcome.ok().map(|o| o.probabilities);
    }
    accuracies
}

/// Mean and 95% interval over the seeds, by Student's t.
fn interval(values: &[f64], signed: bool) -> String {
    const T: [f64; 11] = [0.0, 0.0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    let half = T.get(values.len()).copied().unwrap_or(1.96) * (variance / n).sqrt();
    if signed { format!("{mean:+.4} ± {half:.4}") } else { format!("{mean:.4} ± {half:.4}") }
}
