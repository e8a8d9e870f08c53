//! The trainings on the Runs screen: those under way and those that failed stand above the runs, and one can be watched.

use super::RunsScreen;
use crate::domain::Deed;
use crate::project::TrainingState;
use crate::tui::app::App;
use crate::tui::commands::{Command, Scope, Usable, allowed};
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::Overlay;
use crate::tui::text;
use crate::workflow::runs::Watched;

impl RunsScreen {
    /// The trainings that stand in the list: under way, or come to nothing that nobody meant.
    pub fn trainings(&self) -> impl Iterator<Item = &Watched> {
        self.watched.iter().filter(|one| one.goes_on() || one.has_failed())
    }

    /// The chosen training of the list.
    pub fn chosen_training(&self) -> Option<&Watched> {
        self.trainings().nth(self.chosen)
    }

    /// The training that is watched.
    pub fn live(&self) -> Option<&Watched> {
        let number = self.live?;
        self.watched.iter().find(|one| one.training.number == number)
    }

    /// The training that a command is about.
    pub fn meant_training(&self) -> Option<&Watched> {
        if self.open.is_some() || self.comparing.is_some() {
            return None;
        }
        if self.live.is_some() { self.live() } else { self.chosen_training() }
    }

    /// Takes how far the trainings are; what was chosen stays chosen.
    pub fn take_trainings(&mut self, new: Vec<Watched>) {
        let training = self.chosen_training().map(|one| one.training.number);
        let run = self.chosen().map(|run| run.id);
        self.watched = new;
        let above = self.trainings().count();
        let place = match (training, run) {
            (Some(number), _) => self.trainings().position(|one| one.training.number == number),
            (None, Some(id)) => self.runs().iter().position(|run| run.id == id).map(|place| above + place),
            (None, None) => None,
        };
        self.chosen = place.unwrap_or(self.chosen).min((above + self.runs().len()).saturating_sub(1));
    }
}

/// What can be done about trainings.
pub const TRAININGS: &[Command] = &[
    Command {
        id: "train run",
        title: "train",
        doc: "opens the form that a training starts from; it goes on when this terminal is gone",
        scope: Scope::Runs,
        keys: &["T"],
        argument: None,
        when: |app| allowed(app, Deed::Train),
        run: |app, _| {
            app.lay(Overlay::Training(Box::default()));
            vec![Effect::Ask(Request::Trainable)]
        },
    },
    Command {
        id: "cancel training",
        title: "cancel",
        doc: "stops the training, or else what the ranker does; nothing of it is kept",
        scope: Scope::Runs,
        keys: &["ctrl-x"],
        argument: None,
        when: |app| {
            // Where no training is chosen, the key is what it is everywhere.
            if app.runs.meant_training().is_none() && app.status.progress.is_some() {
                return Ok(());
            }
            allowed(app, Deed::Train)?;
            match meant(app)?.goes_on() {
                true => Ok(()),
                false => Err("it is not under way any more".into()),
            }
        },
        run: |app, _| match app.runs.meant_training() {
            None => vec![Effect::Ask(Request::Cancel)],
            Some(_) => about(app, Request::CancelTraining),
        },
    },
    Command {
        id: "dismiss training",
        title: "dismiss",
        doc: "forgets how the training failed",
        scope: Scope::Runs,
        keys: &["D"],
        argument: None,
        when: |app| {
            allowed(app, Deed::Train)?;
            let key = app.keymap.label("cancel training");
            if meant(app)?.goes_on() { Err(format!("it is under way: {key} stops it")) } else { Ok(()) }
        },
        run: |app, _| {
            let effects = about(app, Request::DismissTraining);
            app.runs.live = None;
            effects
        },
    },
];

fn meant(app: &App) -> Result<&Watched, String> {
    app.runs.meant_training().ok_or_else(|| "no training is chosen".to_owned())
}

fn about(app: &App, request: fn(u32) -> Request) -> Vec<Effect> {
    meant(app).map(|one| Effect::Ask(request(one.training.number))).into_iter().collect()
}

/// Whether there is something that Enter opens while a training is chosen or watched: the training, or what it came to.
pub fn can_open(app: &App) -> Option<Usable> {
    let screen = &app.runs;
    match (screen.live, screen.live()) {
        (None, _) => screen.chosen_training().map(|_| Ok(())),
        (Some(_), Some(one)) if one.training.run.is_some() => Some(Ok(())),
        (Some(_), Some(one)) if one.goes_on() => Some(Err("it is under way".into())),
        (Some(_), _) => Some(Err("it came to nothing".into())),
    }
}

/// Watches the chosen training, or opens the run that the watched one came to; none where it is about a run.
pub fn open(app: &mut App) -> Option<Vec<Effect>> {
    let screen = &mut app.runs;
    if screen.live.is_some() {
        let run = screen.live().and_then(|one| one.training.run)?;
        screen.live = None;
        screen.open = Some(super::Opened::new(run));
        return Some(vec![Effect::Ask(Request::Run(run))]);
    }
    screen.live = Some(screen.chosen_training()?.training.number);
    Some(Vec::new())
}

/// A training was started: it is watched.
pub fn started(app: &mut App, number: u32) -> Vec<Effect> {
    app.overlays.retain(|overlay| !matches!(overlay, Overlay::Training(_)));
    (app.runs.open, app.runs.comparing, app.runs.live) = (None, None, Some(number));
    app.tell(is_under_way(number));
    vec![Effect::Ask(Request::Trainings)]
}

/// What is said of a training that was started.
fn is_under_way(number: u32) -> String {
    format!("training {number} is under way, and goes on when this terminal is gone")
}

/// How far the trainings are was told: that one is under way is said no longer than it is.
pub fn told(app: &mut App, trainings: Vec<Watched>) {
    let said = |one: &&Watched| app.message.as_ref().is_some_and(|m| m.text == is_under_way(one.training.number));
    if let Some(Watched { training, told, .. }) = trainings.iter().filter(|one| !one.goes_on()).find(said) {
        let (number, told) = (training.number, text::one_line(told));
        app.tell(match training.state {
            TrainingState::Finished => format!("training {number} came to {told}"),
            state => format!("training {number} is {state}: {told}"),
        });
    }
    app.runs.take_trainings(trainings);
}

/// A training could not be started: the form stays.
pub fn not_started(app: &mut App) {
    for overlay in &mut app.overlays {
        if let Overlay::Training(form) = overlay {
            form.starting = false;
        }
    }
}
