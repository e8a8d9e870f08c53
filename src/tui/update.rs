//! The one place where state changes: a message comes in, effects go out, nothing waits and nothing is read.

use super::app::{App, Hit, ScreenName, Seat};
use super::commands::{self, Scope};
use super::keys::Key;
use super::msg::{Effect, Msg, Reply, Request, Seated};
use super::overlays::{self, Overlay, Replying};
use super::screens::{agreement, label, runs};
use super::widgets::Field;
use crate::workflow::labelling::News;

/// Takes in one message.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    app.dirty |= !matches!(msg, Msg::Now(_) | Msg::Painted);
    match msg {
        Msg::Now(now) => {
            app.now = now;
            Vec::new()
        }
        Msg::Key(key, repeat) => {
            app.message = None;
            app.label.alive(app.now);
            press(app, key, repeat)
        }
        Msg::Paste(text) => {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
            if let Some(overlay) = app.overlays.last_mut() {
                overlay.insert(&text);
            }
            Vec::new()
        }
        Msg::Click(column, row) => {
            app.message = None;
            app.label.alive(app.now);
            click(app, column, row)
        }
        Msg::Wheel(_, _, rows) => {
            app.label.alive(app.now);
            app.scroll(rows);
            Vec::new()
        }
        // Even where the size is the same again: a window that shrank and grew at once has lost what stood there.
        Msg::Resized => vec![Effect::Redraw],
        Msg::Resumed => vec![Effect::Retake],
        Msg::Focus(has) => {
            app.label.focus(has, app.now);
            Vec::new()
        }
        Msg::Painted => {
            app.label.painted(app.now);
            Vec::new()
        }
        Msg::Terminate => app.leave(),
        Msg::Store(reply) => take(app, reply),
        Msg::Highlighted(seq, spans) => {
            app.label.highlighted(seq, spans);
            Vec::new()
        }
        Msg::Trouble(what) => {
            app.complain(&crate::error::Error::internal(what));
            Vec::new()
        }
    }
}

fn press(app: &mut App, key: Key, repeat: bool) -> Vec<Effect> {
    if app.closed.is_some() {
        // Nothing is behind the page that says why: neither an answer nor a screen.
        let leave = app.keymap.find(Scope::Everywhere, key).filter(|command| command.id == "quit");
        return leave.map_or_else(Vec::new, |command| commands::perform(app, command, ""));
    }
    let scope = app.scope();
    let typing = app.is_typing();
    if repeat && !typing && key.typed().is_some_and(|c| !matches!(c, ' ' | '<' | '>')) {
        return if scope == Scope::Label { label::answer_key(app, key, true).unwrap_or_default() } else { Vec::new() };
    }
    if scope == Scope::Label
        && let Some(effects) = label::answer_key(app, key, repeat)
    {
        return effects;
    }
    if scope == Scope::Judging
        && let Some(effects) = agreement::answer_key(app, key, repeat)
    {
        return effects;
    }
    let types = typing && key.typed().is_some() && !app.overlays.is_empty();
    let near = [scope, Scope::Moving].into_iter().filter(|_| !types);
    if let Some(command) = near.into_iter().find_map(|scope| app.keymap.find(scope, key)) {
        return commands::perform(app, command, "");
    }
    if let Some(mut overlay) = app.overlays.pop() {
        let depth = app.overlays.len();
        let taken = overlay.key(app, key);
        if taken.is_none() || !overlay.ends_with_a_key() {
            app.overlays.insert(depth, overlay);
        }
        if let Some(effects) = taken {
            return effects;
        }
        if types {
            return Vec::new();
        }
    }
    if let Some(command) = app.keymap.find(Scope::Everywhere, key) {
        return commands::perform(app, command, "");
    }
    let capital = key.typed().filter(char::is_ascii_lowercase).map(|c| Key::char(c.to_ascii_uppercase()));
    match capital.and_then(|key| app.keymap.find(scope, key)) {
        Some(command) if !typing => commands::perform(app, command, ""),
        _ => {
            if let Some(why) = commands::unbound(app, key) {
                app.tell(why);
            }
            Vec::new()
        }
    }
}

fn click(app: &mut App, column: u16, row: u16) -> Vec<Effect> {
    match app.hit(column, row) {
        Some(Hit::Command(id)) => {
            commands::named(id).map_or_else(Vec::new, |command| commands::perform(app, command, ""))
        }
        Some(Hit::Answer(row)) if app.overlays.is_empty() => label::answer_row(app, &row),
        Some(Hit::ListRow(index)) if app.overlays.is_empty() => {
            match app.screen {
                ScreenName::Runs => app.runs.choose(index),
                _ => app.agreement.choose(index),
            }
            Vec::new()
        }
        Some(Hit::ListRow(index)) => app.overlays.last_mut().map_or_else(Vec::new, |overlay| {
            overlay.choose(index);
            Vec::new()
        }),
        _ => Vec::new(),
    }
}

fn take(app: &mut App, reply: Reply) -> Vec<Effect> {
    if !matches!(reply, Reply::Waiting(_)) {
        app.status.waiting = None;
    }
    match reply {
        Reply::Seated(seated) => seat(app, *seated),
        Reply::Waiting(whom) => {
            app.status.waiting = Some(whom);
            Vec::new()
        }
        Reply::News(news) => hear(app, *news),
        Reply::Question(question) => {
            app.agreement.question_changed();
            label::question_changed(app, *question);
            Vec::new()
        }
        Reply::Questions(questions) => {
            if let Some(seat) = &mut app.seat {
                seat.questions = questions;
            }
            Vec::new()
        }
        Reply::Queue(panel) => {
            if let Some(Overlay::Reader(reader)) = app.overlays.last_mut() {
                reader.queue(*panel);
            }
            Vec::new()
        }
        Reply::Found(number, hits) => {
            if let Some(list) = app.overlays.iter_mut().find_map(Overlay::as_list) {
                list.found(number, *hits);
            }
            Vec::new()
        }
        Reply::Overview(overview) => {
            app.data.overview = Some(*overview);
            Vec::new()
        }
        Reply::Agreement(question, overview) => match app.seat.as_ref().is_some_and(|s| s.question.id == question) {
            true => app.agreement.take(overview),
            false => Vec::new(),
        },
        Reply::Calibrations(question, reports) => {
            let here = app.seat.as_ref().is_some_and(|s| s.question.id == question);
            if let Some(sessions) = app.agreement.sessions.as_mut().filter(|_| here) {
                sessions.take(reports);
            }
            Vec::new()
        }
        Reply::Runs(question, runs) => match app.seat.as_ref().is_some_and(|s| s.question.id == question) {
            true => app.runs.take(runs),
            false => Vec::new(),
        },
        Reply::Run(detail) => {
            app.runs.take_run(detail);
            Vec::new()
        }
        Reply::ComparedRuns(a, b, compared) => {
            app.runs.take_compared(a, b, compared);
            Vec::new()
        }
        Reply::Trainings(question, trainings) => {
            if app.seat.as_ref().is_some_and(|s| s.question.id == question) {
                runs::trainings_told(app, trainings);
            }
            Vec::new()
        }
        Reply::Trainable(trainable) => {
            for overlay in &mut app.overlays {
                if let Overlay::Training(form) = overlay {
                    form.trainable = Some(trainable.clone());
                }
            }
            Vec::new()
        }
        Reply::TrainingStarted(number) => runs::started(app, number),
        Reply::WouldUndoDecision(summary) => {
            app.runs.undo_shown = true;
            let key = app.keymap.label("undo decision");
            app.tell(format!("from an earlier sitting: {summary}; {key} again takes it back"));
            Vec::new()
        }
        Reply::Decided(text) => {
            app.tell(text);
            app.runs.ask()
        }
        Reply::Lineage(question, lines) => {
            if app.seat.as_ref().is_some_and(|s| s.question.id == question) {
                app.data.snapshots.take(lines);
            }
            Vec::new()
        }
        Reply::Holds(id, holds) => {
            app.data.snapshots.take_held(id, holds);
            Vec::new()
        }
        Reply::SnapshotsDiffer(a, b, differs) => {
            app.data.snapshots.take_changed((a, b), differs);
            Vec::new()
        }
        Reply::SnapshotKept(text) => {
            app.tell(text);
            app.data.ask()
        }
        Reply::WouldUndoRuling(summary) => {
            app.agreement.undo_shown = true;
            let key = app.keymap.label("undo ruling");
            app.tell(format!("from an earlier sitting: {summary}; {key} again takes it back"));
            Vec::new()
        }
        Reply::Ruled(item, text) => {
            app.tell(text);
            if let Some(item) = item {
                app.agreement.settled(item, app.now.steady);
            }
            let sessions = app.agreement.sessions.is_some().then_some(Effect::Ask(Request::Calibrations));
            app.agreement.ask().into_iter().chain(sessions).collect()
        }
        Reply::Inbox(lines) => {
            app.status.unread = lines.iter().filter(|line| !line.read).count();
            for overlay in &mut app.overlays {
                if let Overlay::Inbox(inbox) = overlay {
                    inbox.take(lines.clone());
                }
            }
            Vec::new()
        }
        Reply::Entry(opened) => {
            // It was asked for from the inbox, which may have been closed meanwhile.
            match app.overlays.last() {
                Some(Overlay::Inbox(_)) => {
                    let page = overlays::inbox::page(app, &opened);
                    app.lay(Overlay::Reader(page))
                }
                _ => Vec::new(),
            }
        }
        Reply::Standing(role, unread) => {
            if let Some(seat) = app.seat.as_mut().filter(|seat| seat.role != role) {
                seat.role = role;
                app.tell(format!("you are {role} here now"));
            }
            app.status.unread = unread;
            Vec::new()
        }
        Reply::Done(text) => {
            app.tell(text);
            Vec::new()
        }
        Reply::Closed(error) => {
            app.complain(&error);
            app.overlays.clear();
            app.closed = Some(error);
            Vec::new()
        }
        Reply::Failed(request, error) => {
            if *request == Request::Agreement {
                app.agreement.failed();
            }
            app.runs.failed(&request);
            if matches!(*request, Request::Train(_)) {
                runs::not_started(app);
            }
            app.data.snapshots.failed(&request);
            if let Request::Reply { question, seq, to, text } = *request {
                app.complain(&error);
                return app.lay(Overlay::Reply(Replying { field: Field::with(text), question, seq, to }));
            }
            label::failed(app, *request, &error)
        }
        other => label::take(app, other),
    }
}

fn seat(app: &mut App, seated: Seated) -> Vec<Effect> {
    let Seated { project, person, role, unread, question, questions, counts, history, guidelines, round } = seated;
    let elsewhere = app.opening.take().is_some();
    app.seat = Some(Seat { project, person, role, question, questions });
    (app.status.round, app.status.progress, app.status.unread) = (round, None, unread);
    app.label.seated(counts, history, guidelines);
    let mut effects = app.label.ask();
    if elsewhere {
        app.data.overview = None;
        effects.extend(app.fresh());
    }
    effects
}

/// Takes in what happened elsewhere: never moves the item at hand.
fn hear(app: &mut App, news: News) -> Vec<Effect> {
    let mut effects = Vec::new();
    let begins = app.status.progress.as_ref().map(|p| &p.stage) != news.progress.as_ref().map(|p| &p.stage);
    if begins {
        app.status.since = app.now.steady;
    }
    app.status.progress = news.progress;
    if let Some(round) = news.round {
        app.status.round = Some(round.number);
        effects.extend(app.fresh());
    } else if (news.answers > 0 || news.rulings > 0 || news.calibration) && app.screen == ScreenName::Agreement {
        effects.push(Effect::Ask(Request::AgreementSoon));
        effects.extend(app.agreement.sessions.is_some().then_some(Effect::Ask(Request::Calibrations)));
    }
    if news.runs && matches!(app.screen, ScreenName::Runs | ScreenName::Data) {
        effects.extend(app.fresh());
    }
    if let Some(trouble) = news.trouble {
        app.complain(&crate::error::Error::internal(trouble));
    }
    if let Some(guidelines) = news.guidelines {
        app.label.hear_of_guidelines(guidelines);
    }
    if !news.second_look.is_empty() {
        let n = news.second_look.len();
        let (key, place) =
            (app.keymap.label("look"), if app.scope() == Scope::Label { "" } else { " on the Label screen" });
        app.tell(format!("{n} of the older answers now look like the new label: {key}{place} looks at them"));
        app.label.offer = news.second_look;
    }
    effects.extend(app.label.ask());
    effects
}
