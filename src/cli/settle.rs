//! `karat settle ITEM VALUE` and `karat settle --method M`.

use super::{Context, Report, Table};
use crate::agreement::{Method, Settings, Truth};
use crate::domain::{Deed, Question};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::workflow::aggregate::{self, Accepted, Decided, Outcome};
use crate::workflow::agreement::Gathered;
use crate::workflow::settle::{self, Settling};
use serde_json::{Map, Value as Json, json};

/// Arguments of `karat settle`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Your own id of the item, or a unique beginning of its key.
    #[arg(required_unless_present = "method")]
    pub item: Option<String>,
    /// The value that holds from now on.
    #[arg(allow_hyphen_values = true, required_unless_present = "method")]
    pub value: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", conflicts_with = "method")]
    pub note: Option<String>,
    /// Mark that the guidelines do not settle the matter.
    #[arg(long, conflicts_with = "method")]
    pub unclear: bool,
    /// Settle every open item by what the answers add up to: majority, wawa, dawid-skene, one-coin, mace or glad.
    /// Thirty of them then come up for review.
    #[arg(long, value_name = "M", conflicts_with_all = ["item", "value"])]
    pub method: Option<Method>,
    /// Leave open what the method is less sure of.
    #[arg(long, value_name = "P", default_value_t = 0.9, requires = "method")]
    pub min_confidence: f64,
    /// Answers added to every cell of a confusion matrix in dawid-skene.
    #[arg(long, value_name = "N", default_value_t = 0.0, requires = "method")]
    pub smoothing: f64,
    /// Only items that match.
    #[arg(long = "where", value_name = "EXPR", requires = "method")]
    pub matching: Option<String>,
    /// Compute, and settle nothing.
    #[arg(long, requires = "method")]
    pub dry_run: bool,
}

/// Settles one item by a person's ruling, or all open ones by a method.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    match (&args.method, &args.item, &args.value) {
        (Some(method), ..) => by_method(&mut project, &question, *method, &args, context),
        (None, Some(item), Some(value)) => by_person(&mut project, &question, item, value, &args, context),
        _ => Err(Error::usage("settle needs an item and a value, or --method")),
    }
}

fn by_person(
    project: &mut Project,
    question: &Question,
    item: &str,
    value: &str,
    args: &Args,
    context: &Context,
) -> Result<Report> {
    let value = question.parse_value(value)?;
    let item = project.find_item(item)?;
    let by = context.actor(project, Deed::Settle)?;
    let settling = Settling { item, value, note: args.note.clone(), unclear: args.unclear };
    settle::adjudicate(project, by, question, &settling)?;
    let (name, spelled) = (project.item(item)?.name(), question.spell(&settling.value));
    let ruling =
        json!({"item": name, "value": spelled, "confidence": null, "note": args.note, "unclear": args.unclear});
    let json = json!({
        "question": question.name, "method": "adjudicated", "by": context.who(), "rulings": [ruling], "annotators": [],
        "iterations": null, "log_likelihood": null,
    });
    Ok(Report::new(json).line(format!("settled: {name} is {spelled}")))
}

fn by_method(
    project: &mut Project,
    question: &Question,
    method: Method,
    args: &Args,
    context: &Context,
) -> Result<Report> {
    let refused = |what: &str| Err(Error::usage(what.to_owned()));
    if !(0.0..=1.0).contains(&args.min_confidence) {
        return refused("--min-confidence is a probability, from 0 to 1");
    }
    if !(args.smoothing.is_finite() && args.smoothing >= 0.0) {
        return refused("--smoothing is a number of answers, 0 or more");
    }
    let gathered = Gathered::of(project, question, args.matching.as_deref())?;
    let settings = Settings { smoothing: args.smoothing, ..Settings::default() };
    let outcome = aggregate::outcome(project, question, &gathered, method, &settings)?;
    let by = if args.dry_run { None } else { Some(context.actor(project, Deed::SettleMany)?) };
    let (least, seed) = (args.min_confidence, context.global.seed);
    let accepted = aggregate::accept(project, by, question, &outcome, least, seed)?;
    let json = document(project, question, &gathered, &outcome, &accepted, args)?;
    let Accepted { rulings, reviewed, unsure } = &accepted;
    let verb = if args.dry_run { "would be settled" } else { "settled" };
    let mut report = Report::new(json).line(format!(
        "{} items {verb} by {method} at {least} or above; {} of them come up for review",
        rulings.len(),
        reviewed.len()
    ));
    if *unsure > 0 {
        let ties = outcome.ties.len();
        report = report.line(format!("{unsure} items stay open for a person, {ties} of them ties: karat agreement"));
    }
    for (what, truth) in [("rulings of people", outcome.against_rulings), ("gold", outcome.against_gold)] {
        if let Some(truth) = truth {
            report = report.line(format!("it says what the {what} say on {:.4} of {}", truth.accuracy, truth.units));
        }
    }
    Ok(match gathered.people.is_empty() {
        true => report.line("nobody has answered yet"),
        false => report.line("").table(&annotators(question, &gathered, &outcome)),
    })
}

fn annotators(question: &Question, gathered: &Gathered, outcome: &Outcome) -> Table {
    const ROWS: usize = 20;
    let mut table = Table::new(["who", "answers", "skill", "leans to"]).right(&[1, 2]);
    for (who, a) in gathered.people.iter().zip(&outcome.found.annotators).take(ROWS) {
        let most = a.bias.iter().enumerate().max_by(|x, y| x.1.total_cmp(y.1)).filter(|(_, more)| **more >= 0.05);
        let label = most
            .and_then(|(i, more)| Some(format!("{} +{:.0}%", question.spell(gathered.values.get(i)?), 100.0 * more)));
        let skill = a.skill.map_or_else(|| "–".into(), |skill| format!("{skill:.3}"));
        table.row([who.name.clone(), a.answers.to_string(), skill, label.unwrap_or_default()]);
    }
    table
}

fn document(
    project: &Project,
    question: &Question,
    gathered: &Gathered,
    outcome: &Outcome,
    accepted: &Accepted,
    args: &Args,
) -> Result<Json> {
    let names: Vec<String> = gathered.values.iter().map(|value| question.spell(value)).collect();
    let told = |decided: &[Decided]| -> Result<Vec<Json>> {
        let one = |d: &Decided| {
            Ok(json!({
                "item": project.item(d.seq)?.name(), "value": question.spell(&d.value), "confidence": d.confidence,
                "settled": d.settled.map(|origin| origin.as_str()),
            }))
        };
        decided.iter().map(one).collect()
    };
    let (rulings, decided) = (told(&accepted.rulings)?, told(&outcome.decided)?);
    let mut ties = Vec::new();
    for (seq, between) in &outcome.ties {
        let between: Vec<String> = between.iter().map(|value| question.spell(value)).collect();
        ties.push(json!({"item": project.item(*seq)?.name(), "between": between}));
    }
    let mut reviewed = Vec::new();
    for seq in &accepted.reviewed {
        reviewed.push(project.item(*seq)?.name());
    }
    let people = gathered.people.iter().zip(&outcome.found.annotators).map(|(who, a)| {
        let row = |truth: u32| {
            let row = a.row(truth)?;
            Some(Json::Object(names.iter().zip(row).map(|(answer, p)| (answer.clone(), json!(p))).collect()))
        };
        let confusion: Map<String, Json> =
            (0..).zip(&names).filter_map(|(i, name)| Some((name.clone(), row(i)?))).collect();
        let bias: Map<String, Json> =
            names.iter().zip(&a.bias).map(|(name, more)| (name.clone(), json!(more))).collect();
        json!({"name": who.name, "answers": a.answers, "skill": a.skill, "bias": bias, "confusion": confusion})
    });
    let truth = |t: Option<Truth>| t.map(|t| json!({"accuracy": t.accuracy, "n": t.units}));
    Ok(json!({
        "question": question.name, "method": outcome.found.method.as_str(), "min_confidence": args.min_confidence,
        "dry_run": args.dry_run, "accepted": accepted.rulings.len(), "unsure": accepted.unsure, "rulings": rulings,
        "decided": decided,
        "ties": ties, "review": reviewed, "annotators": people.collect::<Vec<_>>(),
        "iterations": outcome.found.iterations, "converged": outcome.found.converged,
        "log_likelihood": outcome.found.log_likelihood, "against_rulings": truth(outcome.against_rulings),
        "against_gold": truth(outcome.against_gold),
    }))
}
