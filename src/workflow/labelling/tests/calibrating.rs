//! Items of a calibration session: before everything else, for everybody, and nothing but them.

use super::super::*;
use super::{World, answer};
use crate::domain::Lane;
use crate::project::Project;
use crate::workflow::calibration::{self, New};
use crate::workflow::queue::{self, Wanted};

#[test]
fn everybody_is_asked_the_half_first_and_for_themselves() {
    let world = World::new(60);
    let mut project = Project::open(&world.path(), world.place(1)).expect("a project");
    let lead = project.join("lead").expect("a lead");
    let (mut ana, mut ben) = (world.sit("ana", 2), world.sit("ben", 3));
    let mut dee = world.sit("dee", 4);
    assert!(dee.serve().expect("served").is_some());
    let question = ana.question().clone();
    let people = ["ana".to_owned(), "ben".to_owned()];
    let new = New { name: "monday", items: 3, filter: None, people: &people, seed: 0 };
    calibration::start(&mut project, lead, &question, &new).expect("started");
    let session = calibration::named(&project, &question, "monday").expect("there");
    let asked = |sitting: &mut Sitting, n: usize| {
        let mut items: Vec<u32> = (0..n)
            .map(|_| {
                let served = answer(sitting).expect("an item");
                assert_eq!((served.lane, served.mine), (Lane::Overlap, None));
                served.seq
            })
            .collect();
        items.sort_unstable();
        items
    };
    for sitting in [&mut ana, &mut ben, &mut dee] {
        sitting.tick().expect("a tick");
    }
    let control = crate::jobs::Control::default();
    let next = |sitting: &Sitting, lane| {
        let wanted = Wanted { strategy: None, lane, limit: 5, seed: 0 };
        let me = Some(sitting.me.id);
        queue::list(&sitting.project, &world.paths(), sitting.question(), me, &wanted, &control).expect("a queue")
    };
    let lanes = |panel: &QueuePanel| panel.next.iter().map(|row| row.lane).collect::<Vec<_>>();
    let (before, alone) = (next(&ana, None), next(&ana, Some(Lane::Overlap)));
    assert_eq!(lanes(&before), [Lane::Overlap, Lane::Overlap, Lane::Overlap, Lane::Learn, Lane::Learn]);
    assert_eq!((lanes(&alone), before.lanes[2].left), (vec![Lane::Overlap; 3], 3));
    assert_eq!(next(&dee, Some(Lane::Overlap)).next, [], "dee takes no part");
    assert_eq!(before.left, next(&dee, None).left + 3);
    let panel = ana.queue_panel().expect("a panel");
    assert_eq!((panel.left, ana.counts().expect("counts").left), (before.left, before.left));
    let first: Vec<u32> = before.next.iter().take(3).map(|row| row.seq).collect();
    assert_eq!(ana.serve().expect("served").map(|s| s.seq), first.first().copied(), "as it is served");
    let panel = ana.queue_panel().expect("a panel");
    assert_eq!((panel.next[0].lane, panel.next[0].seq), (Lane::Overlap, first[2]), "two of them lie before her");
    let held = (ana.serve().expect("served"), ben.serve().expect("served"));
    assert_eq!(held.0.map(|s| s.seq), held.1.map(|s| s.seq), "two have the same item before them");
    assert_eq!(asked(&mut ana, 3), session.halves[0]);
    assert_eq!(asked(&mut ben, 3), session.halves[0]);
    for sitting in [&mut ana, &mut dee] {
        let next = answer(sitting).expect("an item").seq;
        assert!(session.halves.iter().all(|half| !half.contains(&next)), "nobody is asked about the session's items");
    }
    calibration::compare(&mut project, lead, &question, "monday", false).expect("compared");
    calibration::go_on(&mut project, lead, &question, "monday").expect("the second half");
    for sitting in [&mut ana, &mut ben] {
        sitting.tick().expect("a tick");
        answer(sitting).expect("what lay before them already");
    }
    assert_eq!(asked(&mut ana, 3), session.halves[1]);
    assert_eq!(asked(&mut ben, 3), session.halves[1]);
    calibration::close(&mut project, lead, &question, "monday", false).expect("closed");
    assert!(calibration::named(&project, &question, "monday").is_ok_and(|s| s.stage() == crate::domain::Stage::Over));
}
