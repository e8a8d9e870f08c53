//! Numbers of a run as they are written: three places, the interval beside them, and no estimate of a handful.

use crate::domain::FEW;
use crate::tui::app::App;
use crate::tui::theme::Role;
use crate::tui::widgets::Piece;
use crate::workflow::runs::{Listed, Number, Standing};

/// `.941`, `-.020`, `1.000`: three places, no zero before the point.
pub fn figure(value: f64) -> String {
    let told = format!("{value:.3}");
    let bare = told.strip_prefix("-0.").map(|rest| format!("-.{rest}"));
    bare.or_else(|| told.strip_prefix("0.").map(|rest| format!(".{rest}"))).unwrap_or(told)
}

/// `.941 [.931, .950]`, or why there is no number.
pub fn with_interval(number: &Number) -> String {
    match number.value {
        _ if number.n < FEW => format!("no estimate (n={})", number.n),
        Some(value) => {
            let interval =
                number.ci95.map_or_else(String::new, |(low, high)| format!(" [{}, {}]", figure(low), figure(high)));
            format!("{}{interval}", figure(value))
        }
        None => "–".to_owned(),
    }
}

/// A size in the unit that keeps it short.
pub fn bytes(n: u64) -> String {
    match n {
        0 => "–".to_owned(),
        1..1_000_000 => format!("{:.0} kB", (n as f64 / 1e3).max(1.0)),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

/// A time in the unit that keeps it short.
pub fn seconds(s: f64) -> String {
    match s {
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 100.0 => format!("{s:.1} s"),
        s if s < 6_000.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}

/// Where a run stands, with its sign; nothing of a candidate.
pub fn standing(app: &App, run: &Listed) -> Piece {
    let look = &app.look;
    match run.standing {
        Standing::Champion => Piece::new(format!("{} champion", look.symbols.tick), look.style(Role::Good)),
        Standing::Retired => Piece::new(format!("{} retired", look.symbols.skip), look.style(Role::Muted)),
        Standing::Candidate => Piece::new("", look.style(Role::Text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_a_handful_estimates_nothing() {
        assert_eq!([0.9414, -0.02, 1.0, 12.5].map(figure), [".941", "-.020", "1.000", "12.500"]);
        let number = |n, value| Number { value, ci95: Some((0.9, 0.95)), n, reason: None };
        assert_eq!(with_interval(&number(40, Some(0.93))), ".930 [.900, .950]");
        assert_eq!(with_interval(&number(7, Some(0.93))), "no estimate (n=7)");
        assert_eq!(with_interval(&number(40, None)), "–");
        assert_eq!([0, 12, 81_234, 2_340_000].map(bytes), ["–", "1 kB", "81 kB", "2.3 MB"]);
        assert_eq!([0.0421, 2.31, 600.0, 9_000.0].map(seconds), ["42 ms", "2.3 s", "10 min", "2.5 h"]);
    }
}
