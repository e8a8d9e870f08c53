//! Values as people write and read them: label names instead of ids.

use super::{Kind, Label, LabelId, Question, Said, Span, Value, nearest};
use crate::error::{Error, Result};
use serde_json::{Value as Json, json};

impl Question {
    /// Reads a value: a label's name; names with commas between; `START-END LABEL` with semicolons between; a whole
    /// number; any text; `left`, `right` or `equal`.
    ///
    /// # Errors
    /// Where it is none, with the nearest label or the form that is wanted.
    pub fn parse_value(&self, typed: &str) -> Result<Value> {
        match self.kind {
            Kind::Choice => self.label_called(typed).map(Value::Choice),
            Kind::Choices => {
                let names = typed.split(',').map(str::trim).filter(|name| !name.is_empty());
                let mut labels: Vec<LabelId> = names.map(|name| self.label_called(name)).collect::<Result<_>>()?;
                labels.sort_unstable();
                labels.dedup();
                Ok(Value::Choices(labels))
            }
            Kind::Spans => {
                let parts = typed.split(';').map(str::trim).filter(|part| !part.is_empty());
                let mut spans: Vec<Span> = parts.map(|part| self.parse_span(part)).collect::<Result<_>>()?;
                spans.sort_unstable();
                spans.dedup();
                Ok(Value::Spans(spans))
            }
            Kind::Rating => {
                let wrong = |_| {
                    Error::usage(format!("{} is answered with a number of {}, not {typed:?}", self.name, self.scale))
                };
                let rating = typed.trim().parse().map_err(wrong)?;
                self.scale.check(rating).map(|()| Value::Rating(rating))
            }
            Kind::Text => Ok(Value::Text(typed.to_owned())),
            Kind::Preference => Ok(Value::Preference(typed.trim().parse()?)),
        }
    }

    /// Writes a value so that [`Question::parse_value`] reads it.
    pub fn spell(&self, value: &Value) -> String {
        let name = |id: &LabelId| self.label(*id).map_or_else(|| id.to_string(), |label| label.name.clone());
        match value {
            Value::Choice(label) => name(label),
            Value::Choices(labels) => self.in_order(labels).iter().map(name).collect::<Vec<_>>().join(", "),
            Value::Spans(spans) => {
                let spell = |s: &Span| format!("{}-{} {}", s.start, s.end, name(&s.label));
                self.spans_in_order(spans).iter().map(spell).collect::<Vec<_>>().join("; ")
            }
            Value::Rating(n) => n.to_string(),
            Value::Text(text) => text.clone(),
            Value::Preference(side) => side.to_string(),
        }
    }

    /// What was said, as people read it: the value, `(none)` or `(empty)` for an empty one, else `skipped` and perhaps why.
    pub fn spell_said(&self, said: &Said) -> String {
        match said {
            Said::Value(Value::Text(text)) if text.is_empty() => "(empty)".to_owned(),
            Said::Value(Value::Choices(labels)) if labels.is_empty() => "(none)".to_owned(),
            Said::Value(Value::Spans(spans)) if spans.is_empty() => "(none)".to_owned(),
            Said::Value(value) => self.spell(value),
            Said::Skipped(None) => "skipped".to_owned(),
            Said::Skipped(Some(reason)) => format!("skipped: {reason}"),
        }
    }

    /// Whether what was said is the truth; a skip is not.
    pub fn is_right(&self, said: &Said, truth: &Value) -> bool {
        matches!(said, Said::Value(value) if self.spell(value) == self.spell(truth))
    }

    /// A value beside its text, as people read it: of spans the labels with what they stand on.
    pub fn tell(&self, value: &Value, text: &str) -> String {
        match value {
            Value::Spans(spans) if !spans.is_empty() => {
                let stretch = |s: &Span| -> String {
                    text.chars().skip(s.start as usize).take(s.end.saturating_sub(s.start) as usize).collect()
                };
                let tell = |s: &Span| format!("{} \"{}\"", self.spell(&Value::Choice(s.label)), stretch(s));
                self.spans_in_order(spans).iter().map(tell).collect::<Vec<_>>().join("; ")
            }
            other => self.spell_said(&Said::Value(other.clone())),
        }
    }

    /// A value for JSON: label names, whole numbers and texts; a skipped one is null.
    pub fn spell_json(&self, said: &Said) -> Json {
        let name = |id: &LabelId| self.spell(&Value::Choice(*id));
        match said {
            Said::Skipped(_) => Json::Null,
            Said::Value(Value::Choices(labels)) => json!(self.in_order(labels).iter().map(name).collect::<Vec<_>>()),
            Said::Value(Value::Spans(spans)) => {
                let span = |s: &Span| json!({"start": s.start, "end": s.end, "label": name(&s.label)});
                json!(self.spans_in_order(spans).iter().map(span).collect::<Vec<_>>())
            }
            Said::Value(Value::Rating(n)) => json!(n),
            Said::Value(other) => json!(self.spell(other)),
        }
    }

    /// Labels as the set has them: their ids are random, and say nothing to anybody.
    fn in_order(&self, labels: &[LabelId]) -> Vec<LabelId> {
        let mut labels = labels.to_vec();
        labels.sort_by_key(|id| self.place(*id));
        labels
    }

    /// Spans as they stand in the text, those of the same stretch as the set has their labels.
    fn spans_in_order(&self, spans: &[Span]) -> Vec<Span> {
        let mut spans = spans.to_vec();
        spans.sort_by_key(|s| (s.start, s.end, self.place(s.label)));
        spans
    }

    fn place(&self, id: LabelId) -> usize {
        self.labels.iter().position(|label| label.id == id).unwrap_or(usize::MAX)
    }

    /// The live label of a name or key.
    fn label_called(&self, name: &str) -> Result<LabelId> {
        let name = name.trim();
        let key = || self.live_labels().find(|l| l.key.is_some_and(|key| name.chars().eq([key])));
        if let Some(label) = self.live_labels().find(|l| l.name == name).or_else(key) {
            return Ok(label.id);
        }
        let retired = self.labels.iter().any(|label| label.name == name);
        let names: Vec<&str> = self.live_labels().map(|label: &Label| label.name.as_str()).collect();
        let error = match retired {
            true => Error::usage(format!("the label {name:?} of {} is retired", self.name)),
            false => Error::usage(format!("{} has no label {name:?}", self.name)),
        };
        Err(match nearest(name, names.iter().copied()) {
            Some(near) => error.hint(format!("did you mean {near:?}? labels: {}", names.join(", "))),
            None => error.hint(format!("labels: {}", names.join(", "))),
        })
    }

    fn parse_span(&self, typed: &str) -> Result<Span> {
        let wrong = || Error::usage(format!("{typed:?} is not a span")).hint("write START-END LABEL: \"0-4 person\"");
        let (range, label) = typed.split_once(' ').ok_or_else(wrong)?;
        let (start, end) = range.split_once('-').ok_or_else(wrong)?;
        let (start, end) = (start.parse().map_err(|_| wrong())?, end.parse().map_err(|_| wrong())?);
        Span::check(start, end, usize::MAX)?;
        Ok(Span { start, end, label: self.label_called(label)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Id, Side, SkipReason};

    fn question(kind: Kind) -> Question {
        let label = |n: u8, name: &str, retired| Label {
            id: Id::from_bytes([n; 16]),
            name: name.into(),
            key: char::from_digit(u32::from(n), 10),
            retired,
            merged_into: None,
            split: false,
        };
        let labels = vec![label(1, "negative", false), label(2, "positive", false), label(3, "mixed", true)];
        let scale = "-3-3".parse().expect("a scale");
        Question {
            id: Id::from_bytes([9; 16]),
            name: "q".into(),
            kind,
            labels,
            label_revision: 1,
            guidelines: None,
            scale,
        }
    }

    #[test]
    fn every_kind_reads_what_it_writes() {
        let cases = [
            (Kind::Choice, "negative"),
            (Kind::Choices, "negative, positive"),
            (Kind::Choices, ""),
            (Kind::Spans, "0-4 negative; 2-9 positive"),
            (Kind::Rating, "-3"),
            (Kind::Text, "any, text"),
            (Kind::Preference, "equal"),
        ];
        for (kind, typed) in cases {
            let question = question(kind);
            let value = question.parse_value(typed).expect("a value");
            assert_eq!(question.spell(&value), typed);
        }
        assert_eq!(question(Kind::Preference).parse_value("left"), Ok(Value::Preference(Side::Left)));
    }

    #[test]
    fn labels_are_spelled_as_the_set_has_them() {
        let mut question = question(Kind::Choices);
        let both = question.parse_value("negative, positive").expect("a value");
        question.labels.reverse();
        assert_eq!(question.spell(&both), "positive, negative");
        assert_eq!(question.spell_json(&Said::Value(both)), json!(["positive", "negative"]));
        question.kind = Kind::Spans;
        let same = question.parse_value("0-2 negative; 0-2 positive; 0-1 negative").expect("a value");
        assert_eq!(question.spell(&same), "0-1 negative; 0-2 positive; 0-2 negative");
    }

    #[test]
    fn a_key_stands_for_its_label() {
        assert_eq!(question(Kind::Choice).parse_value("2"), question(Kind::Choice).parse_value("positive"));
    }

    #[test]
    fn wrong_values_are_refused_with_what_would_do() {
        let choice = question(Kind::Choice);
        let near = choice.parse_value("positve").expect_err("no such label");
        assert!(near.hint.is_some_and(|hint| hint.contains("did you mean \"positive\"")));
        assert!(choice.parse_value("mixed").is_err_and(|e| e.message.contains("retired")));
        assert!(question(Kind::Rating).parse_value("three").is_err());
        assert!(question(Kind::Rating).parse_value("4").is_err_and(|e| e.message.contains("not on the scale -3-3")));
        for wrong in ["4", "0-4", "4-0 negative", "0-x negative", "0-4 nobody"] {
            assert!(question(Kind::Spans).parse_value(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_skipped_has_no_value() {
        let said = Said::Skipped(Some(SkipReason::BrokenText));
        assert_eq!(question(Kind::Choice).spell_said(&said), "skipped: broken-text");
        assert_eq!(question(Kind::Choice).spell_json(&said), Json::Null);
        for (kind, said) in [(Kind::Choices, "(none)"), (Kind::Spans, "(none)"), (Kind::Text, "(empty)")] {
            let question = question(kind);
            assert_eq!(question.spell_said(&Said::Value(question.parse_value("").expect("a value"))), said);
        }
    }
}
