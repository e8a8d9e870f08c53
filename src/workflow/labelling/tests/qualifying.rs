//! Checks: attention, qualification, and own items that come back.

use super::super::*;
use super::{World, answer, truth};
use crate::domain::{ActKind, LabelId, Lane, Role, Said, Value};
use crate::project::Project;
use crate::workflow::qualification::{self, Admission, Stage};
use crate::workflow::settings::{self, Setting};
use crate::workflow::split;

const DAY: i64 = COMES_BACK_MS;

impl World {
    fn project(&self) -> Project {
        Project::open(&self.path(), self.place(1)).expect("a project")
    }

    fn set(&self, name: &str, typed: &str) {
        let mut project = self.project();
        let lead = project.join("lead").expect("a lead");
        settings::set(&mut project, lead, Setting::named(name).expect("known"), typed).expect("set");
    }

    /// Records the truth of these items.
    fn gold(&self, items: impl IntoIterator<Item = u32>) {
        let mut project = self.project();
        let (lead, question) = (project.join("lead").expect("a lead"), project.question(None).expect("a question"));
        let label = |text: &str| {
            let names = [("awful", "bad"), ("plain", "fair"), ("great", "good")];
            let name = names.iter().find(|(word, _)| text.contains(word)).expect("a word").1;
            Value::Choice(question.label_named(name).expect("a label").id)
        };
        let items: Vec<(u32, Value)> =
            items.into_iter().map(|seq| (seq, label(&project.item(seq).expect("an item").text))).collect();
        project.write(lead, ActKind::Import, |w| w.put_all_gold(question.id, &items, &mut |_| ())).expect("gold");
    }

    fn admit(&self, who: &str, admission: Admission) {
        self.clock.advance(1);
        let mut project = self.project();
        let (lead, question) = (project.join("lead").expect("a lead"), project.question(None).expect("a question"));
        let who = project.person_named(who).expect("read").expect("somebody").id;
        qualification::admit(&mut project, lead, &question, who, admission).expect("admitted");
        self.clock.advance(1);
    }
}

fn say(sitting: &mut Sitting, served: &Served, label: LabelId) -> Saved {
    sitting.submit(&Submission::of(served.seq, Said::Value(Value::Choice(label)))).expect("saved")
}

/// A label that is wrong.
fn wrong(sitting: &Sitting, served: &Served) -> LabelId {
    let right = truth(sitting, served);
    sitting.question().labels.iter().map(|label| label.id).find(|id| *id != right).expect("another")
}

/// Answers what is served, right or wrong; the lanes come back.
fn go(sitting: &mut Sitting, right: &[bool]) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for right in right {
        let Some(item) = sitting.serve().expect("served") else { break };
        let label = if *right { truth(sitting, &item) } else { wrong(sitting, &item) };
        say(sitting, &item, label);
        lanes.push(item.lane);
    }
    lanes
}

fn aside(world: &World) -> Vec<u32> {
    let items = world.project().items().expect("items");
    (1..=items.live.len() as u32).filter(|seq| items.is_test(*seq)).collect()
}

#[test]
fn feedback_follows_an_answer_in_the_gold_lane_and_no_other() {
    let world = World::new(40);
    world.gold(1..=40);
    let mut ana = world.sit("ana", 2);
    for (feedback, gold) in [("off", "100"), ("on", "100")] {
        world.set("gold.feedback", feedback);
        world.set("lanes.gold", gold);
        ana.tick().expect("a tick");
        let mut told = 0;
        for turn in 0..15 {
            let item = ana.serve().expect("served").expect("an item");
            let right = turn % 2 == 0;
            let label = if right { truth(&ana, &item) } else { wrong(&ana, &item) };
            let saved = say(&mut ana, &item, label);
            let expected = item.lane == Lane::Gold && feedback == "on";
            assert_eq!(saved.feedback.is_some(), expected, "{item:?}");
            assert!(item.lane != Lane::Gold || !aside(&world).contains(&item.seq), "never of the evaluation set");
            if let Some(f) = saved.feedback {
                told += 1;
                let truth = Value::Choice(truth(&ana, &item));
                assert_eq!((f.right, f.truth, f.said), (right, truth, Value::Choice(label)));
                let revised = say(&mut ana, &item, label);
                assert_eq!(revised.feedback, None, "a walk back is no check");
            }
        }
        assert_eq!(told > 0, feedback == "on");
    }
}

#[test]
fn a_lane_without_a_share_serves_nothing() {
    let world = World::new(30);
    world.learn_only();
    world.gold(1..=30);
    let mut ana = world.sit("ana", 2);
    let served: Vec<Served> = std::iter::from_fn(|| answer(&mut ana)).collect();
    assert_eq!((served.len(), ana.counts().expect("counts").left), (27, 0));
    assert!(served.iter().all(|item| item.lane == Lane::Learn));
}

#[test]
fn a_new_annotator_qualifies_with_gold_before_anything_else() {
    let world = World::new(40);
    world.gold(1..=20);
    world.set("qualification.items", "5");
    let mut ana = world.sit("ana", 2);
    assert_eq!(go(&mut ana, &[true, true, false, true, true]), [Lane::Gold; 5]);
    assert_ne!(go(&mut ana, &[true; 3]), [Lane::Gold; 3], "four of five are 80 %");

    let mut ben = world.sit("ben", 3);
    let one = ben.serve().expect("served").expect("an item");
    let mut again = world.sit("ana", 4);
    again.serve().expect("served");
    assert_eq!((one.lane, one.mine.clone()), (Lane::Gold, None));
    assert_eq!(go(&mut ben, &[false, true, true]), [Lane::Gold; 3]);
    let undone = ben.undo().expect("undone").item.expect("an item");
    let item = ben.open(undone).expect("open");
    let label = wrong(&ben, &item);
    say(&mut ben, &item, label);
    assert_eq!(go(&mut ben, &[false, true, true, true]), [Lane::Gold; 2], "then there is nothing");
    let nothing = ben.nothing().expect("why");
    assert_eq!(nothing.failed, Some(Failed { answered: 5, to_pass: 4, right: Some(3) }), "what was said first counts");
    assert_eq!((ben.counts().expect("counts").left, nothing.held), (0, Held::default()));

    world.admit("ben", Admission::Again);
    ben.tick().expect("a tick");
    let first = ben.serve().expect("served").expect("an item");
    assert_eq!(first.lane, Lane::Gold);
    assert_eq!(go(&mut ben, &[true; 5]), [Lane::Gold; 5]);
    assert_ne!(go(&mut ben, &[true; 4]), [Lane::Gold; 4]);

    let mut chi = world.sit("chi", 5);
    assert_eq!(go(&mut chi, &[false; 9]), [Lane::Gold; 5]);
    world.admit("chi", Admission::Waived);
    chi.tick().expect("a tick");
    assert_ne!(go(&mut chi, &[true; 4]), [Lane::Gold; 4]);
    let question = chi.question().clone();
    let project = chi.project();
    let all = qualification::all(project, &question, &settings::of(project).expect("settings")).expect("trials");
    let stage = |name: &str| all.get(&project.person_named(name).expect("read").expect("there").id).map(|t| t.stage());
    assert_eq!(
        [stage("ana"), stage("ben"), stage("chi")],
        [Some(Stage::Passed), Some(Stage::Passed), Some(Stage::Waived)]
    );
    assert_eq!(stage("lead"), None);
}

#[test]
fn what_is_needed_is_what_there_is_and_another_role_needs_nothing() {
    let world = World::new(40);
    let free = (1..=40).filter(|seq| !aside(&world).contains(seq)).take(2);
    world.set("qualification.items", "5");
    assert_ne!(go(&mut world.sit("dee", 6), &[true; 2]), [Lane::Gold; 2], "there is no gold");
    world.gold(free);
    let mut ana = world.sit("ana", 2);
    assert_eq!(go(&mut ana, &[true, false, true]), [Lane::Gold; 2]);
    assert_eq!(ana.nothing().expect("why").failed.map(|f| (f.answered, f.to_pass)), Some((2, 2)));
    let mut project = world.project();
    let (lead, me) = (project.join("lead").expect("a lead"), ana.person().id);
    project.write(lead, ActKind::Person, |w| w.set_role(me, Role::Reviewer)).expect("a reviewer");
    ana.tick().expect("a tick");
    assert!(answer(&mut ana).is_some_and(|item| item.lane != Lane::Gold));
}

#[test]
fn own_items_come_back_blind_after_a_day_and_once() {
    let world = World::new(60);
    world.set("lanes.again", "50");
    let mut ana = world.sit("ana", 2);
    let first = go(&mut ana, &[true; 20]);
    assert!(!first.contains(&Lane::Again));
    let undone = ana.undo().expect("undone").item.expect("an item");
    let item = ana.open(undone).expect("open");
    let label = truth(&ana, &item);
    say(&mut ana, &item, label);
    world.clock.advance(DAY);
    let mut came = Vec::new();
    while let Some(item) = ana.serve().expect("served") {
        let label = if came.len() == 2 { wrong(&ana, &item) } else { truth(&ana, &item) };
        if item.lane == Lane::Again {
            assert_eq!(item.mine, None, "{item:?}");
            assert!(!came.contains(&item.seq) && !aside(&world).contains(&item.seq));
            came.push(item.seq);
        }
        say(&mut ana, &item, label);
        if came.len() == 5 && item.lane == Lane::Again {
            ana.undo().expect("undone");
            let open = ana.open(item.seq).expect("open");
            assert!(open.mine.is_some());
            say(&mut ana, &open, label);
            let row = ana.project().answers_of_item(item.seq).expect("answers").pop().expect("one");
            assert_eq!(row.answer.how.lane, Lane::Picked, "what was seen is no second opinion");
        } else if item.lane == Lane::Again {
            say(&mut ana, &item, label);
        }
    }
    assert!(came.len() > 10, "{came:?}");
    let question = ana.question().clone();
    let pairs = ana.project().came_back(&question, COMES_BACK_MS).expect("read");
    let same = pairs.iter().filter(|pair| pair.before == pair.after).count();
    assert_eq!((pairs.len(), same), (came.len() - 1, came.len() - 2));
    let found = crate::workflow::again::of(ana.project(), &question).expect("measured");
    let own = found.get(&ana.person().id).expect("an estimate").same;
    assert_eq!((own.n, own.value), (pairs.len(), same as f64 / pairs.len() as f64));
    world.clock.advance(2 * DAY);
    ana.leave().expect("left");
    assert!(world.sit("ana", 3).serve().expect("served").is_none(), "nothing comes back where nothing else is left");
}

#[test]
fn an_answer_to_a_check_after_the_trial_builds_nothing_anew() {
    let world = World::new(60);
    world.gold(1..=60);
    world.set("qualification.items", "5");
    world.set("lanes.gold", "100");
    let mut ana = world.sit("ana", 2);
    assert_eq!(go(&mut ana, &[true; 5]), [Lane::Gold; 5]);
    let checks = (0..10).filter(|_| {
        let item = ana.serve().expect("served").expect("an item");
        let label = truth(&ana, &item);
        say(&mut ana, &item, label);
        assert_eq!(ana.lying().count(), 2, "what lay behind it lies there still");
        item.lane == Lane::Gold
    });
    assert!(checks.count() > 0);
}

#[test]
fn what_was_decided_stays_whatever_gold_comes_or_judges_later() {
    let world = World::new(40);
    let free: Vec<u32> = (1..=40).filter(|seq| !aside(&world).contains(seq)).collect();
    world.gold(free[..4].iter().copied());
    world.set("qualification.items", "6");
    let (mut ana, mut ben, mut chi) = (world.sit("ana", 2), world.sit("ben", 3), world.sit("chi", 4));
    assert_eq!(go(&mut ana, &[true; 4]), [Lane::Gold; 4]);
    assert_eq!(go(&mut ben, &[false; 5]), [Lane::Gold; 4]);
    assert_eq!(go(&mut chi, &[true; 2]), [Lane::Gold; 2]);
    let told = || {
        let (project, mut trials) = (world.project(), Vec::new());
        let question = project.question(None).expect("a question");
        let all = qualification::all(&project, &question, &settings::of(&project).expect("settings")).expect("trials");
        for name in ["ana", "ben", "chi"] {
            let trial = &all[&project.person_named(name).expect("read").expect("there").id];
            trials.push((trial.stage(), trial.answered(), trial.needed));
        }
        trials
    };
    let (passed, failed) = ((Stage::Passed, 4, 4), (Stage::Failed, 4, 4));
    assert_eq!(told(), [passed, failed, (Stage::Open, 2, 4)]);
    world.clock.advance(1);
    world.gold(free[4..20].iter().copied());
    assert_eq!(told(), [passed, failed, (Stage::Open, 2, 6)], "who is under way answers more of it");
    world.clock.advance(1);
    let mut project = world.project();
    let lead = project.join("lead").expect("a lead");
    let way = split::Way::Share { test: 0.5, validation: 0.0, stratify: false };
    split::split(&mut project, Some(lead), None, &split::Asked { way, group: None, seed: 1 }).expect("split");
    assert_eq!(told(), [passed, failed, (Stage::Open, 2, 6)], "what judges now was a check then");
}
