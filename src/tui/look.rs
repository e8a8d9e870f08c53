//! How things look: the theme, the symbols that the terminal draws safely, and the viewer's clock.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use ratatui::style::Style;
use ratatui::symbols::border;

use super::theme::{Depth, Role, Theme};
use crate::clock::Millis;

/// Everything a view needs to know that is not in the data.
#[derive(Debug, Clone)]
pub struct Look {
    /// Colours by role.
    pub theme: Theme,
    /// How many colours there are.
    pub depth: Depth,
    /// Symbols.
    pub symbols: &'static Symbols,
    /// Where the viewer is.
    pub zone: TimeZone,
}

/// The symbols that are no letters.
#[derive(Debug, PartialEq, Eq)]
pub struct Symbols {
    /// Something was cut.
    pub ellipsis: &'static str,
    /// Between parts of a line.
    pub dot: &'static str,
    /// The chosen row.
    pub pointer: &'static str,
    /// Done.
    pub tick: &'static str,
    /// Flagged.
    pub flag: &'static str,
    /// Skipped.
    pub skip: &'static str,
    /// A note stands beside it.
    pub note: &'static str,
    /// A row that is marked.
    pub marked: &'static str,
    /// A row that is not.
    pub unmarked: &'static str,
    /// Goes back, or steps to the value before.
    pub less: &'static str,
    /// Goes a level down.
    pub branch: &'static str,
    /// Opens a choice.
    pub choose: &'static str,
    /// More above or below.
    pub more: &'static str,
    /// The ends of a gauge.
    pub gauge: [&'static str; 2],
    /// A full and an empty cell of a gauge.
    pub gauge_cells: [&'static str; 2],
    /// Parts of a cell, from an eighth to full.
    pub eighths: [&'static str; 8],
    /// Heights of a curve, lowest first.
    pub heights: [&'static str; 8],
    /// Whether curves can be drawn in dots of braille.
    pub braille: bool,
    /// A line across.
    pub rule: &'static str,
    /// Frames.
    pub frame: border::Set<'static>,
}

/// Lines, blocks and signs.
pub static LINES: Symbols = Symbols {
    ellipsis: "…",
    dot: "·",
    pointer: "▸",
    tick: "✓",
    flag: "⚑",
    skip: "↷",
    note: "✎",
    marked: "■",
    unmarked: "□",
    less: "‹",
    branch: "›",
    choose: "▾",
    more: "↓",
    gauge: ["▕", "▏"],
    gauge_cells: ["█", " "],
    eighths: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    heights: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    braille: true,
    rule: "─",
    frame: border::PLAIN,
};

/// ASCII alone, where the width of the others is in doubt.
pub static ASCII: Symbols = Symbols {
    ellipsis: "~",
    dot: "|",
    pointer: ">",
    tick: "+",
    flag: "!",
    skip: "-",
    note: "\"",
    marked: "x",
    unmarked: ".",
    less: "<",
    branch: ">",
    choose: "v",
    more: "v",
    gauge: ["[", "]"],
    gauge_cells: ["#", " "],
    eighths: [" ", " ", " ", "#", "#", "#", "#", "#"],
    heights: ["_", "_", ".", ".", "-", "-", "^", "^"],
    braille: false,
    rule: "-",
    frame: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
};

impl Look {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// The time of day where the viewer is: `14:02:11`.
    pub fn time(&self, at: Millis) -> String {
        self.civil(at).map_or_else(String::new, |t| t.strftime("%H:%M:%S").to_string())
    }

    /// The day and time where the viewer is, the day only when it is not that of `now`.
    pub fn day_and_time(&self, at: Millis, now: Millis) -> String {
        let Some(then) = self.civil(at) else { return String::new() };
        let today = self.civil(now).is_some_and(|now| now.date() == then.date());
        then.strftime(if today { "%H:%M" } else { "%-d %b %H:%M" }).to_string()
    }

    fn civil(&self, at: Millis) -> Option<civil::DateTime> {
        Some(Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()).datetime())
    }
}
