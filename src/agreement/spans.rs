//! Agreement on labelled stretches of text.
//!
//! Spans have no fixed number of things that could be marked, so that chance is not defined for them (Hripcsak &
//! Rothschild 2005): pairs of annotators are compared by F1, of whole spans and of the tokens that they cover. Tokens
//! can be counted, and so Krippendorff's α is taken over them, a token's category being the set of labels that cover
//! it. Tokens of one text are not independent: intervals resample texts.

use super::estimate::{Undefined, Value};
use crate::resampling::{Resampling, intervals};
use std::collections::{BTreeMap, HashMap};

/// A labelled stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Where it starts, in code points.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// Its label.
    pub label: u32,
}

/// Everything that one annotator marked in one text; nothing is an answer too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marking {
    /// The text.
    pub unit: u32,
    /// The annotator.
    pub rater: u32,
    /// The spans, in any order.
    pub marks: Vec<Mark>,
}

/// Agreement of all annotators on spans.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanAgreement {
    /// 2·|same| / (|one's| + |the other's|) over all pairs of annotators and texts; same label and same ends.
    pub exact_f1: Result<Value, Undefined>,
    /// The same of labelled tokens: a span that is a word too long costs that word.
    pub overlap_f1: Result<Value, Undefined>,
    /// Krippendorff's nominal α over tokens.
    pub token_alpha: Result<Value, Undefined>,
    /// Texts with two annotators or more.
    pub units: usize,
    /// Texts that there are.
    pub of: usize,
    /// Every pair of annotators that shares a text, in order.
    pub pairs: Vec<SpanPair>,
}

/// Two annotators on the texts that both marked.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanPair {
    /// The one with the lower index.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// Texts that both answered.
    pub units: usize,
    /// See [`SpanAgreement::exact_f1`].
    pub exact_f1: Result<f64, Undefined>,
    /// See [`SpanAgreement::overlap_f1`].
    pub overlap_f1: Result<f64, Undefined>,
}

/// Compares markings of texts whose tokens start and end here, in code points; one list of tokens a text.
///
/// A token counts as covered where a span touches it. Markings of texts beyond the lists are passed over; of an
/// annotator who marked a text twice the last counts.
pub fn span_agreement(tokens: &[Vec<(u32, u32)>], markings: &[Marking], resampling: Resampling) -> SpanAgreement {
    let mut texts: Vec<BTreeMap<u32, &Marking>> = vec![BTreeMap::new(); tokens.len()];
    for marking in markings {
        if let Some(text) = texts.get_mut(marking.unit as usize) {
            text.insert(marking.rater, marking);
        }
    }
    let mut pairs = BTreeMap::new();
    let mut sets = HashMap::new();
    let texts_of: Vec<Text> = (texts.iter().zip(tokens))
        .filter(|(markings, _)| markings.len() > 1)
        .map(|(markings, tokens)| Text::new(markings, tokens, &mut pairs, &mut sets))
        .collect();
    let all = vec![1; texts_of.len()];
    let values = |frequency: &[u32]| Total::of(&texts_of, frequency, sets.len()).values();
    let found = intervals(&all, resampling, 3, |drawn| values(drawn).map(Result::ok).to_vec());
    let annotators = texts.iter().flat_map(BTreeMap::keys).collect::<std::collections::BTreeSet<_>>().len();
    let outcomes = match annotators {
        0 => [Err(Undefined::NoAnswers); 3],
        1 => [Err(Undefined::OneAnnotator); 3],
        _ => values(&all),
    };
    let mut outcomes =
        outcomes.into_iter().zip(found).map(|(outcome, ci95)| outcome.map(|v| Value { ci95, ..Value::bare(v) }));
    let mut next = || outcomes.next().unwrap_or(Err(Undefined::NoAnswers));
    SpanAgreement {
        exact_f1: next(),
        overlap_f1: next(),
        token_alpha: next(),
        units: texts_of.len(),
        of: tokens.len(),
        pairs: pairs.into_iter().map(|((a, b), shared)| shared.named(a, b)).collect(),
    }
}

/// Numerators and denominators of F1, and in how many texts.
#[derive(Debug, Clone, Copy, Default)]
struct Shared {
    units: usize,
    exact: f64,
    marks: f64,
    overlap: f64,
    covered: f64,
}

impl Shared {
    fn add(&mut self, other: &Self, times: f64) {
        self.units += other.units;
        self.exact += other.exact * times;
        self.marks += other.marks * times;
        self.overlap += other.overlap * times;
        self.covered += other.covered * times;
    }

    fn f1(over: f64, under: f64) -> Result<f64, Undefined> {
        if under > 0.0 { Ok(2.0 * over / under) } else { Err(Undefined::NoSpans) }
    }

    fn named(&self, a: u32, b: u32) -> SpanPair {
        let (exact_f1, overlap_f1) = (Self::f1(self.exact, self.marks), Self::f1(self.overlap, self.covered));
        SpanPair { a, b, units: self.units, exact_f1, overlap_f1 }
    }
}

/// What one text adds to the sums.
struct Text {
    shared: Shared,
    /// Σ over tokens of (m² − Σ n_c²)/(m − 1).
    apart: f64,
    /// Category of tokens, and how many annotators of how many tokens gave it.
    given: Vec<(u32, f64)>,
}

impl Text {
    fn new(
        markings: &BTreeMap<u32, &Marking>,
        tokens: &[(u32, u32)],
        pairs: &mut BTreeMap<(u32, u32), Shared>,
        sets: &mut HashMap<Vec<u32>, u32>,
    ) -> Self {
        let people: Vec<(u32, Vec<Mark>, Vec<Vec<u32>>)> = (markings.iter())
            .map(|(&rater, marking)| {
                let mut marks = marking.marks.clone();
                marks.sort_unstable();
                marks.dedup();
                let covering = tokens.iter().map(|&token| covering(token, &marks)).collect();
                (rater, marks, covering)
            })
            .collect();
        let mut shared = Shared::default();
        for (i, (a, marks, covering)) in people.iter().enumerate() {
            for (b, other_marks, other_covering) in &people[i + 1..] {
                let size = |covering: &[Vec<u32>]| covering.iter().map(Vec::len).sum::<usize>() as f64;
                let both = Shared {
                    units: 1,
                    exact: in_both(marks, other_marks) as f64,
                    marks: (marks.len() + other_marks.len()) as f64,
                    overlap: covering.iter().zip(other_covering).map(|(a, b)| in_both(a, b)).sum::<usize>() as f64,
                    covered: size(covering) + size(other_covering),
                };
                shared.add(&both, 1.0);
                pairs.entry((*a, *b)).or_default().add(&both, 1.0);
            }
        }
        let (mut apart, mut given) = (0.0, BTreeMap::new());
        let size = people.len() as f64;
        for token in 0..tokens.len() {
            let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
            for (_, _, covering) in &people {
                let next = sets.len() as u32;
                let category = *sets.entry(covering[token].clone()).or_insert(next);
                *counts.entry(category).or_default() += 1.0;
                *given.entry(category).or_default() += 1.0;
            }
            apart += (size * size - counts.values().map(|n| n * n).sum::<f64>()) / (size - 1.0);
        }
        Self { shared, apart, given: given.into_iter().collect() }
    }
}

/// The labels whose spans touch a token, ascending.
fn covering((start, end): (u32, u32), marks: &[Mark]) -> Vec<u32> {
    let mut labels: Vec<u32> = marks.iter().filter(|m| m.start < end && start < m.end).map(|m| m.label).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// How many members two ascending lists share.
fn in_both<T: Ord>(a: &[T], b: &[T]) -> usize {
    a.iter().filter(|x| b.binary_search(x).is_ok()).count()
}

/// Sums over texts.
struct Total {
    shared: Shared,
    apart: f64,
    given: Vec<f64>,
}

impl Total {
    fn of(texts: &[Text], frequency: &[u32], categories: usize) -> Self {
        let mut total = Self { shared: Shared::default(), apart: 0.0, given: vec![0.0; categories] };
        for (text, &times) in texts.iter().zip(frequency).filter(|(_, times)| **times > 0) {
            let times = f64::from(times);
            total.shared.add(&text.shared, times);
            total.apart += text.apart * times;
            text.given.iter().for_each(|&(category, n)| total.given[category as usize] += n * times);
        }
        total
    }

    fn values(&self) -> [Result<f64, Undefined>; 3] {
        if self.shared.units == 0 {
            return [Err(Undefined::NoPairs); 3];
        }
        let exact = Shared::f1(self.shared.exact, self.shared.marks);
        let overlap = Shared::f1(self.shared.overlap, self.shared.covered);
        let answers: f64 = self.given.iter().sum();
        let alike: f64 = self.given.iter().map(|n| n * n).sum();
        let alpha = match self.given.iter().filter(|&&n| n > 0.0).count() {
            0 => Err(Undefined::NoPairs),
            1 => Err(if exact.is_err() { Undefined::NoSpans } else { Undefined::OneLabel }),
            _ => Ok(1.0 - (answers - 1.0) * self.apart / (answers * answers - alike)),
        };
        [exact, overlap, alpha]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{close, table};
    use super::super::{Name, Wanted, Weights, measure};
    use super::*;

    /// "Ann Lee saw Bob": tokens, and what three people marked as a person (0) or a place (1).
    fn case() -> (Vec<Vec<(u32, u32)>>, Vec<Marking>) {
        let tokens = vec![vec![(0, 3), (4, 7), (8, 11), (12, 15)], vec![(0, 2)], vec![(0, 1), (2, 5)]];
        let mark = |start, end, label| Mark { start, end, label };
        let marking = |unit, rater, marks: &[Mark]| Marking { unit, rater, marks: marks.to_vec() };
        let markings = vec![
            marking(0, 0, &[mark(0, 7, 0), mark(12, 15, 0)]),
            marking(0, 1, &[mark(12, 15, 0), mark(0, 3, 0)]),
            marking(0, 2, &[mark(0, 7, 0), mark(12, 15, 1)]),
            marking(1, 0, &[mark(0, 2, 0)]),
            marking(2, 0, &[]),
            marking(2, 1, &[mark(2, 5, 1)]),
        ];
        (tokens, markings)
    }

    #[test]
    fn f1_of_spans_and_of_their_tokens() {
        let (tokens, markings) = case();
        let found = span_agreement(&tokens, &markings, Resampling::default());
        // Pairs of text 0: 1 of 2+2, 1 of 2+2, 0 of 2+2; of text 2: 0 of 0+1.
        close(found.exact_f1.expect("spans").value, 4.0 / 13.0);
        // Tokens: 2 of 3+2, 2 of 3+3, 1 of 2+3; 0 of 0+1.
        close(found.overlap_f1.expect("spans").value, 10.0 / 17.0);
        assert_eq!((found.units, found.of, found.pairs.len()), (2, 3, 3));
        close(found.pairs[0].exact_f1.expect("spans"), 2.0 / 5.0);
        assert!(found.overlap_f1.is_ok_and(|value| value.ci95.is_some_and(|(low, high)| low < high)));
    }

    #[test]
    fn alpha_over_tokens_is_alpha_of_the_table_of_tokens() {
        let (tokens, markings) = case();
        let found = span_agreement(&tokens, &markings, Resampling { draws: 0, seed: 0 });
        // Rows are annotators, columns the tokens of texts 0 and 2; 0 is nothing, 1 a person, 2 a place.
        let ratings = table(&["110100", "100102", "1102.."]);
        let nominal = vec![(Name::KrippendorffAlpha, Weights::Nominal)];
        let wanted = Wanted { coefficients: nominal, labels: false, resampling: Resampling { draws: 0, seed: 0 } };
        let alpha = measure(&ratings, &wanted).coefficients[0].outcome.expect("labels").value;
        close(found.token_alpha.expect("labels").value, alpha);
    }

    #[test]
    fn spans_that_cannot_be_compared_say_why() {
        let (tokens, markings) = case();
        let why = |markings: &[Marking]| span_agreement(&tokens, markings, Resampling::default()).exact_f1.err();
        assert_eq!(why(&[]), Some(Undefined::NoAnswers));
        assert_eq!(why(&markings[3..4]), Some(Undefined::OneAnnotator));
        assert_eq!(why(&markings[2..4]), Some(Undefined::NoPairs));
        let empty = [0, 1].map(|rater| Marking { unit: 1, rater, marks: Vec::new() });
        assert_eq!(why(&empty), Some(Undefined::NoSpans));
        let empty = span_agreement(&tokens, &empty, Resampling::default());
        assert_eq!(empty.token_alpha, Err(Undefined::NoSpans));
    }
}
