//! The line from a kept state of the data to what was trained on it and what that predicts; and what changed between two
//! states, as a person reads it.

use super::blind::Blind;
use super::runs::{self, Listed};
use super::snapshots::{self, Change, Changed};
use crate::domain::{PersonId, Question};
use crate::error::{Error, Result};
use crate::project::{Project, Snapshot, SnapshotId};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A snapshot with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The number of the one before it.
    pub parent: Option<u32>,
    /// Who made it.
    pub by: String,
    /// The runs that stand on it, oldest first, each with how many items it predicts.
    pub runs: Vec<(Listed, u64)>,
}

/// Every snapshot of a question with what came of it, newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn lines(project: &Project, question: &Question) -> Result<Vec<Line>> {
    project.at_one_moment(|project| {
        let (runs, decided) = (project.runs(question.id)?, project.decisions(question.id)?);
        let mut of: BTreeMap<SnapshotId, Vec<(Listed, u64)>> = BTreeMap::new();
        let snapshots = project.snapshots(question.id)?;
        for run in &runs {
            let on = snapshots.iter().find(|snapshot| Some(snapshot.id) == run.run.snapshot);
            // One that was trained here predicts every item of the state; what came in says how many it is about.
            let items = on.map_or(0, |snapshot| u64::from(snapshot.items));
            let predicted = run.run.record["predicted"].as_u64().unwrap_or(items);
            if let Some(snapshot) = on {
                let told = runs::listed(project, question, &decided, run)?;
                of.entry(snapshot.id).or_default().push((told, predicted));
            }
        }
        let line = |snapshot: &Snapshot| {
            Ok(Line {
                parent: project.snapshot_number(snapshot.parent)?,
                by: project.name_of(snapshot.by)?,
                runs: of.remove(&snapshot.id).unwrap_or_default(),
                snapshot: snapshot.clone(),
            })
        };
        snapshots.iter().rev().map(line).collect()
    })
}

/// A line as programs read it.
pub fn to_json(line: &Line) -> Json {
    let s = &line.snapshot;
    let run = |(run, predictions): &(Listed, u64)| {
        let metric =
            run.metric.as_ref().map(|m| json!({"value": m.value, "ci95": m.ci95.map(|(l, h)| [l, h]), "n": m.n}));
        json!({
            "run": run.number, "name": run.name, "model": run.model, "origin": run.origin.as_str(),
            "status": run.standing.as_str(), "judged_by": run.judged_by, "metric": metric,
            "predictions": predictions, "by": run.by, "at": run.at,
        })
    };
    json!({
        "snapshot": s.number, "id": s.id.to_string(), "name": s.name, "hash": s.hash.to_string(), "parent": line.parent,
        "items": s.items, "settled": s.settled, "by": line.by, "at": s.at,
        "runs": line.runs.iter().map(run).collect::<Vec<_>>(),
    })
}

/// What changed between two snapshots.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Differs {
    /// The changes that the viewer may read, by their sort, then by item.
    changes: Vec<Changed>,
    /// What each item among the first of every sort of change is called, with its text.
    pub items: BTreeMap<u32, (String, String)>,
    /// Changes that are kept from the viewer, since they have not answered these items yet.
    pub withheld: usize,
}

impl Differs {
    /// Takes the changes that the viewer may read, by item, and how many are kept from them.
    pub fn new(mut changes: Vec<Changed>, withheld: usize) -> Self {
        changes.sort_by_key(|changed| changed.change);
        Self { changes, items: BTreeMap::new(), withheld }
    }

    /// The changes of one sort, found without going through the others: a screen asks for them with every frame.
    pub fn of(&self, change: Change) -> &[Changed] {
        let from = self.changes.partition_point(|changed| changed.change < change);
        let to = self.changes.partition_point(|changed| changed.change <= change);
        &self.changes[from..to]
    }

    /// Whether the two hold the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.withheld == 0
    }
}

/// What changed between two snapshots as a viewer may read it, with name and text of the first so many items of every
/// sort of change.
///
/// # Errors
/// Where a snapshot is not there any more.
pub fn differs(
    project: &Project,
    question: &Question,
    (a, b): (SnapshotId, SnapshotId),
    viewer: PersonId,
    most: usize,
) -> Result<Differs> {
    let (a, b) = (of_id(project, question, a)?, of_id(project, question, b)?);
    let mut changes = snapshots::diff_of(project, question, &a, &b)?;
    let blind = Blind::of(project, question, Some(viewer))?;
    let before = changes.len();
    let open =
        |changed: &Changed| matches!(changed.change, Change::Edited | Change::Moved) || !blind.hides(changed.seq);
    changes.retain(open);
    let withheld = before - changes.len();
    let mut differs = Differs::new(changes, withheld);
    for change in Change::ALL {
        let first: Vec<u32> = differs.of(*change).iter().take(most).map(|changed| changed.seq).collect();
        for seq in first {
            let item = project.item(seq)?;
            differs.items.insert(seq, (item.name(), item.text));
        }
    }
    Ok(differs)
}

/// The snapshot of an id.
///
/// # Errors
/// Where it is not there any more.
pub fn of_id(project: &Project, question: &Question, id: SnapshotId) -> Result<Snapshot> {
    let snapshot = project.snapshots(question.id)?.into_iter().find(|snapshot| snapshot.id == id);
    snapshot.ok_or_else(|| Error::conflict("the snapshot is not there any more: it was taken back"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changes_of_a_sort_stand_together_by_item() {
        let changed = |(seq, change)| Changed { seq, change, before: None, after: None };
        let mixed = [(1, Change::Moved), (2, Change::Added), (3, Change::Moved), (4, Change::Edited)];
        let differs = Differs::new(mixed.map(changed).into(), 0);
        let of = |change| differs.of(change).iter().map(|changed| changed.seq).collect::<Vec<_>>();
        assert_eq!(Change::ALL.iter().map(|change| of(*change).len()).sum::<usize>(), 4);
        assert_eq!((of(Change::Moved), of(Change::Added), of(Change::Removed)), (vec![1, 3], vec![2], vec![]));
        assert!(!differs.is_empty() && Differs::default().is_empty() && !Differs::new(Vec::new(), 1).is_empty());
    }
}
