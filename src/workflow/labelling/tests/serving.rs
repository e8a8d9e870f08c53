//! What is served, saved and taken back.

use super::super::*;
use super::{World, answer, truth};
use crate::domain::{Lane, Origin, Said, SkipReason, Suggestion, Value};
use crate::project::Project;
use std::collections::HashSet;

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
    let aside = Project::open(&world.path(), world.place(1)).expect("a project").items().expect("items");
    let mut ana = world.sit("ana", 2);
    while let Some(item) = answer(&mut ana) {
        let lane = if aside.is_test(item.seq) { Lane::Random } else { Lane::Learn };
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
    let counts = ana.counts().expect("counts");
    assert_eq!((counts.mine, counts.mine_today), (0, 0));
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
    assert_eq!((history.len(), ana.counts().expect("counts").mine_today), (1, 1));
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
    let mut later = world.sit("ana", 3);
    let again = later.serve().expect("served").expect("an item");
    assert_eq!((again.seq, again.draft), (item.seq, Some(draft)), "what was left half-made comes first");
    answer(&mut later).expect("answered");
    assert_eq!(later.open(item.seq).expect("open").draft, None, "an answer clears its draft");
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

#[test]
fn what_was_sent_back_comes_blind_and_its_answer_closes_it() {
    let world = World::new(20);
    let mut ana = world.sit("ana", 2);
    let first = answer(&mut ana).expect("an item");
    ana.leave().expect("left");
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let lead = project.join("lead").expect("a lead");
    let question = project.question(None).expect("a question");
    let expression = format!("id = '{}'", first.id);
    let sent = crate::workflow::review::send(&mut project, Some(lead), &question, &expression, None).expect("sent");
    assert_eq!((sent.items, sent.new), (vec![first.seq], 1));
    let again = crate::workflow::review::send(&mut project, None, &question, &expression, None).expect("tried");
    assert_eq!(again.new, 0, "it waits already");
    ana.tick().expect("a tick");
    let back = std::iter::from_fn(|| answer(&mut ana)).find(|item| item.lane == Lane::Review).expect("it comes back");
    assert_eq!((back.seq, back.mine), (first.seq, None));
    assert!(back.review.is_some() && back.selection_probability.is_some());
    let rows = project.answers_of_item(first.seq).expect("answers");
    let now = rows.iter().find(|row| row.current).expect("one holds");
    assert_eq!((now.answer.how.lane, now.answer.how.review), (Lane::Review, back.review));
    assert!(std::iter::from_fn(|| answer(&mut ana)).all(|item| item.lane != Lane::Review));
}

#[test]
fn somebody_who_is_routed_is_asked_about_what_matches_at_once() {
    let world = World::new(30);
    let mut ana = world.sit("ana", 2);
    answer(&mut ana).expect("an item");
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let (lead, question) = (project.join("lead").expect("a lead"), project.question(None).expect("a question"));
    let who = project.person_named("ana").expect("read").expect("ana").id;
    let route =
        |project: &mut Project, expression| crate::workflow::people::route(project, lead, &question, who, expression);
    assert_eq!(route(&mut project, Some("text.contains('awful')")), Ok(10));
    assert!(route(&mut project, Some("nothing = 1")).is_err());
    ana.tick().expect("a tick");
    ana.leave().expect("left");
    let served: Vec<Served> = std::iter::from_fn(|| answer(&mut ana)).collect();
    assert!((9..=10).contains(&served.len()) && served.iter().all(|item| item.text.contains("awful")), "{served:?}");
    route(&mut project, None).expect("unrouted");
    ana.tick().expect("a tick");
    assert!(answer(&mut ana).is_some_and(|item| !item.text.contains("awful")));
}

#[test]
fn a_split_label_brings_its_items_back_to_whoever_sits() {
    let world = World::new(20);
    let mut ana = world.sit("ana", 2);
    let first = answer(&mut ana).expect("an item");
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let (lead, question) = (project.join("lead").expect("a lead"), project.question(None).expect("a question"));
    let given = truth(&ana, &first);
    let name = question.label(given).expect("a label").name.clone();
    crate::workflow::labels::split(&mut project, Some(lead), &question, &name, &["this", "that"]).expect("split");
    ana.tick().expect("a tick");
    ana.leave().expect("left");
    let mut lanes = Vec::new();
    while let Some(item) = ana.serve().expect("served").filter(|_| lanes.len() < 8) {
        lanes.push(item.lane);
        let label = ana.question().label_named("this").expect("the new label").id;
        ana.submit(&Submission::of(item.seq, Said::Value(Value::Choice(label)))).expect("saved");
    }
    assert!(lanes.contains(&Lane::Review), "{lanes:?}");
}
