//! What a run's pages say in words and tables.

use super::figures::{bytes, figure, seconds, with_interval};
use super::view::Lines;
use crate::domain::FEW;
use crate::project::RunOrigin;
use crate::tui::app::App;
use crate::tui::text::{self, Wrapped};
use crate::tui::theme::Role;
use crate::tui::widgets::{Piece, biggest, gauge, matrix};
use crate::workflow::runs::{ClassTold, Detail, Judged};

/// A heading.
pub fn title(app: &App, said: &str) -> Vec<Piece> {
    vec![Piece::new(said, app.look.style(Role::Title))]
}

/// Cells of a name.
const NAME: usize = 18;

/// A name and what it is.
fn row(app: &App, name: &str, value: impl Into<String>) -> Vec<Piece> {
    vec![
        Piece::new(text::pad(name, NAME, app.look.symbols.ellipsis), app.look.style(Role::Muted)),
        Piece::new(value, app.look.style(Role::Text)),
    ]
}

/// A text in as many lines as it takes.
pub fn wrapped(app: &App, said: &str, width: usize, role: Role) -> Lines {
    let cells = u16::try_from(width.max(2)).unwrap_or(u16::MAX);
    let mut rows = Wrapped::new(cells);
    let found = rows.reach(said, usize::MAX);
    let line = |row| {
        let mut shown = String::new();
        for (x, glyph) in rows.glyphs(said, row) {
            shown.extend(std::iter::repeat_n(' ', usize::from(x).saturating_sub(text::width(&shown))));
            shown.push_str(&glyph.shown);
        }
        vec![Piece::new(shown, app.look.style(role))]
    };
    (0..found).map(line).collect()
}

/// Every metric with its interval and rows, beside that of the majority class.
pub fn metrics(app: &App, detail: &Detail, judged: Option<&Judged>, width: usize) -> Lines {
    let look = &app.look;
    let muted = look.style(Role::Muted);
    let mut lines = Lines::new();
    let told = match (detail.listed.judged_by.as_str(), &detail.reason) {
        (_, Some(reason)) => Some(format!("{reason}: judged by less than the test split")),
        ("cross-validation", None) => {
            Some("nothing of the test split is settled: judged by cross-validation in five parts".to_owned())
        }
        _ => None,
    };
    lines.extend(told.iter().flat_map(|told| wrapped(app, told, width, Role::Warning)));
    let Some(judged) = judged else { return lines };
    let head = format!("{:<18}{:<21} {:>6}  {}", "", "model", "n", "majority");
    lines.push(vec![Piece::new(head, muted)]);
    for (metric, own, floor) in &judged.metrics {
        let less = if metric.less_is_better() { " (less)" } else { "" };
        let name = format!("{}{less}", metric.as_str().replace('_', " "));
        let value = match (&own.value, &own.reason) {
            (None, Some(why)) => format!("– {why}"),
            _ => with_interval(own),
        };
        lines.push(vec![
            Piece::new(text::pad(&name, 18, look.symbols.ellipsis), look.style(Role::Text)),
            Piece::new(text::pad(&value, 21, look.symbols.ellipsis), look.style(Role::Accent)),
            Piece::new(format!(" {:>6}  ", text::count(own.n as u64)), muted),
            Piece::new(floor.as_ref().map_or_else(|| "–".to_owned(), with_interval), muted),
        ]);
    }
    lines.extend(seeds(app, detail, width));
    if detail.left_out > 0 {
        let told = format!("{} settled values are of labels that are gone, and were left out", detail.left_out);
        lines.push(Vec::new());
        lines.extend(wrapped(app, &told, width, Role::Muted));
    }
    lines
}

/// How much the seed alone makes, where somebody tried.
fn seeds(app: &App, detail: &Detail, width: usize) -> Lines {
    let look = &app.look;
    let Some(seeds) = &detail.seeds else { return Lines::new() };
    let mut lines = vec![Vec::new(), title(app, &format!("spread over {} seeds", seeds.n))];
    if let Some(reason) = &seeds.reason {
        lines = vec![Vec::new()];
        lines.extend(wrapped(app, &format!("no spread over seeds: {reason}"), width, Role::Muted));
        return lines;
    }
    let head = format!("{:<18}{:>8}{:>8}{:>8}{:>8}", "", "least", "mean", "most", "sd");
    lines.push(vec![Piece::new(head, look.style(Role::Muted))]);
    for (metric, of) in &seeds.metrics {
        let name = text::pad(&metric.as_str().replace('_', " "), 18, look.symbols.ellipsis);
        let told: String = of.map(|value| format!("{:>8}", figure(value))).concat();
        lines.push(vec![Piece::new(name, look.style(Role::Text)), Piece::new(told, look.style(Role::Accent))]);
    }
    lines
}

/// What it was trained on in two lines, and what was decided about it, newest first.
pub fn about(app: &App, detail: &Detail, width: usize) -> Lines {
    let look = &app.look;
    let run = &detail.listed;
    let when = look.day_and_time(run.at, app.now.wall);
    let [train, validation, test] = detail.rows.map(|n| n.map_or_else(|| "?".to_owned(), |n| text::count(n as u64)));
    let state = detail.snapshot.as_ref().map_or_else(|| "no snapshot".to_owned(), |s| format!("snapshot {}", s.number));
    let on = match run.origin {
        RunOrigin::Trained => {
            format!("{state}: {train} rows to learn from, {validation} to tune on, {test} to judge by")
        }
        RunOrigin::Imported => {
            let file = detail.file.as_deref().unwrap_or("a file");
            format!("trained elsewhere; its predictions came from {file}, judged on {state}")
        }
    };
    let mut lines = vec![title(app, "trained on")];
    lines.extend(wrapped(app, &on, width, Role::Text));
    lines.push(vec![Piece::new(format!("by {}, {when}", run.by), look.style(Role::Muted))]);
    lines.extend([Vec::new(), title(app, "decisions")]);
    if detail.decisions.is_empty() {
        let key = app.keymap.label("promote run");
        lines.push(vec![Piece::new(format!("none yet; {key} promotes it"), look.style(Role::Muted))]);
    }
    for decision in detail.decisions.iter().rev() {
        let when = look.day_and_time(decision.at, app.now.wall);
        lines.push(vec![
            Piece::new(format!("{} ", decision.what), look.style(Role::Accent)),
            Piece::new(format!("by {}, {when}", decision.by), look.style(Role::Muted)),
        ]);
        lines.extend(decision.note.iter().flat_map(|note| wrapped(app, note, width, Role::Text)));
    }
    lines
}

/// Every class: precision, recall, F1 and its rows.
pub fn classes(app: &App, judged: &Judged, width: usize) -> Lines {
    let look = &app.look;
    let longest = judged.classes.iter().map(|class| text::width(&class.name)).max().unwrap_or(0);
    let name = longest.clamp(5, width.saturating_sub(36).clamp(5, 28));
    let bar = width.saturating_sub(name + 36).min(16);
    let head = format!("{} precision  recall     F1       n", text::pad("class", name, ""));
    let mut lines = vec![vec![Piece::new(head, look.style(Role::Muted))]];
    let line = |(place, class): (usize, &ClassTold)| {
        let told = match class.n < FEW {
            true => format!("{:>25}", format!("no estimate (n={})", class.n)),
            false => {
                let [precision, recall, f1] = class.shares.map(|value| value.map_or_else(|| "–".to_owned(), figure));
                format!(" {precision:>9} {recall:>7} {f1:>6}")
            }
        };
        let mut line = vec![
            Piece::new(text::pad(&class.name, name, look.symbols.ellipsis), look.style(Role::label(place))),
            Piece::new(told, look.style(if class.n < FEW { Role::Muted } else { Role::Text })),
            Piece::new(format!(" {:>7}", text::count(class.n as u64)), look.style(Role::Muted)),
        ];
        if let Some(f1) = class.shares[2].filter(|_| bar >= 4 && class.n >= FEW) {
            line.push(Piece::new(format!(" {}", gauge(look.symbols, f1, bar)), look.style(Role::Accent)));
        }
        line
    };
    lines.extend(judged.classes.iter().enumerate().map(line));
    lines
}

/// What is taken for what: the matrix, or the mistakes that are made most where it does not fit.
pub fn confusion(app: &App, judged: &Judged, width: usize, height: usize) -> Lines {
    let Some(confusion) = &judged.confusion else { return Lines::new() };
    if let Some(drawn) = matrix(&app.look, &confusion.labels, &confusion.counts, width) {
        let head = title(app, "confusion: true classes down, predicted across");
        return std::iter::once(head).chain(drawn).collect();
    }
    let mistakes = confusion.mistakes();
    let most = height.saturating_sub(2).max(12);
    let all: u32 = mistakes.iter().map(|(.., n)| n).sum();
    let shown: u32 = mistakes.iter().take(most).map(|(.., n)| n).sum();
    let head = format!("taken for something else most: {shown} of {all} mistakes");
    let drawn = biggest(&app.look, &confusion.labels, &confusion.counts, &mistakes, (width, most));
    std::iter::once(title(app, &head)).chain(drawn).collect()
}

/// What it was trained on and with, and how to make it again.
pub fn training(app: &App, detail: &Detail, width: usize) -> Lines {
    let mut lines = vec![title(app, "trained on")];
    match &detail.snapshot {
        Some(state) => {
            let name = state.name.as_ref().map_or_else(String::new, |name| format!(" {name:?}"));
            lines.push(row(app, "snapshot", format!("{}{name}", state.number)));
            lines.push(row(app, "hash", text::fit(&state.hash, width.saturating_sub(NAME), app.look.symbols.ellipsis)));
            let parent = state.parent.map_or_else(|| "none, it is the first".to_owned(), |n| format!("snapshot {n}"));
            lines.push(row(app, "parent", parent));
            let [items, settled] = [state.items, state.settled].map(|n| text::count(n.into()));
            lines.push(row(app, "holds", format!("{items} items, {settled} settled")));
        }
        None => lines.push(row(app, "snapshot", "none")),
    }
    let splits = ["train", "validation", "test"].into_iter().zip(detail.rows);
    lines.extend(splits.filter_map(|(split, n)| Some(row(app, split, format!("{} rows", text::count(n? as u64))))));
    lines.extend([Vec::new(), title(app, "trained with")]);
    lines.push(row(app, "model", detail.listed.model.clone()));
    lines.extend(detail.features.iter().map(|features| row(app, "looks at", features.clone())));
    lines.extend(detail.choices.iter().map(|(name, value)| row(app, name, value.clone())));
    lines.push(row(app, "seed", detail.seed.to_string()));
    lines.extend(detail.params.iter().map(|(name, value)| row(app, name, value.clone())));
    lines
}

/// What it takes: time, a single prediction, room; and the commands that make it again.
pub fn costs(app: &App, detail: &Detail, width: usize) -> Lines {
    let mut lines = Lines::new();
    if !detail.seconds.is_empty() {
        lines.push(title(app, "time"));
        lines.extend(detail.seconds.iter().map(|(part, s)| row(app, part, seconds(*s))));
        lines.push(Vec::new());
    }
    if let Some(latency) = &detail.latency {
        lines.push(title(app, &format!("one prediction, of {} timed", text::count(latency.n as u64))));
        let parts = [("half within", latency.p50), ("95% within", latency.p95), ("99% within", latency.p99)];
        lines.extend(parts.map(|(name, us)| row(app, name, format!("{us:.0} µs"))));
        lines.push(Vec::new());
    }
    if !detail.artifacts.is_empty() {
        let all: u64 = detail.artifacts.iter().map(|(_, n)| n).sum();
        lines.push(title(app, &format!("size in the file: {}", bytes(all))));
        lines.extend(detail.artifacts.iter().map(|(name, n)| row(app, name, bytes(*n))));
        lines.push(Vec::new());
    }
    if !detail.commands.is_empty() {
        lines.push(title(app, "how to make it again"));
        lines.extend(detail.commands.iter().flat_map(|command| wrapped(app, command, width, Role::Text)));
    }
    lines.extend(detail.made_by.iter().flat_map(|made| wrapped(app, &format!("made by {made}"), width, Role::Muted)));
    lines
}
