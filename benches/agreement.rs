//! Agreement and aggregation on public raters' files and on a million generated answers, beside the Python packages.
//!
//! ```text
//! cargo bench --bench agreement -- --generated million.csv > ours.jsonl
//! python benches/agreement_peers.py --ours ours.jsonl million.csv > theirs.jsonl
//! python benches/agreement_peers.py --compare ours.jsonl theirs.jsonl
//! ```
//!
//! Both read `../shared/data/bench`, or the folder that `AGREEMENT_DATA` names, and print one JSON line a number: set,
//! name, weights, value or reason, seconds. `--generated` writes the million answers (unit, annotator, label, 100,000
//! units × 10 of 20 annotators, five labels) to a file first, so that the peers read the same. The peers are on PyPI:
//! krippendorff, irrCAC, scikit-learn, statsmodels, nltk, crowd-kit.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

#[path = "process/mod.rs"]
mod process;
#[path = "raters/mod.rs"]
mod raters;

use karat::agreement::{
    Method, Name, Rating, Ratings, Resampling, Scale, Settings, Wanted, Weights, against_the_rest, aggregate, measure,
    pairs, suited,
};
use process::processor_seconds;
use raters::{Raters, generated, odd, read};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    label_sets()?;
    for raters in odd() {
        coefficients(&raters)?;
    }
    for set in raters::SETS {
        match read(set) {
            Ok(raters) => {
                coefficients(&raters)?;
                methods(&raters)?;
            }
            Err(why) => eprintln!("{}: skipped, {why}", set.name),
        }
    }
    let million = generated(100_000, 10, 20, 5);
    if let [flag, path] = &words[..]
        && flag == "--generated"
    {
        million.write(path)?;
    }
    coefficients(&million)?;
    methods(&million)?;
    everything(&million)
}

/// Prints α of sets of labels: two people, A|A, AB|A, BC|BC, C|BC, A|B.
fn label_sets() -> Result<(), Box<dyn Error>> {
    let sets = vec![vec![0], vec![0, 1], vec![1, 2], vec![2], vec![1]];
    let said = [(0, 0), (1, 0), (2, 2), (3, 2), (0, 4)];
    let both = |(unit, (a, b))| [(0, a), (1, b)].map(|(rater, category)| Rating { unit, rater, category });
    let answers: Vec<Rating> = (0..).zip(said).flat_map(both).collect();
    let ratings = Ratings::new(Scale::sets(3, sets), 5, 2, &answers)?;
    for weights in [Weights::Jaccard, Weights::Masi] {
        let alpha = vec![(Name::KrippendorffAlpha, weights)];
        let wanted = Wanted { coefficients: alpha, labels: false, resampling: Resampling { draws: 0, seed: 0 } };
        let value = measure(&ratings, &wanted).coefficients.remove(0).outcome?.value;
        line("label sets", "krippendorff_alpha", weights.as_str(), &format!("\"value\": {value:?}"));
    }
    Ok(())
}

/// The answers as a table, and how long that took.
fn table(raters: &Raters) -> Result<(Ratings, String), Box<dyn Error>> {
    let scale = match &raters.values {
        Some(values) => Scale::numbers(values.clone())?,
        None => Scale::labels(raters.categories.len()),
    };
    let (ratings, time) = timed(|| Ratings::new(scale.clone(), raters.units, raters.raters, &raters.answers));
    Ok((ratings?, time))
}

/// Repeats some work five times, or until a second has passed: what it made, and as JSON the best wall time and the
/// processor time of one run, whose clock is read in steps of .01 s over all runs.
fn timed<T>(work: impl Fn() -> T) -> (T, String) {
    let (begin, before) = (Instant::now(), processor_seconds());
    let (mut best, mut runs) = (f64::INFINITY, 0.0);
    loop {
        let start = Instant::now();
        let made = work();
        best = best.min(start.elapsed().as_secs_f64());
        runs += 1.0;
        if runs >= 5.0 || begin.elapsed().as_secs_f64() > 1.0 {
            let busy = processor_seconds().zip(before).map_or(0.0, |(after, before)| (after - before) / runs);
            return (made, format!("\"seconds\": {best:?}, \"busy\": {busy:?}"));
        }
    }
}

/// Prints every coefficient of a set, one by one and without intervals, as the peers compute them.
fn coefficients(raters: &Raters) -> Result<(), Box<dyn Error>> {
    let (ratings, time) = table(raters)?;
    let set = &raters.name;
    line(set, "table", "", &time);
    let mut coefficients = suited(ratings.scale());
    coefficients.push((Name::Randolph, Weights::Nominal));
    for which in coefficients {
        let wanted = Wanted { coefficients: vec![which], labels: false, resampling: Resampling { draws: 0, seed: 0 } };
        let (found, time) = timed(|| measure(&ratings, &wanted).coefficients.remove(0));
        let outcome = match &found.outcome {
            Ok(value) => format!("\"value\": {:?}", value.value),
            Err(why) => format!("\"value\": null, \"reason\": {:?}", why.to_string()),
        };
        line(set, found.name.as_str(), found.weights.as_str(), &format!("{outcome}, {time}"));
    }
    // The pair that shares most units, for the packages that compare two.
    let most = pairs(&ratings, Weights::Nominal).into_iter().max_by_key(|pair| (pair.units, pair.b, pair.a));
    if let Some(pair) = most {
        let (a, b) = (&raters.people[pair.a as usize], &raters.people[pair.b as usize]);
        for (weights, value) in pairs_of(&ratings, pair.a, pair.b) {
            line(set, &format!("pair {a} {b}"), &weights, &format!("\"value\": {value:?}"));
        }
    }
    Ok(())
}

/// Prints how long everything takes together, with intervals.
fn everything(raters: &Raters) -> Result<(), Box<dyn Error>> {
    let (ratings, _) = table(raters)?;
    let (found, time) = timed(|| measure(&ratings, &Wanted::suited(ratings.scale())));
    let (n, labels) = (found.coefficients.len(), found.labels.len());
    line(&raters.name, &format!("{n} coefficients and {labels} labels with intervals of 1000 draws"), "", &time);
    let (found, time) = timed(|| pairs(&ratings, Weights::Nominal));
    line(&raters.name, &format!("{} pairs", found.len()), "", &time);
    let (found, time) = timed(|| against_the_rest(&ratings));
    line(&raters.name, &format!("{} annotators against the rest", found.len()), "", &time);
    Ok(())
}

/// Prints how often each method of aggregation finds the truth, where that is known.
fn methods(raters: &Raters) -> Result<(), Box<dyn Error>> {
    if raters.values.is_some() {
        return Ok(());
    }
    let (ratings, _) = table(raters)?;
    for &method in Method::ALL {
        let (found, time) = timed(|| aggregate(&ratings, method, &Settings::default()));
        let truth = raters.gold.iter().zip(0..).filter_map(|(gold, unit)| gold.map(|category| (unit, category)));
        let value = found.against(truth).map_or("null".to_owned(), |truth| format!("{:?}", truth.accuracy));
        let likelihood = found.log_likelihood.map_or("null".to_owned(), |l| format!("{l:?}"));
        let rest = format!(
            "\"value\": {value}, {time}, \"iterations\": {}, \"log_likelihood\": {likelihood}",
            found.iterations
        );
        line(&raters.name, method.as_str(), "accuracy", &rest);
    }
    Ok(())
}

/// κ of one pair with every kind of weights that the scale has.
fn pairs_of(ratings: &Ratings, a: u32, b: u32) -> Vec<(String, f64)> {
    let kinds = [Weights::Nominal, Weights::Linear, Weights::Quadratic];
    let mut found = Vec::new();
    for weights in kinds.into_iter().filter(|weights| ratings.scale().weights().contains(weights)) {
        let Some(pair) = pairs(ratings, weights).into_iter().find(|pair| (pair.a, pair.b) == (a, b)) else { continue };
        if let Ok(kappa) = pair.cohen_kappa {
            found.push((weights.to_string(), kappa.value));
            found.extend(kappa.standard_error.map(|error| (format!("{weights} standard error"), error)));
        }
    }
    found
}

fn line(set: &str, name: &str, weights: &str, rest: &str) {
    println!("{{\"set\": \"{set}\", \"name\": \"{name}\", \"weights\": \"{weights}\", {rest}}}");
}
