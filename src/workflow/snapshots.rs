//! Keeping the state of the data, finding a kept one, and what changed between two.

use crate::domain::{ActKind, Digest, PersonId, Question, Split, Value, words};
use crate::error::{Error, Result};
use crate::project::{Project, Snapshot, State, StateRow};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

/// Keeps the state as it is now; a state that was kept before is not kept twice, unless under a name of its own.
///
/// # Errors
/// Where the name is taken.
pub fn create(project: &mut Project, by: PersonId, question: &Question, name: Option<&str>) -> Result<Snapshot> {
    let name = name.map(str::trim).filter(|name| !name.is_empty());
    if name.is_some_and(|name| name.parse::<u32>().is_ok()) {
        return Err(
            Error::usage("a snapshot's name cannot be a number: snapshots are numbered").hint("give it letters")
        );
    }
    let state = project.state(question)?;
    let (_, id) = project.write(by, ActKind::Snapshot, |w| w.keep_state(question, &state, name))?;
    let snapshots = project.snapshots(question.id)?;
    let kept = snapshots.into_iter().find(|snapshot| snapshot.id == id);
    kept.ok_or_else(|| Error::internal("a snapshot was kept and is not there"))
}

/// The snapshot that somebody means: by number, name, or the beginning of its hash; `latest` is the newest.
///
/// # Errors
/// Where there is none, or several.
pub fn named(project: &Project, question: &Question, name: &str) -> Result<Snapshot> {
    let all = project.snapshots(question.id)?;
    let number = name.parse::<u32>().ok();
    let means = |snapshot: &&Snapshot| match number {
        Some(number) => snapshot.number == number,
        None => snapshot.name.as_deref() == Some(name),
    };
    let begins = |snapshot: &&Snapshot| name.len() >= 4 && snapshot.hash.to_string().starts_with(&name.to_lowercase());
    let mut found: Vec<&Snapshot> = all.iter().filter(means).collect();
    if found.is_empty() {
        found = all.iter().filter(begins).collect();
    }
    if found.is_empty() && name == "latest" {
        found.extend(all.last());
    }
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] if all.is_empty() => {
            Err(Error::usage("there is no snapshot yet").hint("karat snapshot create keeps the state as it is now"))
        }
        [] => Err(Error::usage(format!("no snapshot is called {name:?}"))
            .hint(format!("there are 1 to {}; karat snapshot list shows them", all.len()))),
        several => Err(Error::usage(format!("{name:?} means {} snapshots", several.len()))
            .hint("copies that were merged may have two of one number: name one by the beginning of its hash")),
    }
}

/// What a snapshot holds, counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holds {
    /// Items by split: those that teach, tune and judge.
    pub items: [usize; 3],
    /// Settled values by split.
    pub settled: [usize; 3],
    /// Settled values by where they come from.
    pub origins: BTreeMap<String, usize>,
    /// Settled values by what they are, by split.
    pub values: BTreeMap<String, [usize; 3]>,
}

/// Counts what a state holds. Values are spelled by the labels as they are called now.
pub fn holds(question: &Question, state: &State) -> Holds {
    let mut holds = Holds::default();
    for row in &state.rows {
        let split = row.split as usize;
        holds.items[split] += 1;
        if let Some((value, origin)) = &row.value {
            holds.settled[split] += 1;
            *holds.origins.entry(origin.to_string()).or_default() += 1;
            holds.values.entry(question.spell(value)).or_default()[split] += 1;
        }
    }
    holds
}

words! {
    /// What happened to an item between two states.
    Change: "change" {
        /// It came.
        Added = "added",
        /// It went.
        Removed = "removed",
        /// Its text or fields changed.
        Edited = "edited",
        /// Its settled value changed, came or went.
        Relabelled = "relabelled",
        /// Somebody answered, and its settled value is as it was.
        Reanswered = "reanswered",
        /// It is in another split.
        Moved = "moved",
    }
}

/// One change of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The item's row.
    pub seq: u32,
    /// What happened.
    pub change: Change,
    /// What was before, in words; none where there was nothing.
    pub before: Option<String>,
    /// What is after.
    pub after: Option<String>,
}

/// What changed between two states, by row and kind of change.
pub fn diff(question: &Question, a: &State, b: &State, answered: &HashSet<u32>) -> Vec<Changed> {
    let spell = |value: &Value| question.spell(value);
    let mut changes = Vec::new();
    let (mut left, mut right) = (a.rows.iter().peekable(), b.rows.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.key.cmp(&b.key),
        };
        let a = left.next_if(|_| order != Ordering::Greater);
        let b = right.next_if(|_| order != Ordering::Less);
        match (a, b) {
            (Some(a), Some(b)) => of_one(a, b, &spell, answered, &mut changes),
            (Some(a), None) => changes.push(whole(a, Change::Removed, &spell)),
            (None, Some(b)) => changes.push(whole(b, Change::Added, &spell)),
            (None, None) => break,
        }
    }
    changes.sort_by_key(|changed| (changed.seq, changed.change));
    changes
}

fn whole(row: &StateRow, change: Change, spell: &dyn Fn(&Value) -> String) -> Changed {
    let value = row.value.as_ref().map(|(value, _)| spell(value));
    match change {
        Change::Removed => Changed { seq: row.seq, change, before: value, after: None },
        _ => Changed { seq: row.seq, change, before: None, after: value },
    }
}

fn of_one(
    a: &StateRow,
    b: &StateRow,
    spell: &dyn Fn(&Value) -> String,
    answered: &HashSet<u32>,
    changes: &mut Vec<Changed>,
) {
    let mut push = |change, before: Option<String>, after: Option<String>| {
        changes.push(Changed { seq: b.seq, change, before, after });
    };
    let short =
        |text: &Digest, fields: &Digest| Some(format!("{}·{}", &text.to_string()[..8], &fields.to_string()[..8]));
    if (a.text, a.fields) != (b.text, b.fields) {
        push(Change::Edited, short(&a.text, &a.fields), short(&b.text, &b.fields));
    }
    let (was, is) = (a.value.as_ref().map(|v| &v.0), b.value.as_ref().map(|v| &v.0));
    if was != is {
        push(Change::Relabelled, was.map(spell), is.map(spell));
    } else if answered.contains(&b.seq) {
        push(Change::Reanswered, was.map(spell), is.map(spell));
    }
    if a.split != b.split {
        push(Change::Moved, Some(a.split.to_string()), Some(b.split.to_string()));
    }
}

/// What changed between two snapshots, as they were asked for.
pub fn diff_of(project: &Project, question: &Question, a: &Snapshot, b: &Snapshot) -> Result<Vec<Changed>> {
    let (before, after) = (project.state_of(question, a)?, project.state_of(question, b)?);
    let answered = project.answered_between(question.id, a.act, b.act)?.into_iter().collect();
    Ok(diff(question, &before, &after, &answered))
}

/// How many items a split of a state has settled values for.
pub fn known(state: &State, split: Split) -> usize {
    state.rows.iter().filter(|row| row.split == split && row.value.is_some()).count()
}
