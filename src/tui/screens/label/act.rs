//! What the person does: answer, skip, revise, walk; and what becomes of an answer that failed.

use super::{OnScreen, Press, Recent, Row, Why};
use crate::domain::{LabelId, Origin, Question, Said, SkipReason, Value};
use crate::error::{Error, Kind};
use crate::tui::app::App;
use crate::tui::keys::Key;
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::Overlay;
use crossterm::event::KeyCode;

/// Takes a key that belongs to the answers; `None` where it does not.
pub fn answer_key(app: &mut App, key: Key, repeat: bool) -> Option<Vec<Effect>> {
    let announced = app.label.announcement.is_some() || !app.label.offer.is_empty();
    let item = app.label.current_mut()?;
    let before = item.answers.clone();
    let press = match (key.code, key.typed()) {
        (KeyCode::Enter, _) => item.answers.enter(),
        (KeyCode::Backspace, _) => return item.answers.erase().then(Vec::new),
        (_, Some(c)) => item.answers.press(c),
        _ => return None,
    };
    match press {
        Press::Other if key.code == KeyCode::Enter && !announced => Some(Vec::new()),
        Press::Other => None,
        Press::Moved => Some(Vec::new()),
        Press::Nothing => {
            app.tell(format!("no label is on {}", key.label()));
            Some(Vec::new())
        }
        Press::Answer(label) => Some(meant(app, Some(key), repeat, label, before)),
    }
}

/// Takes a click on an answer.
pub fn answer_row(app: &mut App, row: &Row) -> Vec<Effect> {
    let Some(item) = app.label.current_mut() else { return Vec::new() };
    let before = item.answers.clone();
    match item.answers.take(row) {
        Press::Answer(label) => meant(app, None, false, label, before),
        _ => Vec::new(),
    }
}

/// Answers if the press counts; if not, what was typed towards it stands.
fn meant(app: &mut App, key: Option<Key>, repeat: bool, label: LabelId, before: super::Answers) -> Vec<Effect> {
    let painted = app.label.current().and_then(|item| item.painted);
    let judged = app.label.presses.judge(key, repeat, app.now.steady, painted, app.config.label.min_look_ms);
    if let Err(refusal) = judged {
        let mut why = refusal.message();
        if let Some(item) = app.label.current_mut() {
            item.answers = before;
            if item.hidden.get() {
                why = "there is no room to show the item, not saved";
            }
        }
        app.tell(why);
        return Vec::new();
    }
    say(app, Said::Value(Value::Choice(label)))
}

/// Skips the item.
pub fn skip(app: &mut App, reason: Option<SkipReason>) -> Vec<Effect> {
    say(app, Said::Skipped(reason))
}

/// Says something about the item at hand and moves on.
fn say(app: &mut App, said: Said) -> Vec<Effect> {
    let now = app.now;
    let screen = &mut app.label;
    (screen.undo_shown, screen.feedback) = (false, None);
    let (mut item, why) = match screen.visit.take() {
        Some(visit) => (visit.item, Some(visit.why)),
        None => match screen.live.take() {
            Some(item) => (item, None),
            None => return Vec::new(),
        },
    };
    let origin = if why == Some(Why::Picked) { Origin::Search } else { Origin::Key };
    let submission = item.submission(said.clone(), origin, now);
    screen.pace.took(item.served.text.len(), item.attention.milliseconds());
    let recent = Recent::new(item.served.seq, &item.served.text, said.clone(), item.flag, item.note.clone());
    let mut effects = vec![Effect::Ask(Request::Submit(submission))];
    match why {
        Some(Why::Walk(place)) => {
            if let Some(slot) = screen.history.get_mut(place) {
                *slot = recent;
            }
            revised(app, item, place, said);
            return effects;
        }
        Some(_) => {
            screen.history.retain(|known| known.seq != recent.seq);
            screen.history.insert(0, recent);
            if let Some(live) = &mut screen.live {
                live.painted = None;
            }
        }
        None => {
            screen.history.retain(|known| known.seq != recent.seq);
            screen.history.insert(0, recent);
            screen.live = screen.next.take();
            screen.unread_remains |= screen.announcement.is_some();
            screen.announcement = screen.unread.take();
        }
    }
    screen.pending.push(item);
    effects.extend(screen.ask());
    app.unpark();
    effects.extend(highlight(app));
    effects
}

/// A revised answer stays before the eyes with what it says now; another press needs another look.
fn revised(app: &mut App, item: OnScreen, place: usize, said: Said) {
    let told = format!("revised: now {}", told(app, &said));
    if let Some(seat) = &app.seat {
        let mut served = item.served.clone();
        served.mine = Some(said);
        let fresh = app.label.put_again(served, &seat.question);
        app.label.pending.push(item);
        app.label.visit(fresh, Why::Walk(place), app.now);
    }
    app.tell(told);
}

/// What was said, in words.
pub fn told(app: &App, said: &Said) -> String {
    let name = |label: LabelId| {
        let question = app.seat.as_ref().map(|seat| &seat.question);
        question.and_then(|q| q.label(label)).map_or_else(|| "a label".to_owned(), |l| l.name.clone())
    };
    match said {
        Said::Value(Value::Choice(label)) => name(*label),
        Said::Value(_) => "another kind of value".to_owned(),
        Said::Skipped(None) => "skipped".to_owned(),
        Said::Skipped(Some(reason)) => format!("skipped: {}", reason.as_str().replace('-', " ")),
    }
}

/// Has the code of the item at hand and of the next one read, where they are code.
pub fn highlight(app: &App) -> Vec<Effect> {
    let items = [app.label.current(), app.label.next.as_ref()];
    let code = |item: &OnScreen| {
        let language = item.served.language.clone().filter(|_| item.highlights.is_empty())?;
        Some(Effect::Highlight(item.served.seq, item.served.text.clone(), language))
    };
    items.into_iter().flatten().filter_map(code).collect()
}

/// Walks through the own answers: 1 to an older one, −1 to a newer one, past the newest back to the queue.
pub fn walk(app: &mut App, step: isize) -> Vec<Effect> {
    let at = app.label.visit.as_ref().and_then(|visit| match visit.why {
        Why::Walk(place) => Some(place),
        _ => None,
    });
    let place = match (at, step) {
        (None, 1) => Some(0),
        (None, _) => None,
        (Some(at), step) => at.checked_add_signed(step),
    };
    match place {
        None if at.is_some() => app.label.back(app.now),
        None => Vec::new(),
        Some(place) => match app.label.history.get(place) {
            Some(recent) => vec![Effect::Ask(Request::Open(recent.seq))],
            None => {
                app.tell("this is your first answer");
                Vec::new()
            }
        },
    }
}

/// The question, its labels or its guidelines changed: the item at hand keeps its digits.
pub fn question_changed(app: &mut App, question: Question) {
    let Some(seat) = &mut app.seat else { return };
    let fresh = super::Answers::of(&question);
    for item in app.label.items_mut() {
        if item.painted.is_none() || item.answers.agrees_with(&fresh) {
            item.answers = fresh.clone();
        }
    }
    seat.question = question;
}

/// A request failed: says so, and brings back an answer that was not saved.
pub fn failed(app: &mut App, request: Request, error: &Error) -> Vec<Effect> {
    app.complain(error);
    match request {
        Request::Submit(submission) => {
            let place = app.label.pending.iter().position(|item| item.served.seq == submission.seq);
            if let Some(place) = place {
                let mut item = app.label.pending.remove(place);
                item.painted = None;
                app.label.history.retain(|recent| recent.seq != submission.seq);
                app.label.visit(item, Why::Unsaved, app.now);
            }
            if let Some(message) = &mut app.message {
                message.text = format!("not saved: {}", message.text);
            }
        }
        Request::Serve => {
            app.label.asked = false;
            if matches!(error.kind, Kind::Io | Kind::Damaged) {
                app.label.nothing = None;
            }
        }
        Request::Search(_, number) | Request::Look(_, number) => {
            app.message = None;
            if let Some(list) = app.overlays.iter_mut().find_map(Overlay::as_list) {
                list.failed(number, error.clone());
            }
        }
        _ => {}
    }
    Vec::new()
}
