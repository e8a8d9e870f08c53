//! The style that the terminal writes in, changed with as few bytes as it takes.

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What switches a modifier on.
const ON: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// What switches modifiers off, together where they share it.
const OFF: [(Modifier, u8); 7] = [
    (Modifier::BOLD.union(Modifier::DIM), 22),
    (Modifier::ITALIC, 23),
    (Modifier::UNDERLINED, 24),
    (Modifier::SLOW_BLINK.union(Modifier::RAPID_BLINK), 25),
    (Modifier::REVERSED, 27),
    (Modifier::HIDDEN, 28),
    (Modifier::CROSSED_OUT, 29),
];

/// The style in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pen {
    ink: Color,
    ground: Color,
    modifiers: Modifier,
}

impl Pen {
    /// Takes on the style of a cell; what the terminal must be told goes to `frame`.
    pub fn dip(&mut self, cell: &Cell, frame: &mut Vec<u8>) {
        let wanted = Self { ink: cell.fg, ground: cell.bg, modifiers: cell.modifier };
        if *self != wanted {
            frame.extend_from_slice(self.change(wanted).as_bytes());
            *self = wanted;
        }
    }

    fn change(self, wanted: Self) -> String {
        if wanted == Self::default() {
            return "\x1b[m".into();
        }
        let mut said = String::new();
        let (mut gone, mut new) = (self.modifiers - wanted.modifiers, wanted.modifiers - self.modifiers);
        for (pair, off) in OFF.into_iter().filter(|(pair, _)| gone.intersects(*pair)).collect::<Vec<_>>() {
            gone -= pair;
            new |= wanted.modifiers & pair;
            let _infallible = write!(said, ";{off}");
        }
        for (_, on) in ON.into_iter().filter(|(one, _)| new.contains(*one)) {
            let _infallible = write!(said, ";{on}");
        }
        for (colour, was, base) in [(wanted.ink, self.ink, 30), (wanted.ground, self.ground, 40)] {
            if colour != was {
                said.push_str(&spell(colour, base));
            }
        }
        format!("\x1b[{}m", said.trim_start_matches(';'))
    }
}

/// A colour as the terminal is told it, for letters (`base` 30) or the ground (40).
fn spell(colour: Color, base: u8) -> String {
    let plain = |place: u8| format!(";{}", base + place);
    let light = |place: u8| format!(";{}", base + 60 + place);
    match colour {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => light(0),
        Color::LightRed => light(1),
        Color::LightGreen => light(2),
        Color::LightYellow => light(3),
        Color::LightBlue => light(4),
        Color::LightMagenta => light(5),
        Color::LightCyan => light(6),
        Color::White => light(7),
        Color::Rgb(r, g, b) => format!(";{};2;{r};{g};{b}", base + 8),
        Color::Indexed(index) => format!(";{};5;{index}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pen(ink: Color, ground: Color, modifiers: Modifier) -> Pen {
        Pen { ink, ground, modifiers }
    }

    #[test]
    fn only_what_changes_is_said() {
        let plain = Pen::default();
        let bold = pen(Color::Red, Color::Reset, Modifier::BOLD);
        let cases = [
            (plain, bold, "\x1b[1;31m"),
            (bold, pen(Color::Red, Color::Reset, Modifier::empty()), "\x1b[22m"),
            (bold, pen(Color::Indexed(7), Color::Rgb(1, 2, 3), Modifier::BOLD), "\x1b[38;5;7;48;2;1;2;3m"),
            (bold, pen(Color::Reset, Color::White, Modifier::DIM), "\x1b[22;2;39;107m"),
            (pen(Color::Red, Color::Reset, Modifier::BOLD | Modifier::DIM), bold, "\x1b[22;1m"),
            (bold, plain, "\x1b[m"),
        ];
        for (from, to, said) in cases {
            assert_eq!(from.change(to), said);
        }
    }
}
