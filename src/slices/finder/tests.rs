use super::*;
use proptest::prelude::*;
use std::collections::HashMap;

/// Every slice there is, by looking at all of them.
fn by_force(columns: &Columns, errors: &[f64], search: &Search) -> Vec<(Vec<Term>, f64)> {
    let rows = errors.len();
    let weight = Weight { alpha: search.alpha, rows, mean: errors.iter().sum::<f64>() / rows as f64 };
    let mut slices: Vec<Vec<Term>> = vec![Vec::new()];
    for (field, column) in (0u32..).zip(&columns.0) {
        let longer = slices.iter().flat_map(|slice| {
            (0..column.values.len() as u32).map(move |value| [&slice[..], &[Term { field, value }]].concat())
        });
        slices.extend(longer.collect::<Vec<_>>());
    }
    let most = search.max_terms.unwrap_or(usize::MAX);
    let has = |row: usize, term: &Term| columns.0[term.field as usize].codes[row] == term.value;
    let mut scored: Vec<(Vec<Term>, f64)> = slices
        .into_iter()
        .filter(|slice| !slice.is_empty() && slice.len() <= most)
        .filter_map(|slice| {
            let own: Vec<usize> = (0..rows).filter(|row| slice.iter().all(|term| has(*row, term))).collect();
            let sum: f64 = own.iter().map(|row| errors[*row]).sum();
            let score = weight.score(own.len(), sum);
            (own.len() >= search.min_support.max(1) && score > 0.0).then_some((slice, score))
        })
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    scored
}

fn table(rows: usize, fields: &[u32], codes: &[u32]) -> Columns {
    let column = |(place, kinds): (usize, &u32)| Column {
        name: format!("f{place}"),
        values: (0..*kinds).map(|value| value.to_string()).collect(),
        codes: (0..rows).map(|row| codes[(row * fields.len() + place) % codes.len()] % kinds).collect(),
    };
    Columns(fields.iter().enumerate().map(column).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    /// The search finds what looking at everything finds, with fewer rows than columns, too.
    #[test]
    fn nothing_better_is_missed(
        rows in 1usize..60,
        fields in prop::collection::vec(1u32..7, 1..5),
        codes in prop::collection::vec(0u32..42, 60..300),
        errors in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..3.0f64], 60),
        whole in any::<bool>(),
        alpha in 0.5..0.99f64,
        min_support in 0usize..6,
        k in 1usize..8,
        max_terms in prop::option::of(1usize..4),
    ) {
        let columns = table(rows, &fields, &codes);
        let errors: Vec<f64> = errors.iter().take(rows).map(|e| if whole { e.round().min(1.0) } else { *e }).collect();
        let search = Search { alpha, k, min_support, max_terms };
        let found = search.find(&columns.ready(), &Errors::of(&errors), &|| true);
        let want = by_force(&columns, &errors, &search);
        prop_assert_eq!(found.slices.len(), want.len().min(k));
        let scores: HashMap<&[Term], f64> = want.iter().map(|(terms, score)| (&terms[..], *score)).collect();
        for (slice, (_, score)) in found.slices.iter().zip(&want) {
            prop_assert!((slice.score - score).abs() < 1e-9, "{} is not {}", slice.score, score);
            prop_assert!((scores[&slice.terms[..]] - slice.score).abs() < 1e-9);
        }
    }
}

#[test]
fn scores_and_break_evens_are_those_of_the_book() {
    let weight = |alpha| Weight { alpha, rows: 1000, mean: 0.1 };
    assert!((weight(0.95).score(100, 30.0) - 1.45).abs() < 1e-12);
    assert!((weight(0.6).score(100, 30.0) + 2.4).abs() < 1e-12);
    for (alpha, wants) in [
        (0.6, [67.0, 13.7, 7.0, 3.67]),
        (0.9, [12.0, 3.1, 2.0, 1.44]),
        (0.95, [6.2, 2.0, 1.47, 1.21]),
        (0.98, [3.0, 1.39, 1.18, 1.08]),
    ] {
        for (share, want) in [0.01, 0.05, 0.1, 0.2].into_iter().zip(wants) {
            let lift = weight(alpha).break_even(share);
            assert!((lift - want).abs() / want < 0.01, "α {alpha}, {share}: {lift} is not {want}");
            assert!(weight(alpha).score((share * 1000.0) as usize, lift * share * 100.0).abs() < 1e-9);
        }
    }
}

#[test]
fn the_usual_least_size_is_a_hundredth_and_at_least_32() {
    assert_eq!(Search::usual(32_561), Search { alpha: 0.95, k: 10, min_support: 326, max_terms: None });
    assert_eq!(Search::usual(100).min_support, 32);
}

#[test]
fn where_there_is_nothing_to_find_nothing_is_found() {
    let columns = table(50, &[3, 2], &[0, 1, 2, 3, 4, 5, 6]);
    let find = |errors: &[f64]| Search::usual(50).find(&columns.ready(), &Errors::of(errors), &|| true).slices;
    assert!(find(&[0.0; 50]).is_empty());
    assert!(find(&[1.0; 50]).is_empty(), "all rows are wrong alike");
    assert!(find(&[f64::NAN; 50]).is_empty());
    assert!(Search::usual(0).find(&Columns::default().ready(), &Errors::of(&[]), &|| true).slices.is_empty());
}

#[test]
fn a_search_that_is_stopped_says_so() {
    let columns = table(60, &[3, 4, 5], &(0..100).collect::<Vec<_>>());
    let errors: Vec<f64> = (0..60).map(|row| f64::from(row % 3 == 0)).collect();
    let search = Search { min_support: 2, ..Search::usual(60) };
    let found = search.find(&columns.ready(), &Errors::of(&errors), &|| false);
    assert!(found.stopped && !found.slices.is_empty());
    assert!(!search.find(&columns.ready(), &Errors::of(&errors), &|| true).stopped);
}

/// UCI Adult and its ten best slices by an exhaustive search, where the data are there.
#[test]
fn the_ten_slices_of_adult() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/bench");
    let Ok(mut reader) = csv::Reader::from_path(folder.join("adult_sliceline.csv")) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let names: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    let column = |place: usize| {
        let mut values: Vec<String> = records.iter().map(|record| record[place].to_owned()).collect();
        let all = values.clone();
        values.sort();
        values.dedup();
        let code = |value: &String| values.binary_search(value).expect("known") as u32;
        Column { name: names[place].clone(), codes: all.iter().map(code).collect(), values }
    };
    let columns = Columns((1..names.len() - 1).map(column).collect());
    let errors: Vec<f64> = records.iter().map(|record| record[names.len() - 1].parse().expect("a number")).collect();
    let search = Search::usual(errors.len());
    let found = search.find(&columns.ready(), &Errors::of(&errors), &|| true);
    let mut top = csv::Reader::from_path(folder.join("adult_sliceline_top.csv")).expect("the best slices");
    let told = |slice: &Slice| {
        let term = |term: &Term| {
            let column = &columns.0[term.field as usize];
            format!("{}={}", column.name, column.values[term.value as usize])
        };
        slice.terms.iter().map(term).collect::<Vec<_>>().join(" & ")
    };
    assert_eq!(found.slices.len(), 10);
    for (slice, want) in found.slices.iter().zip(top.records()) {
        let want = want.expect("a row");
        let score: f64 = want[1].trim_start_matches("np.float64(").trim_end_matches(')').parse().expect("a score");
        assert_eq!(
            (told(slice), slice.size.to_string(), slice.errors),
            (want[4].to_owned(), want[2].to_owned(), want[3].parse().expect("a sum"))
        );
        assert!((slice.score - score).abs() < 1e-9, "{} is not {score}", slice.score);
    }
}

/// Fields of some categories each, by chance.
fn by_chance(rows: usize, seed: u64) -> Columns {
    let column = |field: u64| {
        let kinds = 2 + field as u32 % 4;
        let code = |row| (crate::ids::mix(crate::ids::mix(seed, field), row) % u64::from(kinds)) as u32;
        let values = (0..kinds).map(|value| value.to_string()).collect();
        Column { name: format!("f{field}"), values, codes: (0..rows as u64).map(code).collect() }
    };
    Columns((0..5).map(column).collect())
}

fn uniform(seed: u64, row: usize) -> f64 {
    (crate::ids::mix(seed, row as u64) >> 11) as f64 / (1u64 << 53) as f64
}

#[test]
fn where_errors_are_by_chance_so_is_the_best_slice() {
    const SEEDS: u64 = 120;
    let p_values: Vec<f64> = (0..SEEDS)
        .map(|seed| {
            let columns = by_chance(300, seed).ready();
            let errors: Vec<f64> = (0..300).map(|row| f64::from(uniform(seed ^ 77, row) < 0.2)).collect();
            let search = Search { min_support: 10, ..Search::usual(300) };
            let best = search.find(&columns, &Errors::of(&errors), &|| true).slices.first().map_or(-1.0, |s| s.score);
            p_value(best, &search.by_chance(&columns, &errors, 39, seed, &|| true).expect("not stopped"))
        })
        .collect();
    let share = |most: f64| p_values.iter().filter(|p| **p <= most).count() as f64 / SEEDS as f64;
    for most in [0.1, 0.25, 0.5, 0.75] {
        // Four standard errors of a share of so many.
        let wide = 4.0 * (most * (1.0 - most) / SEEDS as f64).sqrt();
        assert!((share(most) - most).abs() < wide, "{} of p are at most {most}", share(most));
    }
}

#[test]
fn what_was_planted_comes_first_and_is_believed() {
    for seed in 0..10 {
        let columns = by_chance(2000, seed);
        let planted = [Term { field: 1, value: 2 }, Term { field: 3, value: 0 }];
        let has = |row: usize| planted.iter().all(|term| columns.0[term.field as usize].codes[row] == term.value);
        let errors: Vec<f64> =
            (0..2000).map(|row| f64::from(uniform(seed ^ 5, row) < if has(row) { 0.5 } else { 0.1 })).collect();
        let (ready, search) = (columns.ready(), Search::usual(2000));
        let found = search.find(&ready, &Errors::of(&errors), &|| true);
        let best = &found.slices[0];
        assert_eq!(best.terms, planted, "seed {seed}");
        let chance = search.by_chance(&ready, &errors, 50, seed, &|| true).expect("not stopped");
        assert!(p_value(best.score, &chance) < 0.05 && more_error(&ready, best, &errors).expect("two sides") < 1e-6);
        let groups = groups(&ready, &found.slices);
        assert_eq!(groups[0], (0, 1.0));
        assert!(search.by_chance(&ready, &errors, 5, seed, &|| false).is_none());
    }
}
