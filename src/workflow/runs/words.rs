//! The texts of a project as rows of n-grams.

use crate::domain::Split;
use crate::error::{Error, Kind, Result};
use crate::features::{BLOCK, Builder, Counter, Document, Features, Placing, Recipe, Vocabulary};
use crate::jobs::Control;
use crate::project::State;
use std::sync::Arc;

/// Bytes of text that are held at once.
const HELD: usize = 32 << 20;

/// How n-grams come to their places.
#[derive(Debug, Clone, PartialEq)]
pub enum Words {
    /// By their hash, as runs of earlier versions did.
    Hashed(Recipe),
    /// By the list of those that enough of the training texts have: what was never learned from weighs nothing.
    Listed(Arc<Vocabulary>),
}

impl Words {
    /// The same for what cuts texts.
    pub fn placing(&self) -> Placing<'_> {
        match self {
            Self::Hashed(recipe) => Placing::Hashed(recipe),
            Self::Listed(vocabulary) => Placing::Listed(vocabulary),
        }
    }

    /// What becomes an n-gram.
    pub fn recipe(&self) -> &Recipe {
        self.placing().recipe()
    }

    /// The list, where there is one.
    pub fn vocabulary(&self) -> Option<&Vocabulary> {
        match self {
            Self::Hashed(_) => None,
            Self::Listed(vocabulary) => Some(vocabulary),
        }
    }

    /// A text that names how text becomes numbers.
    pub fn name(&self) -> String {
        self.placing().name()
    }
}

/// Visits all texts in the order of their rows.
pub type Texts<'a> = &'a dyn Fn(&mut dyn FnMut(&str)) -> Result<()>;

/// Texts as rows of n-grams.
#[derive(Debug)]
pub struct Text {
    /// How the n-grams came to their places.
    pub words: Words,
    /// A row for each text.
    pub rows: Features,
}

impl Text {
    /// The rows of all texts, over the n-grams of those that are learned from: their rows, in any order.
    ///
    /// # Errors
    /// Where they cannot be read, or it was stopped.
    pub fn listed(texts: Texts<'_>, learned: &[u32], control: &Control) -> Result<Self> {
        let mut taught = Vec::new();
        for &row in learned {
            taught.resize(taught.len().max(row as usize + 1), false);
            taught[row as usize] = true;
        }
        let teaches = |row: usize| taught.get(row) == Some(&true);
        let mut counter = Counter::new(&Recipe::default());
        in_blocks(texts, teaches, control, "words", |block| counter.count(block))?;
        let mut naming = counter.finish();
        in_blocks(texts, teaches, control, "words", |block| naming.name(block))?;
        let vocabulary = naming.finish();
        let (mut builder, mut entries) = (Builder::new(&vocabulary), Vec::new());
        in_blocks(
            texts,
            |_| true,
            control,
            "features",
            |block| {
                let documents: Vec<Document<'_>> = block.iter().map(|text| text.as_str().into()).collect();
                entries.extend(builder.push(&documents));
            },
        )?;
        let tail = builder.finish(&entries);
        Ok(Self { rows: Features::assemble(&entries, &tail), words: Words::Listed(Arc::new(vocabulary)) })
    }

    /// Of rows whose n-grams are hashed as is usual.
    pub fn hashed_already(rows: Features) -> Self {
        Self { rows, words: Words::Hashed(Recipe::default()) }
    }

    /// The rows of all texts, their n-grams hashed.
    pub fn hashed(texts: &[String], recipe: &Recipe) -> Self {
        Self { rows: Features::extract(texts, recipe), words: Words::Hashed(recipe.clone()) }
    }
}

/// The rows of a state that models learn from.
pub fn learned(state: &State) -> Vec<u32> {
    let rows = state.rows.iter().filter(|row| row.value.is_some() && row.split == Split::Train);
    rows.map(|row| row.seq - 1).collect()
}

/// Hands some of the texts on, many at once.
fn in_blocks(
    texts: Texts<'_>,
    which: impl Fn(usize) -> bool,
    control: &Control,
    stage: &str,
    mut hand_on: impl FnMut(&[String]),
) -> Result<()> {
    let (mut block, mut bytes, mut row, mut stopped) = (Vec::new(), 0, 0, false);
    texts(&mut |text| {
        if which(row) && !stopped {
            bytes += text.len();
            block.push(text.to_owned());
        }
        row += 1;
        if block.len() >= BLOCK || bytes >= HELD {
            hand_on(&block);
            (bytes, stopped) = (0, control.is_cancelled());
            block.clear();
            control.report(stage, row as u64, 0);
        }
    })?;
    hand_on(&block);
    match stopped || control.is_cancelled() {
        true => Err(Error::new(Kind::Interrupted, "training was stopped: nothing was kept")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Weighed, weights_in};

    #[test]
    fn only_what_is_learned_from_makes_words() {
        let texts: Vec<String> = (0..20_000).map(|i| format!("common word{} also{}", i % 7, i % 9_000)).collect();
        let each = |visit: &mut dyn FnMut(&str)| {
            texts.iter().for_each(|text| visit(text));
            Ok(())
        };
        let learned: Vec<u32> = (0..20_000).filter(|i| i % 9_000 < 100).collect();
        let text = Text::listed(&each, &learned, &Control::default()).expect("rows");
        let vocabulary = text.words.vocabulary().expect("a list");
        let all =
            Vocabulary::learn(&Recipe::default(), &learned.iter().map(|i| &texts[*i as usize]).collect::<Vec<_>>());
        assert_eq!(vocabulary, &all);
        assert_eq!(text.rows.rows().len(), texts.len());
        let rows = text.rows.rows();
        let weighed = Weighed::by(rows, weights_in(rows, &learned, 2));
        assert!(weighed.weights().iter().all(|weight| *weight > 0.0), "each is in two of those that are learned from");
    }

    #[test]
    fn a_stop_is_heard() {
        let control = Control::default();
        control.cancel();
        let each = |visit: &mut dyn FnMut(&str)| {
            visit("a text");
            Ok(())
        };
        assert_eq!(Text::listed(&each, &[0], &control).map(|_| ()).map_err(|e| e.kind), Err(Kind::Interrupted));
    }
}
