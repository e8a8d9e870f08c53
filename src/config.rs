//! What a person may choose for themselves, in TOML. What holds for a whole project is a setting in its file.
//!
//! A wrong configuration never keeps anybody from working: every unknown key and every value of the wrong type
//! is reported with its line, and the default stands.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Result};

/// When frames and symbols are drawn with ASCII alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ascii {
    /// Where the terminal's measure of ambiguous characters is in doubt.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One person's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Who is acting, where neither the command line nor the environment says.
    pub user: Option<String>,
    /// The folder of the sentence encoder that trainings on embeddings use.
    pub encoder: Option<PathBuf>,
    /// The theme: `auto` follows the terminal's background where it tells.
    pub theme: String,
    /// Whether the mouse is listened to; the terminal's own selection works when it is not.
    pub mouse: bool,
    /// When to draw with ASCII alone.
    pub ascii: Ascii,
    /// How labelling goes.
    pub label: LabelConfig,
    /// Keys by the name of the command: these replace the default ones.
    pub keys: Vec<(String, Vec<String>)>,
}

/// How labelling goes for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelConfig {
    /// An answer sooner than this after the item was painted is refused, milliseconds.
    pub min_look_ms: i64,
    /// Whether labels stand in the order of the ranker's probability; recorded with every answer.
    pub likeliest_first: bool,
    /// Answers wanted a day.
    pub goal: Option<u32>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            user: None,
            encoder: None,
            theme: "auto".into(),
            mouse: true,
            ascii: Ascii::Auto,
            label: LabelConfig { min_look_ms: 250, likeliest_first: false, goal: None },
            keys: Vec::new(),
        }
    }
}

/// Something in a configuration or theme that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Reads a configuration file; one that does not exist is an empty one.
pub fn load(path: &Path) -> Result<(Config, Vec<Complaint>)> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map_err(|e| Error::data(format!("{} {}", path.display(), e.message))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok((Config::default(), Vec::new())),
        Err(e) => Err(Error::file(path, &e)),
    }
}

/// Reads a configuration and says what in it was not understood; text that is not TOML is an error.
pub fn parse(text: &str) -> Result<(Config, Vec<Complaint>)> {
    let mut config = Config::default();
    let mut reader = Reader { text, complaints: Vec::new() };
    let document = document(text)?;
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "user" => reader.set(key, value, as_string, |s| config.user = Some(s)),
            "encoder" => reader.set(key, value, as_string, |s| config.encoder = Some(s.into())),
            "theme" => reader.set(key, value, as_string, |s| config.theme = s),
            "mouse" => reader.set(key, value, as_bool, |b| config.mouse = b),
            "ascii" => reader.set(key, value, as_ascii, |a| config.ascii = a),
            "label" => reader.section(value, "label", |reader, key, value| match key.get_ref().as_ref() {
                "min_look_ms" => reader.set(key, value, as_number, |n| config.label.min_look_ms = n),
                "likeliest_first" => reader.set(key, value, as_bool, |b| config.label.likeliest_first = b),
                "goal" => reader.set(key, value, as_number, |n| config.label.goal = u32::try_from(n).ok()),
                _ => reader.unknown(key, "min_look_ms, likeliest_first, goal"),
            }),
            "keys" => reader.section(value, "keys", |reader, key, value| {
                reader.set(key, value, as_strings, |keys| config.keys.push((key.get_ref().to_string(), keys)));
            }),
            _ => reader.unknown(key, "user, encoder, theme, mouse, ascii, [label], [keys]"),
        }
    }
    let mut complaints = reader.complaints;
    complaints.sort_by_key(|c| c.line);
    Ok((config, complaints))
}

/// Parses TOML, with its line where it is not.
pub(crate) fn document(text: &str) -> Result<Spanned<DeTable<'_>>> {
    DeTable::parse(text).map_err(|e| {
        let line = e.span().map_or(1, |s| line_of(text, s.start));
        Error::data(format!("line {line}: {}", e.message())).hint("this is not TOML: see https://toml.io")
    })
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

/// Walks a document and collects complaints with their lines.
pub(crate) struct Reader<'t> {
    pub(crate) text: &'t str,
    pub(crate) complaints: Vec<Complaint>,
}

impl Reader<'_> {
    pub(crate) fn complain(&mut self, at: usize, message: String) {
        self.complaints.push(Complaint { line: line_of(self.text, at), message });
    }

    /// Complains of a key that nobody knows.
    pub(crate) fn unknown(&mut self, key: &Key<'_>, known: &str) {
        self.complain(key.span().start, format!("unknown key {:?}; known are {known}", key.get_ref()));
    }

    /// Sets something from a value, or complains of its type.
    pub(crate) fn set<T>(
        &mut self,
        key: &Key<'_>,
        value: &Spanned<DeValue<'_>>,
        read: fn(&DeValue<'_>) -> Result<T, &'static str>,
        set: impl FnOnce(T),
    ) {
        match read(value.get_ref()) {
            Ok(value) => set(value),
            Err(wanted) => self.complain(value.span().start, format!("{} must be {wanted}", key.get_ref())),
        }
    }

    /// Walks the keys of a section.
    pub(crate) fn section<'d>(
        &mut self,
        value: &Spanned<DeValue<'d>>,
        name: &str,
        mut each: impl FnMut(&mut Self, &Key<'d>, &Spanned<DeValue<'d>>),
    ) {
        match value.get_ref() {
            DeValue::Table(table) => table.iter().for_each(|(key, value)| each(self, key, value)),
            _ => self.complain(value.span().start, format!("{name} must be a section: [{name}]")),
        }
    }
}

pub(crate) fn as_string(value: &DeValue<'_>) -> Result<String, &'static str> {
    value.as_str().map(str::to_owned).ok_or("a text in quotes")
}

fn as_bool(value: &DeValue<'_>) -> Result<bool, &'static str> {
    value.as_bool().ok_or("true or false")
}

fn as_number(value: &DeValue<'_>) -> Result<i64, &'static str> {
    let whole = value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
    whole.filter(|n| *n >= 0).ok_or("a whole number from 0")
}

fn as_strings(value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    let wanted = "a key in quotes, or a list of them";
    match value {
        DeValue::Array(list) => list.iter().map(|v| as_string(v.get_ref()).map_err(|_| wanted)).collect(),
        one => as_string(one).map(|s| vec![s]).map_err(|_| wanted),
    }
}

fn as_ascii(value: &DeValue<'_>) -> Result<Ascii, &'static str> {
    match (value.as_str(), value.as_bool()) {
        (Some("auto"), _) => Ok(Ascii::Auto),
        (_, Some(true)) => Ok(Ascii::Always),
        (_, Some(false)) => Ok(Ascii::Never),
        _ => Err("\"auto\", true or false"),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let text = "theme = \"light\"\nmouse = false\nascii = true\n[label]\nmin_look_ms = 100\ngoal = 400\n\
                    [keys]\nskip = \"ctrl-s\"\n\"label add\" = []\n";
        let (config, complaints) = parse(text).unwrap();
        assert_eq!(complaints, []);
        assert_eq!((config.theme.as_str(), config.mouse, config.ascii), ("light", false, Ascii::Always));
        assert_eq!((config.label.min_look_ms, config.label.goal), (100, Some(400)));
        assert!(config.keys.contains(&("skip".into(), vec!["ctrl-s".into()])));
        assert!(config.keys.contains(&("label add".into(), vec![])));
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_line_and_the_rest_holds() {
        let (config, complaints) =
            parse("mosue = true\ntheme = 3\n[label]\ngoal = -1\nspeed = 1\nmin_look_ms = 5").unwrap();
        let lines: Vec<_> = complaints.iter().map(|c| c.line).collect();
        assert_eq!(lines, [1, 2, 4, 5]);
        assert!(complaints[0].message.contains("\"mosue\""), "{}", complaints[0].message);
        assert_eq!((config.theme.as_str(), config.label.min_look_ms), ("auto", 5));
    }

    #[test]
    fn text_that_is_not_toml_names_the_line() {
        assert!(parse("a = 1\nb = = 2").unwrap_err().message.starts_with("line 2"));
    }
}
