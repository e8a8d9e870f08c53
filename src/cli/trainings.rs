//! `karat trainings …`.

use super::{Context, Report, Table};
use crate::domain::{Curve, Curves, Deed, iso};
use crate::error::Result;
use crate::project::{Project, Training};
use crate::workflow::runs::under_way;
use serde_json::json;

/// Arguments of `karat trainings`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List them, the newest first.
    List,
    /// Cancel one that is under way, whoever started it; nothing of it is kept.
    Cancel {
        /// Its number.
        training: u32,
    },
    /// Forget how one ended; without a number, all that have ended.
    Dismiss {
        /// Its number.
        training: Option<u32>,
    },
}

/// Lists, cancels or dismisses trainings.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    match args.action.unwrap_or(Action::List) {
        Action::List => list(&project),
        Action::Cancel { training } => cancel(&mut project, training, context),
        Action::Dismiss { training } => dismiss(&mut project, training, context),
    }
}

fn list(project: &Project) -> Result<Report> {
    let mut table =
        Table::new(["training", "question", "model", "state", "how far", "loss", "by", "since"]).right(&[0, 5]);
    let (mut rows, mut rest, questions) = (Vec::new(), Vec::new(), project.questions()?);
    for training in project.trainings()?.iter().rev() {
        let question = questions.iter().find(|question| question.id == training.question);
        let told = under_way::told(project, training)?;
        rest.extend(told.lines().skip(1).map(|line| format!("training {}: {}", training.number, line.trim())));
        table.row([
            training.number.to_string(),
            question.map(|question| question.name.clone()).unwrap_or_default(),
            training.asked["model"].as_str().unwrap_or_default().to_owned(),
            training.state.to_string(),
            told.lines().next().unwrap_or_default().to_owned(),
            loss(training),
            under_way::by(project, training)?.unwrap_or_else(|| "somebody new".to_owned()),
            iso(training.started),
        ]);
        rows.push(under_way::training_json(project, training)?);
    }
    let none = rows.is_empty();
    let report = Report::new(json!({"trainings": rows}));
    Ok(match none {
        true => report.line("no training is under way: karat train starts one"),
        false => rest.iter().fold(report.table(&table), |report: Report, line| report.line(line)),
    })
}

/// The newest height of its curves: of the validation rows where there are some.
fn loss(training: &Training) -> String {
    let curves = Curves::of_json(&training.progress.curves);
    let newest = |curve| curves.points(curve).last().map(|point| format!("{:.4}", point.1));
    newest(Curve::ValidationLoss).or_else(|| newest(Curve::TrainLoss)).unwrap_or_default()
}

fn cancel(project: &mut Project, number: u32, context: &Context) -> Result<Report> {
    context.actor(project, Deed::Train)?;
    let training = under_way::cancel(project, number, &context.who())?;
    Ok(Report::new(under_way::training_json(project, &training)?)
        .line(format!("training {number} is cancelled: nothing of it is kept")))
}

fn dismiss(project: &mut Project, number: Option<u32>, context: &Context) -> Result<Report> {
    context.actor(project, Deed::Train)?;
    let dismissed = under_way::dismiss(project, number)?;
    let told = match dismissed.as_slice() {
        [] => "no training has ended that was not dismissed".to_owned(),
        [one] => format!("training {one} is dismissed"),
        several => format!("{} trainings are dismissed", several.len()),
    };
    Ok(Report::new(json!({"dismissed": dismissed})).line(told))
}
