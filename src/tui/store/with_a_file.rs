//! The desk on a real file: what is searched for holds up nothing.

use std::sync::{Arc, Mutex, mpsc};

use super::{Desk, SittingDesk, Tell};
use crate::domain::{ActKind, How, Origin, Role, Said, Value};
use crate::project::{NewAnswer, Project};
use crate::tui::msg::{Reply, Request};
use crate::workflow::labelling::tests::World;
use crate::workflow::labelling::{Seat, Submission};

fn desk(world: &World, tell: Tell) -> SittingDesk {
    let seat = Seat { project: world.path(), by: "ana".into(), question: None, welcome: None };
    SittingDesk::open(&seat, world.paths(), world.place(2), tell).unwrap()
}

fn search(desk: &mut SittingDesk, text: &str, number: u64) {
    assert_eq!(desk.handle(&Request::Search(text.into(), number)).unwrap(), [], "it is told later");
}

#[test]
fn an_answer_is_saved_while_a_search_is_under_way_and_only_the_newest_search_is_told() {
    let world = World::new(30);
    let (told, replies) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let tell: Tell = Arc::new(move |reply| {
        if matches!(reply, Reply::Found(..) | Reply::Failed(..)) {
            gate.lock().unwrap().recv().unwrap();
            told.send(reply).unwrap();
        }
    });
    let mut desk = desk(&world, tell);
    let Reply::Seated(seated) = desk.sit().unwrap() else { panic!("not seated") };
    let served = desk.handle(&Request::Serve).unwrap().into_iter().find_map(|reply| match reply {
        Reply::Served(served) => Some(served),
        _ => None,
    });
    search(&mut desk, "awful", 1);
    let label = seated.question.live_labels().next().unwrap().id;
    let given = Submission::of(served.unwrap().seq, Said::Value(Value::Choice(label)));
    let saved = desk.handle(&Request::Submit(given)).unwrap();
    assert!(matches!(saved[..], [Reply::Saved(..)]), "the search still waits to be told: {saved:?}");
    for number in 2..=4 {
        search(&mut desk, "great", number);
    }
    (0..4).for_each(|_| open.send(()).unwrap());
    let numbers: Vec<u64> = replies
        .iter()
        .map(|reply| match reply {
            Reply::Found(number, hits) => {
                assert_eq!(hits.total, 10);
                number
            }
            other => panic!("{other:?}"),
        })
        .take_while(|number| *number < 4)
        .collect();
    assert!(numbers.len() <= 1, "{numbers:?}: only what was already being told");
}

#[test]
fn what_is_wrong_with_a_search_comes_back_with_it() {
    let world = World::new(3);
    let (told, replies) = mpsc::channel();
    let tell: Tell = Arc::new(move |reply| told.send(reply).unwrap());
    let mut desk = desk(&world, tell);
    search(&mut desk, "nosuch = 3", 7);
    let reply = replies.recv().unwrap();
    assert!(
        matches!(&reply, Reply::Failed(request, _) if **request == Request::Search("nosuch = 3".into(), 7)),
        "{reply:?}"
    );
}

#[test]
fn what_is_unread_is_counted_beside_the_sitting_and_only_where_it_may_have_changed() {
    let world = World::new(30);
    let (told, replies) = mpsc::channel();
    let tell: Tell = Arc::new(move |reply| told.send(reply).unwrap());
    let seat = Seat { project: world.path(), by: "lead".into(), question: None, welcome: None };
    let mut desk = SittingDesk::open(&seat, world.paths(), world.place(2), tell).unwrap();
    desk.sit().unwrap();
    let mut project = Project::open(&world.path(), world.place(3)).unwrap();
    let (lead, ben) = (project.join("lead").unwrap(), project.join("ben").unwrap());
    desk.tick().unwrap();
    assert_eq!(replies.recv().unwrap(), Reply::Standing(Role::Lead, 0), "somebody came");
    let question = project.question(None).unwrap();
    let label = question.live_labels().next().unwrap().id;
    let mut say = |person, item, note: Option<&str>| {
        let new = NewAnswer {
            person,
            question: question.id,
            item,
            text_hash: None,
            said: Said::Value(Value::Choice(label)),
            flag: false,
            note: note.map(str::to_owned),
            how: How::picked(Origin::CommandLine),
            source: None,
        };
        project.write(person, ActKind::Answer, |w| w.add_answer(&new)).unwrap();
    };
    let at_once = |desk: &mut SittingDesk| {
        desk.tick().unwrap().into_iter().filter(|reply| matches!(reply, Reply::Standing(..))).count()
    };
    say(lead, 1, None);
    say(ben, 2, None);
    assert_eq!((at_once(&mut desk), replies.try_recv().ok()), (0, None), "neither can change it");
    say(ben, 3, Some("is this one?"));
    assert_eq!(at_once(&mut desk), 0);
    assert_eq!(replies.recv().unwrap(), Reply::Standing(Role::Lead, 1));
    drop(desk);
    assert_eq!(replies.try_recv().ok(), None, "nothing was counted for nothing");
}
