//! Agreement for every value of something: a field, the week of the answers, the revision of the guidelines.

use super::Gathered;
use crate::agreement::{self, Coefficient, Name, Resampling, Wanted, Weights};
use crate::domain::{FieldValue, Kind, Question, civil, did_you_mean};
use crate::error::{Error, Result};
use crate::project::Project;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What agreement is split by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Per {
    /// The values of a field.
    Field(String),
    /// The weeks of the answers: of an item, its newest.
    Week,
    /// The revisions of the guidelines that all answers to an item had in view.
    Guidelines,
}

/// Agreement on some of the items.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What it has in common.
    pub name: GroupName,
    /// Items.
    pub units: usize,
    /// Items that two people answered.
    pub pairable: usize,
    /// Percent agreement, then Krippendorff's α with the weights that suit the question best.
    pub coefficients: Vec<Coefficient>,
}

/// What the items of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupName {
    /// The value of a field, or the day on which a week begins.
    Said(String),
    /// The revision of the guidelines; 0 where there was none.
    Revision(u32),
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(name) => f.write_str(name),
            Self::Revision(0) => f.write_str("none"),
            Self::Revision(revision) => write!(f, "{revision}"),
        }
    }
}

impl FromStr for Per {
    type Err = std::convert::Infallible;

    fn from_str(s: &str) -> std::result::Result<Self, Self::Err> {
        Ok(match s {
            "week" => Self::Week,
            "guidelines" => Self::Guidelines,
            field => Self::Field(field.strip_prefix("field.").unwrap_or(field).to_owned()),
        })
    }
}

/// The most groups that are told apart.
const GROUPS: usize = 50;

/// Measures the groups: of a field the largest first, of time and guidelines in their order. Also how many are left out:
/// the smallest, or the oldest.
pub(super) fn of(
    project: &Project,
    question: &Question,
    gathered: &Gathered,
    per: &Per,
    seed: u64,
) -> Result<(Vec<Group>, usize)> {
    let names: Vec<Option<GroupName>> = match per {
        Per::Field(name) => field_values(project, gathered, name)?,
        Per::Week => gathered.when.iter().map(|when| (when.at > 0).then(|| GroupName::Said(week(when.at)))).collect(),
        Per::Guidelines => gathered.when.iter().map(|when| when.guidelines.map(GroupName::Revision)).collect(),
    };
    let mut members: BTreeMap<&GroupName, usize> = BTreeMap::new();
    names.iter().flatten().for_each(|name| *members.entry(name).or_default() += 1);
    let mut groups: Vec<(&GroupName, usize)> = members.into_iter().collect();
    let left_out = groups.len().saturating_sub(GROUPS);
    if matches!(per, Per::Field(_)) {
        groups.sort_by_key(|group| std::cmp::Reverse(group.1));
        groups.truncate(GROUPS);
    } else {
        groups.drain(..left_out);
    }
    let ratings = &gathered.ratings;
    let weights = ratings.scale().weights().last().copied().unwrap_or(Weights::Nominal);
    let mut coefficients = vec![(Name::PercentAgreement, Weights::Nominal)];
    if !matches!(question.kind, Kind::Text | Kind::Spans) {
        coefficients.push((Name::KrippendorffAlpha, weights));
    }
    let resampling = Resampling { seed, ..Resampling::default() };
    let wanted = Wanted { coefficients, labels: false, resampling };
    let groups = groups
        .into_iter()
        .map(|(name, _)| {
            let found = agreement::measure(&ratings.select(|unit| names[unit].as_ref() == Some(name)), &wanted);
            let (units, pairable, coefficients) = (found.units, found.pairable_units, found.coefficients);
            Group { name: name.clone(), units, pairable, coefficients }
        })
        .collect();
    Ok((groups, left_out))
}

/// The Monday of a time's week, in UTC.
pub fn week(at: i64) -> String {
    const DAY: i64 = 86_400_000;
    // 1970-01-05 was a Monday.
    let monday = (at.div_euclid(DAY) - 4).div_euclid(7) * 7 + 4;
    let (year, month, day) = civil(monday * DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

fn field_values(project: &Project, gathered: &Gathered, name: &str) -> Result<Vec<Option<GroupName>>> {
    let fields = project.fields()?;
    let Some(place) = fields.iter().position(|field| field.name == name) else {
        let known: Vec<&str> = fields.iter().map(|f| f.name.as_str()).chain(["week", "guidelines"]).collect();
        return Err(Error::usage(format!("no field is called {name:?}")).hint(did_you_mean(name, known)));
    };
    let mut unit = vec![usize::MAX; project.item_rows()? as usize + 1];
    gathered.items.iter().enumerate().for_each(|(i, seq)| unit[*seq as usize] = i);
    let mut values = vec![None; gathered.items.len()];
    project.for_each_fields(|seq, fields| {
        let at = unit.get(seq as usize).copied().unwrap_or(usize::MAX);
        if let (Some(slot), Some(value)) = (values.get_mut(at), fields.get(place)) {
            let said = if *value == FieldValue::Null { "(missing)".to_owned() } else { value.display() };
            *slot = Some(GroupName::Said(said));
        }
    })?;
    Ok(values)
}

/// The words of every text that somebody marked, as they lie in it, in code points.
pub(super) fn tokens(project: &Project, gathered: &Gathered) -> Result<Vec<Vec<(u32, u32)>>> {
    let mut wanted = vec![false; gathered.items.len()];
    gathered.markings.iter().for_each(|marking| wanted[marking.unit as usize] = true);
    let mut all = Vec::with_capacity(gathered.items.len());
    for (seq, wanted) in gathered.items.iter().zip(wanted) {
        all.push(if wanted { words(&project.item(*seq)?.text) } else { Vec::new() });
    }
    Ok(all)
}

fn words(text: &str) -> Vec<(u32, u32)> {
    let (mut words, mut start) = (Vec::new(), None);
    for (at, c) in (0u32..).zip(text.chars().chain([' '])) {
        match (c.is_whitespace(), start) {
            (true, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        assert_eq!(week(1_795_132_800_000), "2026-11-16");
        assert_eq!(week(0), "1969-12-29");
    }

    #[test]
    fn words_are_counted_in_code_points() {
        assert_eq!(words("Zoë  is here"), [(0, 3), (5, 7), (8, 12)]);
        assert_eq!(words("  "), []);
    }
}
