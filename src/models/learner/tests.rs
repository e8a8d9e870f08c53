use super::*;
use crate::domain::Curve;
use crate::domain::FieldValue::{self, Boolean, Integer, Null, Number, Text};
use crate::features::{Features, Recipe, Table};
use crate::ids::mix;
use crate::models::{ClassWeights, Told, UNWATCHED, likeliest};

/// Rows of three classes that each part tells something of.
struct Made {
    features: Features,
    table: Table,
    dense: Vec<f32>,
    labelled: Vec<(u32, u32)>,
}

const ROWS: u32 = 240;

fn made() -> Made {
    let noise = |i: u32, n: u64| (mix(n, u64::from(i)) % 1000) as f64 / 1000.0 - 0.5;
    let texts: Vec<String> =
        (0..ROWS).map(|i| format!("{} thing {}", ["good", "bad", "odd"][i as usize % 3], i % 17)).collect();
    let row = |i: u32| {
        vec![
            if i.is_multiple_of(11) { Null } else { Number(f64::from(i % 3) + noise(i, 1)) },
            Text(["red", "green", "blue"][if i.is_multiple_of(7) { 0 } else { i as usize % 3 }].to_owned()),
            Boolean(i.is_multiple_of(2)),
            Integer(i64::from(i)),
        ]
    };
    let rows: Vec<Vec<FieldValue>> = (0..ROWS).map(row).collect();
    Made {
        features: Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() }),
        table: Table::from_rows(&["size", "colour", "new", "number"], rows.iter().map(|row| &row[..])),
        dense: (0..ROWS).flat_map(|i| [f64::from(i % 3) - 1.0 + noise(i, 2), noise(i, 3)].map(|v| v as f32)).collect(),
        labelled: (0..ROWS).map(|i| (i, i % 3)).collect(),
    }
}

impl Made {
    fn inputs(&self, text: bool, fields: bool, embeddings: bool) -> Inputs<'_> {
        Inputs {
            text: text.then(|| self.features.rows()),
            fields: fields.then_some(&self.table),
            embeddings: embeddings.then(|| Embeddings::new(2, &self.dense)),
        }
    }

    fn task<'a>(&'a self, inputs: Inputs<'a>) -> Task<'a> {
        let (train, validation) = self.labelled.split_at(160);
        Task { inputs, classes: 4, train, validation, class_weights: ClassWeights::Equal, seed: 1 }
    }

    fn all_inputs(&self) -> Vec<Inputs<'_>> {
        (1..8).map(|bits| self.inputs(bits & 1 > 0, bits & 2 > 0, bits & 4 > 0)).collect()
    }
}

fn accuracy(p: &Probabilities, labelled: &[(u32, u32)]) -> f64 {
    let hits = labelled.iter().filter(|&&(row, class)| likeliest(p.row(row as usize)) == class).count();
    hits as f64 / labelled.len() as f64
}

/// Every learner, those that take long with settings that make them quick.
fn everyone() -> impl Iterator<Item = Box<dyn Learner>> {
    const QUICK: [(&str, &str); 5] =
        [("trees", "12"), ("hidden", "24"), ("text_bits", "8"), ("max_epochs", "60"), ("learning_rate", "0.02")];
    LearnerKind::ALL.iter().map(|kind| {
        let known = |name: &str| kind.parameters().iter().any(|parameter| parameter.name == name);
        let slow = matches!(kind.as_str(), "mlp" | "boosting" | "forest");
        kind.with(QUICK.into_iter().filter(|(name, _)| slow && known(name))).expect("known settings")
    })
}

#[test]
fn every_learner_learns_from_any_part_and_from_all_of_them() {
    let made = made();
    for learner in everyone() {
        for inputs in made.all_inputs() {
            let task = made.task(inputs);
            let model = match learner.fit(&task, UNWATCHED) {
                Err(FitError::NothingToRead { .. }) => continue,
                model => model.expect("fitted"),
            };
            let p = model.probabilities(&inputs);
            assert_eq!((p.len(), p.classes(), model.classes()), (ROWS as usize, 4, 4));
            for row in 0..p.len() {
                let sum: f32 = p.row(row).iter().sum();
                assert!((sum - 1.0).abs() < 1e-4 && p.row(row)[3] == 0.0, "{learner:?}: {:?}", p.row(row));
            }
            if learner.kind() != LearnerKind::Majority {
                let right = accuracy(&p, task.validation);
                assert!(right > 0.75, "{learner:?} {inputs:?}: {right}");
            }
        }
    }
}

#[test]
fn who_goes_by_the_seed_says_so_and_nobody_else_does() {
    let made = made();
    for learner in everyone() {
        let inputs = made.inputs(true, true, true);
        let fit = |seed| learner.fit(&Task { seed, ..made.task(inputs) }, UNWATCHED).expect("fitted");
        let fit = |seed| fit(seed).probabilities(&inputs);
        assert_eq!(fit(1) != fit(2), learner.kind().goes_by_seed(), "{}", learner.kind());
    }
}

#[test]
fn a_loaded_model_predicts_to_the_last_bit_on_any_number_of_threads() {
    let made = made();
    let within = |threads, work: &(dyn Fn() + Sync)| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(work);
    };
    for learner in everyone() {
        let inputs = made.all_inputs().into_iter().rev().find(|i| learner.fit(&made.task(*i), UNWATCHED).is_ok());
        let inputs = inputs.expect("something to learn from");
        let model = learner.fit(&made.task(inputs), UNWATCHED).expect("fitted");
        let (p, files) = (model.probabilities(&inputs), artifacts(&*model).expect("bytes"));
        for threads in [1, 4] {
            within(threads, &|| {
                let again = learner.fit(&made.task(inputs), UNWATCHED).expect("fitted");
                assert_eq!(artifacts(&*again).expect("bytes"), files, "{learner:?}");
                let read = load(&files).expect("read");
                assert_eq!(read.probabilities(&inputs), p, "{learner:?}");
                assert_eq!(artifacts(&*read).expect("bytes"), files);
            });
        }
        for name in files.iter().map(|file| file.name.clone()) {
            let rest: Vec<Artifact> = files.iter().filter(|file| file.name != name).cloned().collect();
            assert!(matches!(load(&rest), Err(ArtifactError::Missing(_))));
            let mut cut = files.clone();
            cut.iter_mut().filter(|file| file.name == name).for_each(|file| file.bytes.truncate(9));
            assert!(load(&cut).is_err());
        }
    }
}

#[test]
fn odd_tasks_are_refused_in_words_or_learned_from() {
    let made = made();
    for learner in everyone() {
        for inputs in made.all_inputs() {
            let task = made.task(inputs);
            let fit = |train: &[(u32, u32)]| learner.fit(&Task { train, ..task }, UNWATCHED);
            assert!(fit(&[]).is_err());
            let one = fit(&[(0, 2), (3, 2)]);
            assert!(one.is_ok() == (learner.kind() == LearnerKind::Majority), "{one:?}");
            assert!(fit(&[(0, 2), (9999, 1)]).is_err() && fit(&[(0, 2), (1, 4)]).is_err());
            if let Ok(model) = fit(&[(0, 0), (1, 1), (3, 0), (4, 1), (6, 0), (7, 1), (5, 2)]) {
                assert!(model.probabilities(&inputs).row(5).iter().all(|p| p.is_finite()), "a single row of a label");
                let nothing = Inputs::default();
                assert_eq!(model.probabilities(&nothing).len(), 0);
                let others = [made.inputs(true, false, false), made.inputs(false, true, true)];
                for other in others {
                    let p = model.probabilities(&other);
                    assert!(p.len() == ROWS as usize && (0..p.len()).all(|i| p.row(i).iter().all(|p| p.is_finite())));
                }
            }
            let stopped = learner.fit(&task, &|_| false);
            assert!(stopped.is_err() || learner.kind() == LearnerKind::Majority, "{learner:?}");
        }
        let short = Table::from_rows(&["a"], [&[Integer(1)][..]]);
        let uneven = Inputs { fields: Some(&short), ..made.inputs(true, false, false) };
        let refused = learner.fit(&made.task(uneven), UNWATCHED);
        assert!(matches!(refused, Err(FitError::Uneven(_) | FitError::NothingToRead { .. })), "{refused:?}");
    }
}

#[test]
fn new_words_and_missing_numbers_in_new_rows_are_judged() {
    let made = made();
    let new = Table::from_rows(
        &["size", "colour", "number"],
        [&[Null, Text("violet".into()), Number(f64::NAN)][..], &[Number(1e300), Null, Integer(i64::MIN)], &[]],
    );
    for learner in everyone() {
        let Ok(model) = learner.fit(&made.task(made.inputs(false, true, false)), UNWATCHED) else { continue };
        let p = model.probabilities(&Inputs { fields: Some(&new), ..Inputs::default() });
        for row in 0..3 {
            assert!(p.row(row).iter().all(|p| p.is_finite()) && p.row(row).iter().sum::<f32>() > 0.999, "{learner:?}");
        }
    }
}

#[test]
fn balance_helps_a_rare_class() {
    let made = made();
    let train: Vec<(u32, u32)> = (0..160).filter(|i| i % 3 != 2 || i % 5 == 0).map(|i| (i, i % 3)).collect();
    for learner in everyone() {
        let inputs = made.inputs(false, true, false);
        let fit = |class_weights| {
            let task = Task { train: &train, class_weights, ..made.task(inputs) };
            let p = learner.fit(&task, UNWATCHED).expect("fitted").probabilities(&inputs);
            (160..ROWS as usize).map(|row| f64::from(p.row(row)[2])).sum::<f64>()
        };
        assert!(fit(ClassWeights::Balanced) > fit(ClassWeights::Equal), "{learner:?}");
    }
}

#[test]
fn settings_are_told_changed_and_refused() {
    for kind in LearnerKind::ALL {
        let learner = kind.learner();
        assert_eq!(learner.kind(), *kind);
        for (parameter, (name, value)) in learner.parameters().iter().zip(learner.settings()) {
            assert_eq!((parameter.name, &parameter.usual), (name, &value));
            assert!(!parameter.says.is_empty() && !parameter.says.starts_with(' '));
            let again = kind.with([(name, value.as_str())]).expect("its own value");
            assert_eq!(again.settings(), learner.settings());
            assert!(kind.with([(name, "many")]).is_err());
        }
    }
    let kind = LearnerKind::LogisticRegression;
    let learner = kind.with([("c", "2.5"), ("max-epochs", "7"), ("c", "auto")]).expect("known");
    assert_eq!(learner.settings()[0], ("c", "auto".to_owned()));
    let slip = kind.with([("max_epoch", "7")]).map(|_| ()).expect_err("a slip");
    assert!(slip.to_string().contains("did you mean \"max_epochs\"?"), "{slip}");
    let value = kind.with([("max_epochs", "0")]).map(|_| ()).expect_err("too few");
    assert_eq!(value.to_string(), "max_epochs cannot be \"0\": it is a whole number from 1 to 100000");
}

#[test]
fn a_linear_model_tells_what_each_part_adds() {
    let made = made();
    let inputs = made.inputs(true, true, true);
    let model = LearnerKind::LogisticRegression.learner().fit(&made.task(inputs), UNWATCHED).expect("fitted");
    let told = model.contributions(&inputs, 4, 1).expect("linear");
    let p = model.probabilities(&inputs);
    let total =
        |class: u32| -> f32 { model.contributions(&inputs, 4, class).expect("linear").iter().map(|c| c.amount).sum() };
    let odds = (p.row(4)[1] / p.row(4)[0]).ln();
    assert!((total(1) - total(0) - odds).abs() < 1e-3, "{} against {odds}", total(1) - total(0));
    assert!(told.iter().any(|c| matches!(&c.feature, Feature::Field(name) if name == "colour=green")));
    assert!(told.iter().any(|c| c.feature == Feature::Embedding));
    assert!(told.is_sorted_by(|a, b| a.amount.abs() >= b.amount.abs()));
    assert_eq!(model.contributions(&inputs, 4, 3), Some(Vec::new()), "of a class that was not seen");
}

#[test]
fn label_sets_are_learned_label_by_label() {
    let made = made();
    let inputs = made.inputs(true, true, false);
    let sets: Vec<(u32, Vec<u32>)> = (0..ROWS)
        .map(|i| {
            (i, [(i.is_multiple_of(3), 0), (i % 3 != 1, 1), (true, 2)].iter().filter(|l| l.0).map(|l| l.1).collect())
        })
        .collect();
    let (train, validation) = sets.split_at(160);
    let task = SetTask { inputs, labels: 4, train, validation, class_weights: ClassWeights::Balanced, seed: 0 };
    for learner in everyone().filter(|l| l.kind() != LearnerKind::Majority) {
        let model = fit_sets(&*learner, &task, UNWATCHED).expect("fitted");
        let p = model.probabilities(&inputs);
        let right = |(row, labels): &&(u32, Vec<u32>)| {
            let told: Vec<u32> = (0..4).filter(|&l| p.row(*row as usize)[l as usize] >= 0.5).collect();
            told == *labels
        };
        let share = validation.iter().filter(right).count() as f64 / validation.len() as f64;
        assert!(share > 0.7, "{learner:?}: {share}");
        let files = artifacts(&*model).expect("bytes");
        assert_eq!(load(&files).expect("read").probabilities(&inputs), p);
    }
    let learner = LearnerKind::NaiveBayes.learner();
    assert!(fit_sets(&*learner, &SetTask { train: &[], ..task }, UNWATCHED).is_err());
    assert!(fit_sets(&*learner, &SetTask { train: &[(0, vec![4])], ..task }, UNWATCHED).is_err());
    assert!(fit_sets(&*learner, &SetTask { train: &[(9999, vec![])], ..task }, UNWATCHED).is_err());
}

#[test]
fn being_watched_changes_nothing_and_curves_come_in_order() {
    let made = made();
    for learner in everyone() {
        let inputs = made.all_inputs().into_iter().rev().find(|i| learner.fit(&made.task(*i), UNWATCHED).is_ok());
        let inputs = inputs.expect("something to learn from");
        let heard = std::sync::Mutex::new(Vec::new());
        let watch = |told: Told| {
            assert!((0.0..=1.0).contains(&told.done), "{told:?}");
            heard.lock().expect("a lock").extend(told.point);
            true
        };
        let watched = learner.fit(&made.task(inputs), &watch).expect("fitted");
        let alone = learner.fit(&made.task(inputs), UNWATCHED).expect("fitted");
        assert_eq!(artifacts(&*watched).expect("bytes"), artifacts(&*alone).expect("bytes"), "{learner:?}");
        let heard = heard.into_inner().expect("a lock");
        for curve in [Curve::TrainLoss, Curve::ValidationLoss] {
            let points: Vec<_> = heard.iter().filter(|point| point.curve == curve).collect();
            assert!(points.iter().enumerate().all(|(i, point)| point.at == i as u32 + 1), "{points:?}");
            let draws = match learner.kind() {
                LearnerKind::Mlp => true,
                LearnerKind::LogisticRegression => curve == Curve::TrainLoss,
                _ => false,
            };
            assert_eq!(points.len() > 1, draws, "{learner:?} {curve}");
            if let [first, .., last] = points[..] {
                assert!(last.value < first.value, "{learner:?} {curve}: {points:?}");
            }
        }
    }
}
