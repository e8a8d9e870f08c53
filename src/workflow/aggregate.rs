//! What several people's answers add up to, and accepting it: the rulings of a method above a confidence, as one act.

use super::agreement::Gathered;
use crate::agreement::{self, Aggregation, Method, Ruling, Settings, Truth};
use crate::domain::{ActKind, Estimate, Kind, PersonId, Question, ReviewCause, RulingOrigin, Said, Value};
use crate::error::{Error, Result};
use crate::ids::mix;
use crate::project::{NewReview, NewRuling, Project, Settled, SettledOrigin};
use std::collections::HashMap;

/// So many of what was accepted come up for review.
pub const REVIEWED: usize = 30;
/// The most probabilities, items times categories, that are held at once: a gigabyte.
const CELLS: usize = 1 << 27;
/// With more categories than these the confusion matrices of annotators are not estimated.
const CATEGORIES: usize = 200;

/// What a method says of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The item's row.
    pub seq: u32,
    /// The value.
    pub value: Value,
    /// How sure the method is: a probability, or the share of the votes.
    pub confidence: f64,
    /// Why the item is settled already, if it is.
    pub settled: Option<SettledOrigin>,
}

/// The outcome of one method.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// As the core gives it: units and annotators are those of [`Gathered`].
    pub found: Aggregation,
    /// Every item with an answer that the method decides.
    pub decided: Vec<Decided>,
    /// Open items on which it cannot decide, with the values between which it cannot.
    pub ties: Vec<(u32, Vec<Value>)>,
    /// How often it says what people ruled.
    pub against_rulings: Option<Truth>,
    /// How often it says what the hidden truth is.
    pub against_gold: Option<Truth>,
}

/// What accepting did, or would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The items that are settled by it.
    pub rulings: Vec<Decided>,
    /// Of them, those that come up for review.
    pub reviewed: Vec<u32>,
    /// Open items that the method is not sure enough of: for a person to settle.
    pub unsure: usize,
}

/// Joins the answers by a method.
///
/// # Errors
/// Where the question's answers are no categories, or too many for the method.
pub fn outcome(
    project: &Project,
    question: &Question,
    gathered: &Gathered,
    method: Method,
    settings: &Settings,
) -> Result<Outcome> {
    if matches!(question.kind, Kind::Text | Kind::Spans) {
        let what = format!("answers of kind {} are not joined by a method", question.kind);
        return Err(Error::usage(what).hint("settle them one by one: karat settle ITEM VALUE"));
    }
    let categories = gathered.ratings.categories();
    if categories > CATEGORIES && method != Method::Majority {
        let what = format!("{categories} different answers are too many for {method}");
        return Err(Error::usage(what).hint("--method majority takes any number"));
    }
    if gathered.items.len().saturating_mul(categories) > CELLS {
        let what = format!("{categories} different answers to {} items are too many", gathered.items.len());
        return Err(Error::usage(what).hint("choose fewer items: --where EXPR"));
    }
    let found = agreement::aggregate(&gathered.ratings, method, settings);
    let settled = project.settled(question)?;
    let (mut decided, mut ties) = (Vec::new(), Vec::new());
    for (unit, seq) in gathered.items.iter().enumerate() {
        match found.ruling(unit) {
            Ruling::Category { category, confidence } => decided.push(Decided {
                seq: *seq,
                value: gathered.values[category as usize].clone(),
                confidence,
                settled: settled.get(seq).map(|s| s.origin),
            }),
            Ruling::Tie(_) if settled.contains_key(seq) => {}
            Ruling::Tie(between) => {
                ties.push((*seq, between.iter().map(|c| gathered.values[*c as usize].clone()).collect()));
            }
            Ruling::Unanswered => {}
        }
    }
    let person = |s: &Settled| s.origin == SettledOrigin::Adjudicated;
    let rulings = settled.iter().filter(|(_, s)| person(s)).map(|(seq, s)| (*seq, &s.value));
    let against_rulings = found.against(places(question, gathered, rulings));
    let gold = project.gold(question)?;
    let against_gold = found.against(places(question, gathered, gold.iter().map(|(seq, value)| (*seq, value))));
    Ok(Outcome { found, decided, ties, against_rulings, against_gold })
}

/// Known values as unit and category; a value that nobody gave is a category beyond all.
fn places<'a>(
    question: &Question,
    gathered: &Gathered,
    known: impl Iterator<Item = (u32, &'a Value)>,
) -> Vec<(u32, u32)> {
    let unit: HashMap<u32, u32> = (0..).zip(&gathered.items).map(|(unit, seq)| (*seq, unit)).collect();
    let now = |value: &Value| value.as_choice().map_or_else(|| value.clone(), |id| Value::Choice(question.resolve(id)));
    let place = |value: &Value| {
        let value = now(value);
        gathered.values.iter().position(|known| *known == value)
    };
    let category = |value| place(value).and_then(|i| u32::try_from(i).ok()).unwrap_or(u32::MAX);
    let mut places: Vec<(u32, u32)> =
        known.filter_map(|(seq, value)| Some((*unit.get(&seq)?, category(value)))).collect();
    places.sort_unstable();
    places
}

/// Settles every open item on which a method is at least this sure and whose label can still be given, as one act that one undo takes back; thirty of
/// them, drawn by the seed, are sent to review in the same act. By nobody, nothing is written: a trial.
pub fn accept(
    project: &mut Project,
    by: Option<PersonId>,
    question: &Question,
    outcome: &Outcome,
    min_confidence: f64,
    seed: u64,
) -> Result<Accepted> {
    let open = outcome.decided.iter().filter(|d| matches!(d.settled, None | Some(SettledOrigin::Aggregated)));
    let given = |d: &Decided| d.value.as_choice().is_none_or(|id| question.label(id).is_some_and(|l| !l.retired));
    let sure = |d: &Decided| d.confidence >= min_confidence && given(d);
    let (rulings, unsure): (Vec<Decided>, Vec<Decided>) = open.cloned().partition(sure);
    let mut drawn: Vec<u32> = rulings.iter().filter(|d| d.settled.is_none()).map(|d| d.seq).collect();
    drawn.sort_by_key(|seq| (mix(seed, u64::from(*seq)), *seq));
    drawn.truncate(REVIEWED);
    let unsure = unsure.iter().filter(|d| d.settled.is_none()).count() + outcome.ties.len();
    if let Some(by) = by {
        let note = format!("{} at {min_confidence} or above", outcome.found.method);
        project.write(by, ActKind::Settle, |w| {
            for d in &rulings {
                let ruling = NewRuling::of(question.id, d.seq, d.value.clone(), RulingOrigin::Aggregated);
                w.add_ruling(&NewRuling { note: Some(note.clone()), ..ruling })?;
            }
            for item in &drawn {
                let cause = ReviewCause::Accepted;
                w.send_to_review(&NewReview { question: question.id, item: *item, cause, note: Some(note.clone()) })?;
            }
            Ok(())
        })?;
    }
    Ok(Accepted { rulings, reviewed: drawn, unsure })
}

/// How often what was accepted turned out wrong when it came up for review; none before the first of these answers.
pub fn error_of_accepted(project: &Project, question: &Question) -> Result<Option<Estimate>> {
    let reviewed = project.reviewed(question)?;
    let wrong = reviewed.iter().filter(|(settled, said)| *said != Said::Value(settled.clone())).count();
    Ok(Estimate::wilson(wrong, reviewed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::UndoScope;
    use crate::workflow::agreement::tests::World;
    use crate::workflow::settle::Settling;

    /// Forty items: three people agree on most, one is alone on some, two items are split.
    fn world() -> World {
        let mut w = World::sized(40, Kind::Choice, &["no", "yes"]);
        for item in 1..=40u32 {
            let truth = if item % 3 == 0 { "no" } else { "yes" };
            let wrong = if item % 3 == 0 { "yes" } else { "no" };
            w.say(0, item, truth);
            w.say(1, item, if item % 10 < 8 { wrong } else { truth });
            if item > 2 {
                w.say(2, item, truth);
            }
        }
        w
    }

    fn join(w: &World, method: Method) -> Outcome {
        let gathered = Gathered::of(&w.project, &w.question(), None).expect("gathered");
        outcome(&w.project, &w.question(), &gathered, method, &Settings::default()).expect("joined")
    }

    #[test]
    fn what_is_sure_is_accepted_as_one_act_and_ties_are_left_to_people() {
        let mut w = world();
        let found = join(&w, Method::Majority);
        assert_eq!(found.ties.iter().map(|t| t.0).collect::<Vec<_>>(), [1, 2]);
        let yes = w.question().parse_value("yes").expect("a label");
        let mut settled = world();
        let (lead, question) = (settled.people[2], settled.question());
        crate::workflow::settle::adjudicate(&mut settled.project, lead, &question, &Settling::of(1, yes))
            .expect("ruled");
        assert_eq!(join(&settled, Method::Majority).ties.len(), 1, "a tie that a person settled is none");
        let (lead, question) = (w.people[0], w.question());
        let tried = accept(&mut w.project, None, &question, &found, 0.6, 0).expect("tried");
        assert!(w.project.rulings(&question).expect("rulings").is_empty(), "a trial writes nothing");
        let done = accept(&mut w.project, Some(lead), &question, &found, 0.6, 0).expect("accepted");
        assert_eq!(done, tried);
        // Thirty of forty are disputed, two of them ties; what is unanimous is settled without a method.
        assert_eq!((done.rulings.len(), done.unsure), (30, 2));
        assert_eq!(done.reviewed.len(), REVIEWED.min(30));
        let settled = w.project.settled(&question).expect("settled");
        assert_eq!(settled.values().filter(|s| s.origin == SettledOrigin::Aggregated).count(), 30);
        assert_eq!(w.project.reviews(&question).expect("reviews").len(), 30);
        let found = join(&w, Method::Majority);
        let again = accept(&mut w.project, Some(lead), &question, &found, 0.6, 0).expect("again");
        assert!(again.reviewed.is_empty(), "nothing new, nothing to review");
        w.project.undo(lead, &UndoScope::Any).expect("undone");
        assert!(w.project.rulings(&question).expect("rulings").is_empty());
        assert!(w.project.reviews(&question).expect("reviews").is_empty());
    }

    #[test]
    fn a_method_is_set_against_what_people_ruled_and_a_ruling_by_a_person_stands() {
        let mut w = world();
        let (lead, question) = (w.people[0], w.question());
        let no = question.parse_value("no").expect("a label");
        for item in [3, 4] {
            crate::workflow::settle::adjudicate(&mut w.project, lead, &question, &Settling::of(item, no.clone()))
                .expect("ruled");
        }
        let found = join(&w, Method::DawidSkene);
        assert_eq!(found.against_rulings, Some(Truth { accuracy: 0.5, units: 2 }));
        assert!(found.found.log_likelihood.is_some() && found.found.converged);
        accept(&mut w.project, Some(lead), &question, &found, 0.0, 0).expect("accepted");
        let settled = w.project.settled(&question).expect("settled");
        assert_eq!(settled[&4], Settled { value: no, origin: SettledOrigin::Adjudicated, answers: 0 });
    }

    #[test]
    fn the_error_of_what_was_accepted_comes_from_its_reviews() {
        let mut w = world();
        let (lead, question) = (w.people[0], w.question());
        let found = join(&w, Method::Majority);
        let done = accept(&mut w.project, Some(lead), &question, &found, 0.6, 0).expect("accepted");
        assert_eq!(error_of_accepted(&w.project, &question), Ok(None));
        for (place, item) in done.reviewed.iter().enumerate() {
            let value = &done.rulings.iter().find(|d| d.seq == *item).expect("accepted").value;
            let other = question.live_labels().map(|l| Value::Choice(l.id)).find(|v| v != value).expect("another");
            let review = w.project.open_review(question.id, *item).expect("read");
            w.review(1, *item, if place < 3 { other } else { value.clone() }, review);
        }
        let error = error_of_accepted(&w.project, &question).expect("read").expect("reviewed");
        assert_eq!((error.value, error.n), (0.1, 30));
        let again = join(&w, Method::Majority);
        accept(&mut w.project, Some(lead), &question, &again, 0.3, 0).expect("accepted again");
        assert_eq!(error_of_accepted(&w.project, &question), Ok(Some(error)), "what was wrong then stays wrong");
    }

    #[test]
    fn a_label_that_can_no_longer_be_given_is_not_accepted() {
        let mut w = world();
        let (lead, question) = (w.people[0], w.question());
        crate::workflow::labels::retire(&mut w.project, lead, &question, "yes").expect("retired");
        let (found, now) = (join(&w, Method::Majority), w.question());
        let done = accept(&mut w.project, Some(lead), &now, &found, 0.6, 0).expect("accepted");
        let no = question.parse_value("no").expect("a label");
        assert!(!done.rulings.is_empty() && done.rulings.iter().all(|d| d.value == no), "{:?}", done.rulings);
    }

    #[test]
    fn what_has_no_categories_is_refused() {
        let w = World::sized(3, Kind::Text, &[]);
        let gathered = Gathered::of(&w.project, &w.question(), None).expect("gathered");
        let refused = outcome(&w.project, &w.question(), &gathered, Method::Majority, &Settings::default());
        assert!(refused.is_err_and(|e| e.message.contains("kind text")));
    }
}
