//! Disagreement: what people, and the model with them, differ about, to be asked again.

use super::coverage::chance;
use super::score::entropy;
use crate::models::{Probabilities, likeliest};

/// What was said about items that may be asked again.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// Row and class of every live answer, one a person, those of a row together; none of the rows is a candidate.
    pub answers: Vec<(u32, u32)>,
    /// What a model that has not seen a row's own answers thinks of each row, in their order; empty where there is none.
    pub thoughts: Probabilities,
    /// How many answers an item should have that is asked of several people.
    pub wanted: usize,
}

/// An item that was answered and is asked again.
pub(super) struct Disputed {
    pub row: u32,
    /// How many answers it has.
    pub answers: u32,
    /// The entropy of its answers and the model's probabilities, in nats.
    pub entropy: f32,
}

/// The answered items that another answer would help, those with fewer answers than wanted first, then by entropy, then
/// by a seeded hash.
///
/// With fewer answers than wanted an item is asked again where they differ, or where all say one thing and the model
/// another; with as many as wanted, where no class has more than half of them. What most people agree about by then is a
/// matter for adjudication.
pub(super) fn order(answered: &Answered, seed: u64) -> Vec<Disputed> {
    let items = answered.answers.chunk_by(|a, b| a.0 == b.0).enumerate();
    let mut keyed: Vec<(bool, Disputed)> =
        items.filter_map(|(i, said)| disputed(said, answered.thoughts.row(i), answered.wanted)).collect();
    let key = |d: &Disputed| (chance(seed, d.row), d.row);
    keyed.sort_by(|(a_enough, a), (b_enough, b)| {
        (a_enough.cmp(b_enough)).then(b.entropy.total_cmp(&a.entropy)).then(key(a).cmp(&key(b)))
    });
    keyed.into_iter().map(|(_, disputed)| disputed).collect()
}

/// Whether an item has as many answers as wanted, and the item; none where nobody need be asked.
fn disputed(said: &[(u32, u32)], p: &[f32], wanted: usize) -> Option<(bool, Disputed)> {
    let (row, first) = *said.first()?;
    let classes = said.iter().map(|&(_, class)| class as usize + 1).max().unwrap_or(0).max(p.len());
    let mut counts = vec![0usize; classes];
    said.iter().for_each(|&(_, class)| counts[class as usize] += 1);
    let most = counts.iter().copied().max().unwrap_or(0);
    let enough = said.len() >= wanted;
    let differ = most < said.len() || (!p.is_empty() && likeliest(p) != first);
    let asked = if enough { 2 * most <= said.len() } else { differ };
    let disputed = || Disputed { row, answers: said.len() as u32, entropy: pooled(&counts, p) };
    asked.then(|| (enough, disputed()))
}

/// The entropy of answers of which the model's probabilities are one more.
fn pooled(counts: &[usize], p: &[f32]) -> f32 {
    let total = counts.iter().sum::<usize>() as f32 + p.iter().sum::<f32>();
    let share = |class: usize| (counts[class] as f32 + p.get(class).copied().unwrap_or(0.0)) / total;
    entropy(&(0..counts.len()).map(share).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::RowsView;
    use crate::queue::tests::plain;
    use crate::queue::{RankInput, Strategy, rank};

    /// The model finds class 0 likeliest in all rows.
    fn said(answers: &[(u32, u32)], wanted: usize) -> Answered {
        Answered { answers: answers.to_vec(), thoughts: Probabilities::new(2, [0.75, 0.25].repeat(8)), wanted }
    }

    fn ask(answers: &[(u32, u32)], wanted: usize) -> Vec<(u32, u32, f32)> {
        order(&said(answers, wanted), 7).into_iter().map(|d| (d.row, d.answers, d.entropy)).collect()
    }

    fn rows(asked: &[(u32, u32, f32)]) -> Vec<u32> {
        asked.iter().map(|a| a.0).collect()
    }

    #[test]
    fn a_lone_answer_is_asked_again_where_the_model_says_another() {
        let asked = ask(&[(0, 0), (1, 1)], 2);
        assert_eq!(rows(&asked), [1]);
        // Of two, the model gives .75 to the one and .25 to the other.
        assert!((asked[0].2 - 0.661_563_2).abs() < 1e-6, "{asked:?}");
    }

    #[test]
    fn with_fewer_answers_than_wanted_comes_first_and_then_ties() {
        let answers = [(0, 0), (0, 1), (1, 1), (2, 0), (2, 0), (2, 1), (3, 1), (3, 1)];
        assert_eq!(rows(&ask(&answers, 2)), [1, 0], "a majority of three is for adjudication, as is agreement");
        let asked = ask(&answers, 3);
        assert_eq!(rows(&asked), [0, 1, 3], "by entropy: one against one, one against the model, two against it");
        assert_eq!(asked.iter().map(|a| a.1).collect::<Vec<_>>(), [2, 1, 2]);
        assert!(rows(&ask(&answers, 4)).contains(&2));
    }

    #[test]
    fn what_is_asked_again_comes_before_what_is_new() {
        let p = Probabilities::new(2, [0.75, 0.25].repeat(6));
        let with = |answers: &[(u32, u32)], probabilities| {
            let answered = said(answers, 2);
            let input = plain(RowsView::EMPTY, &[4, 5], probabilities, &Strategy::Disagreement);
            rank(&RankInput { answered: Some(&answered), ..input })
        };
        let ranking = with(&[(1, 1), (3, 0)], Some(&p));
        assert_eq!((ranking.order[0], ranking.again.as_slice()), (1, &[1][..]));
        assert_eq!((ranking.order.len(), ranking.used.clone(), &ranking.note), (3, Strategy::Disagreement, &None));
        assert!(ranking.score(0).is_some() && ranking.score(1).is_none());
        let calm = with(&[(3, 0)], Some(&p));
        assert_eq!((calm.order.len(), calm.used.clone()), (2, Strategy::DiverseMargin));
        assert!(calm.score(0).is_some(), "the score is that of the strategy that was used");
        assert!(calm.note.is_some_and(|note| note.contains("no answers differ")));
        let blind = with(&[(1, 1), (1, 0)], None);
        assert_eq!((blind.order.len(), blind.used), (2, Strategy::Coverage));
    }

    #[test]
    fn without_a_model_of_their_own_people_alone_count() {
        let none = Answered { thoughts: Probabilities::new(2, Vec::new()), ..said(&[(0, 1), (1, 0), (1, 1)], 3) };
        let disputed = order(&none, 7);
        assert_eq!(disputed.len(), 1);
        assert!((disputed[0].entropy - std::f32::consts::LN_2).abs() < 1e-6);
    }
}
