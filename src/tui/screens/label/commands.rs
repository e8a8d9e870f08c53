//! What can be done on the Label screen beside answering.

use super::list::List;
use super::{OnScreen, act};
use crate::domain::{Deed, Kind, Lane, SkipReason};
use crate::tui::app::{App, ScreenName};
use crate::tui::commands::{Argument, Command, Scope, Usable, allowed, any};
use crate::tui::msg::{Effect, Request};
use crate::tui::overlays::{Note, Overlay, PAGE, Palette, Reader};

fn on_item(app: &App) -> Usable {
    match (app.screen, app.label.current()) {
        (ScreenName::Data, _) => Err("works on the Label screen (F1)".into()),
        (_, Some(_)) => Ok(()),
        (_, None) if app.label.drawn().is_some() => Err("the next item has not come yet".into()),
        (_, None) => Err("there is no item here".into()),
    }
}

fn seated(app: &App) -> Usable {
    if app.seat.is_some() { Ok(()) } else { Err("the project is still being opened".into()) }
}

fn changes_labels(app: &App) -> Usable {
    allowed(app, Deed::Labels)
}

fn walked(app: &App) -> Usable {
    if app.label.history.is_empty() { Err("you have not answered anything yet".into()) } else { Ok(()) }
}

fn labels(app: &App) -> Vec<String> {
    app.seat.iter().flat_map(|seat| seat.question.live_labels()).map(|label| label.name.clone()).collect()
}

fn ask(request: Request) -> Vec<Effect> {
    vec![Effect::Ask(request)]
}

fn questions(app: &App) -> Vec<String> {
    app.seat.iter().flat_map(|seat| &seat.questions).map(|asked| asked.name.clone()).collect()
}

/// Whether one can sit down at the question of this name.
fn can_ask(app: &App, name: &str) -> Usable {
    let Some(seat) = &app.seat else { return seated(app) };
    match seat.questions.iter().find(|asked| asked.name == name) {
        None => Err("no question is called that".into()),
        Some(_) if name == seat.question.name => Err("is what is asked now".into()),
        Some(asked) if asked.kind != Kind::Choice => {
            Err(format!("is of kind {}; `karat answer` takes that kind", asked.kind))
        }
        Some(_) => Ok(()),
    }
}

const NAME: Argument = Argument { name: "NAME", choices: |_| Vec::new(), when: any };
const LABEL: Argument = Argument { name: "LABEL", choices: labels, when: any };
const KEY_AND_LABEL: Argument = Argument { name: "KEY = LABEL", choices: |_| Vec::new(), when: any };
const OLD_AND_NEW: Argument = Argument { name: "OLD = NEW", choices: labels, when: any };
const QUESTION: Argument = Argument { name: "NAME", choices: questions, when: can_ask };

pub const COMMANDS: &[Command] = &[
    Command {
        id: "skip",
        title: "skip",
        doc: "skips the item; a reason can be given",
        scope: Scope::Label,
        keys: &["S"],
        argument: None,
        when: on_item,
        run: |app, _| app.lay(Overlay::Reasons),
    },
    Command {
        id: "undo",
        title: "undo",
        doc: "takes back my last act here and goes to it",
        scope: Scope::Label,
        keys: &["U"],
        argument: None,
        when: seated,
        run: |app, _| {
            let sure = std::mem::take(&mut app.label.undo_shown);
            ask(Request::Undo { sure })
        },
    },
    Command {
        id: "redo",
        title: "redo",
        doc: "takes back the last undo",
        scope: Scope::Label,
        keys: &["ctrl-r"],
        argument: None,
        when: seated,
        run: |_, _| ask(Request::Redo),
    },
    Command {
        id: "flag",
        title: "flag",
        doc: "flags the item for others to look at, or not",
        scope: Scope::Label,
        keys: &["F"],
        argument: None,
        when: on_item,
        run: |app, _| {
            if let Some(item) = app.label.current_mut() {
                item.flag = !item.flag;
            }
            keep(app)
        },
    },
    Command {
        id: "note",
        title: "note",
        doc: "writes a note beside the answer",
        scope: Scope::Label,
        keys: &["N"],
        argument: None,
        when: on_item,
        run: |app, _| {
            let text = app.label.current().and_then(|item| item.unkept.clone().or_else(|| item.note.clone()));
            let text = text.unwrap_or_default();
            app.lay(Overlay::Note(Box::new(Note::new(&text))))
        },
    },
    Command {
        id: "guidelines",
        title: "guidelines",
        doc: "opens the guidelines; lines that are new to you are marked",
        scope: Scope::Label,
        keys: &["G"],
        argument: None,
        when: |app| match app.seat.as_ref().map(|seat| seat.question.guidelines.is_some()) {
            Some(true) => Ok(()),
            Some(false) => Err("nobody has written any: `karat guidelines edit`".into()),
            None => seated(app),
        },
        run: |app, _| read_guidelines(app),
    },
    Command {
        id: "suggestions",
        title: "suggestions",
        doc: "shows what the ranker would say, and the words that push it, or hides it",
        scope: Scope::Label,
        keys: &["B"],
        argument: None,
        when: |app| match app.label.current() {
            Some(item) if item.served.lane == Lane::Learn && item.served.round.is_some() => Ok(()),
            Some(_) => Err("none for this item".into()),
            None => on_item(app),
        },
        run: |app, _| {
            let Some(item) = app.label.current_mut() else { return Vec::new() };
            item.suggesting = !item.suggesting;
            item.suggested |= item.suggesting && item.suggestions.is_some();
            match item.suggestions {
                None => ask(Request::Suggest(item.served.seq)),
                Some(_) => Vec::new(),
            }
        },
    },
    Command {
        id: "queue",
        title: "queue",
        doc: "shows what is asked next and why, the lanes, and when to stop",
        scope: Scope::Label,
        keys: &["O"],
        argument: None,
        when: seated,
        run: |app, _| {
            app.overlays.push(Overlay::Reader(Reader::of_queue()));
            ask(Request::Queue)
        },
    },
    Command {
        id: "search",
        title: "search",
        doc: "finds items by their text or a predicate; marked ones are answered together",
        scope: Scope::Label,
        keys: &["/"],
        argument: None,
        when: seated,
        run: |app, _| app.lay(Overlay::List(Box::new(List::search()))),
    },
    Command {
        id: "question",
        title: "question",
        doc: "asks another question of the items; each keeps its place",
        scope: Scope::Label,
        keys: &["Q"],
        argument: Some(QUESTION),
        when: |app| {
            seated(app)?;
            match (questions(app).len(), app.label.pending.is_empty()) {
                (..2, _) => Err("this project asks one question only".into()),
                (_, false) => Err("an answer is still being saved".into()),
                _ => Ok(()),
            }
        },
        run: |app, name| match name {
            "" => app.lay(Overlay::Palette(Palette::with("question "))),
            name => app.sit_elsewhere(name),
        },
    },
    Command {
        id: "older",
        title: "older",
        doc: "walks back through my answers; a label key there revises",
        scope: Scope::Label,
        keys: &["<"],
        argument: None,
        when: walked,
        run: |app, _| act::walk(app, 1),
    },
    Command {
        id: "newer",
        title: "newer",
        doc: "walks forward through my answers, and back to the queue",
        scope: Scope::Label,
        keys: &[">"],
        argument: None,
        when: walked,
        run: |app, _| act::walk(app, -1),
    },
    Command {
        id: "look",
        title: "look",
        doc: "opens what was announced: changed guidelines, answers that look like a new label",
        scope: Scope::Label,
        keys: &["enter"],
        argument: None,
        when: |app| match (&app.label.announcement, app.label.offer.is_empty()) {
            (None, true) => Err("nothing is announced".into()),
            _ => Ok(()),
        },
        run: |app, _| match app.label.announcement {
            Some(_) => read_guidelines(app),
            None => {
                let offer = std::mem::take(&mut app.label.offer);
                app.label.searches += 1;
                app.overlays.push(Overlay::List(Box::new(List::second_look(app.label.searches))));
                ask(Request::Look(offer, app.label.searches))
            }
        },
    },
    Command {
        id: "scroll down",
        title: "scroll",
        doc: "scrolls the text down",
        scope: Scope::Label,
        keys: &["space"],
        argument: None,
        when: on_item,
        run: |app, _| {
            app.label.scroll(PAGE);
            Vec::new()
        },
    },
    Command {
        id: "copy text",
        title: "copy text",
        doc: "copies the item's text to the clipboard",
        scope: Scope::Label,
        keys: &["Y"],
        argument: None,
        when: on_item,
        run: |app, _| copy(app, "the text", |item| item.served.text.clone()),
    },
    Command {
        id: "copy id",
        title: "copy id",
        doc: "copies the item's id to the clipboard",
        scope: Scope::Label,
        keys: &["ctrl-y"],
        argument: None,
        when: on_item,
        run: |app, _| copy(app, "the id", |item| item.served.id.clone()),
    },
    Command {
        id: "label add",
        title: "add a label",
        doc: "adds a label; older answers that look like it are offered then",
        scope: Scope::Label,
        keys: &[],
        argument: Some(NAME),
        when: changes_labels,
        run: |_, name| ask(Request::AddLabel(name.to_owned())),
    },
    Command {
        id: "label rename",
        title: "rename a label",
        doc: "gives a label another name; its answers stay",
        scope: Scope::Label,
        keys: &[],
        argument: Some(OLD_AND_NEW),
        when: changes_labels,
        run: |app, names| match names.split_once('=').map(|(old, new)| (old.trim(), new.trim())) {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                ask(Request::RenameLabel(old.to_owned(), new.to_owned()))
            }
            _ => {
                app.tell("write it as: label rename OLD = NEW");
                Vec::new()
            }
        },
    },
    Command {
        id: "label pin",
        title: "pin a label",
        doc: "gives a label a digit or letter of its own, from the next item on",
        scope: Scope::Label,
        keys: &[],
        argument: Some(KEY_AND_LABEL),
        when: changes_labels,
        run: |app, typed| match typed.split_once('=').map(|(key, name)| (key.trim(), name.trim())) {
            Some((key, name)) if key.chars().count() == 1 && !name.is_empty() => {
                key.chars().map(|key| Effect::Ask(Request::PinLabel(name.to_owned(), key))).collect()
            }
            _ => {
                app.tell("write it as: label pin 3 = LABEL");
                Vec::new()
            }
        },
    },
    Command {
        id: "label retire",
        title: "retire a label",
        doc: "takes a label out of the answers; what was answered stays",
        scope: Scope::Label,
        keys: &[],
        argument: Some(LABEL),
        when: changes_labels,
        run: |_, name| ask(Request::RetireLabel(name.to_owned())),
    },
];

fn copy(app: &mut App, what: &str, of: fn(&OnScreen) -> String) -> Vec<Effect> {
    let Some(text) = app.label.current().map(of) else { return Vec::new() };
    app.tell(format!("copied {what}"));
    vec![Effect::Copy(text)]
}

/// Keeps what is half-made.
fn keep(app: &App) -> Vec<Effect> {
    app.label.current().map(|item| Effect::Ask(Request::Draft(item.served.seq, item.draft()))).into_iter().collect()
}

fn read_guidelines(app: &mut App) -> Vec<Effect> {
    let news = app.label.announcement.take().or_else(|| app.label.unread.take());
    let Some(guidelines) = app.seat.as_ref().and_then(|seat| seat.question.guidelines.clone()) else {
        return Vec::new();
    };
    let changed = news.map(|news| news.changed).unwrap_or_default();
    app.label.unread_remains = false;
    let revision = guidelines.revision;
    app.overlays.push(Overlay::Reader(Reader::of_guidelines(guidelines, changed)));
    ask(Request::Read(revision))
}

/// The reason on a digit of the chooser, from 1.
pub fn reason(digit: char) -> Option<SkipReason> {
    let place = (digit.to_digit(10)? as usize).checked_sub(1)?;
    SkipReason::ALL.get(place).copied()
}
