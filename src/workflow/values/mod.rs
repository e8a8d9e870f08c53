//! Answers, labels and gold in files. They are read as other people write them, before the project's lock is taken:
//! labels are known by name until the writing gives them ids. What is written here is read here as the same.

mod cells;

pub use cells::{column_type, written};

use crate::domain::{Kind, LabelId, Question, Scale, Side, Span, Value, did_you_mean};
use crate::error::Error;
use crate::exchange::{Column, Format};
use serde_json::Value as Json;
use std::collections::HashMap;

/// A value whose labels are places in [`Reader::names`].
#[derive(Debug, Clone, PartialEq)]
pub enum Draft {
    /// One label.
    Choice(usize),
    /// Several.
    Choices(Vec<usize>),
    /// Stretches of text: start, end, label.
    Spans(Vec<(u32, u32, usize)>),
    /// A value without labels.
    Plain(Value),
}

impl Draft {
    /// The value, once every name has its id.
    pub fn value(&self, ids: &[LabelId]) -> Value {
        let id = |place: &usize| ids[*place];
        match self {
            Self::Choice(label) => Value::Choice(id(label)),
            Self::Choices(labels) => {
                let mut labels: Vec<LabelId> = labels.iter().map(id).collect();
                labels.sort_unstable();
                labels.dedup();
                Value::Choices(labels)
            }
            Self::Spans(spans) => {
                let mut spans: Vec<Span> = spans
                    .iter()
                    .map(|(start, end, label)| Span { start: *start, end: *end, label: id(label) })
                    .collect();
                spans.sort_unstable();
                spans.dedup();
                Value::Spans(spans)
            }
            Self::Plain(value) => value.clone(),
        }
    }
}

impl Draft {
    /// Refuses spans that reach beyond a text of so many code points.
    ///
    /// # Errors
    /// Says which span, without the place.
    pub fn check_within(&self, chars: impl FnOnce() -> usize) -> Result<(), Error> {
        match self {
            Self::Spans(spans) if !spans.is_empty() => {
                let chars = chars();
                spans.iter().try_for_each(|(start, end, _)| span(*start, *end, chars))
            }
            _ => Ok(()),
        }
    }
}

fn span(start: u32, end: u32, chars: usize) -> Result<(), Error> {
    Span::check(start, end, chars).map_err(of_data)
}

/// What is wrong with a value, where it stands in a file.
fn of_data(error: Error) -> Error {
    Error { kind: crate::error::Kind::Data, ..error }
}

/// Reads values of one question.
#[derive(Debug, Clone)]
pub struct Reader {
    kind: Kind,
    /// The ratings that can be given; none where that is still open.
    scale: Option<Scale>,
    format: Format,
    names: Vec<String>,
    known: usize,
    places: HashMap<String, usize>,
    retired: Vec<String>,
    map: HashMap<String, String>,
    add: bool,
    /// What to do about a label that is not in the set.
    advice: &'static str,
}

impl Reader {
    /// Reads values of a kind, in a file of a format, whose labels are these; `map` gives names in the file their names
    /// here, and `add` takes unknown labels as new ones. Else `advice` says what to do about one.
    pub fn new(
        kind: Kind,
        names: Vec<String>,
        format: Format,
        map: HashMap<String, String>,
        add: bool,
        advice: &'static str,
    ) -> Self {
        let places = names.iter().enumerate().map(|(i, n)| (n.clone(), i)).collect();
        Self { kind, scale: None, format, known: names.len(), names, places, retired: Vec::new(), map, add, advice }
    }

    /// The same where this is the scale.
    #[must_use]
    pub fn on(self, scale: Option<Scale>) -> Self {
        Self { scale, ..self }
    }

    /// The same for a question that is there already.
    pub fn of(
        question: &Question,
        format: Format,
        map: HashMap<String, String>,
        add: bool,
        advice: &'static str,
    ) -> Self {
        let names: Vec<String> = question.live_labels().map(|l| l.name.clone()).collect();
        let mut reader = Self::new(question.kind, names, format, map, add, advice).on(Some(question.scale));
        for label in question.labels.iter().filter(|l| l.retired) {
            if reader.places.contains_key(&label.name) {
                continue;
            }
            let now = question.label(question.resolve(label.id)).filter(|l| !l.retired);
            match now.and_then(|l| reader.places.get(&l.name).copied()) {
                Some(place) => {
                    reader.places.insert(label.name.clone(), place);
                }
                None => reader.retired.push(label.name.clone()),
            }
        }
        reader
    }

    /// Every name: those that were known, then those that were added.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The names that were added.
    pub fn added(&self) -> &[String] {
        &self.names[self.known..]
    }

    /// The ids of the names that were known, in order.
    pub fn ids(&self, question: &Question) -> Vec<LabelId> {
        let id = |name: &String| question.live_labels().find(|l| l.name == *name).map(|l| l.id);
        self.names.iter().filter_map(id).collect()
    }

    /// Whether a row of a column holds a value. An empty cell is none, but an empty text is one where texts are asked
    /// for and the format tells it from none.
    pub fn sees(&self, column: &Column, row: usize) -> bool {
        if self.kind == Kind::Text { column.has(row) } else { !column.get(row).is_empty() }
    }

    /// Whether a value can be read as it is, without adding labels.
    pub fn can_read(&self, written: &str) -> bool {
        Self { add: false, ..self.clone() }.read(written).is_ok()
    }

    /// Reads one value.
    ///
    /// # Errors
    /// Says what is wrong, without the place.
    pub fn read(&mut self, written: &str) -> Result<Draft, Error> {
        let written = self.map.get(written).cloned().unwrap_or_else(|| written.to_owned());
        match self.kind {
            Kind::Choice => self.label(&written).map(Draft::Choice),
            Kind::Choices => self.several(&written).map(sorted).map(Draft::Choices),
            Kind::Spans => self.spans(&written).map(sorted).map(Draft::Spans),
            Kind::Rating => {
                let rating = whole(&written)?;
                self.scale.map_or(Ok(()), |scale| scale.check(rating).map_err(of_data))?;
                Ok(Draft::Plain(Value::Rating(rating)))
            }
            Kind::Text => Ok(Draft::Plain(Value::Text(cells::text(written, self.format)))),
            Kind::Preference => match written.trim().parse::<Side>() {
                Ok(side) => Ok(Draft::Plain(Value::Preference(side))),
                Err(unknown) => Err(Error::data(unknown.to_string())),
            },
        }
    }

    fn label(&mut self, name: &str) -> Result<usize, Error> {
        let name = self.map.get(name).map_or(name, String::as_str).trim();
        if let Some(place) = self.places.get(name) {
            return Ok(*place);
        }
        if self.add && !name.is_empty() {
            let place = self.names.len();
            self.names.push(name.to_owned());
            self.places.insert(name.to_owned(), place);
            return Ok(place);
        }
        let error = match self.retired.iter().any(|r| r == name) {
            true => Error::data(format!("the label {name:?} is retired")),
            false => Error::data(format!("{name:?} is not one of the labels")),
        };
        let hint = did_you_mean(name, self.names[..self.known].iter().map(String::as_str));
        Err(error.hint(format!("{hint}; {}", self.advice)))
    }

    /// Labels as a JSON list, or with commas between.
    fn several(&mut self, written: &str) -> Result<Vec<usize>, Error> {
        if let Ok(Json::Array(list)) = serde_json::from_str(written) {
            let not_text =
                || Error::data("the labels must be a list of texts").hint("such as [\"a\", \"b\"], or: a, b");
            return list.iter().map(|v| self.label(v.as_str().ok_or_else(not_text)?)).collect();
        }
        written.split(',').map(str::trim).filter(|name| !name.is_empty()).map(|name| self.label(name)).collect()
    }

    /// Spans as JSON objects or triples, or as `0-4 person; 9-12 place`. Offsets count code points, end exclusive.
    fn spans(&mut self, written: &str) -> Result<Vec<(u32, u32, usize)>, Error> {
        let wrong = || {
            Error::data("the spans cannot be read")
                .hint("[{\"start\": 0, \"end\": 4, \"label\": \"person\"}], or: 0-4 person; 9-12 place")
        };
        let number = |v: Option<&Json>| v.and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok());
        let mut parts: Vec<(u32, u32, String)> = Vec::new();
        if let Ok(Json::Array(list)) = serde_json::from_str(written) {
            for span in &list {
                let get = |name: &str, place: usize| span.get(name).or_else(|| span.get(place));
                let label = get("label", 2).and_then(Json::as_str);
                let (start, end) = (number(get("start", 0)), number(get("end", 1)));
                let (Some(start), Some(end), Some(label)) = (start, end, label) else { return Err(wrong()) };
                parts.push((start, end, label.to_owned()));
            }
        } else {
            for part in written.split(';').map(str::trim).filter(|p| !p.is_empty()) {
                let (range, label) = part.split_once(' ').ok_or_else(wrong)?;
                let (start, end) = range.split_once('-').ok_or_else(wrong)?;
                let (start, end) = (start.parse().map_err(|_| wrong())?, end.parse().map_err(|_| wrong())?);
                parts.push((start, end, label.to_owned()));
            }
        }
        parts.iter().try_for_each(|(start, end, _)| span(*start, *end, usize::MAX))?;
        parts.into_iter().map(|(start, end, label)| Ok((start, end, self.label(&label)?))).collect()
    }
}

/// A set in order, so that equal ones are equal.
fn sorted<T: Ord>(mut set: Vec<T>) -> Vec<T> {
    set.sort_unstable();
    set.dedup();
    set
}

/// A whole number, also as `3.0`.
fn whole(written: &str) -> Result<i64, Error> {
    let written = written.trim();
    let whole = written.strip_suffix(".0").unwrap_or(written);
    whole
        .parse()
        .map_err(|_| Error::data(format!("{written:?} is not a whole number")).hint("ratings are whole numbers"))
}

/// Reads `old=new` pairs.
///
/// # Errors
/// Where one has no `=`, or an old name stands twice.
pub fn parse_map(pairs: &[String]) -> Result<HashMap<String, String>, Error> {
    let mut map = HashMap::new();
    for pair in pairs {
        let (old, new) = pair
            .split_once('=')
            .filter(|(old, new)| !old.trim().is_empty() && !new.trim().is_empty())
            .ok_or_else(|| Error::usage(format!("{pair:?} is not old=new")).hint("such as --map pos=positive"))?;
        if map.insert(old.trim().to_owned(), new.trim().to_owned()).is_some() {
            return Err(Error::usage(format!("{old:?} is mapped twice")));
        }
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(kind: Kind) -> Reader {
        let map = parse_map(&["pos=positive".to_owned()]).unwrap();
        Reader::new(kind, vec!["negative".into(), "positive".into()], Format::Csv, map, false, "--map old=new renames")
    }

    #[test]
    fn what_cannot_be_said_of_an_item_is_refused() {
        let spans = |written: &str| reader(Kind::Spans).read(written);
        assert_eq!(spans("4-2 pos").unwrap_err().message, "the span 4-2 ends before it starts");
        let beyond = spans("0-4 pos").unwrap().check_within(|| 3).unwrap_err();
        assert_eq!(beyond.message, "the span 0-4 reaches beyond the text, which has 3 characters");
        assert_eq!(spans("0-4 pos").unwrap().check_within(|| 4), Ok(()));
        let mut ratings = reader(Kind::Rating).on(Some(Scale::default()));
        assert_eq!(ratings.read("6").unwrap_err().message, "the rating 6 is not on the scale 1-5");
    }

    #[test]
    fn every_kind_is_read_as_files_write_it() {
        assert_eq!(reader(Kind::Choice).read("pos"), Ok(Draft::Choice(1)));
        assert_eq!(reader(Kind::Choices).read("negative, pos"), Ok(Draft::Choices(vec![0, 1])));
        assert_eq!(reader(Kind::Choices).read("[\"negative\"]"), Ok(Draft::Choices(vec![0])));
        let spans = Ok(Draft::Spans(vec![(0, 4, 0), (5, 7, 1)]));
        assert_eq!(reader(Kind::Spans).read("0-4 negative; 5-7 positive"), spans);
        let json = r#"[{"start":0,"end":4,"label":"negative"},[5,7,"pos"]]"#;
        assert_eq!(reader(Kind::Spans).read(json), spans);
        assert_eq!(reader(Kind::Rating).read("-3.0"), Ok(Draft::Plain(Value::Rating(-3))));
        assert_eq!(reader(Kind::Preference).read("left"), Ok(Draft::Plain(Value::Preference(Side::Left))));
        assert_eq!(reader(Kind::Text).read("1"), Ok(Draft::Plain(Value::Text("1".into()))));
    }

    #[test]
    fn what_is_outside_the_set_is_refused_or_added() {
        let e = reader(Kind::Choice).read("postive").unwrap_err();
        assert_eq!(e.message, "\"postive\" is not one of the labels");
        assert!(e.hint.unwrap().starts_with("did you mean \"positive\"?"));
        let mut adding = Reader { add: true, ..reader(Kind::Choice) };
        assert_eq!(adding.read("mixed"), Ok(Draft::Choice(2)));
        assert_eq!(adding.read("mixed"), Ok(Draft::Choice(2)));
        assert_eq!(adding.added(), ["mixed"]);
        for (kind, wrong) in
            [(Kind::Rating, "three"), (Kind::Spans, "4-4 negative"), (Kind::Spans, "x"), (Kind::Preference, "up")]
        {
            assert!(reader(kind).read(wrong).is_err(), "{wrong}");
        }
        assert!(parse_map(&["a".into()]).is_err() && parse_map(&["a=b".into(), "a=c".into()]).is_err());
    }
}
