//! Saying once which items teach, tune and judge.

use super::runs::{Classes, Unseen};
use crate::domain::{ActKind, FieldValue, Moment, PersonId, Question, Said, Split, SplitBy, SplitRule, did_you_mean};
use crate::error::{Error, Result};
use crate::project::{Bound, Project, RunOrigin, moment, split_of};
use crate::splits::{Drawn, Ties, Units, by_moment, by_share};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What decides.
    pub way: Way,
    /// A field that keeps rows together.
    pub group: Option<String>,
    /// The seed of a draw.
    pub seed: u64,
}

/// What is to decide on an item's split.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// A seeded draw.
    Share {
        /// The share that judges.
        test: f64,
        /// The share that tunes.
        validation: f64,
        /// Whether every label gets the same shares.
        stratify: bool,
    },
    /// The newest rows judge.
    Time {
        /// The field that holds times.
        field: String,
        /// The share that judges.
        test: f64,
        /// The share that tunes.
        validation: f64,
    },
    /// A field says so.
    Field(String),
}

/// How the items stand, or would.
#[derive(Debug, Clone, PartialEq)]
pub struct Stands {
    /// The rule; none where only the evaluation set was set aside when the items came in.
    pub rule: Option<SplitRule>,
    /// Items that teach, tune and judge, in this order.
    pub items: [usize; 3],
    /// Those of them that have a settled value, or gold where they judge.
    pub settled: [usize; 3],
    /// Items that runs learned from or were tuned on and that judge from now on.
    pub learned: usize,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// How the items are split now.
pub fn stands(project: &Project, question: Option<&Question>) -> Result<Stands> {
    let columns = project.items()?;
    let live = (1..).zip(columns.live.iter().zip(&columns.split)).filter(|(_, (live, _))| **live);
    let splits: Vec<(u32, Split)> = live.map(|(seq, (_, split))| (seq, *split)).collect();
    let (items, settled) = counts(project, question, &splits)?;
    Ok(Stands { rule: project.split_rule()?.map(|(_, rule)| rule), items, settled, learned: 0, notes: Vec::new() })
}

/// Splits the items anew, as one act; by nobody, nothing is written: a trial. Exact copies and groups stay together.
///
/// # Errors
/// Where a field is missing or does not say what it should, or the shares leave nothing to learn from.
pub fn split(
    project: &mut Project,
    by: Option<PersonId>,
    question: Option<&Question>,
    asked: &Asked,
) -> Result<Stands> {
    for field in asked.group.iter().chain(match &asked.way {
        Way::Time { field, .. } | Way::Field(field) => Some(field),
        Way::Share { .. } => None,
    }) {
        must_exist(project, field)?;
    }
    let bound = project.bound(asked.group.as_deref())?;
    if bound.is_empty() {
        return Err(Error::data("there are no items to split").hint("bring some in: karat import DATA --as items"));
    }
    let mut ties = Ties::default();
    bound.iter().for_each(|bound| ties.add(bound.bonds.iter().cloned()));
    let units = ties.units();
    let mut notes = Vec::new();
    let (by_what, splits) = match &asked.way {
        Way::Share { test, validation, stratify } => {
            let shares = shares(*test, *validation)?;
            let points = project.points(&units, asked.seed, &bound);
            let strata = if *stratify { strata(project, question, &bound, &units)? } else { vec![0; units.count()] };
            let by = SplitBy::Share { test: *test, validation: *validation, stratify: *stratify };
            (by, by_share(&units, shares, &points, &strata))
        }
        Way::Time { field, test, validation } => {
            let shares = shares(*test, *validation)?;
            by_time(project, field, shares, &bound, &units, &mut notes)?
        }
        Way::Field(field) => by_field(project, field, &bound, &units, &mut notes)?,
    };
    let assigned: Vec<(u32, Split)> = bound.iter().map(|bound| bound.seq).zip(splits.iter().copied()).collect();
    let (items, settled) = counts(project, question, &assigned)?;
    if items[0] == 0 {
        return Err(Error::data("nothing would be left to learn from").hint("ask for smaller shares"));
    }
    notes.extend(together(&units));
    let newly = newly_judging(project, &assigned)?;
    notes.extend(learned_from(project, &newly)?);
    let learned = runs_learned_from(project, &newly)?;
    if learned > 0 {
        notes.push(format!(
            "{learned} rows that runs learned from judge from now on: runs compare and slices leave them out"
        ));
    }
    let rule = SplitRule { by: by_what, group: asked.group.clone(), seed: asked.seed };
    if let Some(by) = by {
        let assigned: Vec<(&Bound, Split)> = bound.iter().zip(splits).collect();
        project.write(by, ActKind::Split, |w| w.add_split(&rule, &assigned))?;
    }
    Ok(Stands { rule: Some(rule), items, settled, learned, notes })
}

fn must_exist(project: &Project, name: &str) -> Result<()> {
    let fields = project.fields()?;
    match fields.iter().any(|field| field.name == name) {
        true => Ok(()),
        false => Err(Error::usage(format!("no field is called {name:?}"))
            .hint(did_you_mean(name, fields.iter().map(|field| field.name.as_str())))),
    }
}

fn shares(test: f64, validation: f64) -> Result<Drawn> {
    match (0.0..1.0).contains(&test) && (0.0..1.0).contains(&validation) && test + validation < 1.0 {
        true => Ok(Drawn { test, validation }),
        false => Err(Error::usage(format!("shares of {test} and {validation} leave nothing to learn from"))
            .hint("both are from 0 to 1 and less than 1 together: --test 0.2 --validation 0.1")),
    }
}

/// The values of one field, by item; missing ones are left out.
fn values(project: &Project, field: &str) -> Result<HashMap<u32, FieldValue>> {
    let place = project.fields()?.iter().position(|known| known.name == field);
    let mut values = HashMap::new();
    project.for_each_fields(|seq, row| {
        if let Some(value) = place.and_then(|place| row.get(place)).filter(|value| **value != FieldValue::Null) {
            values.insert(seq, value.clone());
        }
    })?;
    Ok(values)
}

/// What the rows of every unit mostly are: their gold, else their settled value; 0 for what nobody knows.
fn strata(project: &Project, question: Option<&Question>, bound: &[Bound], units: &Units) -> Result<Vec<u32>> {
    let question = question
        .ok_or_else(|| Error::usage("--stratify goes by the labels of a question").hint("say which with --question"))?;
    let mut known: HashMap<u32, String> =
        project.settled(question)?.into_iter().map(|(seq, settled)| (seq, question.spell(&settled.value))).collect();
    known.extend(project.gold(question)?.into_iter().map(|(seq, value)| (seq, question.spell(&value))));
    let names: BTreeMap<&String, u32> = {
        let names: std::collections::BTreeSet<&String> = known.values().collect();
        names.into_iter().zip(1..).collect()
    };
    let stratum = |row: usize| known.get(&bound[row].seq).and_then(|name| names.get(name)).copied().unwrap_or(0);
    let counts = units.fold(BTreeMap::<u32, usize>::new(), |counts, row| *counts.entry(stratum(row)).or_default() += 1);
    // Of equally frequent ones the first.
    let most = |counts: &BTreeMap<u32, usize>| counts.iter().rev().max_by_key(|(_, n)| **n).map_or(0, |(s, _)| *s);
    Ok(counts.iter().map(most).collect())
}

fn by_time(
    project: &Project,
    field: &str,
    shares: Drawn,
    bound: &[Bound],
    units: &Units,
    notes: &mut Vec<String>,
) -> Result<(SplitBy, Vec<Split>)> {
    let values = values(project, field)?;
    let newest = units.fold(None::<Moment>, |newest, row| {
        let own = values.get(&bound[row].seq).and_then(moment);
        if own.is_some() && (newest.is_none() || own > *newest) {
            *newest = own;
        }
    });
    let moments: Vec<Moment> = units.of().iter().filter_map(|unit| newest[*unit as usize].clone()).collect();
    let (validation_from, test_from) = by_moment(&moments, shares);
    let [validation_from, test_from] = [validation_from, test_from].map(|cut| cut.map(|cut| cut.parted(&moments)));
    let Some(test_from) = test_from else {
        return Err(Error::data(format!("the times in {field:?} cannot be cut: {} items have one", values.len()))
            .hint("a split by time needs --test SHARE above 0 and a field with several times in it"));
    };
    let undated = bound.iter().filter(|bound| !values.contains_key(&bound.seq)).count();
    if undated > 0 {
        notes.push(format!("{undated} items have no {field} and teach"));
    }
    let split = |unit: &u32| split_of(newest[*unit as usize].as_ref(), validation_from.as_ref(), &test_from);
    let splits = units.of().iter().map(split).collect();
    Ok((SplitBy::Time { field: field.to_owned(), validation_from, test_from }, splits))
}

fn by_field(
    project: &Project,
    field: &str,
    bound: &[Bound],
    units: &Units,
    notes: &mut Vec<String>,
) -> Result<(SplitBy, Vec<Split>)> {
    let values = values(project, field)?;
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let mut says = Vec::with_capacity(bound.len());
    for bound in bound {
        let word = values.get(&bound.seq).map(FieldValue::display);
        says.push(word.as_deref().map_or(Some(Split::Train), Split::of_word).unwrap_or_else(|| {
            *unknown.entry(word.unwrap_or_default()).or_default() += 1;
            Split::Train
        }));
    }
    if !unknown.is_empty() {
        let words: Vec<String> = unknown.iter().take(5).map(|(word, n)| format!("{word:?} ({n})")).collect();
        return Err(Error::data(format!("{field:?} says {}, which is no split", words.join(", ")))
            .hint("it must say train, validation (or dev) or test; a missing value means train"));
    }
    let missing = bound.len() - bound.iter().filter(|bound| values.contains_key(&bound.seq)).count();
    if missing > 0 {
        notes.push(format!("{missing} items have no {field} and teach"));
    }
    let most = units.fold(Split::Train, |most, row| *most = (*most).max(says[row]));
    let splits: Vec<Split> = units.of().iter().map(|unit| most[*unit as usize]).collect();
    let moved = splits.iter().zip(&says).filter(|(now, said)| now != said).count();
    if moved > 0 {
        notes.push(format!(
            "{moved} items were moved out of the split that {field} gives: copies or members of their group judge or tune"
        ));
    }
    Ok((SplitBy::Field { field: field.to_owned() }, splits))
}

fn together(units: &Units) -> Option<String> {
    let (rows, units) = (units.of().len(), units.count());
    (units < rows)
        .then(|| format!("{rows} items are {units} units: copies of one text and members of one group stay together"))
}

/// The items that judge from now on and did not before.
fn newly_judging(project: &Project, assigned: &[(u32, Split)]) -> Result<HashSet<u32>> {
    let columns = project.items()?;
    let newly = assigned.iter().filter(|(seq, split)| *split == Split::Test && !columns.is_test(*seq));
    Ok(newly.map(|(seq, _)| *seq).collect())
}

/// How many of some items can judge a run of any question no more, since it learned from them or was tuned on them.
fn runs_learned_from(project: &Project, items: &HashSet<u32>) -> Result<usize> {
    let (mut learned, mut looked_at) = (HashSet::<u32>::new(), HashSet::new());
    for question in project.questions()? {
        for run in project.runs(question.id)?.iter().filter(|run| run.run.origin == RunOrigin::Trained) {
            // Runs on one state learned from the same rows; reading a large one takes its time.
            let record = &run.run.record;
            if looked_at.insert((run.run.snapshot, record["labels"].to_string(), record["out_of_fold"].to_string())) {
                let unseen = Unseen::of(project, &question, run, &Classes::told(run)?)?;
                learned.extend(items.iter().filter(|seq| unseen.was_seen(**seq - 1)));
            }
        }
    }
    Ok(learned.len())
}

/// How many answers that were taught from judge from now on.
fn learned_from(project: &Project, newly: &HashSet<u32>) -> Result<Option<String>> {
    let mut answered = HashSet::new();
    for question in project.questions()? {
        project.for_each_current(&question, |answer| {
            if matches!(answer.said, Said::Value(_)) && newly.contains(&answer.item) {
                answered.insert(answer.item);
            }
        })?;
    }
    Ok((!answered.is_empty()).then(|| {
        format!("{} answered items judge from now on: the next round learns from them no more", answered.len())
    }))
}

type Counts = ([usize; 3], [usize; 3]);

fn counts(project: &Project, question: Option<&Question>, splits: &[(u32, Split)]) -> Result<Counts> {
    let (mut settled, mut gold) = (HashSet::new(), HashSet::new());
    if let Some(question) = question {
        settled.extend(project.settled(question)?.into_keys());
        gold.extend(project.gold(question)?.into_iter().map(|(seq, _)| seq));
    }
    let mut counts: Counts = Default::default();
    for (seq, split) in splits {
        counts.0[*split as usize] += 1;
        let known = settled.contains(seq) || (*split == Split::Test && gold.contains(seq));
        counts.1[*split as usize] += usize::from(known);
    }
    Ok(counts)
}
