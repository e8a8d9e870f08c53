//! The pages of a run, each of one or two blocks that stand under or beside each other.

use crate::workflow::runs::Detail;

/// A page of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// Every metric beside the floor, and what was decided.
    #[default]
    Metrics,
    /// Class by class, and what is taken for what.
    Classes,
    /// Whether it is as often right as it is sure.
    Certainty,
    /// What it would be worth with fewer rows, and at other thresholds.
    Curves,
    /// What it was trained on and with, how fast it is, how to make it again.
    Record,
}

impl Page {
    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Classes => "classes",
            Self::Certainty => "certainty",
            Self::Curves => "curves",
            Self::Record => "record",
        }
    }
}

/// The pages of a run that have something to say.
pub fn of(detail: &Detail) -> Vec<Page> {
    let says = |page: &Page| match page {
        Page::Metrics | Page::Record => true,
        Page::Classes => detail.judged.iter().any(|judged| !judged.classes.is_empty()),
        Page::Curves => {
            !detail.losses.is_empty()
                || !detail.learning.is_empty()
                || detail.judged.iter().any(|judged| !judged.thresholds.is_empty())
        }
        Page::Certainty => detail.judged.iter().any(|judged| !judged.reliability.is_empty()),
    };
    [Page::Metrics, Page::Classes, Page::Certainty, Page::Curves, Page::Record].into_iter().filter(says).collect()
}
