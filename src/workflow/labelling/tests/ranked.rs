//! Rounds, orders, suggestions and second looks.

use super::super::*;
use super::{World, answer};
use crate::domain::{Lane, Said, Value};
use crate::project::Project;
use crate::workflow::settings::{self, Setting};
use std::collections::HashSet;

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
    let lying: HashSet<u32> = ana.lying().map(|served| served.seq).collect();
    let other = (1..=150).find(|seq| !lying.contains(seq)).expect("another item");
    assert_eq!(ana.suggestions(other).expect("none").labels, [], "only what was served is suggested");
}

#[test]
fn a_new_label_brings_older_answers_back_for_a_second_look() {
    let world = World::new(150);
    world.learn_only();
    let mut ana = world.sit("lead", 2);
    ana.load().expect("loaded");
    let fair = ana.question().label_named("fair").expect("a label").id;
    let bad = ana.question().label_named("bad").expect("a label").id;
    let said = |label| Said::Value(Value::Choice(label));
    let project = Project::open(&world.path(), world.place(9)).expect("a project");
    let (mut awful, mut great) = (Vec::new(), Vec::new());
    let aside = project.items().expect("items");
    project
        .for_each_text(|seq, text| match () {
            () if aside.is_test(seq) => {}
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
fn what_people_differ_about_is_asked_again_in_the_learn_lane() {
    let world = World::new(150);
    world.learn_only();
    let mut project = Project::open(&world.path(), world.place(9)).expect("a project");
    let by = project.join("lead").expect("a lead");
    let strategy = Setting::named("strategy").expect("known");
    settings::set(&mut project, by, strategy, "disagreement").expect("set");
    let (mut ana, mut ben, mut chi) = (world.sit("ana", 2), world.sit("ben", 3), world.sit("chi", 4));
    chi.load().expect("loaded");
    let served: Vec<Served> = (0..30).map(|_| answer(&mut ana).expect("an item")).collect();
    world.clock.advance(6_000);
    ana.retrain().expect("wanted");
    ana.finish_work().expect("trained");
    let panel = ana.queue_panel().expect("a panel");
    assert!(panel.instead.is_some_and(|why| why.contains("no answers differ")), "nobody else has answered");

    let item = served[7].seq;
    let wrong = if served[7].text.contains("awful") { "good" } else { "bad" };
    let wrong = ben.question().label_named(wrong).expect("a label").id;
    ben.submit(&Submission::of(item, Said::Value(Value::Choice(wrong)))).expect("saved");
    world.clock.advance(6_000);
    chi.tick().expect("heard of the answers");
    chi.retrain().expect("wanted");
    chi.finish_work().expect("trained");
    let panel = chi.queue_panel().expect("a panel");
    assert_eq!((panel.next[0].seq, panel.instead), (item, None));
    assert!(panel.next[0].score.is_some_and(|entropy| entropy > 0.6) && panel.next[1].score.is_none());
    assert_eq!((panel.next[0].answers, panel.next[1].answers), (2, 0));
    assert!(panel.quantity.contains("entropy of answers"), "{}", panel.quantity);
    let before = chi.counts().expect("counts").left;
    let again = chi.serve().expect("served").expect("an item");
    assert_eq!((again.seq, again.lane, again.rank), (item, Lane::Learn, Some(1)));
    answer(&mut chi).expect("an answer");
    assert_eq!(chi.counts().expect("counts").left, before - 1);
    let mut dan = world.sit("dan", 5);
    dan.serve().expect("served");
    dan.finish_work().expect("ordered");
    assert!(dan.queue_panel().expect("a panel").next.iter().all(|row| row.seq != item), "two against one is no tie");
}

fn set(world: &World, name: &str, value: &str) {
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let by = project.join("lead").expect("a lead");
    settings::set(&mut project, by, Setting::named(name).expect("known"), value).expect("set");
}

fn told(sitting: &mut Sitting) -> Option<String> {
    sitting.queue_panel().expect("a panel").by.and_then(|by| by.unusual())
}

#[test]
fn a_round_of_another_family_suggests_without_words_and_is_taken_over_by_others() {
    let world = World::new(120);
    world.learn_only();
    set(&world, "ranker.model", "naive-bayes");
    let (mut ana, mut ben) = (world.sit("ana", 2), world.sit("ben", 3));
    ben.serve().expect("served");
    ben.finish_work().expect("ordered by coverage");
    for _ in 0..24 {
        answer(&mut ana).expect("an item");
    }
    world.clock.advance(6_000);
    ana.retrain().expect("wanted");
    ana.finish_work().expect("trained");
    assert_eq!(told(&mut ana).as_deref(), Some("the ranker (naive-bayes)"));
    let served = answer(&mut ana).and_then(|_| ana.serve().expect("served")).expect("an item");
    let suggested = ana.suggestions(served.seq).expect("suggestions");
    let sum: f64 = suggested.labels.iter().map(|(_, p)| p).sum();
    assert!(suggested.labels.len() == 3 && (sum - 1.0).abs() < 1e-4 && suggested.pushes.is_empty(), "{suggested:?}");
    ben.tick().expect("noticed");
    ben.finish_work().expect("loaded");
    let panel = ben.queue_panel().expect("a panel");
    assert_eq!(panel.round.map(|round| round.number), ana.queue_panel().expect("a panel").round.map(|r| r.number));
    assert!(panel.next.iter().all(|row| row.score.is_some() && row.probabilities.len() == 3), "{:?}", panel.next);
}

#[test]
fn a_run_that_is_chosen_while_somebody_sits_orders_their_queue() {
    use crate::jobs::Control;
    use crate::workflow::runs::{self, Asked};
    let world = World::new(120);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    for _ in 0..30 {
        answer(&mut ana).expect("an item");
    }
    ana.finish_work().expect("done");
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let (by, question) = (project.join("lead").expect("a lead"), project.question(None).expect("one"));
    let model = crate::models::learner::LearnerKind::NaiveBayes;
    let asked = Asked { model, name: Some("first".to_owned()), ..Asked::default() };
    let run = runs::train(&mut project, &world.paths(), by, &question, &asked, &Control::default(), |_| Ok(()));
    let run = run.expect("a run");
    set(&world, "queue.run", "latest");
    ana.tick().expect("noticed");
    ana.finish_work().expect("ordered");
    assert_eq!(told(&mut ana).as_deref(), Some("run 1 (naive-bayes)"));
    let said = project.predictions(run.id, 3).expect("predictions");
    let row = ana.queue_panel().expect("a panel").next.remove(0);
    let place = said.items.iter().position(|(seq, _)| *seq == row.seq).expect("predicted");
    let mut probabilities: Vec<f64> = said.row(place).iter().copied().map(f64::from).collect();
    probabilities.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(row.probabilities.iter().map(|(_, p)| *p).collect::<Vec<_>>(), probabilities);
    // What others take back and bring back orders nothing anew, once it is known which run is meant.
    set(&world, "people.goal", "7");
    project.undo(by, &crate::project::UndoScope::Any).expect("undone");
    ana.tick().expect("noticed");
    ana.finish_work().expect("ordered");
    project.redo(by, &crate::project::UndoScope::Any).expect("redone");
    ana.tick().expect("noticed");
    assert!(!ana.ranker.is_busy(), "the same run is meant");
    project.undo(by, &crate::project::UndoScope::Any).expect("undone");
    // A run that is taken back orders no longer.
    project.undo(by, &crate::project::UndoScope::Any).expect("undone");
    project.undo(by, &crate::project::UndoScope::Any).expect("undone");
    ana.tick().expect("noticed");
    ana.finish_work().expect("ordered");
    assert!(told(&mut ana).is_none_or(|told| told.contains("the rounds order")), "{:?}", told(&mut ana));
}
