//! The one-line grammar of a style: `#7aa2f7 bold`, `black on yellow`, `reverse`.

use ratatui::style::{Color, Modifier, Style};

/// Reads a style; the error says which word is not one.
pub fn parse(text: &str) -> Result<Style, String> {
    let mut style = Style::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "on" => style.bg(color(words.next().unwrap_or_default())?),
            word => style.fg(color(word)?),
        };
    }
    Ok(style)
}

fn color(word: &str) -> Result<Color, String> {
    let named = match word {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright-black" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => {
            return hex(word)
                .ok_or_else(|| format!("{word:?} is neither a colour nor bold, dim, italic, underline, reverse"));
        }
    };
    Ok(named)
}

fn hex(word: &str) -> Option<Color> {
    let digits = word.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
    let part = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).ok();
    Some(Color::Rgb(part(0)?, part(2)?, part(4)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_is_a_line_of_words() {
        assert_eq!(
            parse("#102030 bold on yellow"),
            Ok(Style::new().fg(Color::Rgb(16, 32, 48)).bg(Color::Yellow).bold())
        );
        assert_eq!(parse(""), Ok(Style::default()));
        assert!(parse("red on").is_err() && parse("#12345").is_err() && parse("#ééé").is_err());
    }
}
