//! `karat train`.

use super::{Context, Report, Table, runs as shown};
use crate::domain::{Deed, UnknownWord};
use crate::error::{Error, Result};
use crate::jobs::child;
use crate::models::learner::LearnerKind;
use crate::workflow::runs::under_way::{self, Start};
use crate::workflow::runs::{self, Asked, Calibrate, LearningCurve, Source};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `karat train`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The family of models; --list shows them with their settings.
    #[arg(long, value_name = "M", default_value = "logistic-regression", value_parser = word::<LearnerKind>)]
    pub model: LearnerKind,
    /// What it looks at: any of text, fields, embeddings, with commas; else the text, and the fields that are flagged as
    /// features.
    #[arg(long, value_name = "F", value_delimiter = ',', value_parser = word::<Source>)]
    pub features: Vec<Source>,
    /// The folder of the sentence encoder that embeddings come from: config.json, model.safetensors, tokenizer.json.
    #[arg(long, value_name = "FOLDER")]
    pub encoder: Option<PathBuf>,
    /// A setting of the model.
    #[arg(long = "set", value_name = "k=v")]
    pub set: Vec<String>,
    /// Let every label count the same, however often it occurs.
    #[arg(long)]
    pub balanced: bool,
    /// What sets the probabilities right on the validation split: none, temperature or isotonic.
    #[arg(long, value_name = "HOW", default_value = "temperature", value_parser = word::<Calibrate>)]
    pub calibrate: Calibrate,
    /// What to call the run; else its model.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Train from so many seeds, --seed and those after it, to tell how much the seed alone makes; the model of the first is
    /// kept.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub seeds: u32,
    /// Whether to tell what fewer labels would have made: auto (where it is quick: naive Bayes, logistic regression and
    /// single trees, of up to 20,000 rows), on or off.
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = word::<LearningCurve>)]
    pub learning_curve: LearningCurve,
    /// Train in a process of its own that goes on when this terminal is gone; karat trainings shows how far it is.
    #[arg(long)]
    pub detach: bool,
    /// This is that process.
    #[arg(long, hide = true, conflicts_with = "detach")]
    pub detached: bool,
    /// List the models with their settings, and train nothing.
    #[arg(long)]
    pub list: bool,
}

fn word<T: std::str::FromStr<Err = UnknownWord>>(typed: &str) -> std::result::Result<T, UnknownWord> {
    typed.parse()
}

/// Trains a run.
pub fn run(args: Args, context: &Context) -> Result<Report> {
    if args.list {
        return Ok(list());
    }
    if args.detached {
        child::leave_session()?;
    }
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let by = context.actor(&mut project, Deed::Train)?;
    let (detach, detached) = (args.detach, args.detached);
    let asked = asked(args, context)?;
    if detach {
        runs::trainable(&project, &question)?.check()?;
        let start = Start {
            program: under_way::this_program()?,
            project: project.path().to_owned(),
            by: context.who(),
            question: question.name,
            asked,
        };
        // Where only one process can use the project, it is the training's.
        drop(project);
        return started(under_way::start(&start)?);
    }
    let paths = context.paths()?;
    let announced = |number| if detached { under_way::detached(number, &paths.state) } else { Ok(()) };
    let run = runs::train(&mut project, &paths, by, &question, &asked, &context.control(), announced)?;
    shown::show(&project, &question, &run, false)
}

fn started(number: u32) -> Result<Report> {
    let json = json!({"training": number, "state": "under-way"});
    Ok(Report::new(json)
        .line(format!("training {number} is under way, and goes on when this terminal is gone"))
        .line(format!("karat trainings shows how far it is; karat trainings cancel {number} stops it")))
}

fn asked(args: Args, context: &Context) -> Result<Asked> {
    let pair = |typed: &String| {
        let (name, value) = typed.split_once('=').ok_or_else(|| {
            Error::usage(format!("{typed:?} is not k=v")).hint("karat train --list shows the settings: --set c=10")
        })?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    Ok(Asked {
        model: args.model,
        sources: args.features,
        encoder: context.encoder(args.encoder.as_deref()).map(Path::to_owned),
        set: args.set.iter().map(pair).collect::<Result<_>>()?,
        balanced: args.balanced,
        calibrate: args.calibrate,
        name: args.name,
        seed: context.global.seed,
        seeds: args.seeds,
        learning_curve: args.learning_curve,
    })
}

fn list() -> Report {
    let mut table = Table::new(["model", "setting", "usually", "may be", "does"]);
    let mut models = Vec::new();
    for kind in LearnerKind::ALL {
        let parameters = kind.parameters();
        if parameters.is_empty() {
            table.row([kind.to_string(), String::new(), String::new(), String::new(), String::new()]);
        }
        for (place, p) in parameters.iter().enumerate() {
            let model = if place == 0 { kind.to_string() } else { String::new() };
            table.row([model, p.name.to_owned(), p.usual.clone(), p.values.clone(), p.says.to_owned()]);
        }
        let told: Vec<_> = parameters
            .iter()
            .map(|p| json!({"name": p.name, "default": p.usual, "values": p.values, "does": p.says}))
            .collect();
        models.push(json!({"model": kind.as_str(), "params": told}));
    }
    Report::new(json!({"models": models})).table(&table)
}

#[cfg(test)]
mod tests {
    use super::super::{Cli, Command, Global};
    use super::*;
    use clap::Parser as _;

    #[test]
    fn what_is_asked_says_the_arguments_that_ask_for_it() {
        let asked = Asked {
            model: LearnerKind::Mlp,
            sources: vec![Source::Text, Source::Embeddings],
            encoder: Some(PathBuf::from("/models/a model")),
            set: vec![("hidden".to_owned(), "65".to_owned()), ("patience".to_owned(), "2".to_owned())],
            balanced: true,
            calibrate: Calibrate::Isotonic,
            name: Some("-a name".to_owned()),
            seed: 7,
            seeds: 3,
            learning_curve: LearningCurve::Off,
        };
        for wanted in [asked, Asked::default()] {
            let args = std::iter::once("karat".to_owned()).chain(runs::arguments(&wanted));
            let cli = Cli::try_parse_from(args).expect("arguments that are understood");
            let Some(Command::Train(args)) = cli.command else { panic!("another command") };
            let context = Context::new(Global { ..cli.global }, crate::config::Config::default());
            assert_eq!(super::asked(args, &context), Ok(wanted));
        }
    }
}
