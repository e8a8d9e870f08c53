use super::*;
use crate::features::{Features, Recipe};
use linfa::traits::{Fit, Predict};
use ndarray::Array1;

const TEXTS: [&str; 8] = [
    "great sound and great screen",
    "the battery is great",
    "love the screen, great buy",
    "wonderful sound",
    "terrible battery, terrible sound",
    "the screen is terrible",
    "awful, broken and terrible",
    "broken after a day, awful",
];
const GOOD: u32 = 2;
const BAD: u32 = 0;

fn features() -> Features {
    Features::extract(&TEXTS, &Recipe { min_items: 1, ..Recipe::default() })
}

fn examples() -> Vec<(u32, u32)> {
    (0..8).map(|i| (i, if i < 4 { GOOD } else { BAD })).collect()
}

fn fit(features: &Features) -> LinearModel {
    LogisticRegression::default().fit_examples(features.rows(), &examples(), 3, UNWATCHED).expect("two classes")
}

#[test]
fn it_separates_what_can_be_separated_and_gives_unseen_classes_nothing() {
    let features = features();
    let probabilities = fit(&features).probabilities(features.rows());
    for (row, class) in examples() {
        let p = probabilities.row(row as usize);
        assert!(p[class as usize] > 0.8, "row {row}: {p:?}");
        assert_eq!(p[1], 0.0);
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

/// The optimum is known by its condition: W = Σ C xᵢ ⊗ (e_yᵢ − p(xᵢ)).
#[test]
fn the_solution_meets_the_condition_of_the_optimum() {
    let features = features();
    let rows = features.rows();
    for class_weights in [ClassWeights::Equal, ClassWeights::Balanced] {
        let mut examples = examples();
        examples.pop();
        let c = 10.0;
        let ask = LogisticRegression {
            c: Some(c),
            calibrate: false,
            tolerance: 1e-9,
            max_epochs: 2000,
            class_weights,
            ..Default::default()
        };
        let model = ask.fit_examples(rows, &examples, 3, UNWATCHED).expect("fits");
        let probabilities = model.probabilities(rows);
        let count = |class| examples.iter().filter(|e| e.1 == class).count() as f32;
        let mut sums = std::collections::BTreeMap::<u32, f32>::new();
        for &(row, class) in &examples {
            let weight = if class_weights == ClassWeights::Equal { 1.0 } else { 7.0 / (2.0 * count(class)) };
            let hit = f32::from(class == GOOD);
            let residual = c * weight * (hit - probabilities.row(row as usize)[GOOD as usize]);
            rows.row(row as usize).iter().for_each(|(place, v)| *sums.entry(place).or_default() += residual * v);
        }
        for (place, value) in rows.row(0).iter() {
            let (_, share) = model.contributions(rows.row(0), GOOD).into_iter().find(|c| c.0 == place).expect("there");
            assert!((share / value - sums[&place]).abs() < 5e-3, "{} against {}", share / value, sums[&place]);
        }
    }
}

#[test]
fn weights_read_back_and_damage_is_noticed() {
    let model = fit(&features());
    let bytes = model.to_bytes();
    assert_eq!(LinearModel::from_bytes(&bytes), Some(model.clone()));
    assert_eq!(LinearModel::from_bytes(&bytes).map(|m| m.hash()), Some(model.hash()));
    assert_eq!(LinearModel::from_bytes(&bytes[..bytes.len() - 4]), None);
    assert_eq!(LinearModel::from_bytes(&bytes[1..]), None);
    let mut huge = bytes.clone();
    huge[12..20].fill(0xFF);
    assert_eq!(LinearModel::from_bytes(&huge), None);
}

#[test]
fn one_row_scores_as_all_rows_do() {
    let features = features();
    let model = fit(&features);
    let all = model.probabilities(features.rows());
    for i in 0..TEXTS.len() {
        let one = model.probabilities_of(features.rows().row(i));
        assert!(one.iter().zip(all.row(i)).all(|(a, b)| (a - b).abs() < 1e-5));
    }
}

#[test]
fn many_classes_score_by_the_same_rule_as_few() {
    let texts: Vec<String> = (0..120).map(|i| format!("class{} item{i}", i % 40)).collect();
    let features = Features::extract(&texts, &Recipe { min_items: 1, ..Recipe::default() });
    let examples: Vec<(u32, u32)> = (0..120).map(|i| (i, i % 40)).collect();
    let model = LogisticRegression::default().fit_examples(features.rows(), &examples, 40, UNWATCHED).expect("fits");
    let all = model.probabilities(features.rows());
    assert!(all.likeliest().zip(&examples).all(|(p, e)| p == e.1));
    let one = model.probabilities_of(features.rows().row(7));
    assert!(one.iter().zip(all.row(7)).all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn linfa_sees_an_estimator_and_a_predictor() {
    let features = features();
    let targets = Array1::from_iter((0..8).map(|i| usize::from(i < 4)));
    let dataset = linfa::DatasetBase::new(features.rows(), targets.clone());
    let model = LogisticRegression::default().fit(&dataset).expect("fits");
    let predicted: Array1<usize> = model.predict(&dataset);
    assert_eq!(predicted, targets);
}

#[test]
fn one_class_is_not_enough_and_a_stop_is_heard() {
    let features = features();
    let ask = LogisticRegression::default();
    let one = ask.fit_examples(features.rows(), &[(0, 1), (1, 1)], 3, UNWATCHED);
    assert!(matches!(one, Err(FitError::TooFewClasses(1))));
    let beyond = ask.fit_examples(features.rows(), &[(0, 1), (8, 0)], 3, UNWATCHED);
    assert!(matches!(beyond, Err(FitError::OutOfRange { row: 8, .. })));
    assert!(matches!(ask.fit_examples(features.rows(), &examples(), 3, &|_| false), Err(FitError::Stopped)));
}

#[test]
fn the_words_that_push_are_found_in_the_text() {
    let features = features();
    let recipe = Recipe { min_items: 1, ..Recipe::default() };
    let model = fit(&features);
    let text = "A terrible thing with great sound!";
    let pushes = pushes(&model, &features, &recipe, text, GOOD);
    let amount = |word: &str| pushes.iter().find(|p| &text[p.range.clone()] == word).map_or(0.0, |p| p.amount);
    assert!(amount("great") > 0.0 && amount("terrible") < 0.0);
    let sum: f32 = pushes.iter().map(|p| p.amount).sum();
    let whole: f32 =
        features.with_row(&text.into(), &recipe, |row| model.contributions(row, GOOD)).iter().map(|c| c.1).sum();
    assert!((sum - whole).abs() < 1e-5);
}
