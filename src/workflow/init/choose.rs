//! Which column is what: by options, by guesses that are said, and by asking where a guess is open.

use super::Options;
use crate::domain::Kind;
use crate::error::{Error, Result};
use crate::exchange::{self, Choice, Guess, Table};
use crate::workflow::intake::{Columns, OriginColumns};
use std::collections::BTreeSet;

/// Says of an id or gold column that there is none.
const NO_COLUMN: &str = "-";

/// Something that the file leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The question for a person.
    pub question: String,
    /// What can be answered; empty for a free line.
    pub choices: Vec<String>,
    /// What holds without an answer.
    pub default: String,
}

/// Asks a person; `None` takes the default.
pub type Asking<'a> = &'a mut dyn FnMut(&Ask) -> Result<Option<String>>;

/// The columns that were chosen, and the labels as they were typed.
pub(super) struct Chosen {
    pub(super) columns: Columns,
    pub(super) labels: Vec<String>,
}

/// Decides every column.
pub(super) fn choose(
    table: &Table,
    options: &Options,
    asking: Option<Asking<'_>>,
    notes: &mut Vec<String>,
) -> Result<Chosen> {
    let Guess { text, id, gold, notes: guess_notes } = exchange::guess(table);
    let mut asker = Asker { asking, notes };
    let given = |option: &Option<String>| option.clone().filter(|name| name != NO_COLUMN);
    let named = [&options.text, &options.id, &options.gold, &options.labelled, &options.group_by].map(given);
    for name in named.iter().flatten() {
        table.index(name)?;
    }
    let taken: BTreeSet<&str> = named[..4].iter().flatten().map(String::as_str).collect();
    let free = |choice: &Choice| !taken.contains(choice.column.as_str());
    let text = match (&options.text, text.filter(free)) {
        (Some(named), _) => named.clone(),
        (None, Some(guess)) => asker.column("text", "--text", &guess)?,
        (None, None) => {
            let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            return Err(Error::data(format!("{}: no column looks like the text", table.name))
                .hint(format!("say which it is with --text: {}", names.join(", "))));
        }
    };
    let origin = OriginColumns::of(table);
    let id = match (&options.id, id.filter(|c| free(c) && c.column != text && !origin.has(&c.column))) {
        (Some(_), _) => given(&options.id),
        (None, Some(guess)) => Some(asker.column("id", "--id", &guess)?),
        (None, None) => {
            asker.notes.extend(guess_notes);
            asker.notes.push("no column is the id: rows are known by their content (--id COL)".to_owned());
            None
        }
    };
    let other = |c: &Choice| free(c) && c.column != text && Some(&c.column) != id.as_ref();
    let (gold, labelled) = match (&options.gold, &options.labelled, gold.filter(other)) {
        (None, None, Some(guess)) => asker.truth(&guess)?,
        (gold, labelled, _) => (given(gold), given(labelled)),
    };
    let question = options.question.clone().unwrap_or_else(|| question_name(labelled.as_ref().or(gold.as_ref())));
    let kind = options.kind.unwrap_or(Kind::Choice);
    let mut labels = options.labels.clone();
    let open = labels.is_empty() && gold.is_none() && labelled.is_none();
    if open && kind.has_labels() {
        labels = asker.labels()?;
    }
    let group_by = options.group_by.clone();
    Ok(Chosen { columns: Columns { text, id, gold, labelled, group_by, question: Some(question), origin }, labels })
}

/// A question is called as its column, unless that says only that it is the answer.
fn question_name(column: Option<&String>) -> String {
    const NO_NAMES: &[&str] = &["gold", "gold_label", "truth", "target", "class", "y"];
    match column {
        Some(name) if !NO_NAMES.contains(&name.to_lowercase().as_str()) => name.clone(),
        _ => "label".to_owned(),
    }
}

/// Asks a person where there is one, else takes the guess and says so.
struct Asker<'a, 'n> {
    asking: Option<Asking<'a>>,
    notes: &'n mut Vec<String>,
}

impl Asker<'_, '_> {
    fn ask(&mut self, ask: &Ask) -> Result<Option<String>> {
        match &mut self.asking {
            Some(asking) => Ok(Some(asking(ask)?.unwrap_or_else(|| ask.default.clone()))),
            None => Ok(None),
        }
    }

    fn column(&mut self, what: &str, option: &str, guess: &Choice) -> Result<String> {
        if !guess.sure {
            let mut choices = vec![guess.column.clone()];
            choices.extend(guess.others.iter().cloned());
            let question = format!("which column is the {what}?");
            if let Some(column) = self.ask(&Ask { question, choices, default: guess.column.clone() })? {
                return Ok(column);
            }
        }
        self.notes.push(format!("{:?} is taken as the {what} ({option} COL says otherwise)", guess.column));
        Ok(guess.column.clone())
    }

    /// Whether what looks like labels is truth to hide, labels to learn from, or a field: (gold, labelled).
    fn truth(&mut self, guess: &Choice) -> Result<(Option<String>, Option<String>)> {
        let column = &guess.column;
        if !guess.sure {
            let hidden = format!("gold: hidden truth, for evaluation ({column})");
            let learn = format!("labelled: labels to learn from ({column})");
            let choices = vec![hidden.clone(), learn.clone(), "neither: a field like the others".to_owned()];
            let question = format!("what is {column:?}?");
            match self.ask(&Ask { question, choices, default: hidden.clone() })? {
                Some(answer) if answer == hidden => return Ok((Some(column.clone()), None)),
                Some(answer) if answer == learn => return Ok((None, Some(column.clone()))),
                Some(_) => return Ok((None, None)),
                None => {}
            }
        }
        self.notes.push(format!(
            "{column:?} is taken as gold, hidden truth (--labelled {column} learns from it, --gold COL says otherwise)"
        ));
        Ok((Some(column.clone()), None))
    }

    fn labels(&mut self) -> Result<Vec<String>> {
        let question = "which labels can be given? (a,b,c or n=negative,…)".to_owned();
        let typed = self.ask(&Ask { question, choices: Vec::new(), default: String::new() })?.unwrap_or_default();
        Ok(typed.split(',').map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect())
    }
}
