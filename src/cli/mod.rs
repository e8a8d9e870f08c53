//! The command line: one file a subcommand (arguments → workflow → report), and what they share.

mod agreement;
mod answer;
mod ask;
mod board;
mod calibration;
mod completions;
mod context;
mod copy;
mod demo;
mod doctor;
mod erase;
mod export;
mod field;
mod find;
mod guidelines;
mod import;
mod inbox;
mod init;
mod label;
mod lanes;
mod log;
mod man;
mod merge;
mod people;
mod predict;
mod question;
mod queue;
mod reference;
mod reply;
mod report;
mod retrain;
mod review;
mod run_curves;
mod runs;
mod settings;
mod settle;
mod slices;
mod snapshot;
mod split;
mod status;
mod train;
mod trainings;
mod undo;

pub use context::Context;
pub use reference::reference;
pub use report::{Report, Table, printable, shortened};

use crate::config;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::logging;
use crate::paths::Paths;
use crate::tui;
use crate::workflow::labelling::Seat;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Makes gold labels in the terminal: asks for the items that the model does not know.
///
/// Without a command, opens the project found here, or the one named.
#[derive(Debug, Parser)]
#[command(name = "karat", version, max_term_width = 100)]
pub struct Cli {
    /// Options that hold everywhere.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The project to open.
    #[arg(value_name = "FILE.karat")]
    pub file: Option<PathBuf>,
}

/// Options that hold everywhere.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The project; else $KARAT_PROJECT, else the only *.karat in this folder.
    #[arg(short, long, global = true, value_name = "FILE")]
    pub project: Option<PathBuf>,
    /// Who is acting; else $KARAT_USER, else the configuration, else the login name.
    #[arg(long, global = true, value_name = "NAME")]
    pub by: Option<String>,
    /// The question, where a project has several.
    #[arg(long, global = true, value_name = "NAME")]
    pub question: Option<String>,
    /// Print exactly one JSON document.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print no notes and no progress.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// The seed of whatever is random.
    #[arg(long, global = true, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// The subcommands, in the order in which help shows them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a project from a data file.
    Init(init::Args),
    /// Bring more in: items, answers, gold, labels or predictions.
    Import(import::Args),
    /// Write a table out: items, answers, rulings or what to train on.
    Export(export::Args),
    /// What is in the project, and what is next.
    Status(status::Args),
    /// List what would be served next, and why.
    Queue(queue::Args),
    /// Answer one item.
    Answer(answer::Args),
    /// Take back your newest act: an answer, a ruling, a changed label, setting, guideline, field or name.
    Undo(undo::Args),
    /// Bring back what you took back last.
    Redo,
    /// What can be answered.
    Label(label::Args),
    /// What stands beside the text, and who may use it.
    Field(field::Args),
    /// What is asked of the items.
    Question(question::Args),
    /// How to judge.
    Guidelines(guidelines::Args),
    /// Who answers.
    People(people::Args),
    /// What the project has decided about itself.
    Settings(settings::Args),
    /// Why items are served, and how often.
    Lanes(lanes::Args),
    /// Say which items teach, tune and judge; without options, how it stands.
    Split(split::Args),
    /// Keep the items, settled values and splits as they are; list, show and compare what was kept.
    Snapshot(snapshot::Args),
    /// Train one model, and keep it with the state that it was trained on.
    Train(train::Args),
    /// The models that were trained: list, show, compare, promote, roll back, retire, train again.
    Runs(runs::Args),
    /// The trainings that are under way, and how the last ones ended: list, cancel, dismiss.
    Trainings(trainings::Args),
    /// Label the rows of a file with a run.
    Predict(predict::Args),
    /// Where a run fails: find the slices with the most error.
    Slices(slices::Args),
    /// Run one round of the live ranker now.
    Retrain,
    /// How far people agree, and what they dispute.
    Agreement(agreement::Args),
    /// Let everybody answer the same items blind, compare, and see whether they agree better after.
    Calibration(calibration::Args),
    /// Settle one item by a ruling.
    Settle(settle::Args),
    /// Send items back to be answered once more.
    Review(review::Args),
    /// What you should hear of: replies to your notes, rulings that differ from your answers.
    Inbox(inbox::Args),
    /// Reply to the note beside somebody's answer.
    Reply(reply::Args),
    /// Who did what, and when; verifies the hashes.
    Log(log::Args),
    /// Check the file.
    Doctor(doctor::Args),
    /// Copy a file that may be in use.
    Copy(copy::Args),
    /// Take in what another copy of the project has.
    Merge(merge::Args),
    /// Blank an item's text or a person's name, for good.
    Erase(erase::Args),
    /// Try it on real reviews.
    Demo(demo::Args),
    /// Print the completions of a shell.
    Completions(completions::Args),
    /// Print the man page.
    Man,
}

/// Does what the process's arguments ask, and gives its exit code.
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os()))
}

/// Reads the arguments, does what they ask, and prints it or opens the screen; errors go to stderr with their hint.
fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let parsed = parser().try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed.map(named_first) {
        Ok(Ok(cli)) => cli,
        Ok(Err(error)) => return report::failure(&error),
        Err(error) => return report::parse_error(&error),
    };
    let json = cli.global.json;
    let paths = Paths::of_this_user().ok();
    paths.iter().for_each(logging::start);
    let config = paths.and_then(|paths| config::load(&paths.config_file).ok()).map(|(config, _)| config);
    let context = Context::new(cli.global, config.unwrap_or_default());
    let done =
        interrupt::watch().and_then(|()| dispatch(cli.command, cli.file, &context)).and_then(|done| match done {
            Done::Report(report) => report.print(json),
            Done::Sit(seat) => {
                interrupt::leave();
                tui::run(seat, &context.paths()?, context.place()).map(|()| 0)
            }
        });
    done.unwrap_or_else(|error| report::failure(&error))
}

/// The parser; a negative number is a value wherever a value is wanted, not an unknown option.
fn parser() -> clap::Command {
    fn with_negative_numbers(command: clap::Command) -> clap::Command {
        let takes = |arg: &clap::Arg| arg.get_action().takes_values();
        command
            .mut_args(|arg| if takes(&arg) { arg.allow_negative_numbers(true) } else { arg })
            .mut_subcommands(with_negative_numbers)
    }
    with_negative_numbers(Cli::command())
}

/// `karat FILE.karat COMMAND` is `karat -p FILE.karat COMMAND`.
fn named_first(mut cli: Cli) -> Result<Cli> {
    if cli.command.is_none() {
        return Ok(cli);
    }
    if let Some(file) = cli.file.take() {
        if !names_project(&file) {
            return Err(unknown_command(&file.to_string_lossy()));
        }
        if let Some(other) = cli.global.project.replace(file) {
            return Err(Error::usage("two projects are named").hint(format!("leave one out: -p {}", other.display())));
        }
    }
    Ok(cli)
}

/// Whether a word means a project, not a command that there is none of.
fn names_project(word: &Path) -> bool {
    word.exists() || word.extension().is_some_and(|e| e == "karat")
}

/// What a command hands back.
enum Done {
    Report(Report),
    Sit(Seat),
}

fn dispatch(command: Option<Command>, file: Option<PathBuf>, context: &Context) -> Result<Done> {
    let report = match command {
        None => return open(file, context),
        Some(Command::Init(args)) => init::run(args, context)?,
        Some(Command::Import(args)) => import::run(args, context)?,
        Some(Command::Export(args)) => export::run(&args, context)?,
        Some(Command::Status(args)) => status::run(&args, context)?,
        Some(Command::Queue(args)) => queue::run(&args, context)?,
        Some(Command::Answer(args)) => answer::run(args, context)?,
        Some(Command::Undo(args)) => undo::undo(&args, context)?,
        Some(Command::Redo) => undo::redo(context)?,
        Some(Command::Label(args)) => label::run(args, context)?,
        Some(Command::Field(args)) => field::run(args, context)?,
        Some(Command::Question(args)) => question::run(args, context)?,
        Some(Command::Guidelines(args)) => guidelines::run(args, context)?,
        Some(Command::People(args)) => people::run(args, context)?,
        Some(Command::Settings(args)) => settings::run(args, context)?,
        Some(Command::Lanes(args)) => lanes::run(&args, context)?,
        Some(Command::Split(args)) => split::run(&args, context)?,
        Some(Command::Snapshot(args)) => snapshot::run(args, context)?,
        Some(Command::Train(args)) => train::run(args, context)?,
        Some(Command::Runs(args)) => runs::run(args, context)?,
        Some(Command::Trainings(args)) => trainings::run(args, context)?,
        Some(Command::Predict(args)) => predict::run(&args, context)?,
        Some(Command::Slices(args)) => slices::run(args, context)?,
        Some(Command::Retrain) => retrain::run(context)?,
        Some(Command::Agreement(args)) => agreement::run(&args, context)?,
        Some(Command::Calibration(args)) => calibration::run(args, context)?,
        Some(Command::Settle(args)) => settle::run(args, context)?,
        Some(Command::Review(args)) => review::run(&args, context)?,
        Some(Command::Inbox(args)) => inbox::run(&args, context)?,
        Some(Command::Reply(args)) => reply::run(&args, context)?,
        Some(Command::Log(args)) => log::run(&args, context)?,
        Some(Command::Doctor(args)) => doctor::run(&args, context)?,
        Some(Command::Copy(args)) => copy::run(&args, context)?,
        Some(Command::Merge(args)) => merge::run(&args, context)?,
        Some(Command::Erase(args)) => erase::run(&args, context)?,
        Some(Command::Demo(args)) => return demo::run(args, context),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man) => man::run()?,
    };
    Ok(Done::Report(report))
}

/// `karat` and `karat FILE.karat`.
fn open(file: Option<PathBuf>, context: &Context) -> Result<Done> {
    let project = match file {
        Some(file) if names_project(&file) => file,
        Some(word) => return Err(unknown_command(&word.to_string_lossy())),
        None => match context.project_path() {
            Err(none) if context.global.project.is_none() && ask::is_possible() => offer(none, context)?,
            found => found?,
        },
    };
    context.seat(project).map(Done::Sit)
}

/// Offers the data files of this folder, where there is no project, and makes one of the chosen file.
fn offer(none: Error, context: &Context) -> Result<PathBuf> {
    let folder = Path::new(".");
    let data = find::data_files(folder)?;
    if data.is_empty() || !find::projects(folder)?.is_empty() {
        return Err(none);
    }
    let names: Vec<String> = data.iter().map(|path| path.display().to_string()).collect();
    context.note("There is no project here. A project can be made of:");
    let chosen = ask::one_of("Which one? (empty for none)", &names)?.and_then(|place| data.get(place));
    let Some(chosen) = chosen else { return Err(none) };
    let init = Cli::try_parse_from([OsStr::new("karat"), OsStr::new("init"), chosen.as_os_str()]);
    let command = init.map_err(|e| Error::internal(e.to_string()))?.command;
    if let Done::Report(report) = dispatch(command, None, context)? {
        context.note(report.text());
    }
    context.project_path()
}

fn unknown_command(word: &str) -> Error {
    let command = Cli::command();
    let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let error = Error::usage(format!("karat has no command {word:?}"));
    match crate::domain::nearest(word, known) {
        Some(name) => error.hint(format!("did you mean `karat {name}`? `karat help` lists all of them")),
        None => error.hint("`karat help` lists all of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_is_sound() {
        parser().debug_assert();
    }

    #[test]
    fn a_mistyped_command_gets_a_suggestion() {
        let error = unknown_command("completion");
        assert!(error.hint.is_some_and(|hint| hint.contains("karat completions")));
    }
}
