//! Draws trainings: a row each in the list, and the one that is watched with its curves.

use super::blocks::{title, wrapped};
use super::figures::{figure, seconds};
use super::view::{Lines, draw_lines};
use crate::domain::{Curve, Curves};
use crate::project::TrainingState;
use crate::tui::app::App;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widgets::{Axes, Canvas, Piece, Series, Stroke, gauge, legend, plot};
use crate::workflow::runs::Watched;

/// The curves with how they are drawn.
const CURVES: [(Curve, Stroke, Role, &str); 2] = [
    (Curve::TrainLoss, Stroke::Dashed, Role::Good, "loss, training rows"),
    (Curve::ValidationLoss, Stroke::Solid, Role::Accent, "loss, validation rows"),
];

/// A training as a row of the list, behind its pointer.
pub fn row(app: &App, one: &Watched, chosen: bool) -> Vec<Piece> {
    let look = &app.look;
    let pointer = if chosen { look.symbols.pointer } else { " " };
    let mut line = vec![
        Piece::new(format!("{pointer}   "), look.style(Role::Accent)),
        Piece::new(format!("training {} ", one.training.number), look.style(Role::Text)),
        Piece::new(format!("{}  ", one.model()), look.style(Role::Muted)),
    ];
    match one.goes_on() {
        true => {
            line.push(Piece::new(format!("{} ", one.told), look.style(Role::Accent)));
            line.extend(share(one).map(|share| Piece::new(gauge(look.symbols, share, 8), look.style(Role::Accent))));
            line.push(Piece::new(format!("  {}", since(app, one)), look.style(Role::Muted)));
        }
        false => {
            let key = app.keymap.label("dismiss training");
            line.push(Piece::new(format!("{} ({key} dismisses): ", one.training.state), look.style(Role::Error)));
            line.push(Piece::new(text::one_line(&one.told), look.style(Role::Text)));
        }
    }
    line
}

/// How far a stage is, where that is known.
fn share(one: &Watched) -> Option<f64> {
    let progress = &one.training.progress;
    (progress.total > 0).then(|| progress.done as f64 / progress.total as f64)
}

/// Who started it, and how long ago or how long it took.
fn since(app: &App, one: &Watched) -> String {
    let end = one.training.ended.unwrap_or(app.now.wall);
    let took = (end - one.training.started).max(0) as f64 / 1e3;
    format!("by {}, {}", one.by.as_deref().unwrap_or("somebody new"), seconds(took))
}

/// Draws the training that is watched.
pub fn view(app: &App, canvas: &mut Canvas<'_>) {
    let look = &app.look;
    let Some(one) = app.runs.live() else {
        canvas.put(1, 0, &format!("starting {}", look.symbols.ellipsis), look.style(Role::Muted));
        return;
    };
    let (width, height) = (canvas.width(), canvas.height());
    let room = usize::from(width.saturating_sub(2));
    let name = one.training.asked["name"].as_str().map_or_else(String::new, |name| format!(" {name}"));
    let role = if one.has_failed() { Role::Error } else { Role::Accent };
    let head = vec![
        Piece::new(format!("training {} {}{name}", one.training.number, one.model()), look.style(Role::Title)),
        Piece::new(format!("  {}  ", one.training.state.as_str().replace('-', " ")), look.style(role)),
        Piece::new(since(app, one), look.style(Role::Muted)),
    ];
    canvas.line(1, 0, &Piece::fit(&head, room, look.symbols.ellipsis));
    let lines = lines(app, one, room, usize::from(height.saturating_sub(8)).clamp(4, 20));
    draw_lines(app, &lines, 0, &mut canvas.part(1, 2, width.saturating_sub(2), height.saturating_sub(2)));
}

fn lines(app: &App, one: &Watched, width: usize, rows: usize) -> Lines {
    let look = &app.look;
    let mut lines = Lines::new();
    match one.training.state {
        TrainingState::UnderWay => {
            let mut line = vec![Piece::new(format!("{} ", one.told), look.style(Role::Text))];
            line.extend(share(one).map(|share| Piece::new(gauge(look.symbols, share, 20), look.style(Role::Accent))));
            lines.push(line);
        }
        TrainingState::Finished => {
            let key = app.keymap.label("open run");
            lines.push(vec![Piece::new(format!("it came to {}; {key} opens it", one.told), look.style(Role::Good))]);
        }
        TrainingState::Cancelled => {
            lines.extend(wrapped(app, &format!("cancelled {}; nothing was kept", one.told), width, Role::Text));
        }
        TrainingState::Failed | TrainingState::Lost => {
            lines.extend(wrapped(app, &one.told, width, Role::Error));
            let key = app.keymap.label("dismiss training");
            lines.push(vec![Piece::new(format!("nothing was kept; {key} dismisses this"), look.style(Role::Muted))]);
        }
    }
    lines.push(Vec::new());
    lines.extend(losses(app, &Curves::of_json(&one.training.progress.curves), (width, rows)));
    let asked = &one.training.asked;
    let set = asked["set"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    let looks = asked["features"].as_array().into_iter().flatten().filter_map(|source| source.as_str());
    let looks: Vec<&str> = looks.collect();
    let looks = if looks.is_empty() { "what there is".to_owned() } else { looks.join(", ") };
    let balanced = asked["balanced"].as_bool().unwrap_or(false).then(|| "balanced".to_owned());
    let told: Vec<String> = std::iter::once(format!("looks at {looks}"))
        .chain(set)
        .chain(balanced)
        .chain([format!("seed {}", asked["seed"])])
        .collect();
    lines.extend(wrapped(app, &told.join(&format!(" {} ", look.symbols.dot)), width, Role::Muted));
    lines
}

/// Losses pass by pass, with where they are now; nothing where none were told.
pub fn losses(app: &App, curves: &Curves, (width, rows): (usize, usize)) -> Lines {
    let look = &app.look;
    let all = || CURVES.iter().flat_map(|(curve, ..)| curves.points(*curve));
    let (Some(first), Some(last)) = (all().map(|p| p.0).min(), all().map(|p| p.0).max()) else { return Lines::new() };
    let low = all().map(|p| p.1).fold(f64::MAX, f64::min);
    let high = all().map(|p| p.1).fold(f64::MIN, f64::max);
    let axes = Axes { x: (f64::from(first), f64::from(last)), y: (low, high), log_x: false };
    let drawn = CURVES.iter().filter(|(curve, ..)| !curves.points(*curve).is_empty());
    let series: Vec<Series> = drawn
        .clone()
        .map(|(curve, stroke, role, _)| Series {
            points: curves.points(*curve).iter().map(|(at, value)| (f64::from(*at), *value)).collect(),
            stroke: *stroke,
            role: *role,
        })
        .collect();
    let mut lines = vec![title(app, "loss, pass by pass")];
    let ends = [[figure(low), figure(high)], [first.to_string(), last.to_string()]];
    lines.extend(plot(look, &axes, &series, (width.min(100), rows), ends));
    let named: Vec<(Stroke, Role, String)> = drawn
        .map(|(curve, stroke, role, name)| {
            let now = curves.points(*curve).last().map_or_else(String::new, |point| format!(" {}", figure(point.1)));
            (*stroke, *role, format!("{name}{now}"))
        })
        .collect();
    let of: Vec<(Stroke, Role, &str)> =
        named.iter().map(|(stroke, role, name)| (*stroke, *role, name.as_str())).collect();
    lines.push(legend(look, &of));
    lines
}
