//! `karat queue`.

use super::{Context, Report, Table, shortened};
use crate::domain::{LabelId, Lane, Question};
use crate::error::Result;
use crate::queue::Strategy;
use crate::workflow::queue::{self, Wanted};
use crate::workflow::ranking::By;
use serde_json::{Map, Value as Json, json};

/// Arguments of `karat queue`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Order by this strategy instead of the project's: random, least-confidence, margin, entropy, coverage,
    /// committee, density, disagreement, badge, diverse-margin, or "seek LABEL".
    #[arg(long, value_name = "S", num_args = 1..=2)]
    pub strategy: Vec<String>,
    /// How many items to list.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// One lane: learn, random, overlap, gold, review or again. Without it items of a calibration session that wait for
    /// you come first, then the learn lane.
    #[arg(long, value_name = "L")]
    pub lane: Option<Lane>,
}

/// Lists what would be served next, and why; leases nothing.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let question = context.question(&project)?;
    let strategy = (!args.strategy.is_empty()).then(|| args.strategy.join(" ").parse::<Strategy>()).transpose()?;
    let wanted = Wanted { strategy, lane: args.lane, limit: args.limit, seed: context.global.seed };
    let person = context.actor_if_known(&project)?;
    person.map_or(Ok(()), |person| project.refuse_absent(person))?;
    let panel = queue::list(&project, &context.paths()?, &question, person, &wanted, &context.control())?;
    let mut table = Table::new(["#", "lane", "item", "score", "likeliest", "text"]).right(&[0, 3]);
    let mut items = Vec::new();
    for row in &panel.next {
        let likeliest = row.probabilities.first().map(|(label, p)| format!("{} {p:.2}", name(&question, *label)));
        let score = row.score.map_or_else(String::new, |score| format!("{score:.4}"));
        table.row([
            row.rank.to_string(),
            row.lane.to_string(),
            row.id.clone(),
            score,
            likeliest.unwrap_or_default(),
            shortened(&row.text, 60),
        ]);
        items.push(json!({
            "item": row.id, "key": row.key.to_string(), "lane": row.lane.as_str(), "rank": row.rank,
            "score": row.score, "answers": row.answers,
            "probabilities": probabilities(&question, &row.probabilities), "text": row.text,
        }));
    }
    let kept = queue::kept_from(&project, &question, person)?;
    let round = panel.round.as_ref().map(|round| round.number);
    let json = json!({
        "question": question.name, "strategy": panel.strategy, "quantity": panel.quantity, "round": round,
        "model": panel.by.as_ref().map(By::to_json), "note": panel.instead, "left": panel.left, "items": items,
        "advice": {"stop": panel.stop, "reason": panel.advice},
        "qualification": kept.as_ref().map(|(json, _)| json),
    });
    let round = round.map_or_else(|| "no round yet".to_owned(), |number| format!("round {number}"));
    let report =
        Report::new(json).line(format!("{} · {} · {round} · {} left", question.name, panel.strategy, panel.left));
    let unusual = panel.by.as_ref().and_then(By::unusual);
    let report = unusual.into_iter().fold(report, |report, by| report.line(format!("ordered by {by}")));
    let report = kept.iter().fold(report, |report, (_, told)| report.line(told));
    let report = panel.instead.iter().fold(report, |report, note| report.line(note));
    Ok(report.table(&table).line(&panel.advice))
}

fn name(question: &Question, label: LabelId) -> &str {
    question.label(label).map_or("?", |label| label.name.as_str())
}

fn probabilities(question: &Question, given: &[(LabelId, f64)]) -> Json {
    if given.is_empty() {
        return Json::Null;
    }
    let pairs = given.iter().map(|(label, p)| (name(question, *label).to_owned(), json!(p)));
    Json::Object(pairs.collect::<Map<_, _>>())
}
