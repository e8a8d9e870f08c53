//! What slices are made of: the project's fields, and measures of the text.

use crate::domain::{FieldType, FieldValue, did_you_mean};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::slices::binning::{Binned, Binning};
use crate::slices::predicate::Vocabulary;
use crate::slices::text::Measure;

/// Measures of the text that slices are made of.
const MEASURES: [Measure; 6] =
    [Measure::Words, Measure::HasUrl, Measure::HasDigits, Measure::HasNegation, Measure::AllCaps, Measure::Script];

/// What a column holds.
enum Source {
    Field(usize),
    Text(Measure),
}

/// The columns of some rows, in categories: those that are named, else the fields that predicates may use and the
/// measures of the text. What is the same in all rows is left out.
///
/// # Errors
/// Where a name is not known.
pub fn columns(
    project: &Project,
    vocabulary: &Vocabulary,
    named: &[String],
    rows: &[u32],
    binning: Binning,
) -> Result<Vec<Binned>> {
    let declared = project.fields()?;
    let mut sources: Vec<(String, FieldType, Source)> = Vec::new();
    for (place, field) in declared.iter().enumerate().filter(|(_, field)| field.slice) {
        sources.push((field.name.clone(), field.kind, Source::Field(place)));
    }
    for measure in MEASURES {
        sources.push((format!("text.{measure}"), measure.kind(), Source::Text(measure)));
    }
    if !named.is_empty() {
        let known: Vec<String> = sources.iter().map(|(name, ..)| name.clone()).collect();
        if let Some(unknown) = named.iter().find(|name| !known.contains(name)) {
            return Err(Error::usage(format!("no field or measure is called {unknown:?}"))
                .hint(did_you_mean(unknown, known.iter().map(String::as_str))));
        }
        sources.retain(|(name, ..)| named.contains(name));
    }
    let mut place_of = vec![None; project.item_rows()? as usize];
    rows.iter().zip(0usize..).for_each(|(row, place)| place_of[*row as usize] = Some(place));
    let place = |seq: u32| place_of.get(seq as usize - 1).copied().flatten();
    let mut values = vec![vec![FieldValue::Null; rows.len()]; sources.len()];
    if sources.iter().any(|(.., source)| matches!(source, Source::Field(_))) {
        project.for_each_fields(|seq, own| {
            let Some(row) = place(seq) else { return };
            for ((.., source), values) in sources.iter().zip(&mut values) {
                if let Source::Field(field) = source {
                    values[row] = own[*field].clone();
                }
            }
        })?;
    }
    if sources.iter().any(|(.., source)| matches!(source, Source::Text(_))) {
        project.for_each_text(|seq, text| {
            let Some(row) = place(seq) else { return };
            for ((.., source), values) in sources.iter().zip(&mut values) {
                if let Source::Text(measure) = source {
                    values[row] = measure.of(text);
                }
            }
        })?;
    }
    let binned = sources.iter().zip(&values).map(|((name, kind, source), values)| match source {
        Source::Field(_) => binning.of(&vocabulary.spelled(name), *kind, values),
        Source::Text(_) => binning.of(name, *kind, values),
    });
    Ok(binned.filter(|binned| binned.column.values.len() > 1).collect())
}
