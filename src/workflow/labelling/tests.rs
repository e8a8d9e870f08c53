//! Sittings on real files, with a clock that stands still.

use super::*;
use crate::clock::FixedClock;
use crate::domain::{ActKind, Kind, LabelId, Lane, Origin, Said, SkipReason, Suggestion, Value};
use crate::paths::Paths;
use crate::project::{ItemBatch, NewItem, Place, Project, Update};
use proptest::prelude::*;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

struct World {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
}

impl World {
    /// A project of so many short reviews, a tenth of them set aside.
    fn new(items: usize) -> Self {
        let world =
            Self { folder: tempfile::tempdir().expect("a folder"), clock: Arc::new(FixedClock::at(1_763_000_000_000)) };
        let mut project = Project::create(&world.path(), world.place(1), false).expect("a project");
        let by = project.join("lead").expect("a lead");
        let words = ["awful", "plain", "great"];
        let rows: Vec<NewItem> = (0..items)
            .map(|n| NewItem {
                id: Some(n.to_string()),
                text: format!("Camera {n} is a {} one, case {}", words[n % 3], n * 7919 % 101),
                fields: Vec::new(),
                group: None,
            })
            .collect();
        let batch = ItemBatch { source: "test", rows: &rows, update: Update::Refuse, evaluation: 0.1, seed: 0 };
        project
            .write(by, ActKind::Init, |w| {
                w.put_items(&batch, &mut |_| ())?;
                let question = w.add_question("quality", Kind::Choice)?;
                for (name, key) in [("bad", '1'), ("fair", '2'), ("good", '3')] {
                    w.add_label(question, name, Some(key))?;
                }
                w.write_guidelines(question, "Judge the camera.")
            })
            .expect("filled");
        world
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("test.karat")
    }

    fn place(&self, pid: u32) -> Place {
        Place { clock: self.clock.clone(), os_user: "ana".into(), host: format!("host-{pid}"), pid }
    }

    fn paths(&self) -> Paths {
        let at = |name: &str| self.folder.path().join(name);
        Paths { config_file: at("c.toml"), config: at("c"), cache: at("cache"), state: at("s"), data: at("d") }
    }

    fn sit(&self, who: &str, process: u32) -> Sitting {
        Sitting::begin(&self.path(), self.paths(), self.place(process), who, None).expect("a seat")
    }

    fn learn_only(&self) {
        let mut project = Project::open(&self.path(), self.place(1)).expect("a project");
        let by = project.join("lead").expect("a lead");
        let shares = [("learn", "100"), ("random", "0"), ("overlap", "0")];
        crate::workflow::settings::set_shares(&mut project, by, &shares).expect("set");
    }
}

/// The label that the text deserves.
fn truth(sitting: &Sitting, served: &Served) -> LabelId {
    let names = [("awful", "bad"), ("plain", "fair"), ("great", "good")];
    let name = names.iter().find(|(word, _)| served.text.contains(word)).expect("a word").1;
    sitting.question().label_named(name).expect("a label").id
}

fn answer(sitting: &mut Sitting) -> Option<Served> {
    let served = sitting.serve().expect("served")?;
    let label = truth(sitting, &served);
    sitting.submit(&Submission::of(served.seq, Said::Value(Value::Choice(label)))).expect("saved");
    Some(served)
}

#[test]
fn every_item_is_served_once_and_the_next_is_leased_before_it_is_wanted() {
    let world = World::new(40);
    let mut ana = world.sit("ana", 2);
    let mut served = HashSet::new();
    while let Some(item) = answer(&mut ana) {
        assert!(served.insert(item.seq), "{item:?} came twice");
    }
    assert_eq!(served.len(), 40);
    let counts = ana.counts().expect("counts");
    assert_eq!((counts.mine, counts.left, counts.mine_today, counts.answered), (40, 0, 40, 40));
}

#[test]
fn the_evaluation_set_comes_by_the_random_lane_alone() {
    let world = World::new(60);
    let aside = Project::open(&world.path(), world.place(1)).expect("a project").items().expect("items").evaluation;
    let mut ana = world.sit("ana", 2);
    while let Some(item) = answer(&mut ana) {
        let lane = if aside[item.seq as usize - 1] { Lane::Random } else { Lane::Learn };
        assert_eq!(item.lane, lane);
        assert!(item.selection_probability.is_some());
    }
}

#[test]
fn two_people_never_get_the_same_item_in_the_learn_lane() {
    let world = World::new(60);
    world.learn_only();
    let (mut ana, mut ben) = (world.sit("ana", 2), world.sit("ben", 3));
    let mut seen = HashSet::new();
    for turn in 0..200 {
        let sitting = if turn % 3 == 0 { &mut ana } else { &mut ben };
        let Some(item) = sitting.serve().expect("served") else { continue };
        let label = truth(sitting, &item);
        sitting.submit(&Submission::of(item.seq, Said::Value(Value::Choice(label)))).expect("saved");
        if item.lane == Lane::Learn {
            assert!(seen.insert(item.seq), "{} was served twice", item.seq);
        }
    }
    assert_eq!(seen.len(), 54);
}

#[test]
fn one_person_in_two_processes_gets_two_items() {
    let world = World::new(30);
    world.learn_only();
    let (mut here, mut there) = (world.sit("ana", 2), world.sit("ana", 3));
    let first = here.serve().expect("served").expect("an item");
    let second = there.serve().expect("served").expect("an item");
    assert_ne!(first.seq, second.seq);
}

#[test]
fn a_round_comes_with_the_batch_and_orders_the_queue() {
    let world = World::new(200);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    for _ in 0..30 {
        answer(&mut ana).expect("an item");
        world.clock.advance(6_000);
    }
    ana.finish_work().expect("done");
    let before = ana.queue_panel().expect("a panel").round.expect("a round of the batch");
    ana.retrain().expect("wanted");
    ana.finish_work().expect("done");
    let panel = ana.queue_panel().expect("a panel");
    let round = panel.round.expect("a round");
    assert_eq!((round.number, round.trained_on), (before.number + 1, 30), "by key at once, throttle or not");
    assert!(panel.next.iter().all(|row| row.score.is_some() && row.probabilities.len() == 3), "{:?}", panel.next);
    let scores: Vec<f64> = panel.next.iter().filter_map(|row| row.score).collect();
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
    let news = ana.tick().expect("news");
    assert!(news.trouble.is_none(), "{news:?}");
}

#[test]
fn another_process_takes_over_the_round() {
    let world = World::new(120);
    world.learn_only();
    let (mut ana, mut ben) = (world.sit("ana", 2), world.sit("ben", 3));
    ben.serve().expect("served");
    ben.finish_work().expect("ordered by coverage");
    for _ in 0..24 {
        answer(&mut ana).expect("an item");
    }
    world.clock.advance(6_000);
    ana.retrain().expect("wanted");
    ana.finish_work().expect("trained");
    ben.tick().expect("noticed");
    ben.finish_work().expect("loaded");
    let news = ben.tick().expect("news");
    let ana_round = ana.queue_panel().expect("a panel").round.expect("a round").number;
    assert_eq!(news.round.map(|round| round.number), Some(ana_round));
}

#[test]
fn skipped_items_go_to_somebody_else_and_come_back_in_another_sitting() {
    let world = World::new(5);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    let mut skipped = HashSet::new();
    while let Some(item) = ana.serve().expect("served") {
        ana.submit(&Submission::of(item.seq, Said::Skipped(Some(SkipReason::UnclearGuideline)))).expect("saved");
        assert!(skipped.insert(item.seq), "an item came back at once");
    }
    assert_eq!(ana.counts().expect("counts").skipped, skipped.len());
    ana.leave().expect("left");
    let first = world.sit("ben", 3).serve().expect("served").expect("ben is asked");
    assert!(skipped.contains(&first.seq));
    assert!(world.sit("ana", 4).serve().expect("served").is_some(), "another sitting asks ana again");
}

#[test]
fn undo_reopens_the_item_and_redo_closes_it() {
    let world = World::new(30);
    let mut ana = world.sit("ana", 2);
    let first = answer(&mut ana).expect("an item");
    let (undone, earlier) = ana.next_undo().expect("read").expect("something");
    assert_eq!((undone.item, earlier), (Some(first.seq), false));
    assert_eq!(ana.undo().expect("undone").item, Some(first.seq));
    assert_eq!(ana.counts().expect("counts").mine, 0);
    assert_eq!(ana.open(first.seq).expect("open").mine, None);
    ana.redo().expect("redone");
    assert_eq!(ana.counts().expect("counts").mine, 1);
    world.clock.advance(1);
    let mut later = world.sit("ana", 3);
    assert!(later.next_undo().expect("read").expect("something").1, "an act of another sitting is shown first");
    assert!(later.redo().is_err());
}

#[test]
fn answers_given_together_are_taken_back_together() {
    let world = World::new(30);
    let mut ana = world.sit("ana", 2);
    ana.load().expect("loaded");
    let label = ana.question().label_named("bad").expect("a label").id;
    let given: Vec<Submission> = [3, 5, 8]
        .map(|seq| Submission { origin: Origin::Bulk, ..Submission::of(seq, Said::Value(Value::Choice(label))) })
        .to_vec();
    ana.submit_many(&given).expect("saved");
    assert_eq!(ana.counts().expect("counts").mine, 3);
    ana.undo().expect("undone");
    assert_eq!(ana.counts().expect("counts").mine, 0);
    assert!(ana.submit_many(&[]).is_err());
}

#[test]
fn a_changed_mind_replaces_the_answer() {
    let world = World::new(30);
    let mut ana = world.sit("ana", 2);
    let item = answer(&mut ana).expect("an item");
    let good = ana.question().label_named("good").expect("a label").id;
    let revised = Submission {
        note: Some("on second thought".into()),
        ..Submission::of(item.seq, Said::Value(Value::Choice(good)))
    };
    ana.submit(&revised).expect("saved");
    let history = ana.history(10).expect("history");
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].said.clone(), history[0].note.as_deref()), (revised.said, Some("on second thought")));
}

#[test]
fn drafts_come_back() {
    let world = World::new(30);
    let mut ana = world.sit("ana", 2);
    let item = ana.serve().expect("served").expect("an item");
    let draft = serde_json::json!({"note": "half"});
    ana.save_draft(item.seq, &draft).expect("kept");
    ana.leave().expect("left");
    let again = world.sit("ana", 3).serve().expect("served").expect("an item");
    assert_eq!((again.seq, again.draft), (item.seq, Some(draft)), "what was left half-made comes first");
    answer(&mut ana).expect("answered");
    assert_eq!(ana.open(item.seq).expect("open").draft, None, "an answer clears its draft");
}

#[test]
fn guidelines_are_news_until_they_are_read() {
    let world = World::new(10);
    let mut ana = world.sit("ana", 2);
    let news = ana.unread_guidelines().expect("read").expect("news");
    assert_eq!((news.now.revision, news.before), (1, None));
    ana.read_guidelines(1).expect("recorded");
    assert_eq!(ana.unread_guidelines(), Ok(None));
    let mut project = Project::open(&world.path(), world.place(3)).expect("a project");
    let (by, question) = (project.join("lead").expect("lead"), project.question(None).expect("a question"));
    let text = "Judge the camera.\nSarcasm is bad.";
    crate::workflow::questions::revise_guidelines(&mut project, by, &question, text).expect("written");
    let news = ana.tick().expect("news");
    assert!(news.question_changed);
    assert_eq!(news.guidelines.map(|g| g.changed), Some(vec!["Sarcasm is bad.".to_owned()]));
}

#[test]
fn suggestions_are_for_the_learn_lane_and_name_the_words() {
    let world = World::new(150);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    for _ in 0..30 {
        answer(&mut ana).expect("an item");
    }
    world.clock.advance(6_000);
    ana.retrain().expect("wanted");
    ana.finish_work().expect("trained");
    let item = ana.serve().expect("served").expect("an item");
    let suggestions = ana.suggestions(item.seq).expect("suggestions");
    assert_eq!(suggestions.labels.len(), 3);
    let total: f64 = suggestions.labels.iter().map(|(_, p)| p).sum();
    assert!((total - 1.0).abs() < 1e-4, "{total}");
    assert!(suggestions.pushes.iter().all(|push| item.text.get(push.at.clone()).is_some()));
    assert!(!suggestions.pushes.is_empty());
    assert_eq!(ana.suggestions(item.seq + 1).expect("none").labels, [], "only what was served is suggested");
}

#[test]
fn a_new_label_brings_older_answers_back_for_a_second_look() {
    let world = World::new(150);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    ana.load().expect("loaded");
    let fair = ana.question().label_named("fair").expect("a label").id;
    let bad = ana.question().label_named("bad").expect("a label").id;
    let said = |label| Said::Value(Value::Choice(label));
    let project = Project::open(&world.path(), world.place(9)).expect("a project");
    let (mut awful, mut great) = (Vec::new(), Vec::new());
    let aside = project.items().expect("items").evaluation;
    project
        .for_each_text(|seq, text| match () {
            () if aside[seq as usize - 1] => {}
            () if text.contains("awful") => awful.push(seq),
            () if text.contains("great") => great.push(seq),
            () => {}
        })
        .expect("read");
    for (bad_one, great_one) in awful.iter().zip(&great).take(10) {
        ana.submit(&Submission::of(*bad_one, said(bad))).expect("saved");
        ana.submit(&Submission::of(*great_one, said(fair))).expect("saved");
    }
    ana.finish_work().expect("trained");
    let superb = ana.add_label("superb").expect("added");
    world.clock.advance(1);
    for great_one in great.iter().skip(10).take(20) {
        ana.submit(&Submission::of(*great_one, said(superb))).expect("saved");
    }
    world.clock.advance(6_000);
    ana.retrain().expect("wanted");
    ana.finish_work().expect("trained");
    let look = ana.tick().expect("news").second_look;
    let first: HashSet<&u32> = look.iter().take(8).collect();
    assert!(first.len() == 8 && first.iter().all(|seq| great[..10].contains(seq)), "{look:?} of {great:?}");
}

#[test]
fn a_suggestion_counts_only_where_it_could_be_seen() {
    let world = World::new(30);
    let mut ana = world.sit("ana", 2);
    let item = ana.serve().expect("served").expect("an item");
    let label = truth(&ana, &item);
    let given =
        Submission { suggestion: Suggestion::Shown, ..Submission::of(item.seq, Said::Value(Value::Choice(label))) };
    ana.submit(&given).expect("saved");
    let row = ana.project().answers_of_item(item.seq).expect("answers").remove(0);
    let expected = if item.lane == Lane::Learn { Suggestion::Shown } else { Suggestion::Hidden };
    assert_eq!((row.answer.how.suggestion, row.answer.how.lane), (expected, item.lane));
    assert_eq!(row.answer.how.guidelines, 1);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Answer(bool),
    Skip(bool),
    Undo(bool),
    Redo(bool),
    Tick(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<bool>().prop_map(Step::Answer),
        1 => any::<bool>().prop_map(Step::Skip),
        1 => any::<bool>().prop_map(Step::Undo),
        1 => any::<bool>().prop_map(Step::Redo),
        1 => any::<bool>().prop_map(Step::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever two people do in whatever order, what each sitting believes is what the file says.
    #[test]
    fn two_sittings_agree_with_the_file(steps in prop::collection::vec(step(), 1..50)) {
        let world = World::new(25);
        world.learn_only();
        let mut both = [world.sit("ana", 2), world.sit("ben", 3)];
        for step in steps {
            let (Step::Answer(who) | Step::Skip(who) | Step::Undo(who) | Step::Redo(who) | Step::Tick(who)) = step;
            let sitting = &mut both[usize::from(who)];
            match step {
                Step::Answer(_) => drop(answer(sitting)),
                Step::Skip(_) => {
                    if let Some(item) = sitting.serve().expect("served") {
                        sitting.submit(&Submission::of(item.seq, Said::Skipped(None))).expect("saved");
                    }
                }
                Step::Undo(_) => drop(sitting.undo()),
                Step::Redo(_) => drop(sitting.redo()),
                Step::Tick(_) => drop(sitting.tick().expect("a tick")),
            }
        }
        let [ana, ben] = &mut both;
        for sitting in [&mut *ana, &mut *ben] {
            sitting.load().expect("loaded");
            sitting.tick().expect("a tick");
            let fresh = pool_of(sitting.project(), sitting.question(), sitting.settings(), Some(sitting.person().id), 0)
                .expect("a pool");
            let counts = sitting.counts().expect("counts");
            prop_assert_eq!((counts.answered, counts.mine, counts.skipped), (fresh.answered(), fresh.mine(), fresh.skipped()));
            prop_assert_eq!(counts.left, fresh.left(Lane::Learn) + fresh.left(Lane::Random));
        }
    }
}
