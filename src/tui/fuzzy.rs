//! Finding what somebody means from a few of its letters.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// How well letters fit a text.
pub trait Matcher {
    /// The score of a fit, higher is better, and which characters fit; `None` where they do not.
    fn score(&self, text: &str, letters: &str) -> Option<(i64, Vec<usize>)>;
}

/// The usual one: letters in order, better where they begin words or stand together.
pub struct Usual(SkimMatcherV2);

impl Default for Usual {
    fn default() -> Self {
        Self(SkimMatcherV2::default().ignore_case())
    }
}

impl Matcher for Usual {
    fn score(&self, text: &str, letters: &str) -> Option<(i64, Vec<usize>)> {
        let (score, at) = self.0.fuzzy_indices(text, letters)?;
        let begins = text.get(..letters.len()).is_some_and(|start| start.eq_ignore_ascii_case(letters));
        Some((score + if begins { 1000 } else { 0 }, at))
    }
}

/// One text that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// Its place among the candidates.
    pub index: usize,
    /// The characters that fit.
    pub at: Vec<usize>,
}

/// The candidates that fit, best first, equal ones in their order; all of them where no letter is typed.
pub fn best<'a>(letters: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<Fit> {
    let matcher = Usual::default();
    let letters: String = letters.split_whitespace().collect();
    let mut fits: Vec<(i64, Fit)> = candidates
        .into_iter()
        .enumerate()
        .filter_map(|(index, text)| {
            if letters.is_empty() {
                return Some((0, Fit { index, at: Vec::new() }));
            }
            matcher.score(text, &letters).map(|(score, at)| (score, Fit { index, at }))
        })
        .collect();
    fits.sort_by_key(|(score, fit)| (std::cmp::Reverse(*score), fit.index));
    fits.into_iter().map(|(_, fit)| fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_letters_comes_first() {
        let names = ["card_not_working", "lost_card", "card_arrival", "top_up"];
        let order: Vec<_> = best("card", names).iter().map(|f| names[f.index]).collect();
        assert_eq!(order.last(), Some(&"lost_card"));
        assert_eq!(best("ca", names).len(), 3);
        assert_eq!(best("zz", names), []);
        assert_eq!(best("", names).len(), 4);
    }
}
