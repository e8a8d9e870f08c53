use super::*;
use crate::ids::mix;
use crate::models::Probabilities;
use crate::resampling::Resampling;
use proptest::prelude::*;

fn close(a: f64, b: f64, by: f64) {
    assert!((a - b).abs() <= by, "{a} is not {b}");
}

fn binary(p: &[f32], truth: &[u32]) -> Cases {
    let rows: Vec<[f32; 2]> = p.iter().map(|&p| [1.0 - p, p]).collect();
    Cases::of(rows.iter().map(|r| &r[..]).zip(truth.iter().copied()))
}

fn bare(cases: &Cases) -> Evaluation {
    Evaluation::of(cases, Resampling::NONE).expect("rows")
}

/// Truths and guesses of a model that is right seven times of ten, over `classes` classes.
fn made(n: u64, classes: u64, seed: u64) -> Cases {
    let rows: Vec<(Vec<f32>, u32)> = (0..n)
        .map(|i| {
            let truth = mix(1, i) % classes;
            let other = mix(seed, i) % 10 < 3;
            let guess = if other { (truth + 1) % classes } else { truth };
            let sure = 0.5 + (mix(seed + 1, i) % 1000) as f32 / 2001.0;
            let rest = (1.0 - sure) / (classes - 1) as f32;
            ((0..classes).map(|c| if c == guess { sure } else { rest }).collect(), truth as u32)
        })
        .collect();
    Cases::of(rows.iter().map(|(p, t)| (&p[..], *t)))
}

#[test]
fn brier_and_log_loss_of_the_checked_case() {
    let p: Vec<f32> = (0..10).map(|i| 0.05 + i as f32 / 10.0).collect();
    let score = bare(&binary(&p, &[0, 0, 0, 1, 0, 1, 1, 0, 1, 1]));
    close(score.value(Metric::LogLoss).expect("a value"), 0.477_788, 1e-6);
    close(score.value(Metric::Brier).expect("a value"), 0.1625, 1e-6);
}

#[test]
fn calibration_errors_of_the_checked_case() {
    let sure = [0.95, 0.9, 0.85, 0.85, 0.72, 0.65, 0.62, 0.55, 0.55, 0.51];
    let hits = [1u32, 1, 1, 0, 1, 0, 1, 0, 1, 0];
    let cases = binary(&sure, &hits);
    let errors = |bins| {
        let gaps: Vec<(f64, f64)> = (reliability(&cases, bins).iter())
            .filter_map(|bin| Some((bin.n as f64, (bin.sure - bin.right?.value).abs())))
            .collect();
        (gaps.iter().map(|(n, gap)| n * gap).sum::<f64>() / 10.0, gaps.iter().map(|g| g.1).fold(0.0, f64::max))
    };
    let (ece, mce) = errors(10);
    close(ece, 0.201, 1e-6);
    close(mce, 0.35, 1e-6);
    let (ece, mce) = errors(5);
    close(ece, 0.117, 1e-6);
    close(mce, 0.203_333, 1e-6);
    close(bare(&cases).value(Metric::Ece).expect("a value"), 0.201, 1e-6);
}

/// Against scikit-learn 1.9 on truths 0 0 0 1 1 2 2 2 2 3 and predictions 0 1 0 1 1 2 0 2 2 2.
#[test]
fn metrics_of_classes_are_those_of_the_library() {
    let truths = [0u32, 0, 0, 1, 1, 2, 2, 2, 2, 3];
    let guesses = [0u32, 1, 0, 1, 1, 2, 0, 2, 2, 2];
    let score = bare(&Cases::of_classes(0, guesses.into_iter().zip(truths)));
    let value = |metric| score.value(metric).expect("a value");
    close(value(Metric::Accuracy), 0.7, 1e-12);
    close(value(Metric::BalancedAccuracy), 0.604_166_666_666_666_7, 1e-12);
    close(value(Metric::MacroF1), 0.554_166_666_666_666_7, 1e-12);
    close(value(Metric::MicroF1), 0.7, 1e-12);
    close(value(Metric::WeightedF1), 0.66, 1e-12);
    close(value(Metric::Mcc), 0.573_777_639_178_087_1, 1e-12);
    assert_eq!(score.classes[3].precision, None);
    assert_eq!((score.classes[3].recall, score.classes[3].f1, score.classes[3].n), (Some(0.0), Some(0.0), 1));
    assert_eq!(score.confusion[0], [2, 1, 0, 0]);
    let unknown = score.metrics.iter().find(|m| m.metric == Metric::LogLoss).map(|m| m.value);
    assert_eq!(unknown, Some(Err(Undefined::NoProbabilities)));
    assert!(score.reliability.is_empty());
}

#[test]
fn one_class_no_rows_and_odd_numbers_are_no_accident() {
    assert_eq!(Evaluation::of(&Cases::default(), Resampling::default()), None);
    let score = Evaluation::of(&binary(&[0.1, 0.2], &[0, 0]), Resampling { draws: 50, seed: 0 }).expect("rows");
    assert_eq!(score.value(Metric::Mcc), None);
    assert_eq!(score.value(Metric::Accuracy), Some(1.0));
    let odd: [(&[f32], u32); 4] = [(&[f32::NAN, 0.5], 1), (&[], 3), (&[f32::INFINITY, 0.0], 0), (&[0.4, 0.6], 9)];
    let score = bare(&Cases::of(odd));
    assert!(score.metrics.iter().all(|m| m.value.is_ok_and(f64::is_finite)), "{:?}", score.metrics);
    assert_eq!(score.classes.len(), 10);
}

#[test]
fn intervals_cover_and_do_not_depend_on_threads_or_on_patterns() {
    let cases = made(10_000, 4, 7);
    let with = |threads, cases: &Cases| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| Evaluation::of(cases, Resampling { draws: 400, seed: 3 }).expect("rows"))
    };
    assert_eq!(with(1, &cases), with(4, &cases));
    let exact = with(2, &cases);
    // Twice the rows: drawn by pattern, the intervals are narrower by √2.
    let twice = Cases { rows: cases.rows.iter().chain(&cases.rows).copied().collect(), ..cases.clone() };
    for (one, two) in exact.metrics.iter().zip(&with(2, &twice).metrics) {
        close(one.value.expect("a value"), two.value.expect("a value"), 1e-9);
        let width = |m: &Measured| m.ci95.map(|(low, high)| high - low).expect("an interval");
        let ratio = width(one) / width(two);
        assert!((1.2..1.7).contains(&ratio), "{}: {ratio}", one.metric);
        let (low, high) = one.ci95.expect("an interval");
        let slack = if one.metric == Metric::Ece { 0.01 } else { 0.0 };
        assert!(low - slack <= one.value.expect("a value") && one.value.expect("a value") <= high + slack, "{one:?}");
    }
    let wilson = exact.accuracy().expect("rows");
    let (low, high) = exact.metrics[0].ci95.expect("an interval");
    close(low, wilson.low, 2e-3);
    close(high, wilson.high, 2e-3);
}

#[test]
fn mcnemar_of_the_checked_case() {
    close(McNemar::of(12, 4).p_value, 0.076_813, 1e-6);
    assert_eq!((McNemar::of(0, 0).p_value, McNemar::of(5, 5).p_value), (1.0, 1.0));
    assert!(McNemar::of(3000, 1000).p_value < 1e-200);
}

#[test]
fn two_models_are_compared_on_the_same_rows() {
    let (a, b) = (made(3000, 3, 7), made(3000, 3, 8));
    let found = compare(&a, &b, Resampling { draws: 300, seed: 1 }).expect("the same rows");
    assert_eq!((found.n, found.differences.len()), (3000, 9));
    let accuracy = &found.differences[0];
    close(accuracy.diff, (f64::from(found.mcnemar.c) - f64::from(found.mcnemar.b)) / 3000.0, 1e-12);
    let (low, high) = accuracy.ci95.expect("an interval");
    let discordant = f64::from(found.mcnemar.b + found.mcnemar.c);
    close(high - low, 2.0 * 1.96 * discordant.sqrt() / 3000.0, 0.006);
    let itself = compare(&a, &a, Resampling { draws: 50, seed: 1 }).expect("the same rows");
    assert!(itself.differences.iter().all(|d| d.diff == 0.0 && d.ci95 == Some((0.0, 0.0))));
    assert_eq!(compare(&a, &made(2999, 3, 8), Resampling::NONE), None);
    let by_class = Cases::of_classes(0, b.rows.iter().map(|row| (row.guess, row.truth)));
    assert_eq!(compare(&a, &by_class, Resampling::NONE).expect("the same rows").differences.len(), 6);
}

#[test]
fn what_is_decided_counts_and_not_what_is_likeliest() {
    let score = bare(&Cases::decided([(&[0.4f32, 0.6][..], 0, 0), (&[0.1, 0.9][..], 1, 0)]));
    close(score.value(Metric::Accuracy).expect("rows"), 0.5, 1e-12);
    close(score.value(Metric::Ece).expect("probabilities"), (0.6 + 0.9) / 2.0, 1e-6);
}

#[test]
fn curves_rise_and_fall_as_they_should() {
    let curve = Curve::of([(0.9, true), (0.8, false), (0.7, true), (0.7, false), (0.1, false)]).expect("a positive");
    let told: Vec<(usize, f64, f64)> = curve.points.iter().map(|p| (p.rows, p.precision, p.recall)).collect();
    assert_eq!(told, [(1, 1.0, 0.5), (2, 0.5, 0.5), (4, 0.5, 1.0), (5, 0.4, 1.0)]);
    assert_eq!(curve.best().map(|p| (p.threshold, p.f1)), Some((f64::from(0.9f32), 2.0 / 3.0)));
    close(curve.roc_auc.expect("two classes"), 4.5 / 6.0, 1e-12);
    close(curve.average_precision, 0.75, 1e-12);
    assert_eq!(Curve::of([(0.5, false)]), None);
    assert_eq!(Curve::of([(0.5, true)]).and_then(|c| c.roc_auc), None);
    let many = Curve::of((0..10_000).map(|i| (i as f32 / 1e4, mix(0, i).is_multiple_of(3)))).expect("positives");
    assert!(many.points.len() <= 203 && many.points.last().is_some_and(|p| p.rows == 10_000));
}

#[test]
fn costs_move_the_decision() {
    let costs = CostMatrix::new(&[vec![0.0, 1.0], vec![9.0, 0.0]]).expect("square");
    close(costs.threshold().expect("two classes"), 0.1, 1e-12);
    let never = CostMatrix::new(&[vec![0.0, 10.0], vec![1.0, 5.0]]).expect("square");
    assert_eq!((never.threshold(), never.cheapest(&[0.0, 1.0])), (None, 0), "the second is never the cheaper");
    assert_eq!((costs.cheapest(&[0.85, 0.15]), costs.cheapest(&[0.95, 0.05])), (1, 0));
    let p = Probabilities::new(2, vec![0.85, 0.15, 0.95, 0.05]);
    assert_eq!(costs.decide(&p), [1, 0]);
    assert_eq!(serde_json::to_string(&costs).expect("JSON"), "[[0.0,1.0],[9.0,0.0]]");
    assert!(serde_json::from_str::<CostMatrix>("[[0.0],[1.0]]").is_err());
    assert_eq!(CostMatrix::equal(3).cheapest(&[0.2, 0.5, 0.3]), 1);
    assert!(matches!(CostMatrix::new(&[vec![0.0, 1.0]]), Err(BadCosts::NotSquare { row: 1, classes: 1, found: 2 })));
    let odd = CostMatrix::new(&[vec![0.0, f64::NAN], vec![0.0, 1.0]]);
    assert!(matches!(odd, Err(BadCosts::NotANumber { row: 1, column: 2 })));
}

#[test]
fn costs_are_measured_with_intervals_and_compared_on_the_same_rows() {
    let costs = CostMatrix::new(&[vec![0.0, 1.0], vec![9.0, 0.0]]).expect("square");
    let cases = |wrong: u32| Cases::of_classes(2, (0..400).map(|i| (u32::from(i % 2 == 1 && i % wrong != 1), i % 2)));
    let (a, b) = (cases(8), cases(20));
    let resampling = Resampling { draws: 500, seed: 1 };
    let cost = costs.measure(&a, resampling).expect("rows");
    close(cost.value.expect("a value"), 9.0 / 8.0, 1e-12);
    let (low, high) = cost.ci95.expect("an interval");
    let theory = 2.0 * 1.96 * 9.0 * (0.125f64 * 0.875 / 400.0).sqrt();
    close(high - low, theory, 0.1);
    let told = costs.compare(&a, &b, resampling).expect("rows");
    close(told.diff, 9.0 / 20.0 - 9.0 / 8.0, 1e-12);
    assert!(told.ci95.is_some_and(|(low, high)| low < told.diff && told.diff < high && high < 0.0));
    assert_eq!(costs.measure(&Cases::default(), resampling), None);
}

#[test]
fn how_sure_a_model_is_of_itself_tells_its_calibration_and_nothing_of_the_others() {
    let cases = Cases::scored(3, [(0, 0.9, 0), (1, 0.6, 2), (2, 0.7, 2)]);
    let score = bare(&cases);
    close(score.value(Metric::Accuracy).expect("rows"), 2.0 / 3.0, 1e-12);
    close(score.value(Metric::Ece).expect("a score"), (0.1 + 0.6 + 0.3) / 3.0, 1e-6);
    let loss = score.metrics.iter().find(|m| m.metric == Metric::LogLoss).map(|m| m.value);
    assert_eq!(loss, Some(Err(Undefined::OneProbability)));
    assert_eq!(score.reliability.len(), 10);
    let found = compare(&cases, &cases, Resampling::NONE).expect("the same rows");
    assert_eq!(found.differences.len(), 7, "all but log loss and Brier");
}

#[test]
fn two_models_of_label_sets_are_compared_on_the_same_rows() {
    let rows = |n: u64, seed: u64| -> Vec<(Vec<f32>, Vec<u32>)> {
        let p = |i: u64, label: u64| (mix(seed, i * 3 + label) % 1000) as f32 / 1000.0;
        let is = |i: u64, label: u64| mix(1, i * 3 + label).is_multiple_of(3);
        let row = |i| ((0..3).map(|l| if is(i, l) { 0.3 + 0.7 * p(i, l) } else { 0.7 * p(i, l) }).collect(), i);
        let truth = |i| (0..3u32).filter(|l| is(i, u64::from(*l))).collect();
        (0..n).map(row).map(|(p, i)| (p, truth(i))).collect()
    };
    let cases = |rows: &[(Vec<f32>, Vec<u32>)]| SetCases::of(rows.iter().map(|(p, truth)| (&p[..], &truth[..])));
    let resampling = Resampling { draws: 300, seed: 2 };
    let (a, b) = (cases(&rows(2000, 5)), cases(&rows(2000, 6)));
    let found = compare_sets(&a, &b, resampling).expect("the same rows");
    assert_eq!((found.n, found.differences.len()), (2000, 7));
    let exact = &found.differences[0];
    close(exact.diff, (f64::from(found.mcnemar.c) - f64::from(found.mcnemar.b)) / 2000.0, 1e-12);
    assert!(exact.ci95.is_some_and(|(low, high)| low <= exact.diff && exact.diff <= high));
    let single = |cases: &SetCases| SetEvaluation::of(cases, Resampling::NONE).expect("rows");
    for told in &found.differences {
        close(told.a, single(&a).value(told.metric).expect("a value"), 1e-12);
        close(told.b, single(&b).value(told.metric).expect("a value"), 1e-12);
    }
    let itself = compare_sets(&a, &a, resampling).expect("the same rows");
    assert!(itself.differences.iter().all(|d| d.diff == 0.0 && d.ci95 == Some((0.0, 0.0))));
    assert_eq!(compare_sets(&a, &cases(&rows(1999, 6)), resampling), None);
    let bare = SetCases::of_sets(3, rows(2000, 6).iter().map(|(p, truth)| (predicted(p), &truth[..])));
    assert_eq!(compare_sets(&a, &bare, Resampling::NONE).expect("the same rows").differences.len(), 5);
    // Twice six thousand rows are drawn by pattern: the differences stay what they are.
    let many = |seed| cases(&[rows(6000, seed), rows(6000, seed)].concat());
    let (twice, once) = (compare_sets(&many(5), &many(6), Resampling::NONE), [rows(6000, 5), rows(6000, 6)]);
    let once = compare_sets(&cases(&once[0]), &cases(&once[1]), Resampling::NONE).expect("the same rows");
    for (two, one) in twice.expect("the same rows").differences.iter().zip(&once.differences) {
        close(two.diff, one.diff, 1e-9);
    }
}

#[test]
fn ratings_are_measured_by_their_distance() {
    let measured = evaluate_ratings([(1.0, 2.0), (3.0, 3.0), (5.0, 2.0), (f64::NAN, 1.0)], Resampling::default());
    let told: Vec<(Metric, f64, usize)> = measured.iter().map(|m| (m.metric, m.value.expect("a value"), m.n)).collect();
    assert_eq!(told, [(Metric::Mae, 4.0 / 3.0, 3), (Metric::Rmse, (10.0f64 / 3.0).sqrt(), 3)]);
    assert_eq!(evaluate_ratings([], Resampling::default()), []);
    let pairs = |n: u64| (0..n).map(|i| ((mix(1, i) % 5) as f64, (mix(2, i) % 5) as f64)).collect::<Vec<_>>();
    let (few, many) = (
        evaluate_ratings(pairs(10_000), Resampling::default()),
        evaluate_ratings(pairs(40_000), Resampling::default()),
    );
    let width = |m: &Measured| m.ci95.map(|(low, high)| high - low).expect("an interval");
    assert!((1.6..2.4).contains(&(width(&few[0]) / width(&many[0]))));
}

/// Against scikit-learn 1.9: truths {0,2} {1} {} {0,1}, predictions {0} {1,2} {} {0,1}.
#[test]
fn sets_are_measured_by_row_by_label_and_together() {
    let truths: [&[u32]; 4] = [&[0, 2], &[1], &[], &[0, 1]];
    let p: [&[f32]; 4] = [&[0.9, 0.2, 0.4], &[0.3, 0.8, 0.6], &[0.1, 0.1, 0.1], &[0.7, 0.5, 0.2]];
    let cases = SetCases::of(p.into_iter().zip(truths));
    let score = SetEvaluation::of(&cases, Resampling { draws: 100, seed: 0 }).expect("rows");
    let value = |metric| score.value(metric).expect("a value");
    close(value(Metric::Accuracy), 0.5, 1e-12);
    close(value(Metric::HammingLoss), 2.0 / 12.0, 1e-12);
    close(value(Metric::MicroF1), 0.8, 1e-12);
    close(value(Metric::MacroF1), 2.0 / 3.0, 1e-12);
    close(value(Metric::WeightedF1), 0.8, 1e-12);
    assert_eq!(score.labels[2].found.f1, Some(0.0));
    close(
        score.labels[1].log_loss.expect("probabilities"),
        -(0.8f64.ln() * 2.0 + 0.9f64.ln() + 0.5f64.ln()) / 4.0,
        1e-6,
    );
    let sets = SetCases::of_sets(3, p.into_iter().map(predicted).zip(truths));
    let told = SetEvaluation::of(&sets, Resampling::default()).expect("rows");
    assert_eq!((told.value(Metric::LogLoss), told.value(Metric::Brier)), (None, None));
    assert_eq!((told.labels[1].log_loss, told.value(Metric::Accuracy)), (None, score.value(Metric::Accuracy)));
    let none = SetCases::of([(&[0.1f32, 0.2][..], &[][..])]);
    let score = SetEvaluation::of(&none, Resampling::default()).expect("a row");
    assert_eq!((score.value(Metric::Accuracy), score.value(Metric::MicroF1)), (Some(1.0), None));
    assert_eq!(SetEvaluation::of(&SetCases::default(), Resampling::default()), None);
}

proptest! {
    #[test]
    fn whatever_comes_in_metrics_stay_in_their_bounds(
        rows in proptest::collection::vec((proptest::collection::vec(-0.5f32..2.0, 0..5), 0u32..6), 1..40),
        seed in 0u64..100,
    ) {
        let cases = Cases::of(rows.iter().map(|(p, t)| (&p[..], *t)));
        let score = Evaluation::of(&cases, Resampling { draws: 20, seed }).expect("rows");
        for measured in &score.metrics {
            if let Ok(value) = measured.value {
                prop_assert!(value.is_finite());
                let bounded = !matches!(measured.metric, Metric::LogLoss | Metric::Brier | Metric::Ece);
                prop_assert!(!bounded || (-1.0 - 1e-9..=1.0 + 1e-9).contains(&value), "{:?}", measured);
            }
        }
        prop_assert_eq!(score.confusion.iter().flatten().sum::<u32>() as usize, rows.len());
        let accuracy = score.value(Metric::Accuracy);
        prop_assert_eq!(accuracy, score.value(Metric::MicroF1));
        let reversed = Cases::of(rows.iter().rev().map(|(p, t)| (&p[..], *t)));
        prop_assert_eq!(bare(&reversed).value(Metric::Accuracy), accuracy);
    }

    #[test]
    fn the_exact_test_is_symmetric_and_a_probability(b in 0u32..500, c in 0u32..500) {
        let p = McNemar::of(b, c).p_value;
        prop_assert!((0.0..=1.0).contains(&p));
        prop_assert_eq!(p, McNemar::of(c, b).p_value);
        prop_assert!(McNemar::of(b + 10, c).p_value <= p + 1e-12 || b < c);
    }
}
