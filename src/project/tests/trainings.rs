//! Trainings under way: told, ended, lost, forgotten.

use super::*;
use crate::error::Kind as Failure;
use crate::project::trainings::{TrainingProgress, TrainingState};
use serde_json::json;

fn states(f: &Fixture) -> Vec<(u32, TrainingState)> {
    f.project.trainings().unwrap().iter().map(|t| (t.number, t.state)).collect()
}

fn begin(f: &mut Fixture) -> u32 {
    let (question, ana) = (f.question().id, f.ana);
    f.project.begin_training(question, ana, &json!({"model": "forest"})).unwrap()
}

#[test]
fn a_training_is_told_of_ended_once_and_makes_room_for_the_next() {
    let mut f = Fixture::new();
    let (one, two) = (begin(&mut f), begin(&mut f));
    assert_eq!(states(&f), [(one, TrainingState::UnderWay), (two, TrainingState::UnderWay)]);
    let progress =
        TrainingProgress { stage: "training".into(), done: 3, total: 9, curves: json!({"train_loss": [[1, 0.5]]}) };
    let beside = f.project.open_to_tell().unwrap().unwrap();
    f.clock.advance(5_000);
    assert!(beside.tell_training(one, &progress).unwrap());
    let told = f.project.trainings().unwrap().remove(0);
    assert_eq!((&told.progress, told.heard - told.started, &told.asked["model"]), (&progress, 5_000, &json!("forest")));
    assert_eq!(f.project.holding(f.ana).unwrap().jobs, 2);
    assert!(f.project.end_training(one, TrainingState::Cancelled, Some("by ben")).unwrap());
    assert!(!f.project.end_training(one, TrainingState::Failed, None).unwrap(), "it has ended");
    assert!(!beside.tell_training(one, &progress).unwrap() && !beside.training_goes_on(one).unwrap());
    let three = begin(&mut f);
    assert_eq!(states(&f), [(two, TrainingState::UnderWay), (three, TrainingState::UnderWay)]);
    let copy = f.folder.path().join("copy.karat");
    f.project.copy(&copy).unwrap();
    assert_eq!(Project::open(&copy, place(&f.clock)).unwrap().trainings().unwrap(), []);
}

#[test]
fn a_training_that_was_cancelled_cannot_come_to_a_run() {
    let mut f = Fixture::new();
    let (number, ana, question) = (begin(&mut f), f.ana, f.question());
    let new = NewRun {
        question: question.id,
        name: "a".into(),
        origin: RunOrigin::Trained,
        model: "forest".into(),
        seed: 0,
        snapshot: None,
        record: json!({}),
    };
    let finish = |f: &mut Fixture, number| {
        f.project.write(ana, ActKind::Run, |w| {
            let run = w.add_run(&new, &[], &Predictions::default())?;
            w.finish_training(number, run)?;
            Ok(run)
        })
    };
    let (_, run) = finish(&mut f, number).unwrap();
    let done = f.project.trainings().unwrap().remove(0);
    assert_eq!((done.state, done.run, done.ended), (TrainingState::Finished, Some(run), Some(f.project.place().now())));
    assert_eq!(f.project.run_number(run).unwrap(), Some(1));
    let number = begin(&mut f);
    f.project.end_training(number, TrainingState::Cancelled, None).unwrap();
    assert_eq!(finish(&mut f, number).map_err(|e| e.kind), Err(Failure::Interrupted));
    assert_eq!(f.project.runs(question.id).unwrap().len(), 1, "nothing of it was written");
    f.project.undo(ana, &UndoScope::Any).unwrap();
    assert_eq!(f.project.run_number(run).unwrap(), None, "it was taken back");
}

#[test]
fn a_training_whose_process_is_gone_or_elsewhere_and_silent_is_lost() {
    let mut f = Fixture::new();
    let number = begin(&mut f);
    let set = |f: &Fixture, host: &str, pid: u32| {
        sql::run(&f.project.conn, "UPDATE training SET host = ?1, pid = ?2", (host, pid)).unwrap();
    };
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let ended = child.id();
    child.wait().unwrap();
    set(&f, "here", ended);
    assert_eq!(states(&f), [(number, TrainingState::Lost)]);
    set(&f, "elsewhere", ended);
    assert_eq!(states(&f), [(number, TrainingState::UnderWay)], "another machine's processes cannot be asked");
    f.clock.advance(181_000);
    assert_eq!(states(&f), [(number, TrainingState::Lost)]);
    set(&f, "here", std::process::id());
    assert_eq!(states(&f), [(number, TrainingState::UnderWay)], "it may be stopped, and goes on when it is woken");
    let next = begin(&mut f);
    assert_eq!(states(&f)[0], (number, TrainingState::UnderWay), "another that begins does not end it");
    f.project.forget_training(number).unwrap();
    assert_eq!(states(&f), [(next, TrainingState::UnderWay)]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_nobody_has_asked_how_it_ended_is_gone_too() {
    let mut f = Fixture::new();
    let number = begin(&mut f);
    let mut child = std::process::Command::new("true").stdout(std::process::Stdio::piped()).spawn().unwrap();
    // Its end of the pipe closes with it.
    std::io::Read::read_to_end(&mut child.stdout.take().unwrap(), &mut Vec::new()).unwrap();
    let pid = child.id();
    sql::run(&f.project.conn, "UPDATE training SET pid = ?1", [pid]).unwrap();
    let waited = std::time::Instant::now();
    while states(&f) != [(number, TrainingState::Lost)] {
        assert!(waited.elapsed() < std::time::Duration::from_secs(20), "it is taken for alive");
    }
    child.wait().unwrap();
}
