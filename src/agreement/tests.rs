//! The checked cases, and what must hold of any answers.

use super::testing::{close, cross, near, public, table};
use super::*;
use proptest::prelude::*;

const QUICK: Resampling = Resampling { draws: 0, seed: 0 };

fn of(ratings: &Ratings, name: Name, weights: Weights) -> Result<f64, Undefined> {
    let wanted = Wanted { coefficients: vec![(name, weights)], labels: false, resampling: QUICK };
    measure(ratings, &wanted).coefficients[0].outcome.map(|found| found.value)
}

fn value(ratings: &Ratings, name: Name, weights: Weights) -> f64 {
    of(ratings, name, weights).unwrap_or_else(|why| panic!("{name} {weights}: {why}"))
}

fn alpha(ratings: &Ratings, weights: Weights) -> f64 {
    value(ratings, Name::KrippendorffAlpha, weights)
}

/// Krippendorff's four coders (2011), rows with a dot where there is no answer.
fn four_coders() -> Ratings {
    let rows = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
    let ratings = table(&rows);
    // The categories are 1 to 5, not 0 to 5.
    let answers: Vec<Rating> = (0..ratings.units())
        .flat_map(|unit| {
            let (raters, categories) = ratings.unit(unit);
            let answer =
                |(&rater, &category): (&u32, &u32)| Rating { unit: unit as u32, rater, category: category - 1 };
            raters.iter().zip(categories).map(answer).collect::<Vec<_>>()
        })
        .collect();
    Ratings::new(Scale::steps(5), 12, 4, &answers).expect("answers on the scale")
}

#[test]
fn krippendorff_with_every_distance() {
    let coders = four_coders();
    close(alpha(&coders, Weights::Nominal), 0.743_421);
    close(alpha(&coders, Weights::Ordinal), 0.815_388);
    close(alpha(&coders, Weights::Interval), 0.849_107);
    close(alpha(&coders, Weights::Ratio), 0.797_403);
    close(alpha(&table(&["0100000010", "1110010000"]), Weights::Nominal), 0.095_238);
}

#[test]
fn gwet_and_his_family_with_missing_answers() {
    // Worked in Gwet's handbook on the same four coders.
    let coders = four_coders();
    near(value(&coders, Name::GwetAc1, Weights::Nominal), 0.775_44, 5e-6);
    near(value(&coders, Name::FleissKappa, Weights::Nominal), 0.761_17, 5e-6);
    near(value(&coders, Name::PercentAgreement, Weights::Nominal), 0.818_18, 5e-6);
}

#[test]
fn fleiss_1971() {
    let counts: [[usize; 5]; 30] = [
        [0, 0, 0, 6, 0],
        [0, 3, 0, 0, 3],
        [0, 1, 4, 0, 1],
        [0, 0, 0, 0, 6],
        [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0],
        [0, 0, 4, 0, 2],
        [2, 0, 3, 1, 0],
        [2, 0, 0, 4, 0],
        [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0],
        [1, 1, 0, 4, 0],
        [0, 3, 3, 0, 0],
        [1, 0, 0, 5, 0],
        [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1],
        [3, 0, 0, 1, 2],
        [5, 1, 0, 0, 0],
        [0, 2, 0, 4, 0],
        [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6],
        [0, 1, 0, 5, 0],
        [0, 2, 0, 1, 3],
        [2, 0, 0, 4, 0],
        [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0],
        [4, 0, 0, 0, 2],
        [0, 2, 0, 4, 0],
        [1, 0, 5, 0, 0],
        [0, 0, 0, 0, 6],
    ];
    let answers: Vec<Rating> = (counts.iter().enumerate())
        .flat_map(|(unit, counts)| {
            let given = counts.iter().enumerate().flat_map(|(c, &n)| std::iter::repeat_n(c as u32, n));
            given.enumerate().map(move |(rater, category)| Rating { unit: unit as u32, rater: rater as u32, category })
        })
        .collect();
    let ratings = Ratings::new(Scale::labels(5), 30, 6, &answers).expect("answers on the scale");
    close(value(&ratings, Name::FleissKappa, Weights::Nominal), 0.430_244_5);
    close(value(&ratings, Name::Randolph, Weights::Nominal), 0.444_444);
    close(value(&ratings, Name::BrennanPrediger, Weights::Nominal), 0.444_444);
    near(alpha(&ratings, Weights::Nominal), 0.433_410, 1e-6);
}

#[test]
fn the_paradox_of_a_rare_label() {
    let ratings = cross(&[&[118, 5], &[2, 0]]);
    let nominal = |name| value(&ratings, name, Weights::Nominal);
    close(nominal(Name::PercentAgreement), 0.944);
    near(nominal(Name::CohenKappa), -0.023_39, 5e-6);
    near(nominal(Name::ScottPi), -0.028_81, 5e-6);
    near(nominal(Name::FleissKappa), -0.028_81, 5e-6);
    near(nominal(Name::GwetAc1), 0.940_78, 5e-6);
    close(nominal(Name::BrennanPrediger), 0.888);
}

#[test]
fn three_labels_of_two_annotators() {
    let ratings = cross(&[&[13, 0, 0], &[0, 20, 7], &[0, 4, 56]]);
    let nominal = |name| value(&ratings, name, Weights::Nominal);
    near(nominal(Name::GwetAc1), 0.849_33, 5e-6);
    near(nominal(Name::CohenKappa), 0.796_41, 5e-6);
    near(nominal(Name::ScottPi), 0.796_24, 5e-6);
    near(nominal(Name::BrennanPrediger), 0.835, 5e-6);
    near(nominal(Name::KrippendorffAlpha), 0.797_26, 5e-6);
}

#[test]
fn sets_of_labels() {
    let sets = [[0].as_slice(), &[0, 1], &[1, 2], &[2], &[1]].map(<[u32]>::to_vec).to_vec();
    let pairs = [(0, 0), (1, 0), (2, 2), (3, 2), (0, 4)];
    let answers: Vec<Rating> = (pairs.iter().enumerate())
        .flat_map(|(unit, &(a, b))| {
            [(0, a), (1, b)].map(|(rater, category)| Rating { unit: unit as u32, rater, category })
        })
        .collect();
    let ratings = Ratings::new(Scale::sets(3, sets), 5, 2, &answers).expect("answers on the scale");
    close(alpha(&ratings, Weights::Masi), 0.343_75);
    close(alpha(&ratings, Weights::Jaccard), 0.389_831);
    close(alpha(&ratings, Weights::Nominal), 0.25);
    let found = measure(&ratings, &Wanted::suited(ratings.scale()));
    assert_eq!(found.labels.iter().map(|label| label.answers).collect::<Vec<_>>(), [5, 5, 4]);
    let alone = [["11001", "11000"], ["01100", "00111"], ["00110", "00110"]];
    for (label, rows) in found.labels.iter().zip(alone) {
        let alone = table(&rows);
        close(label.alpha.expect("given and not").value, alpha(&alone, Weights::Nominal));
        close(label.observed.expect("pairs").value, value(&alone, Name::PercentAgreement, Weights::Nominal));
    }
}

#[test]
fn alpha_of_the_public_sets() {
    // ../shared/data/README.md.
    for (file, numbers, weights, known) in [
        ("snow_rte_labels.csv", false, Weights::Nominal, 0.2415),
        ("snow_wsd_labels.csv", false, Weights::Nominal, 0.9372),
        ("bluebirds_labels.csv", false, Weights::Nominal, 0.1255),
        ("sp_rodrigues_labels.csv", false, Weights::Nominal, 0.4276),
        ("sp_amt_labels.csv", false, Weights::Nominal, 0.7377),
        ("anesthesia_labels.csv", true, Weights::Ordinal, 0.7987),
        ("vader_amazon_ratings.csv", true, Weights::Ordinal, 0.8292),
    ] {
        if let Some(found) = public(file, numbers) {
            near(alpha(&found.ratings, weights), known, 5e-5);
        }
    }
}

#[test]
fn what_has_no_value_says_why() {
    let nominal = |rows: &[&str], name| of(&table(rows), name, Weights::Nominal);
    use Name::*;
    assert_eq!(nominal(&["..."], KrippendorffAlpha), Err(Undefined::NoAnswers));
    assert_eq!(nominal(&["010"], PercentAgreement), Err(Undefined::OneAnnotator));
    assert_eq!(nominal(&["01..", "..01"], FleissKappa), Err(Undefined::NoPairs));
    assert_eq!(nominal(&["01..", "..01"], CohenKappa), Err(Undefined::NoPairs));
    assert_eq!(nominal(&["010", "010", "110"], CohenKappa), Err(Undefined::NotTwo(3)));
    assert_eq!(nominal(&["010", "010", "110"], ScottPi), Err(Undefined::NotTwo(3)));
    assert_eq!(nominal(&["000", "000"], BrennanPrediger), Err(Undefined::OneCategory));
    assert_eq!(nominal(&["000", "000"], GwetAc1), Err(Undefined::OneCategory));
    for name in [KrippendorffAlpha, FleissKappa, CohenKappa, ScottPi] {
        assert_eq!(nominal(&["111", "111"], name), Err(Undefined::OneLabel), "{name}");
    }
    assert_eq!(nominal(&["111", "111"], PercentAgreement), Ok(1.0));
    assert_eq!(nominal(&["111", "111"], GwetAc1), Ok(1.0));
    let rows = table(&["012", "011"]);
    assert_eq!(of(&rows, FleissKappa, Weights::Ordinal), Err(Undefined::NoVariant(FleissKappa, Weights::Ordinal)));
    assert_eq!(of(&rows, KrippendorffAlpha, Weights::Masi), Err(Undefined::NotOnThisScale(Weights::Masi)));
    let below = Scale::numbers(vec![-1.0, 1.0]).expect("ascending");
    let answers = [(0, 0), (0, 1), (1, 1), (1, 1)];
    let answers = [0, 1, 2, 3].map(|i| Rating { unit: answers[i].0, rater: i as u32 % 2, category: answers[i].1 });
    let below = Ratings::new(below, 2, 2, &answers).expect("answers on the scale");
    assert_eq!(of(&below, KrippendorffAlpha, Weights::Ratio), Err(Undefined::NegativeRatio));
    assert_eq!(Undefined::NotTwo(3).to_string(), "it compares two annotators, and 3 answered: see the pairs");
}

#[test]
fn answers_that_cannot_be_are_refused() {
    let answer = Rating { unit: 0, rater: 2, category: 0 };
    let no = Ratings::new(Scale::labels(1), 1, 2, &[answer]).expect_err("there is no third annotator");
    assert_eq!(no.to_string(), "answer 0 names annotator 2, but there are 2, counted from 0");
    assert!(Scale::numbers(vec![1.0, 1.0]).is_err() && Scale::numbers(vec![f64::NAN]).is_err());
}

#[test]
fn an_annotator_who_answers_twice_counts_twice_and_is_compared_by_the_last() {
    let said = [(0, 0, 1), (0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)];
    let answers = said.map(|(unit, rater, category)| Rating { unit, rater, category });
    let ratings = Ratings::new(Scale::labels(2), 2, 2, &answers).expect("answers on the scale");
    assert_eq!(of(&ratings, Name::CohenKappa, Weights::Nominal), Ok(1.0));
    near(value(&ratings, Name::PercentAgreement, Weights::Nominal), (1.0 / 3.0 + 1.0) / 2.0, 1e-12);
    let pairs = pairs(&ratings, Weights::Nominal);
    assert_eq!((pairs.len(), pairs[0].units, pairs[0].observed), (1, 2, 1.0));
}

#[test]
fn pairs_and_one_against_the_rest() {
    let ratings = table(&["01010101..", "0101010011", "1111000011", ".........."]);
    let found = pairs(&ratings, Weights::Nominal);
    assert_eq!(found.iter().map(|p| (p.a, p.b, p.units)).collect::<Vec<_>>(), [(0, 1, 8), (0, 2, 8), (1, 2, 10)]);
    close(found[0].observed, 0.875);
    let two = table(&["01010101", "01010100"]);
    let kappa = found[0].cohen_kappa.expect("two labels");
    close(kappa.value, value(&two, Name::CohenKappa, Weights::Nominal));
    let rest = against_the_rest(&two);
    close(rest[0].kappa.expect("two labels").value, kappa.value);
    close(rest[0].kappa.expect("two labels").standard_error.expect("one"), kappa.standard_error.expect("one"));
    assert_eq!((rest[1].own.clone(), rest[1].rest.clone()), (vec![0.625, 0.375], vec![0.5, 0.5]));
    let rest = against_the_rest(&ratings);
    assert_eq!((rest[3].answers, rest[3].kappa), (0, Err(Undefined::NoPairs)));
    close(rest[0].observed.expect("others"), (0.875 + 0.5) / 2.0);
}

#[test]
fn labels_one_by_one_equal_two_labels_alone() {
    let ratings = table(&["0120.21", "01212.1", "0020211"]);
    let found = measure(&ratings, &Wanted::suited(ratings.scale()));
    for label in 0..3u32 {
        let rows = ["0120.21", "01212.1", "0020211"].map(|row| {
            let digit =
                |c: char| if c == '.' { '.' } else { char::from(b'0' + u8::from(c.to_digit(10) == Some(label))) };
            row.chars().map(digit).collect::<String>()
        });
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (alone, here) = (table(&rows), &found.labels[label as usize]);
        close(here.alpha.expect("both").value, alpha(&alone, Weights::Nominal));
        let observed = value(&alone, Name::PercentAgreement, Weights::Nominal);
        close(here.observed.expect("pairs").value, observed);
    }
}

#[test]
fn intervals_hold_the_value_and_do_not_depend_on_threads() {
    let ratings = four_coders();
    let wanted = Wanted::suited(ratings.scale());
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let one = pool(1).install(|| measure(&ratings, &wanted));
    let three = pool(3).install(|| measure(&ratings, &wanted));
    assert_eq!(one, three);
    for found in one.coefficients.iter().filter(|found| found.outcome.is_ok()) {
        let value = found.outcome.expect("defined");
        let (low, high) = value.ci95.expect("an interval");
        assert!(low < value.value && value.value <= high, "{} {}: {value:?}", found.name, found.weights);
        assert_eq!((found.units, found.of), (11, 12));
    }
}

#[test]
fn some_units_alone() {
    let ratings = table(&["0101.", "0111.", "1101."]);
    let kept = ratings.select(|unit| unit >= 2);
    assert_eq!((kept.units(), kept.answers()), (3, 6));
    assert_eq!(kept, table(&["01.", "11.", "01."]));
    assert_eq!(ratings.select(|_| false).units(), 0);
}

fn some_answers() -> impl Strategy<Value = Ratings> {
    let cell = prop_oneof![3 => (0u32..4).prop_map(Some), 1 => Just(None)];
    (2usize..5, 1usize..15).prop_flat_map(move |(raters, units)| {
        proptest::collection::vec(cell.clone(), raters * units).prop_map(move |cells| {
            let answers: Vec<Rating> = (cells.iter().enumerate())
                .filter_map(|(i, cell)| {
                    cell.map(|category| Rating { unit: (i % units) as u32, rater: (i / units) as u32, category })
                })
                .collect();
            Ratings::new(Scale::steps(4), units, raters, &answers).expect("answers on the scale")
        })
    })
}

/// The same answers with units, annotators and categories renamed.
fn renamed(
    ratings: &Ratings,
    unit: impl Fn(u32) -> u32,
    rater: impl Fn(u32) -> u32,
    category: impl Fn(u32) -> u32,
) -> Ratings {
    let mut answers = Vec::new();
    for u in 0..ratings.units() {
        let (raters, categories) = ratings.unit(u);
        for (&r, &c) in raters.iter().zip(categories) {
            answers.push(Rating { unit: unit(u as u32), rater: rater(r), category: category(c) });
        }
    }
    Ratings::new(ratings.scale().clone(), ratings.units(), ratings.raters(), &answers).expect("renamed answers")
}

fn same(a: &Result<f64, Undefined>, b: &Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn names_and_order_do_not_matter(ratings in some_answers()) {
        let (units, raters) = (ratings.units() as u32, ratings.raters() as u32);
        let turned = renamed(&ratings, |u| units - 1 - u, |r| (r + 1) % raters, |c| c);
        let relabelled = renamed(&ratings, |u| u, |r| r, |c| (c + 1) % 4);
        let mirrored = renamed(&ratings, |u| u, |r| r, |c| 3 - c);
        for (name, weights) in suited(ratings.scale()) {
            let here = of(&ratings, name, weights);
            prop_assert!(same(&here, &of(&turned, name, weights)), "{} {}", name, weights);
            if weights == Weights::Nominal {
                prop_assert!(same(&here, &of(&relabelled, name, weights)), "{} {}", name, weights);
            } else if weights != Weights::Ratio {
                prop_assert!(same(&here, &of(&mirrored, name, weights)), "{} {}", name, weights);
            }
        }
    }

    #[test]
    fn every_value_is_a_number_of_at_most_one(ratings in some_answers()) {
        let wanted = Wanted { resampling: Resampling { draws: 20, seed: 1 }, ..Wanted::suited(ratings.scale()) };
        let found = measure(&ratings, &wanted);
        let labels = found.labels.iter().flat_map(|l| [&l.observed, &l.positive, &l.alpha]);
        for value in found.coefficients.iter().map(|c| &c.outcome).chain(labels).flatten() {
            prop_assert!(value.value.is_finite() && value.value <= 1.0 + 1e-12, "{:?}", value);
            prop_assert!(value.ci95.is_none_or(|(low, high)| low.is_finite() && low <= high));
        }
        for rater in against_the_rest(&ratings) {
            prop_assert!(rater.kappa.is_ok_and(|kappa| kappa.value.is_finite()) || rater.kappa.is_err());
        }
    }

    #[test]
    fn perfect_agreement_is_one(truth in proptest::collection::vec(0u32..4, 2..20), raters in 2u32..5) {
        let said = |unit: usize| (0..raters).map(move |rater| (unit as u32, rater));
        let answers: Vec<Rating> = (0..truth.len())
            .flat_map(said)
            .map(|(unit, rater)| Rating { unit, rater, category: truth[unit as usize] })
            .collect();
        let ratings = Ratings::new(Scale::steps(4), truth.len(), raters as usize, &answers).expect("answers");
        for (name, weights) in suited(ratings.scale()) {
            match of(&ratings, name, weights) {
                Ok(value) => prop_assert!((value - 1.0).abs() < 1e-12, "{} {}: {}", name, weights, value),
                Err(why) => prop_assert!(matches!(why, Undefined::OneLabel | Undefined::NotTwo(_))),
            }
        }
    }
}
