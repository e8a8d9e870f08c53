//! `karat calibration`.

use super::{Context, Report, Table, shortened};
use crate::domain::{Deed, FEW, Question};
use crate::error::Result;
use crate::project::Project;
use crate::workflow::calibration::{self, Compared, Kept, New};
use serde_json::json;

/// Arguments of `karat calibration`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Draw two halves of items that nobody has answered, and ask everybody the first, blind.
    Start {
        /// What to call it.
        name: String,
        /// Items of each half.
        #[arg(long, value_name = "N", default_value_t = 20)]
        items: usize,
        /// Draw among the items that match.
        #[arg(long = "where", value_name = "EXPR")]
        matching: Option<String>,
        /// Who takes part; everybody where nobody is named.
        #[arg(long, value_name = "NAMES", value_delimiter = ',')]
        people: Vec<String>,
    },
    /// End the first half: keep the agreement, and show where people differ.
    Compare {
        /// The session.
        name: String,
        /// Even where somebody has not answered everything.
        #[arg(long)]
        anyway: bool,
    },
    /// Ask everybody the second half: other items of the same draw, so that nobody answers from memory.
    After {
        /// The session.
        name: String,
    },
    /// End the session: keep the agreement after.
    Close {
        /// The session.
        name: String,
        /// Even where somebody has not answered everything.
        #[arg(long)]
        anyway: bool,
    },
    /// List the sessions.
    List,
    /// Show how far everybody has come, the agreement before and after, and what is disputed.
    Show {
        /// The session.
        name: String,
    },
}

/// Starts a calibration session, takes it further, or shows it.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    match args.action {
        Action::Start { name, items, matching, people } => {
            let by = context.actor(&mut project, Deed::Calibrate)?;
            let (filter, seed) = (matching.as_deref(), context.global.seed);
            calibration::start(
                &mut project,
                by,
                &question,
                &New { name: &name, items, filter, people: &people, seed },
            )?;
            show(&project, &question, &name, context)
        }
        Action::Compare { name, anyway } => {
            let by = context.actor(&mut project, Deed::Calibrate)?;
            let compared = calibration::compare(&mut project, by, &question, &name, anyway)?;
            tell(&compared, context);
            show(&project, &question, &name, context)
        }
        Action::After { name } => {
            let by = context.actor(&mut project, Deed::Calibrate)?;
            calibration::go_on(&mut project, by, &question, &name)?;
            show(&project, &question, &name, context)
        }
        Action::Close { name, anyway } => {
            let by = context.actor(&mut project, Deed::Calibrate)?;
            let compared = calibration::close(&mut project, by, &question, &name, anyway)?;
            tell(&compared, context);
            show(&project, &question, &name, context)
        }
        Action::List => list(&project, &question, context),
        Action::Show { name } => show(&project, &question, &name, context),
    }
}

fn tell(compared: &Compared, context: &Context) {
    for share in &compared.missing {
        context.note(format!("{} has not answered everything", share.who.name));
    }
}

fn list(project: &Project, question: &Question, context: &Context) -> Result<Report> {
    let all =
        calibration::list(project, &context.paths()?, question, context.actor_if_known(project)?, &context.control())?;
    let json = json!({
        "question": question.name, "sessions": all.iter().map(|one| one.to_json(question)).collect::<Vec<_>>(),
    });
    if all.is_empty() {
        return Ok(Report::new(json).line("no calibration session yet: karat calibration start NAME"));
    }
    let mut table = Table::new(["session", "stage", "people", "items", "before", "after", "difference"]).right(&[2]);
    for one in &all {
        let [first, second] = [&one.session.halves[0], &one.session.halves[1]].map(Vec::len);
        table.row([
            one.session.name.clone(),
            one.session.stage().to_string(),
            one.shares.len().to_string(),
            format!("{first} + {second}"),
            one.before.as_ref().map_or_else(String::new, alpha),
            one.after.as_ref().map_or_else(String::new, alpha),
            difference(one),
        ]);
    }
    Ok(Report::new(json).table(&table))
}

fn show(project: &Project, question: &Question, name: &str, context: &Context) -> Result<Report> {
    let session = calibration::named(project, question, name)?;
    let (viewer, control) = (context.actor_if_known(project)?, context.control());
    let one = calibration::report(project, &context.paths()?, question, session, viewer, &control)?;
    let mut report = Report::new(one.to_json(question));
    report = report.line(format!("{}: {}", one.session.name, one.session.stage())).line("");
    let mut table = Table::new(["who", "first half", "second half"]).right(&[1, 2]);
    for share in &one.shares {
        let [first, second] = share.done.map(|(done, of)| format!("{done} of {of}"));
        table.row([share.called(), first, second]);
    }
    report = report.table(&table);
    if one.before.is_some() {
        let mut table = Table::new(["", "α", "agree", "items", "answers", "guidelines"]).right(&[2, 3, 4, 5]);
        for (when, kept) in [("before", &one.before), ("after", &one.after)] {
            let Some(kept) = kept else { continue };
            let percent = kept.percent.map_or_else(|| "–".into(), |p| format!("{p:.3}"));
            let guidelines = if kept.guidelines == 0 { "none".to_owned() } else { kept.guidelines.to_string() };
            let (items, answers) = (kept.pairable.to_string(), kept.answers.to_string());
            table.row([when.to_owned(), alpha(kept), percent, items, answers, guidelines]);
        }
        report = report.line("").table(&table);
    }
    if let (Some(_), Some(_)) = (&one.before, &one.after) {
        report = report.line(format!("difference: {}", difference(&one)));
    }
    if !one.disputes.is_empty() {
        let mut table = Table::new(["disputed", "answers", "text"]);
        for dispute in &one.disputes {
            let votes =
                dispute.votes.iter().map(|v| format!("{}: {}", v.who.name, question.tell(&v.value, &dispute.text)));
            let votes = shortened(&votes.collect::<Vec<_>>().join(", "), 50);
            table.row([dispute.id.clone(), votes, shortened(&dispute.text, 60)]);
        }
        report = report.line("").table(&table);
        report = report.line("`karat settle ITEM VALUE` settles one, and F2 in the terminal UI");
    }
    Ok(report)
}

/// The coefficient with its interval, or why there is none.
fn alpha(kept: &Kept) -> String {
    match (kept.alpha, kept.ci95) {
        _ if kept.pairable < FEW => format!("no estimate (n={})", kept.pairable),
        (Some(alpha), Some((low, high))) => format!("{alpha:.3} [{low:.3}, {high:.3}] {}", kept.weights),
        (Some(alpha), None) => format!("{alpha:.3} {}", kept.weights),
        (None, _) => kept.reason.clone().unwrap_or_default(),
    }
}

fn difference(one: &calibration::Report) -> String {
    let enough = |kept: &Option<Kept>| kept.as_ref().is_some_and(|kept| kept.pairable >= FEW);
    match one.difference() {
        Some(d) if enough(&one.before) && enough(&one.after) => {
            let interval = d.ci95.map_or_else(String::new, |(low, high)| format!(" [{low:+.3}, {high:+.3}]"));
            format!("{:+.3}{interval}", d.value)
        }
        _ if one.after.is_some() => "no estimate".to_owned(),
        _ => String::new(),
    }
}
