//! Draws the list of runs: how the metric came along, a row a run, and what is known of the chosen one.

use super::figures::{bytes, seconds, standing, with_interval};
use super::live_view;
use super::view::draw_lines;
use crate::domain::FEW;
use crate::project::RunOrigin;
use crate::tui::app::{App, Hit};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, Piece, sparkline};
use crate::workflow::runs::{Listed, Standing, main_metric};

type Line = Vec<Piece>;

/// From this many columns on, every column of the table is there.
pub const WIDE: u16 = 110;
/// Cells of the metric with its interval, and without.
const METRIC: [usize; 2] = [20, 5];
/// Up to this many columns the interval makes room for the name; it is told in the run.
const SLIM: usize = 56;
/// From this many rows on, there is room for what is known of the chosen run.
const ABOUT_FROM: u16 = 10;

/// Draws the list.
pub fn view(app: &App, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let Some(runs) = &app.runs.shown else {
        canvas.put(2, 1, &format!("reading {}", look.symbols.ellipsis), look.style(Role::Muted));
        return;
    };
    let above: Vec<_> = app.runs.trainings().collect();
    if runs.is_empty() && above.is_empty() {
        empty(app, canvas);
        return;
    }
    let (width, height) = (canvas.width(), canvas.height());
    let room = usize::from(width.saturating_sub(2));
    canvas.line(1, 0, &Piece::fit(&head(app, runs, room), room, look.symbols.ellipsis));
    let about = if height >= ABOUT_FROM { about(app) } else { Vec::new() };
    let below = u16::try_from(about.len()).unwrap_or(0);
    let columns = Columns::of(app, width >= WIDE, room);
    canvas.line(1, 1, &Piece::fit(&columns.head(app), room, look.symbols.ellipsis));
    let rows = height.saturating_sub(2 + below + u16::from(below > 0));
    let top = app.runs.chosen.saturating_sub(usize::from(rows).saturating_sub(1));
    let lines = above.len() + runs.len();
    for (y, place) in (2..2 + rows).zip(top..lines) {
        let mut line = match (above.get(place), runs.get(place.saturating_sub(above.len()))) {
            (Some(training), _) => live_view::row(app, training, place == app.runs.chosen),
            (None, Some(run)) => columns.row(app, place, run),
            (None, None) => break,
        };
        if place == app.runs.chosen {
            let selected = look.style(Role::Selected);
            line.iter_mut().for_each(|piece| piece.style = piece.style.patch(selected));
        }
        canvas.line(1, y, &Piece::fit(&line, room, look.symbols.ellipsis));
        app.clickable(canvas.place(0, y, width, 1), Hit::ListRow(place));
    }
    if below > 0 {
        let (at, inner) = (height - below, width.saturating_sub(2));
        draw_lines(app, &about, 0, &mut canvas.part(1, at, inner, below));
    }
}

fn empty(app: &App, canvas: &mut Canvas<'_>) {
    let train = format!("{} trains the first one, as karat train does.", app.keymap.label("train run"));
    let lines = [
        ("There is no run yet.", Role::Title),
        ("A run is one training on a kept state of the data, judged by rows that it never saw.", Role::Text),
        (&*train, Role::Text),
        ("Predictions of a model from elsewhere: karat import FILE --as predictions --name NAME", Role::Text),
    ];
    canvas.say(&app.look, &lines.map(|(line, role)| (line.to_owned(), role)));
}

/// The metric over the runs that are judged by the same rows, oldest first, and which run counts.
fn head(app: &App, runs: &[Listed], room: usize) -> Line {
    let look = &app.look;
    let (muted, accent) = (look.style(Role::Muted), look.style(Role::Accent));
    let metric = app.seat.as_ref().map_or("accuracy", |seat| main_metric(seat.question.kind).as_str());
    let Some(judge) = runs.first().map(|run| &run.judged_by) else {
        return vec![Piece::new("no run yet", muted)];
    };
    let same = runs
        .iter()
        .rev()
        .filter(|run| run.judged_by == *judge)
        .filter_map(|run| run.metric.as_ref().filter(|metric| metric.n >= FEW)?.value);
    let values: Vec<f64> = same.collect();
    let values = &values[values.len().saturating_sub((room / 3).max(4))..];
    let mut line = Vec::new();
    let ends = (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max));
    if let ((Some(low), Some(high)), true) = (ends, values.len() > 1) {
        line.push(Piece::new(format!("{} ", metric.replace('_', " ")), muted));
        line.push(Piece::new(sparkline(look.symbols, values, low, high), accent));
        let (first, last) = (super::figures::figure(values[0]), super::figures::figure(values[values.len() - 1]));
        line.push(Piece::new(format!(" {first} to {last}   "), muted));
    }
    let n = runs.len();
    line.push(Piece::new(if n == 1 { "1 run".to_owned() } else { format!("{n} runs") }, look.style(Role::Text)));
    match runs.iter().find(|run| run.standing == Standing::Champion) {
        Some(run) => {
            line.push(Piece::new(format!(", champion: run {} {}", run.number, run.name), look.style(Role::Good)))
        }
        None => line.push(Piece::new(", none of them the champion", muted)),
    }
    line
}

/// The widths of the columns: with the full table, or with what matters most.
struct Columns {
    wide: bool,
    metric: &'static str,
    figure: usize,
    number: usize,
    name: usize,
    model: usize,
}

/// The model where the name does not say it.
fn model_beside(run: &Listed) -> &str {
    if run.model == run.name { "·" } else { &run.model }
}

impl Columns {
    fn of(app: &App, wide: bool, room: usize) -> Self {
        let runs = app.runs.runs();
        let longest = |of: fn(&Listed) -> &str| runs.iter().map(|run| text::width(of(run))).max().unwrap_or(0);
        let number = runs.iter().map(|run| run.number.to_string().len()).max().unwrap_or(1).max(3);
        let figure = METRIC[usize::from(room <= SLIM)];
        // Pointer and mark, the metric, what is told of the rows, where it stands, and the gaps.
        let fixed = 4 + number + 1 + figure + 11 + if wide { 45 } else { 0 };
        let left = room.saturating_sub(fixed + 2);
        let (model, name) = (longest(model_beside).max(5), longest(|run| &run.name).max(4));
        let (model, name) = match model + name <= left {
            true => (model, name),
            false => (model.min(left / 2), name.min(left - model.min(left / 2))),
        };
        let kind = app.seat.as_ref().map(|seat| main_metric(seat.question.kind).as_str());
        Self { wide, metric: kind.unwrap_or("accuracy"), figure, number, name, model }
    }

    fn head(&self, app: &App) -> Line {
        let cut = app.look.symbols.ellipsis;
        let (name, model) = (text::pad("name", self.name, cut), text::pad("model", self.model, cut));
        let metric = text::pad(&self.metric.replace('_', " "), self.figure, cut);
        let more = match self.wide {
            true => format!("{:>7} {:<8}{:>5} {:>7} {:>7} {:>6} ", "rows", "of", "state", "learned", "time", "size"),
            false => String::new(),
        };
        let said = format!("    {:>1$} {name} {model} {metric}{more}", "run", self.number);
        vec![Piece::new(said, app.look.style(Role::Muted))]
    }

    fn row(&self, app: &App, place: usize, run: &Listed) -> Line {
        let look = &app.look;
        let cut = look.symbols.ellipsis;
        let (text_style, muted) = (look.style(Role::Text), look.style(Role::Muted));
        let pointer = if place == app.runs.chosen { look.symbols.pointer } else { " " };
        let marked = if app.runs.marked.contains(&run.id) { look.symbols.marked } else { " " };
        let told = run.metric.as_ref().map_or_else(|| "–".to_owned(), with_interval);
        let few = run.metric.as_ref().map(|metric| metric.n).filter(|n| *n < FEW);
        let told = match (self.figure < METRIC[0], few) {
            (false, _) => told,
            (true, Some(n)) => format!("n={n}"),
            (true, None) => told.split(" [").next().unwrap_or_default().to_owned(),
        };
        let retired = run.standing == Standing::Retired;
        let style = if retired { muted } else { text_style };
        let mut line = vec![
            Piece::new(format!("{pointer} {marked} "), look.style(Role::Accent)),
            Piece::new(format!("{:>1$} ", run.number, self.number), muted),
            Piece::new(format!("{} ", text::pad(&run.name, self.name, cut)), style),
            Piece::new(format!("{} ", text::pad(model_beside(run), self.model, cut)), muted),
            Piece::new(text::pad(&told, self.figure, cut), if retired { muted } else { look.style(Role::Accent) }),
        ];
        if self.wide {
            let dash = || "–".to_owned();
            let n = run.metric.as_ref().map_or_else(dash, |metric| text::count(metric.n as u64));
            let judge = match run.judged_by.as_str() {
                "cross-validation" => "crossed",
                "validation" => "valid.",
                "" => "–",
                judge => judge,
            };
            let state = run.snapshot.map_or_else(dash, |n| n.to_string());
            let learned = run.trained_on.map_or_else(dash, |n| text::count(n as u64));
            let time = run.seconds.map_or_else(dash, seconds);
            line.push(Piece::new(format!("{n:>7} {judge:<8}{state:>5} "), muted));
            line.push(Piece::new(format!("{learned:>7} {time:>7} {:>6} ", bytes(run.bytes)), muted));
        }
        line.push(standing(app, run));
        line
    }
}

/// What is known of the chosen run, beside what its row says.
fn about(app: &App) -> Vec<Line> {
    let look = &app.look;
    let Some(run) = app.runs.chosen() else { return Vec::new() };
    let (muted, text_style, dot) = (look.style(Role::Muted), look.style(Role::Text), look.symbols.dot);
    let when = look.day_and_time(run.at, app.now.wall);
    let n = run.metric.as_ref().map_or(0, |metric| metric.n);
    let state = run.snapshot.map_or_else(|| "no snapshot".to_owned(), |n| format!("snapshot {n}"));
    let learned = match (run.origin, run.trained_on) {
        (RunOrigin::Imported, _) => "trained elsewhere".to_owned(),
        (_, Some(n)) => format!("learned from {} rows", text::count(n as u64)),
        (_, None) => "trained here".to_owned(),
    };
    let judged = match run.judged_by.as_str() {
        "" => "judged by nothing that is settled".to_owned(),
        "cross-validation" => format!("judged by cross-validation over {} rows", text::count(n as u64)),
        "all" => format!("judged by all {} settled rows, which it may know", text::count(n as u64)),
        split => format!("judged by {} of {split}", text::count(n as u64)),
    };
    let costs: Vec<String> =
        run.seconds.map(seconds).into_iter().chain((run.bytes > 0).then(|| bytes(run.bytes))).collect();
    let costs = if costs.is_empty() { String::new() } else { format!(" {dot} {}", costs.join(&format!(" {dot} "))) };
    vec![
        vec![
            Piece::new(format!("run {} {}", run.number, run.name), look.style(Role::Title)),
            Piece::new(format!("  {} {dot} by {}, {when}", run.model, run.by), muted),
        ],
        vec![Piece::new(format!("{state} {dot} {learned} {dot} {judged}{costs}"), text_style)],
    ]
}
