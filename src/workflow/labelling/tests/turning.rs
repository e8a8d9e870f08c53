//! Turning to another question, and what others hold.

use super::super::*;
use super::{World, answer, truth};
use crate::domain::{ActKind, Kind, Presence, Said, Value};
use crate::project::Project;

/// Asks another question of the items.
fn ask(world: &World, name: &str) {
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let by = project.join("lead").expect("a lead");
    let add = project.write(by, ActKind::Question, |w| {
        let question = w.add_question(name, Kind::Choice)?;
        w.add_label(question, "yes", Some('1'))
    });
    add.expect("a question");
}

#[test]
fn another_question_has_a_queue_of_its_own_and_each_keeps_its_place() {
    let world = World::new(30);
    let mut ana = Sitting::begin(&world.path(), world.paths(), world.place(2), "ana", None).expect("a seat");
    ask(&world, "broken");
    answer(&mut ana);
    let before = ana.serve().expect("served").expect("an item");
    let quality = ana.question().clone();
    let names: Vec<String> = ana.questions().expect("questions").into_iter().map(|asked| asked.name).collect();
    assert_eq!(names, ["quality", "broken"]);
    ana.turn_to("broken").expect("turned");
    assert!(ana.project().leases(quality.id).expect("leases").is_empty(), "the items are free for others");
    let other = ana.serve().expect("served").expect("an item");
    let yes = ana.question().label_named("yes").expect("a label").id;
    ana.submit(&Submission::of(other.seq, Said::Value(Value::Choice(yes)))).expect("saved");
    assert_eq!(ana.counts().expect("counts").mine, 1);
    assert_eq!(world.sit("ben", 3).question().name, "quality", "without a name, the first one is asked");
    ana.turn_to("quality").expect("turned back");
    assert_eq!(ana.serve().expect("served").map(|served| served.seq), Some(before.seq), "the place is kept");
    assert_eq!(ana.counts().expect("counts").mine, 1);
    assert_eq!(ana.question().id, quality.id);
}

#[test]
fn what_was_skipped_stays_skipped_and_a_wrong_name_changes_nothing() {
    let world = World::new(6);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    ask(&world, "broken");
    let first = ana.serve().expect("served").expect("an item");
    ana.submit(&Submission::of(first.seq, Said::Skipped(None))).expect("saved");
    let second = ana.serve().expect("served").expect("an item");
    let error = ana.turn_to("brokn").expect_err("there is no such question");
    assert!(error.message.contains("brokn"), "{error}");
    assert_eq!(ana.serve().expect("served").map(|served| served.seq), Some(second.seq));
    ana.turn_to("broken").expect("turned");
    ana.turn_to("quality").expect("turned back");
    while let Some(item) = answer(&mut ana) {
        assert_ne!(item.seq, first.seq, "it comes back in another sitting");
    }
}

#[test]
fn the_last_items_in_others_hands_are_told_with_their_names_and_come_when_they_are_free() {
    let world = World::new(3);
    world.learn_only();
    let mut ana = world.sit("ana", 2);
    while ana.counts().expect("counts").answered == 0 {
        answer(&mut ana).expect("an item");
    }
    ana.serve().expect("served");
    let held: Vec<u32> = ana.lying().map(|served| served.seq).collect();
    let mut ben = world.sit("ben", 3);
    while let Some(item) = ben.serve().expect("served") {
        let label = truth(&ben, &item);
        ben.submit(&Submission::of(item.seq, Said::Value(Value::Choice(label)))).expect("saved");
    }
    let told = ben.nothing().expect("leases").held;
    assert_eq!((told.items, told.people.as_slice()), (2, &["ana".to_owned()][..]));
    assert_eq!(told.to_string(), "ana has the last 2 items.");
    ana.leave().expect("left");
    assert_eq!(ben.nothing().expect("leases"), Nothing::default());
    let now = ben.serve().expect("served").expect("what ana gave back");
    assert!(held.contains(&now.seq), "{held:?}");
}

#[test]
fn where_somebody_leaves_the_pool_is_built_anew_at_once() {
    let world = World::new(30);
    world.learn_only();
    let (mut ana, mut ben) = (world.sit("ana", 2), world.sit("ben", 3));
    let items: Vec<u32> = (0..4).filter_map(|_| answer(&mut ben)).map(|served| served.seq).collect();
    ana.serve().expect("served");
    ana.tick().expect("a tick");
    assert_eq!((ana.lying().count(), ana.counts().expect("counts").answered), (2, 4));
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let (by, gone) = (project.join("lead").expect("a lead"), ben.person().id);
    project.write(by, ActKind::Person, |w| w.set_presence(gone, Presence::Excluded, Some("gone"))).expect("left");
    assert_eq!(ana.tick().expect("a tick").answers, items.len());
    assert_eq!((ana.lying().count(), ana.counts().expect("counts").answered), (1, 0), "not answer by answer");
}
