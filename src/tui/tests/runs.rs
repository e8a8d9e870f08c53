//! The Runs screen: choosing, marking, opening, comparing, deciding.

use super::bench::{Bench, NOON, question};
use crate::domain::{Curves, Id, Role};
use crate::error::Error;
use crate::project::{Decision, RunId, RunOrigin};
use crate::training::evaluation::{Comparison, Difference, McNemar, Metric};
use crate::tui::app::ScreenName;
use crate::tui::msg::{Effect, Msg, Reply, Request};
use crate::tui::screens::runs::Page;
use crate::workflow::labelling::News;
use crate::workflow::runs::{
    AtThreshold, BinTold, ClassTold, Compared, Confusion, Detail, Judged, Judgement, Latency, Learned, Learning,
    Listed, Number, Seeds, Spreads, Standing, Thresholds, TrainedOn,
};
use serde_json::json;

pub const THREE: [&str; 3] = ["negative", "neutral", "positive"];

pub fn id(number: u32) -> RunId {
    Id::from_bytes([u8::try_from(number).unwrap(); 16])
}

fn number(value: f64, n: usize) -> Number {
    Number { value: Some(value), ci95: Some((value - 0.02, value + 0.015)), n, reason: None }
}

pub fn listed(run: u32, name: &str, model: &str, value: f64) -> Listed {
    Listed {
        id: id(run),
        number: run,
        name: name.into(),
        model: model.into(),
        origin: RunOrigin::Trained,
        snapshot: Some(run.div_ceil(2)),
        judged_by: "test".into(),
        metric: Some(number(value, 1_115)),
        trained_on: Some(3_902),
        seconds: Some(0.4 * f64::from(run)),
        bytes: 186_000,
        standing: Standing::Candidate,
        by: "ana".into(),
        at: NOON - 3_600_000 + i64::from(run) * 60_000,
    }
}

/// Five runs: one the champion, one retired, one whose predictions came in and that few rows judge.
pub fn some() -> Vec<Listed> {
    let mut runs = vec![
        listed(5, "with fields", "logistic-regression", 0.941),
        listed(4, "boosted", "forest", 0.912),
        listed(3, "電池モデル", "elsewhere", 0.9),
        listed(2, "naive-bayes", "naive-bayes", 0.884),
        listed(1, "majority", "majority", 0.712),
    ];
    runs[1].standing = Standing::Champion;
    runs[3].standing = Standing::Retired;
    let imported = &mut runs[2];
    (imported.origin, imported.trained_on, imported.seconds, imported.bytes) = (RunOrigin::Imported, None, None, 0);
    imported.metric = Some(number(0.9, 7));
    imported.judged_by = "all".into();
    runs
}

fn judged(split: &str, labels: &[String]) -> Judged {
    let n = labels.len();
    let row = |truth: usize| (0..n).map(|guess| if guess == truth { 300 } else { (20 * guess / n) as u32 }).collect();
    let at = |i: usize| {
        let threshold = 1.0 - i as f64 / 20.0;
        AtThreshold { threshold, precision: 0.5 + threshold / 2.0, recall: 1.0 - threshold, f1: 0.6 + 0.02 * i as f64 }
    };
    let thresholds = labels.iter().enumerate().map(|(place, class)| Thresholds {
        class: class.clone(),
        average_precision: Some(0.8 + 0.01 * place as f64),
        roc_auc: Some(0.95),
        best: Some(at(12)),
        points: (0..20).map(at).collect(),
    });
    Judged {
        split: split.into(),
        n: 1_115,
        metrics: Metric::OF_CLASSES
            .iter()
            .enumerate()
            .map(|(i, metric)| (*metric, number(0.95 - 0.03 * i as f64, 1_115), Some(number(0.5, 1_115))))
            .collect(),
        classes: labels
            .iter()
            .enumerate()
            .map(|(i, name)| ClassTold { name: name.clone(), shares: [Some(0.9), Some(0.8), None], n: 7 + 150 * i })
            .collect(),
        confusion: Some(Confusion { labels: labels.to_vec(), counts: (0..n).map(row).collect() }),
        reliability: (0..10)
            .map(|i| {
                let sure = 0.1 * f64::from(i) + 0.05;
                let right = Some((sure - 0.04, sure - 0.1, sure + 0.02)).filter(|_| i > 2);
                BinTold { edges: (sure - 0.05, sure + 0.05), n: (i * i * 10) as usize, sure, right }
            })
            .collect(),
        thresholds: thresholds.collect(),
    }
}

/// All that can be known of a run about these labels.
pub fn detail(listed: Listed, labels: &[&str]) -> Detail {
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    let learned = |gain: f64| {
        move |i: u32| {
            let value = 0.5 + gain * f64::from(i);
            Learned { rows: 10 << i, value, ci95: Some((value - 0.05, 0.98)) }
        }
    };
    Detail {
        seed: 3,
        features: vec!["text (tfidf-2 words 2)".into(), "fields product, stars".into()],
        params: vec![("c".into(), "auto".into()), ("tolerance".into(), "0.0003".into())],
        choices: vec![("class weights", "balanced".into()), ("calibration", "temperature, divided by 1.345".into())],
        rows: [Some(3_902), Some(557), Some(1_115)],
        left_out: 4,
        reason: None,
        file: None,
        made_by: Some("karat 0.1.0 on linux x86_64, 2 cores, 1 threads".into()),
        snapshot: Some(TrainedOn {
            number: 3,
            name: Some("before the rename".into()),
            hash: "6a328d032dddc1a68ab853921d86f25d".repeat(2),
            parent: Some(2),
            items: 5_574,
            settled: 5_570,
        }),
        seconds: [("load", 0.01), ("fit", 0.2), ("total", 2.31)].map(|(name, s)| (name.into(), s)).into(),
        latency: Some(Latency { p50: 20.0, p95: 31.0, p99: 77.0, n: 200 }),
        artifacts: vec![("karat.json".into(), 900), ("text.safetensors".into(), 185_100)],
        learning: [(Metric::Accuracy, 0.07), (Metric::MacroF1, 0.06)]
            .map(|(metric, gain)| Learning { metric, points: (0..7).map(learned(gain)).collect() })
            .into(),
        losses: Curves::of_json(&json!({"train_loss": [[1, 0.9], [9, 0.3]], "validation_loss": [[1, 0.8], [9, 0.5]]})),
        seeds: Some(Seeds { n: 5, metrics: vec![(Metric::Accuracy, [0.93, 0.94, 0.95, 0.004])], reason: None }),
        judged: ["test", "validation"].map(|split| judged(split, &labels)).into(),
        decisions: vec![
            Judgement { what: "promoted".into(), note: None, by: "chi".into(), at: NOON - 86_400_000 },
            Judgement { what: "retired".into(), note: Some("labels moved".into()), by: "ana".into(), at: NOON },
        ],
        commands: vec!["karat train --model forest --name boosted --seed 3".into(), "karat runs reproduce 4".into()],
        listed,
    }
}

pub fn compared() -> Compared {
    let difference = |(metric, diff): (Metric, f64)| Difference {
        metric,
        a: 0.912,
        b: 0.912 + diff,
        diff,
        ci95: Some((diff - 0.01, diff + 0.01)),
    };
    let differences = [(Metric::Accuracy, 0.029), (Metric::MacroF1, 0.004), (Metric::LogLoss, 0.05)].map(difference);
    let of =
        |n| Comparison { n, differences: differences.to_vec(), mcnemar: McNemar { b: 12, c: 44, p_value: 0.0004 } };
    let spread = Spreads { a: (0.90, 0.92), b: (0.915, 0.945) };
    let spreads = [(Metric::Accuracy, spread)].into();
    Compared { split: "test", today: Some(of(1_115)), then: Some(of(1_090)), left_out: 25, spreads, costs: None }
}

/// The screen with these runs.
pub fn with(runs: Vec<Listed>) -> Bench {
    let mut bench = Bench::seated(&THREE);
    assert_eq!(bench.keys("f4"), [Effect::Ask(Request::Runs), Effect::Ask(Request::Trainings)]);
    bench.reply(Reply::Runs(question(&THREE).id, runs));
    bench
}

/// The champion in detail.
pub fn opened(labels: &[&str]) -> Bench {
    let mut bench = with(some());
    assert_eq!(bench.keys("down enter"), [Effect::Ask(Request::Run(id(4)))]);
    let run = some().swap_remove(1);
    bench.reply(Reply::Run(Box::new(detail(run, labels))));
    bench
}

/// The champion against the newest.
pub fn comparing() -> Bench {
    let mut bench = with(some());
    assert_eq!(bench.keys("V"), [Effect::Ask(Request::CompareRuns(id(4), id(5)))]);
    bench.reply(Reply::ComparedRuns(id(4), id(5), Box::new(compared())));
    bench
}

#[test]
fn without_a_run_the_screen_says_what_to_do() {
    let text = with(Vec::new()).text(80, 24);
    assert!(
        text.contains("There is no run yet") && text.contains("T trains the first") && text.contains("predictions"),
        "{text}"
    );
    assert!(Bench::seated(&THREE).text(80, 24).contains("F4"));
}

#[test]
fn in_a_slim_window_the_name_stays_and_the_interval_goes() {
    let text = with(some()).text(44, 16);
    assert!(text.contains("boosted") && text.contains(".912") && !text.contains("[.892"), "{text}");
    assert!(text.contains("n=7"), "{text}");
}

#[test]
fn a_run_keeps_its_choice_and_marks_when_others_come() {
    let mut bench = with(some());
    bench.keys("down x down x");
    let mut more = some();
    more.insert(0, listed(6, "newest", "forest", 0.95));
    bench.keys("f5");
    bench.reply(Reply::Runs(question(&THREE).id, more));
    assert_eq!(bench.app.runs.chosen().map(|run| run.number), Some(3));
    assert_eq!(bench.app.runs.marked, [id(4), id(3)]);
    bench.keys("down x");
    assert_eq!(bench.app.runs.marked, [id(3), id(2)], "the oldest of three marks goes");
    bench.keys("x");
    assert_eq!(bench.app.runs.marked, [id(3)]);
    bench.reply(Reply::Runs(Id::from_bytes([8; 16]), Vec::new()));
    assert_eq!(bench.app.runs.runs().len(), 6, "those of another question are not shown");
}

#[test]
fn the_older_of_two_marked_runs_comes_first_and_one_alone_is_compared_with_the_champion() {
    let asked = |keys: &str| with(some()).keys(keys).pop();
    let pair = |a, b| Some(Effect::Ask(Request::CompareRuns(id(a), id(b))));
    assert_eq!(asked("x down down x V"), pair(3, 5));
    assert_eq!(asked("down down x down V"), pair(2, 3), "the mark with the chosen");
    assert_eq!(asked("V"), pair(4, 5), "the champion with the chosen");
    let mut champion = with(some());
    assert_eq!(champion.keys("down V"), []);
    assert!(champion.message().contains("champion itself"), "{}", champion.message());
}

#[test]
fn a_refused_comparison_goes_back_to_the_list_and_says_why() {
    let mut bench = with(some());
    bench.keys("V");
    let refused = Error::usage("runs 4 and 5 do not tell the same labels apart");
    bench.reply(Reply::Failed(Box::new(Request::CompareRuns(id(4), id(5))), refused));
    assert!(bench.app.runs.comparing.is_none() && bench.message().contains("same labels"), "{}", bench.message());
    bench.keys("enter");
    bench.reply(Reply::Failed(Box::new(Request::Run(id(5))), Error::conflict("the run is not there any more")));
    assert!(bench.app.runs.open.is_none());
}

#[test]
fn the_pages_of_a_run_go_round_and_escape_goes_back_to_the_list() {
    let mut bench = opened(&THREE);
    for title in ["true classes down", "how often right", "with fewer rows", "6a328d032d", "better than"] {
        let text = bench.text(200, 60);
        assert!(!text.contains(title), "{title}: {text}");
        bench.keys("tab");
        assert!(bench.text(200, 60).contains(title) || title == "better than", "{title}: {}", bench.text(200, 60));
    }
    assert_eq!(bench.app.runs.open.as_ref().map(|open| open.page), Some(Page::Metrics));
    bench.keys("left");
    assert_eq!(bench.app.runs.open.as_ref().map(|open| open.page), Some(Page::Record));
    bench.keys("S");
    assert!(bench.text(120, 40).contains("validation, n=1,115"), "{}", bench.text(120, 40));
    bench.keys("esc");
    assert!(bench.app.runs.open.is_none() && bench.app.screen == ScreenName::Runs);
    bench.keys("esc");
    assert_eq!(bench.app.screen, ScreenName::Label);
}

#[test]
fn a_page_that_goes_on_says_how_far_and_small_ones_keep_their_columns_apart() {
    let mut bench = opened(&THREE);
    bench.keys("tab");
    assert!(bench.text(40, 16).contains(" .800      –     307"), "{}", bench.text(40, 16));
    bench.keys("tab tab tab");
    let more = |bench: &Bench| {
        let text = bench.text(80, 24);
        text.lines().find_map(|line| line.trim().strip_suffix(" more")?.rsplit(' ').next()?.parse::<usize>().ok())
    };
    let first = more(&bench).expect("a mark");
    assert!(bench.text(80, 24).contains("PgDn page down"), "{}", bench.text(80, 24));
    bench.keys("down down");
    assert_eq!(more(&bench), Some(first - 2));
    (0..9).for_each(|_| {
        bench.text(80, 24);
        bench.keys("pgdn");
    });
    assert!(more(&bench).is_none() && !bench.text(80, 24).contains("PgDn"), "{}", bench.text(80, 24));
}

#[test]
fn a_run_without_curves_has_no_page_of_them_and_a_class_is_drawn_after_the_other() {
    let mut bench = opened(&THREE);
    bench.keys("tab tab tab");
    assert!(bench.text(120, 40).contains("negative from a probability on"), "the worst first");
    bench.keys("> > > >");
    assert!(bench.text(120, 40).contains("neutral from a probability on"));
    let mut bare = detail(some().swap_remove(1), &THREE);
    bare.learning.clear();
    bare.losses = Curves::default();
    bare.judged.iter_mut().for_each(|judged| judged.thresholds.clear());
    bench.reply(Reply::Run(Box::new(bare)));
    let text = bench.text(120, 40);
    assert!(!text.contains("curves") && text.contains("majority"), "{text}");
    bench.keys(">");
    assert!(bench.message().contains("no thresholds"), "{}", bench.message());
}

#[test]
fn a_decision_is_made_with_its_note_and_not_without() {
    let mut bench = with(some());
    bench.keys("P");
    assert!(bench.text(80, 24).contains("promote run 5 (with fields): why?"), "{}", bench.text(80, 24));
    let decided = |run, decision, note: Option<&str>| {
        vec![Effect::Ask(Request::Decide { run, decision, note: note.map(str::to_owned) })]
    };
    assert_eq!(bench.keys("b e t t e r enter"), decided(Some(id(5)), Decision::Promoted, Some("better")));
    bench.reply(Reply::Decided("run 5 (with fields) is the champion now".into()));
    assert_eq!(bench.effects, [Effect::Ask(Request::Runs), Effect::Ask(Request::Trainings)], "it is read again");
    assert_eq!(bench.keys("P o d d esc")[2..], [], "a note that is left decides nothing");
    assert_eq!(bench.message(), "nothing was decided");
    assert_eq!(bench.keys("B enter"), decided(None, Decision::RolledBack, Some("odd")), "what was begun is there");
    assert_eq!(bench.keys("down down down R enter"), decided(Some(id(2)), Decision::Restored, None));
    assert_eq!(bench.keys("up R enter"), decided(Some(id(3)), Decision::Retired, None));
}

#[test]
fn a_decision_is_taken_back_and_one_of_an_earlier_sitting_on_the_second_press() {
    let mut bench = with(some());
    let undo = |sure| vec![Effect::Ask(Request::UndoDecision { sure })];
    assert_eq!(bench.keys("U"), undo(false));
    bench.reply(Reply::WouldUndoDecision("run 4 promoted".into()));
    assert!(bench.message().contains("from an earlier sitting: run 4 promoted; U again"), "{}", bench.message());
    assert_eq!(bench.keys("U"), undo(true));
    bench.reply(Reply::WouldUndoDecision("run 4 promoted".into()));
    assert_eq!(bench.keys("down U"), undo(false), "looking elsewhere forgets it");
    assert_eq!(bench.keys("ctrl-r"), [Effect::Ask(Request::RedoDecision)]);
    bench.app.seat.as_mut().expect("a seat").role = Role::Reviewer;
    assert_eq!(bench.keys("U"), []);
}

#[test]
fn what_cannot_be_decided_says_why() {
    let mut bench = with(some());
    let mut says = |keys: &str| {
        assert_eq!(bench.keys(keys), []);
        bench.message().to_owned()
    };
    assert!(says("down P").contains("champion already"));
    assert!(says("down down P").contains("was retired: R restores it"));
    let mut annotator = with(some());
    annotator.app.seat.as_mut().expect("a seat").role = Role::Reviewer;
    for key in ["P", "B", "R"] {
        assert_eq!(annotator.keys(key), []);
        assert!(annotator.message().contains("may not decide which model counts"), "{}", annotator.message());
    }
    let mut none = with(Vec::new());
    none.keys("B");
    assert!(none.message().contains("no champion"), "{}", none.message());
    none.keys("P");
    assert!(none.message().contains("no run yet"), "{}", none.message());
}

#[test]
fn what_happens_elsewhere_is_read_again_once() {
    let mut bench = opened(&THREE);
    bench.effects.clear();
    let news = || Msg::Store(Reply::News(Box::new(News { runs: true, ..News::default() })));
    bench.send(news());
    let trainings = || Effect::Ask(Request::Trainings);
    assert_eq!(bench.effects, [Effect::Ask(Request::Runs), trainings(), Effect::Ask(Request::Run(id(4)))]);
    bench.effects.clear();
    bench.send(news());
    assert_eq!(bench.effects, [trainings(), Effect::Ask(Request::Run(id(4)))], "the list is under way");
    bench.effects.clear();
    bench.reply(Reply::Runs(question(&THREE).id, some()));
    assert!(bench.effects.contains(&Effect::Ask(Request::Runs)), "and asked for once more when it is there");
    bench.keys("f1");
    bench.send(news());
    assert!(!bench.effects.contains(&Effect::Ask(Request::Runs)), "not while another screen is open");
}

#[test]
fn seventy_seven_classes_are_listed_by_their_mistakes() {
    let names: Vec<String> = (0..77).map(|i| format!("label_number_{i}")).collect();
    let mut bench = opened(&names.iter().map(String::as_str).collect::<Vec<_>>());
    bench.keys("tab");
    let text = bench.text(120, 40);
    assert!(text.contains("taken for something else most") && text.contains('›'), "{text}");
}
