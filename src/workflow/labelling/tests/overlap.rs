//! Several people sit through a whole project: the overlap policy is met exactly.

use super::super::*;
use super::World;
use crate::domain::{Lane, Said, Value};
use crate::project::Project;
use crate::queue::in_share;
use crate::workflow::settings::{self, Setting};
use proptest::prelude::*;

/// Everybody answers, looks around, leaves, comes back and takes back in the order of the steps; then all answer in turn
/// until nothing is left for anybody.
fn sit_through(world: &World, people: &[&str], steps: &[(usize, u8)]) {
    let mut sittings: Vec<Sitting> = (2..).zip(people).map(|(pid, who)| world.sit(who, pid)).collect();
    for (who, what) in steps.iter().copied() {
        let sitting = &mut sittings[who];
        match what {
            0 => sitting.leave().expect("left"),
            1 => drop(sitting.tick().expect("a tick")),
            2 => drop(sitting.undo()),
            _ => drop(say(sitting)),
        }
    }
    for _ in 0..1_000 {
        let mut answered = false;
        for sitting in &mut sittings {
            sitting.tick().expect("a tick");
            answered |= say(sitting);
        }
        if !answered {
            return;
        }
    }
    panic!("it never ended");
}

/// Answers what is served, if anything is.
fn say(sitting: &mut Sitting) -> bool {
    let Some(item) = sitting.serve().expect("served") else { return false };
    let labels = &sitting.question().labels;
    let label = labels[item.seq as usize % labels.len()].id;
    sitting.submit(&Submission::of(item.seq, Said::Value(Value::Choice(label)))).expect("saved");
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn every_item_of_the_share_has_its_answers_and_no_other_has_two(
        steps in prop::collection::vec((0..4usize, 0..12u8), 0..80),
        share in 0..=100u32,
        wanted in 2..=4u32,
        named: bool,
    ) {
        let world = World::new(30);
        let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
        let lead = project.join("lead").expect("a lead");
        let people = ["ana", "ben", "chi", "dee"];
        for who in people {
            project.join(who).expect("joined");
        }
        let mut set = |name: &str, typed: &str| {
            settings::set(&mut project, lead, Setting::named(name).expect("known"), typed).expect("set");
        };
        set("overlap.share", &share.to_string());
        set("overlap.answers", &wanted.to_string());
        if named {
            set("overlap.people", "ana,chi");
        }
        sit_through(&world, &people, &steps);
        let (question, items) = (project.question(None).expect("a question"), project.items().expect("items"));
        let twice: Vec<_> = people[..].iter().step_by(2).map(|who| project.person_named(who).expect("read").expect("there").id).collect();
        for seq in 1..=30u32 {
            let i = seq as usize - 1;
            let said = project.current_of_item(&question, seq).expect("answers");
            let values = said.iter().filter(|answer| matches!(answer.said, Said::Value(_))).count();
            let inside = in_share(&items.keys[i], share) && !items.is_test(seq);
            // Those who are asked what others answered, and whoever else came first.
            let others = said.iter().filter(|answer| !twice.contains(&answer.person));
            prop_assert!(!named || others.clone().all(|answer| answer.lane != Lane::Overlap));
            let expected = match (inside, named) {
                (false, _) => 1,
                (true, false) => wanted as usize,
                (true, true) => (twice.len() + others.count()).min(wanted as usize),
            };
            prop_assert_eq!(values, expected, "item {} inside {}: {:?}", seq, inside, said);
        }
    }
}
