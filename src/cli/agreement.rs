//! `karat agreement`.

use super::{Context, Report, Table, shortened};
use crate::agreement::{Coefficient, Method, Name, Settings, Truth, Undefined, Value, krippendorff, landis_koch};
use crate::domain::{FEW, Question};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::aggregate::{self, Outcome};
use crate::workflow::agreement::{self, AgreementPanel, Asked, Gathered, Overview, Per};
use serde_json::json;

/// Arguments of `karat agreement`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only about the items that match.
    #[arg(long = "where", value_name = "EXPR")]
    pub matching: Option<String>,
    /// Also for every value of a field, every `week`, every revision of the `guidelines`.
    #[arg(long, value_name = "FIELD")]
    pub per: Option<Per>,
    /// How many disputed items to list, those first that teach most once they are settled.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub disputes: usize,
    /// Also what each method of joining the answers says, side by side with what people ruled and with gold.
    #[arg(long)]
    pub methods: bool,
}

/// Tells how far people agree, where they do not, and what is disputed.
pub fn run(args: &Args, context: &Context) -> Result<Report> {
    let project = context.open()?;
    let question = context.question(&project)?;
    let viewer = context.actor_if_known(&project)?;
    let gathered = Gathered::seen_by(&project, &question, args.matching.as_deref(), viewer)?;
    let asked = Asked { per: args.per.clone(), disputes: args.disputes, seed: context.global.seed, viewer };
    let (paths, control) = (context.paths()?, context.control());
    let overview = agreement::overview(&project, &paths, &question, &gathered, &asked, &control)?;
    let mut json = overview.to_json(&question);
    let methods = if args.methods { methods(&project, &question, &gathered) } else { Vec::new() };
    let kept_back = gathered.kept_back;
    json["kept_back"] = json!(kept_back);
    json["methods"] = json!(methods.iter().map(method_json).collect::<Vec<_>>());

    let Overview { panel, hidden, accepted, todos, disputed, disputes, withheld } = overview;
    let mut report = Report::new(json).line(head(&question.name, &panel, hidden));
    if kept_back > 0 {
        report = report
            .line(format!("{kept_back} items of a calibration session are kept back from you until it is compared"));
    }
    report = report.line("");
    report = report.table(&coefficients(&panel));
    if !panel.pairs.is_empty() {
        report = more(report.line("").table(&pairs(&panel)), panel.pairs.len());
    }
    if !panel.labels.is_empty() {
        report = report.line("").table(&labels(&panel));
    }
    if !panel.people.is_empty() {
        report = more(report.line("").table(&people(&panel)), panel.people.len());
    }
    if hidden > 0 {
        report = report.line(format!("how well {hidden} people do is not for you to see: settings people.performance"));
    }
    if !panel.groups.is_empty() {
        report = report.line("").table(&groups(&panel, args.per.as_ref()));
        if panel.groups_left_out > 0 {
            let which = if matches!(args.per, Some(Per::Field(_))) { "smaller" } else { "older" };
            report = report.line(format!("{} {which} groups are left out", panel.groups_left_out));
        }
    }
    if args.methods {
        report = report.line("").table(&methods_table(&methods));
    }
    if let Some(e) = accepted {
        let (rate, low, high) = (100.0 * e.value, 100.0 * e.low, 100.0 * e.high);
        report = report.line("").line(match e.n < FEW {
            true => format!("of what a method settled {} items were reviewed: {}", e.n, few(e.n)),
            false => {
                format!("of what a method settled {rate:.0}% [{low:.0}, {high:.0}] was wrong on review (n={})", e.n)
            }
        });
    }
    if todos > 0 {
        report =
            report.line(format!("waiting for the next revision of the guidelines: {todos} (karat guidelines todo)"));
    }
    if disputed > withheld && disputes.is_empty() {
        report = report.line(format!("{disputed} items are disputed: --disputes N lists them"));
    } else if !disputes.is_empty() {
        let mut table = Table::new(["disputed", "answers", "text"]);
        for dispute in &disputes {
            let votes =
                dispute.votes.iter().map(|v| format!("{}: {}", v.who.name, question.tell(&v.value, &dispute.text)));
            let ruled =
                dispute.ruled.iter().map(|value| format!("settled as {}, which was split", question.spell(value)));
            let votes = shortened(&votes.chain(ruled).collect::<Vec<_>>().join(", "), 50);
            table.row([dispute.id.clone(), votes, shortened(&dispute.text, 60)]);
        }
        report = report.line("").table(&table);
        report = report.line(format!("{disputed} items are disputed; `karat settle ITEM VALUE` settles one"));
    }
    if withheld > 0 {
        report = report.line(format!("{withheld} disputed items are not shown: you have not answered them yet"));
    }
    Ok(report)
}

/// The most rows that a table shows to people.
const ROWS: usize = 20;
/// Says how many rows a table left out.
fn more(report: Report, rows: usize) -> Report {
    match rows.saturating_sub(ROWS) {
        0 => report,
        left => report.line(format!("… and {left} more: --json lists all")),
    }
}

fn few(units: usize) -> String {
    format!("no estimate (n={units})")
}

fn head(question: &str, panel: &AgreementPanel, hidden: usize) -> String {
    let AgreementPanel { units, pairable, answers, people, .. } = panel;
    let people = people.len() + hidden;
    format!("{question}: {pairable} of {units} items have two answers or more; {answers} answers of {people} people")
}

/// Every method by its defaults, and Dawid-Skene with one answer added to every cell.
fn methods(project: &Project, question: &Question, gathered: &Gathered) -> Vec<(String, Result<Outcome>)> {
    let smoothed = Settings { smoothing: 1.0, ..Settings::default() };
    let all = Method::ALL.iter().map(|method| (method.to_string(), *method, Settings::default()));
    let all = all.chain([("dawid-skene +1".to_owned(), Method::DawidSkene, smoothed)]);
    all.map(|(name, method, settings)| {
        let outcome = aggregate::outcome(project, question, gathered, method, &settings);
        (name, outcome)
    })
    .collect()
}

fn method_json((name, outcome): &(String, Result<Outcome>)) -> serde_json::Value {
    let o = match outcome {
        Ok(outcome) => outcome,
        Err(why) => return json!({"method": name, "decided": null, "reason": why.message}),
    };
    let truth = |t: Option<Truth>| t.map(|t| json!({"accuracy": t.accuracy, "n": t.units}));
    json!({
        "method": name, "decided": o.decided.len(), "ties": o.ties.len(), "iterations": o.found.iterations,
        "converged": o.found.converged, "log_likelihood": o.found.log_likelihood,
        "against_rulings": truth(o.against_rulings), "against_gold": truth(o.against_gold),
    })
}

fn methods_table(methods: &[(String, Result<Outcome>)]) -> Table {
    let mut table = Table::new(["method", "decided", "ties", "as people ruled", "as gold", "iterations"]);
    let truth = |t: Option<Truth>| t.map_or_else(|| "–".into(), |t| format!("{:.4} of {}", t.accuracy, t.units));
    for (name, outcome) in methods {
        let o = match outcome {
            Ok(outcome) => outcome,
            Err(why) => {
                let none = String::new;
                table.row([name.clone(), "–".into(), "–".into(), why.message.clone(), none(), none()]);
                continue;
            }
        };
        let (decided, ties, iterations) = (o.decided.len(), o.ties.len(), o.found.iterations);
        let (ruled, gold) = (truth(o.against_rulings), truth(o.against_gold));
        table.row([name.clone(), decided.to_string(), ties.to_string(), ruled, gold, iterations.to_string()]);
    }
    table.right(&[1, 2, 5])
}

fn coefficients(panel: &AgreementPanel) -> Table {
    let mut table = Table::new(["coefficient", "weights", "value", "95% interval", "items", "means"]).right(&[2, 4]);
    for c in &panel.coefficients {
        let (value, interval, word) = match c.outcome {
            Ok(_) if c.units < FEW => (few(c.units), String::new(), String::new()),
            outcome => cells(&outcome, |v| band(c, v)),
        };
        table.row([c.name.to_string(), c.weights.to_string(), value, interval, c.units.to_string(), word]);
    }
    if let Some(spans) = &panel.spans {
        let rows = [
            ("exact_f1", "spans", &spans.exact_f1),
            ("overlap_f1", "tokens", &spans.overlap_f1),
            ("krippendorff_alpha", "tokens", &spans.token_alpha),
        ];
        for (name, weights, outcome) in rows {
            let (value, interval, word) = cells(outcome, |_| String::new());
            table.row([name.into(), weights.into(), value, interval, spans.units.to_string(), word]);
        }
    }
    table
}

fn band(c: &Coefficient, value: f64) -> String {
    match c.name {
        Name::PercentAgreement => String::new(),
        Name::KrippendorffAlpha => krippendorff(value).to_owned(),
        _ => landis_koch(value).to_owned(),
    }
}

/// Value, interval and word; of what is undefined the reason.
fn cells(outcome: &std::result::Result<Value, Undefined>, word: impl Fn(f64) -> String) -> (String, String, String) {
    match outcome {
        Ok(v) => (format!("{:.3}", v.value), interval(v), word(v.value)),
        Err(why) => ("–".into(), String::new(), why.to_string()),
    }
}

fn interval(value: &Value) -> String {
    value.ci95.map_or_else(String::new, |(low, high)| format!("[{low:.3}, {high:.3}]"))
}

fn pairs(panel: &AgreementPanel) -> Table {
    let spans = panel.spans.is_some();
    let (seen, kappa) = if spans { ("overlap F1", "exact F1") } else { ("agree", "κ") };
    let mut table = Table::new(["pair", "items", seen, kappa, "95% interval"]).right(&[1, 2, 3]);
    for p in panel.pairs.iter().take(ROWS) {
        let (value, interval, _) = cells(&p.kappa, |_| String::new());
        if p.units < FEW {
            let names = format!("{} · {}", p.a.name, p.b.name);
            table.row([names, p.units.to_string(), "–".into(), "–".into(), few(p.units)]);
            continue;
        }
        table.row([
            format!("{} · {}", p.a.name, p.b.name),
            p.units.to_string(),
            format!("{:.3}", p.observed),
            value,
            interval,
        ]);
    }
    table
}

fn labels(panel: &AgreementPanel) -> Table {
    let mut table = Table::new(["label", "answers", "agree", "positive", "α", "95% interval"]).right(&[1, 2, 3, 4]);
    for (name, l) in &panel.labels {
        let (alpha, interval, _) = cells(&l.alpha, |_| String::new());
        let number = |o| cells(o, |_| String::new()).0;
        table.row([name.clone(), l.answers.to_string(), number(&l.observed), number(&l.positive), alpha, interval]);
    }
    table
}

fn people(panel: &AgreementPanel) -> Table {
    let mut table =
        Table::new(["who", "answers", "shared", "agree", "κ", "95% interval", "leans to"]).right(&[1, 2, 3, 4]);
    for p in panel.people.iter().take(ROWS) {
        let (kappa, interval, _) = cells(&p.kappa, |_| String::new());
        if p.units < FEW {
            let (answers, units, none) = (p.answers.to_string(), p.units.to_string(), || "–".to_owned());
            table.row([p.who.name.clone(), answers, units, none(), none(), few(p.units), String::new()]);
            continue;
        }
        let seen = p.observed.map_or_else(|_| "–".into(), |seen| format!("{seen:.3}"));
        let most = p.bias.iter().max_by(|a, b| a.1.total_cmp(&b.1)).filter(|b| b.1 >= 0.05);
        let leans = most.map_or_else(String::new, |(label, more)| format!("{label} +{:.0}%", 100.0 * more));
        table.row([p.who.name.clone(), p.answers.to_string(), p.units.to_string(), seen, kappa, interval, leans]);
    }
    table
}

fn groups(panel: &AgreementPanel, per: Option<&Per>) -> Table {
    let heading = match per {
        Some(Per::Field(name)) => name.as_str(),
        Some(Per::Week) => "week",
        _ => "guidelines",
    };
    let mut table = Table::new([heading, "items", "shared", "agree", "α", "95% interval"]).right(&[1, 2, 3, 4]);
    for g in &panel.groups {
        if g.pairable < FEW {
            let (units, pairable, none) = (g.units.to_string(), g.pairable.to_string(), || "–".to_owned());
            table.row([g.name.to_string(), units, pairable, none(), none(), few(g.pairable)]);
            continue;
        }
        let value = |place: usize| g.coefficients.get(place).map(|c| cells(&c.outcome, |_| String::new()));
        let (seen, (alpha, interval, _)) = (value(0).unwrap_or_default().0, value(1).unwrap_or_default());
        table.row([g.name.to_string(), g.units.to_string(), g.pairable.to_string(), seen, alpha, interval]);
    }
    table
}
