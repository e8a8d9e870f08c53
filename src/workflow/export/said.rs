//! What people said of items, and what was ruled.

use super::{Out, header, text, time, whole};
use crate::domain::{FieldType, FieldValue, PersonId, Question, Said};
use crate::error::Result;
use crate::project::AnswerRow;
use crate::workflow::values::{column_type, written};
use std::collections::{HashMap, HashSet};

impl Out<'_> {
    /// The columns that name an item, before those of what is said of it.
    pub(super) fn about_item(&self, columns: Vec<(String, FieldType)>) -> Vec<(String, FieldType)> {
        let mut all = header([("item", FieldType::Text)]);
        all.extend(self.names.origin_columns(&all));
        all.extend(columns);
        all
    }

    pub(super) fn item(&self, seq: u32) -> Vec<FieldValue> {
        [self.names.name(seq)].into_iter().chain(self.names.origin(seq)).collect()
    }

    /// What people are called; whose name was erased by their id.
    fn people(&self) -> Result<HashMap<PersonId, String>> {
        let people = self.project.people()?.into_iter();
        Ok(people.map(|p| (p.id, p.name.unwrap_or_else(|| p.id.to_string()))).collect())
    }

    /// What everybody says now.
    pub(super) fn answers(&self, question: &Question) -> Result<u64> {
        use FieldType::{Boolean, Date, Integer, Number, Text};
        let people = self.people()?;
        let mut columns = self.about_item(header([
            ("annotator", Text),
            ("answer", column_type(question)),
            ("skipped", Text),
            ("flag", Boolean),
            ("note", Text),
            ("at", Date),
            ("recorded_at", Date),
            ("shown_at", Date),
            ("active_ms", Integer),
            ("lane", Text),
            ("round", Integer),
            ("rank", Integer),
            ("selection_probability", Number),
            ("suggestion", Text),
            ("origin", Text),
            ("guidelines_revision", Integer),
            ("label_revision", Integer),
            ("stale", Boolean),
        ]));
        if self.with_excluded {
            columns.push(("excluded".to_owned(), Boolean));
        }
        let excluded = if self.with_excluded { self.project.excluded_answers()? } else { HashSet::new() };
        let mut answers = self.project.answers()?;
        answers.retain(|row| {
            let counts = row.live && row.current || excluded.contains(&row.seq);
            counts && row.answer.question == question.id && self.chosen.has(row.item)
        });
        let name = |person: &PersonId| people.get(person).map(String::as_str);
        answers.sort_by(|a, b| {
            let place = |row: &AnswerRow| self.order.place(row.item);
            let (x, y) = (&a.answer.person, &b.answer.person);
            (place(a), name(x), x).cmp(&(place(b), name(y), y))
        });
        self.write(&columns, answers.len(), |put| {
            for row in answers {
                let (answer, how) = (&row.answer, &row.answer.how);
                let (value, skipped) = match &answer.said {
                    Said::Value(value) => (written(question, value, self.format), FieldValue::Null),
                    Said::Skipped(reason) => (FieldValue::Null, text(reason.map_or("skipped", |r| r.as_str()))),
                };
                let nobody = || answer.person.to_string();
                let mut cells = self.item(row.item);
                cells.extend([
                    text(people.get(&answer.person).cloned().unwrap_or_else(nobody)),
                    value,
                    skipped,
                    FieldValue::Boolean(answer.flag),
                    answer.note.clone().map_or(FieldValue::Null, FieldValue::Text),
                    time(Some(how.imported_at.unwrap_or(answer.at))),
                    time(Some(answer.at)),
                    time(how.shown_at),
                    whole(how.active_ms),
                    text(how.lane.as_str()),
                    whole(how.round.map(i64::from)),
                    whole(how.rank.map(i64::from)),
                    how.selection_probability.map_or(FieldValue::Null, FieldValue::Number),
                    text(how.suggestion.as_str()),
                    text(how.origin.as_str()),
                    FieldValue::Integer(how.guidelines.into()),
                    FieldValue::Integer(how.labels.into()),
                    FieldValue::Boolean(row.stale),
                ]);
                cells.extend(self.with_excluded.then(|| FieldValue::Boolean(excluded.contains(&row.seq))));
                put(&cells)?;
            }
            Ok(())
        })
    }

    /// The rulings that hold now.
    pub(super) fn rulings(&self, question: &Question) -> Result<u64> {
        use FieldType::{Boolean, Date, Integer, Text};
        let people = self.people()?;
        let columns = self.about_item(
            [("value".to_owned(), column_type(question))]
                .into_iter()
                .chain(header([
                    ("origin", Text),
                    ("by", Text),
                    ("at", Date),
                    ("note", Text),
                    ("unclear_guidelines", Integer),
                    ("stale", Boolean),
                ]))
                .collect(),
        );
        let mut rulings = self.project.rulings(question)?;
        rulings.retain(|(item, ..)| self.chosen.has(*item));
        rulings.sort_by_key(|(item, ruling, _)| (self.order.place(*item), ruling.origin));
        self.write(&columns, rulings.len(), |put| {
            for (item, ruling, stale) in rulings {
                let mut cells = self.item(item);
                cells.push(written(question, &ruling.value, self.format));
                let says_nothing = stale || question.is_split(&ruling.value);
                cells.push(text(ruling.origin.as_str()));
                cells.push(text(people.get(&ruling.by).cloned().unwrap_or_else(|| ruling.by.to_string())));
                cells.push(time(Some(ruling.at)));
                cells.push(ruling.note.map_or(FieldValue::Null, FieldValue::Text));
                cells.push(whole(ruling.unclear.map(i64::from)));
                cells.push(FieldValue::Boolean(says_nothing));
                put(&cells)?;
            }
            Ok(())
        })
    }
}
