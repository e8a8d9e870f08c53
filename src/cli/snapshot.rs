//! `karat snapshot …`.

use super::{Context, Report, Table};
use crate::domain::{Deed, Question, Split, iso};
use crate::error::Result;
use crate::project::{Project, Snapshot};
use crate::workflow::lineage;
use crate::workflow::snapshots::{self, Change, Changed};
use serde_json::{Value as Json, json};

/// How many changes are listed for people; `--json` lists all.
const SHOWN: usize = 40;

/// Arguments of `karat snapshot`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Keep the items, their settled values and their splits as they are now.
    Create {
        /// What to call it.
        #[arg(long)]
        name: Option<String>,
    },
    /// List them.
    List,
    /// What one holds.
    Show {
        /// Its number, name, or the beginning of its hash; latest is the newest.
        #[arg(default_value = "latest")]
        snapshot: String,
    },
    /// What was trained on each, and what that predicts.
    Lineage {
        /// Of one alone: its number, name, or the beginning of its hash.
        snapshot: Option<String>,
    },
    /// What changed between two.
    Diff {
        /// The one before.
        a: String,
        /// The one after.
        #[arg(default_value = "latest")]
        b: String,
    },
}

/// Keeps, lists, shows or compares snapshots.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    match args.action.unwrap_or(Action::List) {
        Action::Create { name } => {
            let by = context.actor(&mut project, Deed::Snapshots)?;
            let before = project.snapshots(question.id)?.len();
            let snapshot = snapshots::create(&mut project, by, &question, name.as_deref())?;
            let new = project.snapshots(question.id)?.len() > before;
            let mut json = to_json(&project, &snapshot)?;
            json["new"] = json!(new);
            let said = match new {
                true => format!("kept as snapshot {}", titled(&snapshot)),
                false => format!("nothing changed since snapshot {}", titled(&snapshot)),
            };
            let (items, settled) = (snapshot.items, snapshot.settled);
            Ok(Report::new(json).line(format!("{said}: {items} items, {settled} settled")))
        }
        Action::List => list(&project, &question),
        Action::Show { snapshot } => show(&project, &question, &snapshots::named(&project, &question, &snapshot)?),
        Action::Lineage { snapshot } => lineage(&project, &question, snapshot.as_deref()),
        Action::Diff { a, b } => {
            let (a, b) = (snapshots::named(&project, &question, &a)?, snapshots::named(&project, &question, &b)?);
            diff(&project, &question, &a, &b)
        }
    }
}

fn titled(snapshot: &Snapshot) -> String {
    let name = snapshot.name.as_ref().map_or_else(String::new, |name| format!(" {name:?}"));
    format!("{}{name} ({})", snapshot.number, &snapshot.hash.to_string()[..8])
}

fn to_json(project: &Project, snapshot: &Snapshot) -> Result<Json> {
    let parent = project.snapshot_number(snapshot.parent)?;
    Ok(json!({
        "snapshot": snapshot.number, "id": snapshot.id.to_string(), "name": snapshot.name,
        "hash": snapshot.hash.to_string(), "parent": parent, "items": snapshot.items, "settled": snapshot.settled,
        "by": project.name_of(snapshot.by)?, "at": snapshot.at,
    }))
}

fn list(project: &Project, question: &Question) -> Result<Report> {
    let mut table = Table::new(["snapshot", "name", "hash", "items", "settled", "by", "at"]).right(&[3, 4]);
    let mut rows = Vec::new();
    for snapshot in project.snapshots(question.id)? {
        table.row([
            snapshot.number.to_string(),
            snapshot.name.clone().unwrap_or_default(),
            snapshot.hash.to_string()[..8].to_owned(),
            snapshot.items.to_string(),
            snapshot.settled.to_string(),
            project.name_of(snapshot.by)?,
            iso(snapshot.at),
        ]);
        rows.push(to_json(project, &snapshot)?);
    }
    let none = rows.is_empty();
    let report = Report::new(json!({"question": question.name, "snapshots": rows}));
    Ok(match none {
        true => report.line("there is no snapshot yet: karat snapshot create keeps the state as it is now"),
        false => report.table(&table),
    })
}

fn lineage(project: &Project, question: &Question, of: Option<&str>) -> Result<Report> {
    let of = of.map(|name| snapshots::named(project, question, name)).transpose()?;
    let mut lines = lineage::lines(project, question)?;
    lines.retain(|line| of.as_ref().is_none_or(|snapshot| snapshot.id == line.snapshot.id));
    let json: Vec<Json> = lines.iter().map(lineage::to_json).collect();
    let mut report = Report::new(json!({"question": question.name, "snapshots": json}));
    if lines.is_empty() {
        report = report.line("there is no snapshot yet: karat snapshot create keeps the state as it is now");
    }
    for line in &lines {
        let parent = line.parent.map_or_else(|| "the first".to_owned(), |n| format!("after {n}"));
        let (s, at) = (&line.snapshot, iso(line.snapshot.at));
        report = report.line(format!(
            "snapshot {}, {parent}, by {} {at}: {} items, {} settled",
            titled(s),
            line.by,
            s.items,
            s.settled
        ));
        for (run, predictions) in &line.runs {
            let metric = run.metric.as_ref().and_then(|metric| metric.value);
            let worth = metric.map_or_else(String::new, |value| format!(", {value:.3} by {}", run.judged_by));
            let stands = run.standing.as_str();
            report = report.line(format!(
                "  run {} {} ({}, {stands}){worth}: {predictions} prediction{}",
                run.number,
                run.name,
                run.model,
                if *predictions == 1 { "" } else { "s" }
            ));
        }
    }
    Ok(report)
}

fn show(project: &Project, question: &Question, snapshot: &Snapshot) -> Result<Report> {
    let holds = snapshots::holds(question, &project.state_of(question, snapshot)?);
    let by_split = |of: [usize; 3]| -> Json {
        Json::Object(Split::ALL.iter().zip(of).map(|(split, n)| (split.to_string(), json!(n))).collect())
    };
    let mut json = to_json(project, snapshot)?;
    json["question"] = json!(question.name);
    json["splits"] = json!({"items": by_split(holds.items), "settled": by_split(holds.settled)});
    json["origins"] = json!(holds.origins);
    json["values"] = Json::Object(holds.values.iter().map(|(value, of)| (value.clone(), by_split(*of))).collect());
    let mut table = Table::new(["", "train", "validation", "test"]).right(&[1, 2, 3]);
    let mut add = |what: &str, of: [usize; 3]| {
        table.row([what.to_owned(), of[0].to_string(), of[1].to_string(), of[2].to_string()]);
    };
    add("items", holds.items);
    add("settled", holds.settled);
    holds.values.iter().for_each(|(value, of)| add(value, *of));
    let origins: Vec<String> = holds.origins.iter().map(|(origin, n)| format!("{n} {origin}")).collect();
    Ok(Report::new(json)
        .line(format!("snapshot {} of {}, by {}", titled(snapshot), iso(snapshot.at), project.name_of(snapshot.by)?))
        .table(&table)
        .line(format!("settled values: {}", if origins.is_empty() { "none".to_owned() } else { origins.join(", ") })))
}

fn diff(project: &Project, question: &Question, a: &Snapshot, b: &Snapshot) -> Result<Report> {
    let changes = snapshots::diff_of(project, question, a, b)?;
    let count = |change: Change| changes.iter().filter(|changed| changed.change == change).count();
    let mut json = json!({"question": question.name, "a": a.number, "b": b.number});
    for change in Change::ALL {
        json[change.as_str()] = json!(count(*change));
    }
    let mut table = Table::new(["item", "change", "before", "after"]);
    let mut items = Vec::with_capacity(changes.len());
    for (place, Changed { seq, change, before, after }) in changes.iter().enumerate() {
        let item = project.item_name(*seq)?;
        if place < SHOWN {
            let shown = |said: &Option<String>| said.clone().unwrap_or_else(|| "–".to_owned());
            table.row([item.clone(), change.to_string(), shown(before), shown(after)]);
        }
        items.push(json!({"item": item, "change": change.as_str(), "before": before, "after": after}));
    }
    json["items"] = Json::Array(items);
    let counts: Vec<String> =
        Change::ALL.iter().filter(|c| count(**c) > 0).map(|c| format!("{} {c}", count(*c))).collect();
    if counts.is_empty() {
        return Ok(Report::new(json).line(format!("{} and {} hold the same", titled(a), titled(b))));
    }
    let report = Report::new(json).line(format!("{} → {}: {}", titled(a), titled(b), counts.join(", "))).table(&table);
    Ok(match changes.len().saturating_sub(SHOWN) {
        0 => report,
        more => report.line(format!("… and {more} more: --json lists them all")),
    })
}
