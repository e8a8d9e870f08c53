//! Colours by role. A theme is a TOML file of `role = "style"` lines; the terminal's depth decides what is left
//! of its colours, and without any a meaning still has its glyph.

mod depth;
mod style;

use std::path::Path;

use ratatui::style::Style;

use crate::config::{Complaint, Reader, as_string, document};
use crate::error::{Error, Result};

pub use depth::Depth;

/// The themes in the binary, by name.
const BUILT_IN: [(&str, &str); 4] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("contrast", include_str!("../../../themes/contrast.toml")),
    ("ansi16", include_str!("../../../themes/ansi16.toml")),
];

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $name:literal),+ $(,)?) => {
        /// What a piece of the screen is for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Role { $($(#[$doc])* $role),+ }

        impl Role {
            /// Every role with the name that themes give it.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$role, $name)),+];
        }
    };
}
roles! {
    /// The item, and whatever is read.
    Text = "text",
    /// What stands back.
    Muted = "muted",
    /// The name of a pane or of the product.
    Title = "title",
    /// What is active now.
    Accent = "accent",
    /// A key to press.
    Key = "key",
    /// Lines and frames.
    Border = "border",
    /// The row that is chosen.
    Selected = "selected",
    /// Done, agreed, good.
    Good = "good",
    /// Look at this.
    Warning = "warning",
    /// It failed.
    Error = "error",
    /// The bar at the top.
    Bar = "bar",
    /// The screen that is open, in the bar.
    BarActive = "bar.active",
    /// An announcement.
    Notice = "notice",
    /// What is typed.
    Input = "input",
    /// What a search matched.
    Match = "match",
    /// Words that push the ranker towards a label.
    Push = "push",
    /// The first label; nine more follow.
    Label1 = "label.1",
    /// The second label.
    Label2 = "label.2",
    /// The third label.
    Label3 = "label.3",
    /// The fourth label.
    Label4 = "label.4",
    /// The fifth label.
    Label5 = "label.5",
    /// The sixth label.
    Label6 = "label.6",
    /// The seventh label.
    Label7 = "label.7",
    /// The eighth label.
    Label8 = "label.8",
    /// The ninth label.
    Label9 = "label.9",
    /// The tenth label.
    Label10 = "label.10",
    /// A keyword of code.
    Keyword = "code.keyword",
    /// A string of code.
    String = "code.string",
    /// A comment of code.
    Comment = "code.comment",
    /// A number or constant of code.
    Number = "code.number",
    /// The name of a function or key.
    Function = "code.function",
    /// The name of a type.
    Type = "code.type",
}

impl Role {
    /// The role of the label at this place, from 0; ten repeat.
    pub fn label(place: usize) -> Self {
        const LABELS: [Role; 10] = [
            Role::Label1,
            Role::Label2,
            Role::Label3,
            Role::Label4,
            Role::Label5,
            Role::Label6,
            Role::Label7,
            Role::Label8,
            Role::Label9,
            Role::Label10,
        ];
        LABELS[place % LABELS.len()]
    }
}

/// Styles by role, already reduced to what the terminal can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: Vec<Style>,
}

impl Theme {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// Finds a theme by name, in the user's folder first, then in the binary; with what was not understood in it.
    pub fn load(name: &str, folder: Option<&Path>, depth: Depth) -> Result<(Self, Vec<Complaint>)> {
        let own = folder.map(|f| f.join(format!("{name}.toml"))).filter(|_| !name.contains(['/', '\\', '.']));
        let text = match own.as_ref().map(std::fs::read_to_string) {
            Some(Ok(text)) => Some(text),
            _ => BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()),
        };
        let Some(text) = text else {
            return Err(Error::usage(format!("no theme is called {name:?}"))
                .hint(format!("known are {}", names(folder).join(", "))));
        };
        Self::parse(name, &text, depth)
    }

    /// Reads a theme from TOML.
    pub fn parse(name: &str, text: &str, depth: Depth) -> Result<(Self, Vec<Complaint>)> {
        let mut styles = vec![Style::default(); Role::ALL.len()];
        let mut reader = Reader { text, complaints: Vec::new() };
        let document = document(text)?;
        for (key, value) in document.get_ref() {
            let Some((role, _)) = Role::ALL.iter().find(|(_, name)| *name == key.get_ref().as_ref()) else {
                reader.complain(key.span().start, format!("no role is called {:?}", key.get_ref()));
                continue;
            };
            let at = value.span().start;
            match as_string(value.get_ref()).map_err(str::to_owned).and_then(|s| style::parse(&s)) {
                Ok(style) => styles[*role as usize] = depth.reduce(style),
                Err(why) => reader.complain(at, format!("{}: {why}", key.get_ref())),
            }
        }
        Ok((Self { name: name.to_owned(), styles }, reader.complaints))
    }
}

/// The names of the themes that can be chosen.
pub fn names(folder: Option<&Path>) -> Vec<String> {
    let mut names: Vec<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
    let files = folder.and_then(|f| std::fs::read_dir(f).ok()).into_iter().flatten().flatten();
    for path in files.map(|entry| entry.path()).filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        if let Some(name) = path.file_stem().and_then(|s| s.to_str()).filter(|s| !names.iter().any(|n| n == s)) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The theme that `auto` means: light where the terminal says that its background is (`COLORFGBG`), else dark.
pub fn automatic(colorfgbg: Option<&str>, depth: Depth) -> &'static str {
    let background = colorfgbg.and_then(|v| v.rsplit(';').next()).and_then(|v| v.parse::<u8>().ok());
    match (depth, background) {
        (_, Some(7 | 15)) => "light",
        (Depth::Sixteen, _) => "ansi16",
        _ => "dark",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_gives_every_role_and_says_nothing_wrong() {
        for (name, text) in BUILT_IN {
            let (_, complaints) = Theme::parse(name, text, Depth::True).unwrap();
            assert_eq!(complaints, [], "{name}");
            let document = document(text).unwrap();
            for (_, role) in Role::ALL {
                assert!(document.get_ref().contains_key(*role), "{name} has no {role}");
            }
        }
    }

    #[test]
    fn a_wrong_role_or_style_is_told_with_its_line() {
        let (_, complaints) =
            Theme::parse("x", "text = \"\"\n\"lable.1\" = \"red\"\nmuted = \"reddish\"", Depth::True).unwrap();
        assert_eq!(complaints.iter().map(|c| c.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn the_folder_of_the_user_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("dark.toml"), "text = \"red\"").unwrap();
        std::fs::write(folder.path().join("mine.toml"), "").unwrap();
        let (theme, _) = Theme::load("dark", Some(folder.path()), Depth::True).unwrap();
        assert_eq!(theme.style(Role::Text).fg, Some(ratatui::style::Color::Red));
        assert_eq!(names(Some(folder.path())), ["dark", "light", "contrast", "ansi16", "mine"]);
        assert!(Theme::load("../x", Some(folder.path()), Depth::True).is_err());
    }

    #[test]
    fn the_background_that_the_terminal_tells_chooses() {
        assert_eq!(automatic(Some("0;15"), Depth::True), "light");
        assert_eq!(automatic(Some("15;0"), Depth::True), "dark");
        assert_eq!(automatic(None, Depth::Sixteen), "ansi16");
    }
}
