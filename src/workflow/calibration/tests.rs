//! Sessions from their start to their end.

use super::*;
use crate::domain::{ActKind, How, Kind, Origin, PersonId, PersonKind, Presence, Role, Said, Stage};
use crate::jobs::Control;
use crate::project::{NewAnswer, UndoScope};
use crate::workflow::agreement::Gathered;
use crate::workflow::agreement::tests::World;
use crate::workflow::labelling::{Wanted, find};
use crate::workflow::{inbox, qualification, settings};

const NEW: New<'static> = New { name: "monday", items: 12, filter: None, people: &[], seed: 7 };

fn world() -> World {
    World::sized(60, Kind::Choice, &["no", "yes"])
}

fn begin(w: &mut World) -> crate::domain::Calibration {
    let (lead, question) = (w.people[0], w.question());
    start(&mut w.project, lead, &question, &NEW).expect("started");
    named(&w.project, &question, "monday").expect("there")
}

fn now(w: &World) -> Report {
    let session = named(&w.project, &w.question(), "monday").expect("there");
    report(&w.project, &w.paths(), &w.question(), session, Some(w.people[0]), &Control::default()).expect("a report")
}

/// Everybody answers a half; on every so-manieth item chi says something else.
fn answer(w: &mut World, items: &[u32], differs: usize) {
    for (n, item) in items.iter().enumerate() {
        let said = if n % 2 == 0 { "yes" } else { "no" };
        let other = if n % 2 == 0 { "no" } else { "yes" };
        for person in 0..3 {
            w.say(person, *item, if person == 2 && n % differs == 0 { other } else { said });
        }
    }
}

#[test]
fn a_session_keeps_the_agreement_before_and_after() {
    let mut w = world();
    let session = begin(&mut w);
    let (lead, question) = (w.people[0], w.question());
    assert_eq!((session.halves[0].len(), session.halves[1].len(), session.people.len()), (12, 12, 3));
    assert!(session.halves[0].iter().all(|item| !session.halves[1].contains(item)));
    let [first, second] = session.halves.clone();
    w.say(0, first[0], "yes");
    let waits = compare(&mut w.project, lead, &question, "monday", false).expect_err("they have items left");
    assert!(waits.message.contains("ana 11, ben 12, chi 12"), "{}", waits.message);
    answer(&mut w, &first, 3);
    assert!(now(&w).disputes.is_empty(), "nothing is shown before it is compared");
    let compared = compare(&mut w.project, lead, &question, "monday", false).expect("compared");
    assert!(compared.missing.is_empty());
    assert_eq!((now(&w).disputed, now(&w).session.stage()), (4, Stage::Between));
    assert!(close(&mut w.project, lead, &question, "monday", true).is_err(), "the second half was not asked");
    go_on(&mut w.project, lead, &question, "monday").expect("the second half");
    answer(&mut w, &second, 12);
    close(&mut w.project, lead, &question, "monday", false).expect("closed");
    let over = now(&w);
    let (before, after) = (over.before.clone().expect("before"), over.after.clone().expect("after"));
    assert_eq!((before.answers, before.pairable, before.people), (36, 12, 3));
    assert!(after.alpha > before.alpha && over.disputed == 5, "{before:?} {after:?}");
    let difference = over.difference().expect("a difference");
    let (low, high) = difference.ci95.expect("an interval");
    assert!(low < difference.value && difference.value < high);
    w.say(2, first[0], "yes");
    assert_eq!(now(&w).before, Some(before), "what was kept stays");
    assert!(w.project.verify().expect("verified").ok());
}

#[test]
fn every_step_can_be_taken_back_until_somebody_else_goes_on() {
    let mut w = world();
    let session = begin(&mut w);
    let (lead, ben, question) = (w.people[0], w.people[1], w.question());
    answer(&mut w, &session.halves[0].clone(), 3);
    compare(&mut w.project, lead, &question, "monday", false).expect("compared");
    w.project.undo(lead, &UndoScope::Any).expect("undone");
    assert_eq!(now(&w).session.stage(), Stage::First);
    w.project.redo(lead, &UndoScope::Any).expect("redone");
    go_on(&mut w.project, ben, &question, "monday").expect("the second half");
    let refused = w.project.undo(lead, &UndoScope::Any).expect_err("ben has gone on");
    assert!(refused.message.contains("has gone on with the session"), "{}", refused.message);
    w.project.undo(ben, &UndoScope::Any).expect("undone");
    w.project.undo(lead, &UndoScope::Any).expect("undone");
    assert!(w.project.rebuild().expect("rebuilt").is_empty() && w.project.verify().expect("verified").ok());
}

#[test]
fn what_is_drawn_is_free_and_the_same_for_a_seed() {
    let mut w = world();
    for item in 1..=20 {
        w.say(0, item, "yes");
    }
    let session = begin(&mut w);
    let drawn = session.halves.concat();
    assert!(drawn.iter().all(|item| *item > 20));
    let (lead, question) = (w.people[0], w.question());
    let mut again = New { name: "tuesday", ..NEW };
    let few = start(&mut w.project, lead, &question, &again).expect_err("16 are left");
    assert!(few.message.starts_with("16 items"), "{}", few.message);
    again.items = 8;
    start(&mut w.project, lead, &question, &again).expect("started");
    let other = named(&w.project, &question, "tuesday").expect("there");
    assert!(other.halves.concat().iter().all(|item| !drawn.contains(item)));
    assert!(start(&mut w.project, lead, &question, &again).is_err(), "the name is taken");
    let alone = ["ana".to_owned()];
    assert!(
        start(&mut w.project, lead, &question, &New { name: "wednesday", items: 1, people: &alone, ..NEW }).is_err()
    );
}

#[test]
fn a_participant_sees_nobody_elses_answers_before_they_are_compared() {
    let mut w = world();
    let session = begin(&mut w);
    let outsider = w.project.join("dee").expect("joined");
    let item = session.halves[0][0];
    w.say(0, item, "yes");
    w.say(1, item, "no");
    let sees = |w: &World, who: PersonId| {
        let gathered = Gathered::seen_by(&w.project, &w.question(), None, Some(who)).expect("gathered");
        gathered.items.contains(&item)
    };
    assert!(!sees(&w, w.people[0]) && !sees(&w, w.people[2]) && sees(&w, outsider));
    let (lead, question) = (w.people[0], w.question());
    compare(&mut w.project, lead, &question, "monday", true).expect("compared");
    assert!(sees(&w, w.people[2]));
}

#[test]
fn gold_is_drawn_last_and_what_a_session_keeps_is_not_counted_on() {
    let mut w = world();
    let (lead, question) = (w.people[0], w.question());
    let yes = question.parse_value("yes").expect("a label");
    let gold = |w: &mut World, items: std::ops::RangeInclusive<u32>| {
        let gold: Vec<_> = items.map(|item| (item, yes.clone())).collect();
        w.project.write(lead, ActKind::Import, |w| w.put_all_gold(question.id, &gold, &mut |_| ())).expect("gold");
    };
    gold(&mut w, 1..=36);
    let session = begin(&mut w);
    assert!(session.halves.concat().iter().all(|item| *item > 36), "{:?}", session.halves);
    gold(&mut w, 37..=60);
    let setting = settings::Setting::named("qualification.items").expect("known");
    settings::set(&mut w.project, lead, setting, "60").expect("set");
    let now = settings::of(&w.project).expect("settings");
    let required = qualification::required(&w.project, &question, &now).expect("read").expect("asked for");
    assert_eq!((required.gold, required.needed()), (36, 36), "the session keeps the other 24");
}

#[test]
fn nobody_waits_for_whoever_left_nor_names_them() {
    let mut w = world();
    let session = begin(&mut w);
    let (lead, ben, chi) = (w.people[0], w.people[1], w.people[2]);
    let question = w.question();
    for item in &session.halves[0] {
        w.say(0, *item, "yes");
        w.say(2, *item, "yes");
    }
    w.project.write(lead, ActKind::Person, |w| w.set_presence(ben, Presence::Left, Some("gone"))).expect("left");
    w.project.write(lead, ActKind::Person, |w| w.set_presence(chi, Presence::Excluded, Some("gone"))).expect("left");
    let left: Vec<usize> = now(&w).shares.iter().map(|share| share.left(0)).collect();
    assert_eq!(left, [0, 0, 0]);
    assert_eq!(now(&w).shares[2].called(), "chi (left, answers excluded)");
    let compared = compare(&mut w.project, lead, &question, "monday", false).expect("compared");
    assert!(compared.missing.is_empty());
    let bot = w.project.write(lead, ActKind::Person, |w| w.add_person("bot", Role::Annotator, PersonKind::Model));
    assert!(bot.is_ok());
    for (who, why) in [("ben", "ben has left"), ("bot", "bot is a model")] {
        let people = ["ana".to_owned(), who.to_owned()];
        let new = New { name: "tuesday", items: 1, people: &people, ..NEW };
        let refused = start(&mut w.project, lead, &question, &new).expect_err("they answer nothing");
        assert!(refused.message.starts_with(why), "{}", refused.message);
    }
}

#[test]
fn a_reviewer_who_takes_part_neither_reads_nor_finds_what_the_others_say() {
    let mut w = world();
    let session = begin(&mut w);
    let (lead, ben, question) = (w.people[0], w.people[1], w.question());
    let item = session.halves[0][0];
    let note = NewAnswer {
        person: ben,
        question: question.id,
        item,
        text_hash: None,
        said: Said::Value(question.parse_value("no").expect("a label")),
        flag: false,
        note: Some("because".into()),
        how: How::picked(Origin::CommandLine),
        source: None,
    };
    w.project.write(ben, ActKind::Answer, |w| w.add_answer(&note)).expect("saved");
    w.say(0, item, "yes");
    let told = |w: &World| {
        let wanted = Wanted::Typed("answer.ben = 'no'".into());
        let found = find(&w.project, &question, lead, &wanted).expect("found").total;
        (inbox::of(&w.project, lead).expect("read").len(), inbox::unread(&w.project, lead).expect("read"), found)
    };
    assert_eq!(told(&w), (0, 0, 0));
    compare(&mut w.project, lead, &question, "monday", true).expect("compared");
    assert_eq!(told(&w), (1, 1, 1));
}
