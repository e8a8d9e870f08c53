//! The command lines that make a run again.

use super::learning::LearningCurve;
use super::record;
use super::train::{Asked, Calibrate, Source};
use crate::project::{Run, RunOrigin};

/// Stands for the folder of the sentence encoder, which no run records: whoever runs the line puts their own there.
const FOLDER: &str = "FOLDER";

/// What `karat` has to be told to train what was asked for: only what differs from what is usual.
pub fn arguments(asked: &Asked) -> Vec<String> {
    let mut words = vec!["train".to_owned(), "--model".to_owned(), asked.model.to_string()];
    let mut add = |name: &str, value: String| match value.starts_with('-') {
        true => words.push(format!("{name}={value}")),
        false => words.extend([name.to_owned(), value]),
    };
    if !asked.sources.is_empty() {
        add("--features", asked.sources.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
    }
    let usual = asked.model.parameters();
    for (name, value) in &asked.set {
        if !usual.iter().any(|known| known.name == name && known.usual == *value) {
            add("--set", format!("{name}={value}"));
        }
    }
    if asked.calibrate != Calibrate::Temperature {
        add("--calibrate", asked.calibrate.to_string());
    }
    if let Some(name) = asked.name.as_ref().filter(|name| **name != asked.model.to_string()) {
        add("--name", name.clone());
    }
    if asked.seed != 0 {
        add("--seed", asked.seed.to_string());
    }
    if asked.seeds != 1 {
        add("--seeds", asked.seeds.to_string());
    }
    if asked.learning_curve != LearningCurve::Auto {
        add("--learning-curve", asked.learning_curve.to_string());
    }
    if let Some(encoder) = &asked.encoder {
        add("--encoder", encoder.display().to_string());
    }
    if asked.balanced {
        words.push("--balanced".to_owned());
    }
    words
}

/// The lines that train the same on today's data, and that train it again on the data of then and compare every number;
/// none for a run that was trained elsewhere. `question` is the name of its question, where the project has several.
pub fn lines(run: &Run, question: Option<&str>) -> Vec<String> {
    match record::asked(run) {
        Ok(asked) if run.run.origin == RunOrigin::Trained => of(asked, run.number, question),
        _ => Vec::new(),
    }
}

fn of(mut asked: Asked, number: u32, question: Option<&str>) -> Vec<String> {
    let mut reproduce = vec!["runs".to_owned(), "reproduce".to_owned(), number.to_string()];
    if asked.sources.contains(&Source::Embeddings) {
        let folder = asked.encoder.get_or_insert_with(|| FOLDER.into());
        reproduce.extend(["--encoder".to_owned(), folder.display().to_string()]);
    }
    let of_question = question.map_or_else(String::new, |name| match name.starts_with('-') {
        true => format!(" --question={}", quoted(name)),
        false => format!(" --question {}", quoted(name)),
    });
    let line = |words: Vec<String>| {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        format!("karat{of_question} {}", words.join(" "))
    };
    vec![line(arguments(&asked)), line(reproduce)]
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=.,/:+@%".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::learner::LearnerKind;
    use crate::workflow::runs::Source;

    #[test]
    fn a_command_line_says_what_is_not_usual_and_quotes_it_for_the_shell() {
        let model = LearnerKind::LogisticRegression;
        let usual: Vec<(String, String)> =
            model.parameters().iter().map(|p| (p.name.to_owned(), p.usual.clone())).collect();
        let sources = vec![Source::Text, Source::Fields];
        let mut asked = Asked { model, sources, set: usual.clone(), ..Asked::default() };
        assert_eq!(arguments(&asked).join(" "), "train --model logistic-regression --features text,fields");
        asked.set[0].1 = "77".into();
        (asked.balanced, asked.calibrate, asked.name, asked.seed) = (true, Calibrate::None, Some("it's 2".into()), 7);
        let words: Vec<String> = arguments(&asked)[5..].iter().map(|word| quoted(word)).collect();
        let set = format!("--set {}=77", usual[0].0);
        assert_eq!(words.join(" "), format!("{set} --calibrate none --name 'it'\\''s 2' --seed 7 --balanced"));
    }

    #[test]
    fn the_lines_name_the_question_where_there_are_several_and_the_encoder_where_one_is_looked_through() {
        let asked = |sources: &[Source]| Asked { sources: sources.to_vec(), ..Asked::default() };
        let model = Asked::default().model;
        assert_eq!(
            of(asked(&[Source::Text]), 3, None),
            [format!("karat train --model {model} --features text"), "karat runs reproduce 3".to_owned()]
        );
        let two = of(asked(&[Source::Text, Source::Embeddings]), 3, Some("which sort"));
        let train = format!("train --model {model} --features text,embeddings --encoder FOLDER");
        assert_eq!(
            two,
            [
                format!("karat --question 'which sort' {train}"),
                "karat --question 'which sort' runs reproduce 3 --encoder FOLDER".to_owned()
            ]
        );
    }
}
