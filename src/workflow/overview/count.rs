//! Counts what is in a project, in one walk over texts and one over fields.

use std::collections::HashMap;

use super::{FieldSummary, LabelCount, Overview, PersonCount, Shape, TextLengths};
use crate::domain::{FieldType, FieldValue, PersonId, PersonKind, Question, Said, Split, Value};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::labelling::round_news;

/// Steps of a histogram.
const STEPS: usize = 16;
/// Most frequent values that are listed.
const TOP: usize = 8;
/// Different values that are counted one by one; a field with more has mostly values of its own.
const DISTINCT: usize = 100_000;

/// Looks at everything, for one question.
pub fn of(project: &Project, question: &Question) -> Result<Overview> {
    let items = project.item_count()? as usize;
    let columns = project.items()?;
    let settled = project.settled(question)?;
    let mut overview = Overview {
        items,
        evaluation: columns
            .split
            .iter()
            .zip(&columns.live)
            .filter(|(split, live)| **split == Split::Test && **live)
            .count(),
        gold: project.gold(question)?.len(),
        settled: settled.len(),
        text: texts(project, &columns.live)?,
        fields: fields(project, &columns.live)?,
        sources: project.sources_with_counts()?,
        rounds: project.rounds(question.id)?.iter().map(round_news).collect(),
        ..Overview::default()
    };
    let mut answers: HashMap<PersonId, (usize, usize)> = HashMap::new();
    let mut given: HashMap<_, usize> = HashMap::new();
    project.for_each_current(question, |answer| {
        let (values, skips) = answers.entry(answer.person).or_default();
        match answer.said {
            Said::Skipped(_) => *skips += 1,
            Said::Value(value) => {
                *values += 1;
                if let Some(label) = value.as_choice() {
                    *given.entry(label).or_default() += 1;
                }
            }
        }
    })?;
    let mut settled_on: HashMap<_, usize> = HashMap::new();
    for value in settled.values() {
        if let Value::Choice(label) = value.value {
            *settled_on.entry(label).or_default() += 1;
        }
    }
    let count = |of: &HashMap<_, usize>, id| of.get(&id).copied().unwrap_or_default();
    overview.labels = question
        .live_labels()
        .map(|l| LabelCount { name: l.name.clone(), answers: count(&given, l.id), settled: count(&settled_on, l.id) })
        .collect();
    for person in project.people()? {
        let (values, skips) = answers.get(&person.id).copied().unwrap_or_default();
        if person.kind == PersonKind::Person || values > 0 {
            let name = person.name.unwrap_or_else(|| "(erased)".to_owned());
            overview.people.push(PersonCount { name, role: person.role, answers: values, skips });
        }
    }
    overview.people.sort_by(|a, b| b.answers.cmp(&a.answers).then_with(|| a.name.cmp(&b.name)));
    Ok(overview)
}

fn texts(project: &Project, live: &[bool]) -> Result<TextLengths> {
    let mut lengths: Vec<u32> = Vec::new();
    project.for_each_text(|seq, text| {
        if is_live(live, seq) {
            lengths.push(u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX));
        }
    })?;
    lengths.sort_unstable();
    Ok(lengths_of(&lengths))
}

fn is_live(live: &[bool], seq: u32) -> bool {
    (seq as usize).checked_sub(1).and_then(|at| live.get(at)).copied().unwrap_or_default()
}

/// Summarises lengths in rising order.
fn lengths_of(lengths: &[u32]) -> TextLengths {
    let at = |share: usize| lengths.get((lengths.len() * share / 10).min(lengths.len().saturating_sub(1)));
    let at = |share| at(share).copied().unwrap_or_default() as usize;
    let ninth = at(9);
    let mut histogram = vec![0; STEPS + 1];
    for length in lengths {
        let step = (*length as usize * STEPS).checked_div(ninth).unwrap_or_default();
        histogram[if *length as usize > ninth { STEPS } else { step.min(STEPS - 1) }] += 1;
    }
    TextLengths {
        shortest: at(0),
        median: at(5),
        ninth,
        longest: lengths.last().copied().unwrap_or_default() as usize,
        empty: lengths.partition_point(|length| *length == 0),
        histogram,
    }
}

/// What is known of a field while its values pass by.
#[derive(Default)]
struct Column {
    missing: usize,
    numbers: Vec<f64>,
    words: HashMap<String, usize>,
    more: bool,
}

fn fields(project: &Project, live: &[bool]) -> Result<Vec<FieldSummary>> {
    let fields = project.fields()?;
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let mut columns: Vec<Column> = fields.iter().map(|_| Column::default()).collect();
    project.for_each_fields(|seq, values| {
        if is_live(live, seq) {
            columns.iter_mut().zip(values).for_each(|(column, value)| column.take(value));
        }
    })?;
    let summary = |(field, column): (crate::domain::Field, Column)| {
        let shape = column.shape(field.kind);
        FieldSummary { field, missing: column.missing, shape }
    };
    Ok(fields.into_iter().zip(columns).map(summary).collect())
}

impl Column {
    fn take(&mut self, value: &FieldValue) {
        match value {
            FieldValue::Null => self.missing += 1,
            FieldValue::Integer(n) => self.numbers.push(*n as f64),
            FieldValue::Number(x) => self.numbers.push(*x),
            FieldValue::Boolean(b) => self.word(if *b { "true" } else { "false" }),
            FieldValue::Text(text) => self.word(text),
        }
    }

    fn word(&mut self, word: &str) {
        if let Some(count) = self.words.get_mut(word) {
            *count += 1;
        } else if self.words.len() < DISTINCT {
            self.words.insert(word.to_owned(), 1);
        } else {
            self.more = true;
        }
    }

    fn shape(&self, kind: FieldType) -> Shape {
        if !self.numbers.is_empty() {
            return histogram(&self.numbers);
        }
        if self.words.is_empty() {
            return Shape::Nothing;
        }
        if kind == FieldType::Date && !self.more {
            return dates(&self.words);
        }
        let mut values: Vec<(String, usize)> = self.words.iter().map(|(word, n)| (word.clone(), *n)).collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        values.truncate(TOP);
        Shape::Top { values, distinct: self.words.len() }
    }
}

fn histogram(numbers: &[f64]) -> Shape {
    let finite = || numbers.iter().copied().filter(|x| x.is_finite());
    let (Some(least), Some(greatest)) = (finite().reduce(f64::min), finite().reduce(f64::max)) else {
        return Shape::Nothing;
    };
    let mut counts = vec![0; STEPS];
    for x in finite() {
        let share = if greatest > least { (x - least) / (greatest - least) } else { 0.0 };
        counts[((share * STEPS as f64) as usize).min(STEPS - 1)] += 1;
    }
    Shape::Histogram { least: least.to_string(), greatest: greatest.to_string(), counts }
}

/// Dates in equal steps of their order: ISO text sorts as time does.
fn dates(words: &HashMap<String, usize>) -> Shape {
    let mut days: Vec<(&String, &usize)> = words.iter().collect();
    days.sort_unstable();
    let (Some((least, _)), Some((greatest, _))) = (days.first(), days.last()) else { return Shape::Nothing };
    let month = |day: &str| {
        let mut parts = day.get(..10).unwrap_or(day).split('-').map(|part| part.parse::<f64>().unwrap_or_default());
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        year.unwrap_or_default() * 372.0 + month.unwrap_or_default() * 31.0 + day.unwrap_or_default()
    };
    let numbers: Vec<f64> = days.iter().flat_map(|(day, n)| std::iter::repeat_n(month(day), **n)).collect();
    match histogram(&numbers) {
        Shape::Histogram { counts, .. } => {
            Shape::Histogram { least: (*least).clone(), greatest: (*greatest).clone(), counts }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_summarised() {
        let lengths = lengths_of(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 100]);
        assert_eq!(
            (lengths.shortest, lengths.median, lengths.ninth, lengths.longest, lengths.empty),
            (0, 5, 100, 100, 1)
        );
        assert_eq!(lengths.histogram.iter().sum::<usize>(), 10);
        assert_eq!(lengths_of(&[]).longest, 0);
    }

    #[test]
    fn a_column_is_a_histogram_or_its_top_values() {
        let mut numbers = Column::default();
        [FieldValue::Integer(1), FieldValue::Number(3.0), FieldValue::Null, FieldValue::Number(f64::NAN)]
            .iter()
            .for_each(|value| numbers.take(value));
        assert_eq!(numbers.missing, 1);
        assert!(
            matches!(numbers.shape(FieldType::Number), Shape::Histogram { least, counts, .. } if least == "1" && counts.iter().sum::<usize>() == 2)
        );
        let mut words = Column::default();
        ["b", "a", "b"].iter().for_each(|word| words.take(&FieldValue::Text((*word).to_owned())));
        assert_eq!(
            words.shape(FieldType::Text),
            Shape::Top { values: vec![("b".into(), 2), ("a".into(), 1)], distinct: 2 }
        );
        assert_eq!(Column::default().shape(FieldType::Text), Shape::Nothing);
    }

    #[test]
    fn dates_stand_in_the_order_of_time() {
        let mut days = Column::default();
        ["2024-01-01", "2026-12-31"].iter().for_each(|day| days.take(&FieldValue::Text((*day).to_owned())));
        assert!(
            matches!(days.shape(FieldType::Date), Shape::Histogram { least, greatest, .. } if least == "2024-01-01" && greatest == "2026-12-31")
        );
    }
}
