//! Two people, in any order of what they may do.

use super::super::*;
use super::{World, answer};
use crate::domain::Said;
use proptest::prelude::*;

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
            let fresh = pool_of(sitting.project(), sitting.question(), sitting.settings(), Some(sitting.person().id), None, 0)
                .expect("a pool");
            let counts = sitting.counts().expect("counts");
            prop_assert_eq!((counts.answered, counts.mine, counts.skipped), (fresh.answered(), fresh.mine(), fresh.skipped()));
            prop_assert_eq!(counts.left, fresh.left_in_all());
        }
    }
}
