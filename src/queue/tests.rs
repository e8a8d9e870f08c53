use super::stopping::{RoundSummary, advice, kappa};
use super::*;
use crate::domain::{Estimate, Id, Lane};
use crate::features::{Features, Recipe, RowsView};
use crate::models::Probabilities;

const WORDS: [&str; 6] = ["battery", "screen", "sound", "price", "service", "camera"];

fn features(n: usize) -> Features {
    let texts: Vec<String> = (0..n).map(|i| format!("{0} {0} is {1}", WORDS[i % 6], WORDS[i / 6 % 6])).collect();
    Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() })
}

/// Rows whose margin is their number over `n`.
fn probabilities(n: usize) -> Probabilities {
    Probabilities::new(
        2,
        (0..n).flat_map(|i| [0.5 + i as f32 / (2 * n) as f32, 0.5 - i as f32 / (2 * n) as f32]).collect(),
    )
}

fn run(features: &Features, probabilities: Option<&Probabilities>, strategy: Strategy, labelled: &[u32]) -> Ranking {
    let candidates: Vec<u32> = (0..features.rows().len() as u32).filter(|i| !labelled.contains(i)).collect();
    let sought = matches!(&strategy, Strategy::Seek(l) if l == "second").then_some(1);
    let answers = || Answered { answers: vec![(3, 0), (3, 1)], thoughts: Probabilities::new(2, vec![]), wanted: 2 };
    let answered = labelled.contains(&3).then(answers);
    let committee = probabilities.map(|p| members(&candidates, p));
    rank(&RankInput {
        labelled,
        sought,
        committee: committee.as_ref(),
        answered: answered.as_ref(),
        batch: 6,
        ..plain(features.rows(), &candidates, probabilities, &strategy)
    })
}

/// With nothing but rows and probabilities.
pub(super) fn plain<'a>(
    rows: RowsView<'a>,
    candidates: &'a [u32],
    probabilities: Option<&'a Probabilities>,
    strategy: &'a Strategy,
) -> RankInput<'a> {
    RankInput {
        rows,
        candidates,
        labelled: &[],
        probabilities,
        strategy,
        sought: None,
        committee: None,
        answered: None,
        batch: 5,
        seed: 7,
    }
}

/// Two members: one thinks as the model does, the other the opposite of it.
fn members(rows: &[u32], p: &Probabilities) -> Committee {
    let thinks = |turn: bool| {
        let of = |row: &u32| p.row(*row as usize).iter().map(|&p| if turn { 1.0 - p } else { p }).collect::<Vec<_>>();
        Probabilities::new(2, rows.iter().flat_map(of).collect())
    };
    Committee::new(rows.to_vec(), vec![thinks(false), thinks(true)])
}

fn all_strategies() -> [Strategy; 11] {
    let names = [
        "random",
        "least-confidence",
        "margin",
        "entropy",
        "coverage",
        "seek second",
        "committee",
        "density",
        "disagreement",
        "badge",
        "diverse-margin",
    ];
    names.map(|name| name.parse().expect(name))
}

#[test]
fn names_read_back_and_unknown_ones_list_the_known() {
    for strategy in all_strategies() {
        assert_eq!(strategy.to_string().parse(), Ok(strategy));
    }
    for unknown in ["bagde", "seek", "seeker x", ""] {
        let error = unknown.parse::<Strategy>().expect_err(unknown).to_string();
        assert!(error.contains("seek LABEL") && error.contains("diverse-margin"), "{error}");
    }
}

#[test]
fn every_candidate_is_in_the_order_once_whatever_the_strategy() {
    let features = features(100);
    let with = probabilities(100);
    let empty = Probabilities::new(2, Vec::new());
    for strategy in all_strategies() {
        for probabilities in [Some(&with), Some(&empty), None] {
            let ranking = run(&features, probabilities, strategy.clone(), &[3, 5]);
            let (again, mut order) = (ranking.again.len(), ranking.order);
            let disputed = strategy == Strategy::Disagreement && probabilities.is_some();
            assert_eq!(&order[..again], if disputed { &[3][..] } else { &[] }, "{strategy}");
            order.drain(..again);
            order.sort_unstable();
            assert_eq!(order, (0..100).filter(|i| ![3, 5].contains(i)).collect::<Vec<_>>(), "{strategy}");
        }
    }
}

#[test]
fn margin_is_strictly_by_margin_and_uncertainty_agrees_on_two_classes() {
    let (features, p) = (features(100), probabilities(100));
    let margin = run(&features, Some(&p), Strategy::Margin, &[]);
    assert_eq!(margin.order, (0..100).collect::<Vec<_>>());
    assert!((margin.score(50).expect("a score") - 0.5).abs() < 1e-6);
    assert_eq!(run(&features, Some(&p), Strategy::Entropy, &[]).order, margin.order);
    let least = run(&features, Some(&p), Strategy::LeastConfidence, &[]);
    assert_eq!(least.order, margin.order);
    assert!((least.score(0).expect("a score") - 0.5).abs() < 1e-6);
}

#[test]
fn ties_are_broken_by_seed_and_not_by_row() {
    let features = features(60);
    let p = Probabilities::new(2, [0.6, 0.4].repeat(60));
    let order = |seed| {
        let candidates: Vec<u32> = (0..60).collect();
        rank(&RankInput { seed, ..plain(features.rows(), &candidates, Some(&p), &Strategy::Margin) }).order
    };
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
    assert!(!order(1).is_sorted());
}

#[test]
fn the_first_of_a_diverse_batch_are_all_different() {
    let (features, p) = (features(100), probabilities(100));
    let ranking = run(&features, Some(&p), Strategy::DiverseMargin, &[]);
    let mut subjects: Vec<u32> = ranking.order[..6].iter().map(|row| row % 6).collect();
    subjects.sort_unstable();
    subjects.dedup();
    assert!(subjects.len() >= 5, "{:?}", &ranking.order[..6]);
    assert!(ranking.order[..60].iter().all(|&row| row < 60), "only the window of ten batches is dealt anew");
    assert_eq!(ranking.order[60..], (60..100).collect::<Vec<_>>());
}

#[test]
fn without_a_model_coverage_reaches_every_part_and_says_so() {
    let features = features(120);
    let ranking = run(&features, None, Strategy::DiverseMargin, &[]);
    assert_eq!(ranking.used, Strategy::Coverage);
    assert!(ranking.note.as_deref().is_some_and(|n| n.contains("two classes")));
    let reached: std::collections::BTreeSet<u32> = ranking.order[..6].iter().map(|row| row % 6).collect();
    assert!(reached.len() >= 5, "{reached:?}");
    let alone = plain(features.rows(), &[1, 2], None, &Strategy::Committee);
    let thinks = probabilities(120);
    let alone = rank(&RankInput { probabilities: Some(&thinks), ..alone });
    assert!(alone.used == Strategy::Coverage && alone.note.is_some_and(|note| note.contains("committee")));
    let unseen = run(&features, Some(&probabilities(120)), Strategy::Seek("third".into()), &[]);
    assert_eq!(unseen.used, Strategy::Coverage);
    assert!(unseen.note.is_some_and(|n| n.contains("third")));
    assert_eq!(run(&features, None, Strategy::Random, &[]).note, None);
}

#[test]
fn coverage_goes_first_where_nobody_has_answered() {
    let features = features(120);
    let labelled: Vec<u32> = (0..120).filter(|i| i % 6 < 3).collect();
    let ranking = run(&features, None, Strategy::Coverage, &labelled);
    assert!(ranking.order[..3].iter().all(|row| row % 6 >= 3), "{:?}", &ranking.order[..3]);
}

#[test]
fn a_committee_puts_first_what_it_differs_about() {
    let features = features(40);
    let p = Probabilities::new(2, [0.9, 0.1].repeat(40));
    let rows: Vec<u32> = (0..40).collect();
    let thinks = |sure: [f32; 2]| {
        Probabilities::new(2, rows.iter().flat_map(|row| if *row < 5 { sure } else { [0.8, 0.2] }).collect())
    };
    let members = vec![thinks([0.7, 0.3]), thinks([0.4, 0.6]), thinks([0.9, 0.1])];
    let committee = Committee::new(rows[..30].to_vec(), members);
    let input = plain(features.rows(), &rows, Some(&p), &Strategy::Committee);
    let ranking = rank(&RankInput { committee: Some(&committee), ..input });
    assert!(ranking.order[..5].iter().all(|row| *row < 5), "{:?}", ranking.order);
    assert!(ranking.score(0).is_some_and(|score| (score - 0.636_514_2).abs() < 1e-6));
    assert_eq!((ranking.score(29), ranking.score(30)), (Some(0.0), None), "ten were not asked about");
    assert!(ranking.order[30..].iter().all(|row| *row >= 30));
}

#[test]
fn density_prefers_what_speaks_for_others() {
    let mut texts: Vec<String> = (0..30).map(|i| format!("battery life is {}", WORDS[i % 3])).collect();
    texts.extend((0..4).map(|i| format!("zebra {i} quartz")));
    let features = Features::extract(&texts, &Recipe { bits: 12, ..Recipe::default() });
    let p = Probabilities::new(2, [0.6, 0.4].repeat(34));
    let rows: Vec<u32> = (0..34).collect();
    let ranking = rank(&RankInput { batch: 1, ..plain(features.rows(), &rows, Some(&p), &Strategy::Density) });
    assert!(ranking.order[30..].iter().all(|row| *row >= 30), "{:?}", ranking.order);
    assert!(ranking.score(0) > ranking.score(33));
}

#[test]
fn seek_puts_the_likeliest_first() {
    let (features, p) = (features(100), probabilities(100));
    let ranking = run(&features, Some(&p), Strategy::Seek("second".into()), &[]);
    assert!(ranking.order[..60].iter().all(|&row| row < 60));
    assert!(ranking.score(0).is_some_and(|s| s > 0.19));
}

#[test]
fn the_order_does_not_depend_on_the_number_of_threads() {
    let (features, p) = (features(1500), probabilities(1500));
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| all_strategies().map(|s| run(&features, Some(&p), s, &[1, 2, 3]).order))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn lanes_are_drawn_by_their_shares_and_only_where_items_are_left() {
    let person = Id::from_bytes([9; 16]);
    let left = Left { learn: 100, random: 10, overlap: 4, gold: 5, ..Left::default() };
    let mut counts = std::collections::HashMap::new();
    for nth in 0..10_000 {
        let drawn = draw(&Shares::default(), 1, person, nth, &left).expect("a lane");
        let one = match drawn.lane {
            Lane::Learn => 0.75,
            Lane::Random => 0.15 / 10.0,
            _ => 0.10 / 4.0,
        };
        assert!((drawn.probability - one).abs() < 1e-12);
        *counts.entry(drawn.lane).or_insert(0) += 1;
    }
    assert!((7300..7700).contains(&counts[&Lane::Learn]) && (1350..1650).contains(&counts[&Lane::Random]));
    assert!(!counts.contains_key(&Lane::Gold));
    assert_eq!(draw(&Shares::default(), 1, person, 3, &left), draw(&Shares::default(), 1, person, 3, &left));
    let only_gold = |shares| draw(&shares, 1, person, 0, &Left { gold: 2, ..Left::default() });
    assert_eq!(only_gold(Shares::default()), None, "a lane without a share serves nothing");
    assert_eq!(only_gold(Shares::GOLD), Some(Drawn { lane: Lane::Gold, probability: 0.5 }));
    assert_eq!(draw(&Shares::default(), 1, person, 0, &Left::default()), None);
}

#[test]
fn what_was_sent_back_takes_its_share_first_and_leaves_the_others_theirs() {
    let person = Id::from_bytes([9; 16]);
    let left = Left { learn: 100, random: 10, overlap: 4, gold: 5, review: 8, again: 0 };
    let drawn: Vec<Drawn> = (0..10_000).filter_map(|nth| draw(&Shares::default(), 1, person, nth, &left)).collect();
    let count = |lane| drawn.iter().filter(|d| d.lane == lane).count();
    assert!((4_800..5_200).contains(&count(Lane::Review)), "{}", count(Lane::Review));
    assert!((3_600..3_900).contains(&count(Lane::Learn)), "{}", count(Lane::Learn));
    for d in &drawn {
        let one = match d.lane {
            Lane::Review => 0.5 / 8.0,
            Lane::Learn => 0.5 * 0.75,
            Lane::Random => 0.5 * 0.15 / 10.0,
            _ => 0.5 * 0.10 / 4.0,
        };
        assert!((d.probability - one).abs() < 1e-12, "{d:?}");
    }
    let with_gold = draw(&Shares::default(), 1, person, 0, &Left { review: 4, gold: 9, ..Left::default() });
    assert_eq!(with_gold.map(|d| d.lane), Some(Lane::Review), "gold has no share here");
    let alone = draw(&Shares::default(), 1, person, 0, &Left { review: 4, ..Left::default() });
    assert_eq!(alone, Some(Drawn { lane: Lane::Review, probability: 0.25 }));
    let none = Shares { review: 0.0, ..Shares::default() };
    assert_eq!(draw(&none, 1, person, 0, &Left { review: 4, ..Left::default() }), None, "not without a share");
}

#[test]
fn own_items_come_back_at_their_share_and_never_alone() {
    let person = Id::from_bytes([9; 16]);
    let shares = Shares { again: 0.1, ..Shares::default() };
    let left = Left { learn: 100, random: 10, review: 8, again: 50, ..Left::default() };
    let drawn: Vec<Drawn> = (0..10_000).filter_map(|nth| draw(&shares, 1, person, nth, &left)).collect();
    let count = |lane| drawn.iter().filter(|d| d.lane == lane).count();
    assert!((900..1_100).contains(&count(Lane::Again)), "{}", count(Lane::Again));
    assert!((4_300..4_700).contains(&count(Lane::Review)), "{}", count(Lane::Review));
    for d in &drawn {
        let one = match d.lane {
            Lane::Again => 0.1 / 50.0,
            Lane::Review => 0.9 * 0.5 / 8.0,
            Lane::Learn => 0.9 * 0.5 * 75.0 / 90.0,
            _ => 0.9 * 0.5 * 15.0 / 90.0 / 10.0,
        };
        assert!((d.probability - one).abs() < 1e-12, "{d:?}");
    }
    let alone = Left { again: 50, ..Left::default() };
    assert_eq!(draw(&shares, 1, person, 0, &alone), None, "nobody is asked all of it once more at the end");
    let reviewed = |nth| draw(&shares, 1, person, nth, &Left { review: 2, ..alone }).map(|d| d.lane);
    assert!((0..100).any(|nth| reviewed(nth) == Some(Lane::Again)));
}

#[test]
fn stopping_is_advised_when_stable_and_flat_with_the_reason() {
    let round = |hits, kappa| RoundSummary { answers: 100, accuracy: Estimate::wilson(hits, 200), kappa: Some(kappa) };
    let stop = advice(&[round(171, 0.9), round(170, 0.992), round(170, 0.991), round(171, 0.995)]);
    assert!(stop.stop && stop.reason.contains("n=200"), "{}", stop.reason);
    let rising = advice(&[round(150, 0.9), round(155, 0.992), round(160, 0.991), round(171, 0.995)]);
    assert!(!rising.stop && rising.reason.contains("rises"));
    let moving = advice(&[round(170, 0.9), round(170, 0.97), round(170, 0.99), round(170, 0.99)]);
    assert!(!moving.stop && moving.reason.contains("still change"));
    let blind = RoundSummary { accuracy: None, ..round(1, 1.0) };
    assert!(!advice(&[blind; 5]).stop);
    assert!(!advice(&[]).stop);
}

#[test]
fn kappa_is_cohens() {
    let pairs: Vec<(u32, u32)> =
        [(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)].iter().flat_map(|&(a, b, n)| vec![(a, b); n]).collect();
    let (a, b): (Vec<u32>, Vec<u32>) = pairs.into_iter().unzip();
    assert!((kappa(&a, &b).expect("defined") - 0.4).abs() < 1e-12);
    assert_eq!(kappa(&[2, 2], &[2, 2]), Some(1.0));
    assert_eq!(kappa(&[], &[]), None);
    assert_eq!(kappa(&[1], &[1, 2]), None);
}
