//! What is left of a colour on a terminal that has fewer.

use ratatui::style::{Color, Modifier, Style};

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// The 256 of xterm.
    Indexed,
    /// The 16 that the user chose.
    Sixteen,
    /// None: weight, underline and reverse remain.
    None,
}

/// The colours that most terminals give the sixteen.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [190, 40, 40]),
    (Color::Green, [40, 160, 60]),
    (Color::Yellow, [180, 140, 20]),
    (Color::Blue, [50, 90, 200]),
    (Color::Magenta, [160, 60, 170]),
    (Color::Cyan, [30, 150, 165]),
    (Color::Gray, [190, 190, 190]),
    (Color::DarkGray, [110, 110, 110]),
    (Color::LightRed, [250, 110, 110]),
    (Color::LightGreen, [120, 220, 130]),
    (Color::LightYellow, [240, 215, 110]),
    (Color::LightBlue, [110, 160, 250]),
    (Color::LightMagenta, [220, 130, 225]),
    (Color::LightCyan, [110, 215, 225]),
    (Color::White, [255, 255, 255]),
];

const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Depth {
    /// Reads the environment: `NO_COLOR`, `COLORTERM`, `TERM`.
    pub fn detect(var: impl Fn(&str) -> Option<String>) -> Self {
        let term = var("TERM").unwrap_or_default();
        if var("NO_COLOR").is_some_and(|v| !v.is_empty()) || term == "dumb" {
            return Self::None;
        }
        if var("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit") || term.ends_with("-direct") {
            return Self::True;
        }
        if term.contains("256color") { Self::Indexed } else { Self::Sixteen }
    }

    /// Reduces a style to this depth. Without colours a background becomes reverse, so that a selection stands out.
    pub fn reduce(self, style: Style) -> Style {
        match self {
            Self::True => style,
            Self::None => {
                let plain = Style { fg: None, bg: None, ..style };
                if style.bg.is_some_and(|bg| bg != Color::Reset) {
                    plain.add_modifier(Modifier::REVERSED)
                } else {
                    plain
                }
            }
            Self::Indexed | Self::Sixteen => {
                Style { fg: style.fg.map(|c| self.color(c)), bg: style.bg.map(|c| self.color(c)), ..style }
            }
        }
    }

    fn color(self, color: Color) -> Color {
        let Color::Rgb(r, g, b) = color else { return color };
        let rgb = [r, g, b];
        match self {
            Self::Indexed => Color::Indexed(indexed(rgb)),
            _ => SIXTEEN.iter().min_by_key(|(_, known)| distance(rgb, *known)).map_or(color, |(named, _)| *named),
        }
    }
}

/// The nearest of the 6×6×6 cube and the 24 greys.
fn indexed(rgb: [u8; 3]) -> u8 {
    let nearest = |v: u8| (0..6).min_by_key(|i| LEVELS[*i].abs_diff(v)).unwrap_or(0);
    let cube = rgb.map(nearest);
    let of_cube = cube.map(|i| LEVELS[i]);
    let mean = (u16::from(rgb[0]) + u16::from(rgb[1]) + u16::from(rgb[2])) / 3;
    let step = (mean.saturating_sub(3) / 10).min(23) as u8;
    let grey = 8 + 10 * step;
    if distance(rgb, [grey; 3]) < distance(rgb, of_cube) {
        232 + step
    } else {
        16 + (36 * cube[0] + 6 * cube[1] + cube[2]) as u8
    }
}

/// Distance as the eye weighs it ("redmean").
fn distance(a: [u8; 3], b: [u8; 3]) -> i64 {
    let mean = (i64::from(a[0]) + i64::from(b[0])) / 2;
    let [r, g, bl] = [0, 1, 2].map(|i| (i64::from(a[i]) - i64::from(b[i])).pow(2));
    (((512 + mean) * r) >> 8) + 4 * g + (((767 - mean) * bl) >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides() {
        let with = |vars: &'static [(&str, &str)]| {
            Depth::detect(move |name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(with(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), Depth::None);
        assert_eq!(with(&[("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(with(&[("TERM", "screen-256color"), ("NO_COLOR", "")]), Depth::Indexed);
        assert_eq!(with(&[("TERM", "linux")]), Depth::Sixteen);
    }

    #[test]
    fn colours_go_to_their_nearest_and_a_background_to_reverse() {
        let red = Style::new().fg(Color::Rgb(255, 0, 0)).bg(Color::Rgb(40, 40, 40));
        assert_eq!(Depth::Indexed.reduce(red).fg, Some(Color::Indexed(196)));
        assert_eq!(Depth::Indexed.reduce(red).bg, Some(Color::Indexed(235)));
        assert_eq!(Depth::Sixteen.reduce(red).fg, Some(Color::Red));
        assert_eq!(Depth::None.reduce(red), Style::new().add_modifier(Modifier::REVERSED));
        assert_eq!(Depth::True.reduce(red), red);
    }
}
