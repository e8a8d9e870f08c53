//! Trainings on the Runs screen: the form, those under way, one that is watched, one that failed.

use super::bench::{Bench, NOON, question};
use super::golden::check;
use super::runs::{THREE, detail, id, some, with};
use crate::domain::{Id, Role};
use crate::error::Error;
use crate::jobs::Progress;
use crate::models::learner::LearnerKind;
use crate::project::{Training, TrainingProgress, TrainingState};
use crate::tui::app::ScreenName;
use crate::tui::msg::{Effect, Reply, Request};
use crate::workflow::labelling::News;
use crate::workflow::runs::{Asked, Source, Trainable, Watched};
use serde_json::json;

fn watched(number: u32, state: TrainingState, told: &str) -> Watched {
    let points: Vec<(u32, f64)> = (1..=12).map(|at| (at, 2.0 / f64::from(at))).collect();
    let validation: Vec<(u32, f64)> = points.iter().map(|(at, value)| (*at, value + 0.2)).collect();
    let progress = TrainingProgress {
        stage: "training".into(),
        done: 43,
        total: 100,
        curves: json!({"train_loss": points, "validation_loss": validation}),
    };
    let asked = json!({"model": "mlp", "features": ["text"], "set": {"epochs": "20"}, "seed": 0, "name": "net",
        "balanced": true});
    let training = Training {
        number,
        question: question(&THREE).id,
        by: Id::from_bytes([1; 16]),
        host: "here".into(),
        pid: 7,
        started: NOON - 12_000,
        heard: NOON,
        asked,
        progress,
        state,
        ended: (state != TrainingState::UnderWay).then_some(NOON - 2_000),
        said: None,
        run: (state == TrainingState::Finished).then(|| id(5)),
    };
    Watched { training, told: told.into(), by: Some("ana".into()) }
}

fn told(bench: &mut Bench, trainings: Vec<Watched>) {
    bench.reply(Reply::Trainings(question(&THREE).id, trainings));
}

/// Five runs, a training under way, and one that failed.
pub fn under_way() -> Bench {
    let mut bench = with(some());
    let failed = watched(2, TrainingState::Failed, "no item of the train split has a settled value to learn from");
    told(&mut bench, vec![watched(3, TrainingState::UnderWay, "training 43%"), failed]);
    bench
}

/// The one that is under way, watched.
pub fn live() -> Bench {
    let mut bench = under_way();
    assert_eq!(bench.keys("up up enter"), []);
    bench
}

/// The form.
pub fn form() -> Bench {
    let mut bench = with(some());
    assert_eq!(bench.keys("T"), [Effect::Ask(Request::Trainable)]);
    let fields = ["price", "shop"].map(str::to_owned).into();
    bench.reply(Reply::Trainable(Trainable { fields, rows: [3_902, 557, 1_115] }));
    bench
}

#[test]
fn a_training_is_started_from_its_form_and_watched() {
    let mut bench = form();
    let text = bench.text(80, 24);
    assert!(text.contains("3,902 settled rows to learn from") && text.contains("‹ quick text ›"), "{text}");
    let asked = |asked: Asked| vec![Effect::Ask(Request::Train(Box::new(asked)))];
    let best = Asked {
        model: LearnerKind::Boosting,
        sources: vec![Source::Text, Source::Fields],
        learning_curve: crate::workflow::runs::LearningCurve::On,
        name: Some("my best".into()),
        ..Asked::default()
    };
    let keys = "right right tab tab tab tab tab tab tab m y space b e s t enter";
    assert_eq!(bench.keys(keys), asked(best));
    assert_eq!(bench.keys("enter"), [], "it is being started");
    bench.reply(Reply::TrainingStarted(3));
    assert_eq!(bench.effects, [Effect::Ask(Request::Trainings)]);
    bench.effects.clear();
    assert!(bench.app.overlays.is_empty() && bench.app.runs.live == Some(3));
    told(&mut bench, vec![watched(3, TrainingState::UnderWay, "training 43%")]);
    let text = bench.text(80, 24);
    assert!(text.contains("training 43%") && text.contains("loss, validation rows .367"), "{text}");
    assert_eq!(bench.keys("ctrl-x"), [Effect::Ask(Request::CancelTraining(3))]);
    assert_eq!(bench.keys("f1 f4").len(), 2, "it is read again");
    assert!(bench.text(80, 24).contains("loss, pass by pass"), "after leaving and coming back");
    assert_eq!(bench.keys("D"), []);
    assert!(bench.message().contains("under way"), "{}", bench.message());
    bench.reply(Reply::TrainingStarted(3));
    bench.effects.clear();
    assert!(bench.message().contains("training 3 is under way"), "{}", bench.message());
    told(&mut bench, vec![watched(3, TrainingState::Finished, "run 5")]);
    assert_eq!(bench.message(), "training 3 came to run 5");
    assert!(bench.text(80, 24).contains("it came to run 5; Enter opens it"), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("enter"), [Effect::Ask(Request::Run(id(5)))]);
    bench.reply(Reply::Run(Box::new(detail(some().swap_remove(0), &THREE))));
    bench.keys("esc");
    assert!(bench.app.runs.open.is_none() && bench.app.runs.live.is_none());
    assert_eq!(bench.app.runs.trainings().count(), 0, "the run stands in its place");
}

#[test]
fn what_cannot_be_started_says_why_and_keeps_the_form() {
    let mut bench = form();
    bench.keys("down down down down down down d e p t h = 3");
    assert_eq!(bench.keys("enter"), []);
    assert!(bench.message().contains("no setting"), "{}", bench.message());
    let mut bench = form();
    let Some(Effect::Ask(request)) = bench.keys("enter").pop() else { panic!("nothing was asked") };
    bench.reply(Reply::Failed(Box::new(request), Error::usage("no field is flagged as a feature")));
    assert!(bench.message().contains("no field is flagged"), "{}", bench.message());
    assert_eq!(bench.keys("enter").len(), 1, "it can be tried again");
    bench.keys("esc");
    assert!(bench.app.overlays.is_empty() && bench.app.screen == ScreenName::Runs);
    let mut annotator = with(some());
    annotator.app.seat.as_mut().expect("a seat").role = Role::Annotator;
    assert_eq!(annotator.keys("T"), []);
    assert!(annotator.message().contains("may not train models"), "{}", annotator.message());
}

#[test]
fn the_form_shows_what_matters_whole_or_says_that_there_is_more() {
    let mut bench = form();
    bench.keys("tab");
    let mlp = (0..LearnerKind::ALL.len()).any(|_| {
        bench.keys("right");
        bench.text(80, 24).contains("‹ mlp")
    });
    assert!(mlp && bench.text(80, 24).contains("more: type a part of a name"), "{}", bench.text(80, 24));
    bench.keys("tab tab tab tab tab d r o p o u t");
    let text = bench.text(80, 24);
    assert!(text.contains("dropout=") && !text.contains("more: type"), "{text}");
    let mut bench = form();
    bench.keys("tab tab right right right");
    assert!(bench.text(80, 24).contains("names no sentence encoder"), "{}", bench.text(80, 24));
    let Some(Effect::Ask(request)) = bench.keys("enter").pop() else { panic!("nothing was asked") };
    let long = "a long way to the vital word ".repeat(5) + "END";
    bench.reply(Reply::Failed(Box::new(request), Error::usage(long)));
    assert!(bench.text(80, 24).contains("END"), "{}", bench.text(80, 24));
    let mut bench = with(some());
    bench.keys("T");
    bench.reply(Reply::Trainable(Trainable { fields: Vec::new(), rows: [0, 3, 5] }));
    assert_eq!(bench.keys("enter"), []);
    assert!(bench.message().contains("no item of the train split"), "{}", bench.message());
}

#[test]
fn a_failed_training_stands_above_the_runs_until_it_is_dismissed() {
    let mut bench = under_way();
    assert_eq!(bench.app.runs.chosen().map(|run| run.number), Some(5), "what was chosen stays chosen");
    let text = bench.text(120, 40);
    assert!(text.contains("training 3 mlp") && text.contains("no item of the train split"), "{text}");
    bench.keys("up");
    assert!(bench.app.runs.chosen().is_none());
    for key in ["P", "x", "R"] {
        assert_eq!(bench.keys(key), []);
        assert!(bench.message().contains("this is a training"), "{key}: {}", bench.message());
    }
    bench.keys("enter");
    assert!(bench.text(80, 24).contains("nothing was kept; D dismisses this"), "{}", bench.text(80, 24));
    assert_eq!(bench.keys("ctrl-x"), []);
    assert!(bench.message().contains("not under way"), "{}", bench.message());
    assert_eq!(bench.keys("D"), [Effect::Ask(Request::DismissTraining(2))]);
    bench.reply(Reply::Decided("training 2 is dismissed".into()));
    told(&mut bench, vec![watched(3, TrainingState::UnderWay, "training 50%")]);
    assert_eq!(bench.app.runs.trainings().count(), 1);
    bench.keys("esc");
    assert_eq!(bench.app.screen, ScreenName::Label);
    let mut cancelled = live();
    told(&mut cancelled, vec![watched(3, TrainingState::Cancelled, "by ana while training")]);
    assert!(cancelled.text(80, 24).contains("cancelled by ana while training; nothing was kept"));
    assert_eq!(cancelled.app.runs.trainings().count(), 0, "it was meant");
}

#[test]
fn where_no_training_is_chosen_the_ranker_is_stopped() {
    let mut bench = under_way();
    assert_eq!(bench.keys("ctrl-x"), []);
    assert!(bench.message().contains("no training is chosen"), "{}", bench.message());
    let progress = Progress { stage: "training".into(), done: 1, total: 2 };
    bench.reply(Reply::News(Box::new(News { progress: Some(progress), ..News::default() })));
    assert_eq!(bench.keys("ctrl-x"), [Effect::Ask(Request::Cancel)]);
    assert_eq!(bench.keys("up up ctrl-x"), [Effect::Ask(Request::CancelTraining(3))]);
}

#[test]
fn a_first_training_shows_before_there_is_a_run() {
    let mut bench = with(Vec::new());
    told(&mut bench, vec![watched(1, TrainingState::UnderWay, "reading")]);
    let text = bench.text(80, 24);
    assert!(text.contains("training 1 mlp") && text.contains("no run yet"), "{text}");
    bench.keys("enter");
    assert_eq!(bench.app.runs.live, Some(1));
}

#[test]
fn trainings_look_as_they_did() {
    check("trainings", &under_way());
    check("training-live", &live());
    check("training-form", &form());
    let mut settings = form();
    settings.keys("down down down down down down c = 1");
    check("training-settings", &settings);
}
