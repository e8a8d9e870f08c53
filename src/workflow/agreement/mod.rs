//! How far people agree about a question: their answers as they stand now, measured by the pure core.
//!
//! The Agreement screen draws an [`AgreementPanel`], and `karat agreement` prints it.

mod behind;
mod coded;
mod disputes;
mod gather;
mod groups;
mod json;

pub use behind::{Behind, behind};
pub use disputes::{Dispute, Disputed, Vote, disputes};
pub use gather::{Gathered, Who};
pub use groups::{Group, GroupName, Per, week};

use super::blind::Blind;
use super::{aggregate, settings, todo};
use crate::agreement::{
    self, Coefficient, LabelAgreement, Name, Resampling, SpanAgreement, Undefined, Value, Wanted, Weights,
};
use crate::domain::{Estimate, FEW, Kind, PersonId, Question};
use crate::error::Result;
use crate::jobs::Control;
use crate::paths::Paths;
use crate::project::Project;

/// How far people agree, as plain data.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementPanel {
    /// Items that there are, or that match.
    pub units: usize,
    /// Items that somebody answered.
    pub answered: usize,
    /// Items that two people answered.
    pub pairable: usize,
    /// Answers with a value.
    pub answers: usize,
    /// Every coefficient that makes sense for the question.
    pub coefficients: Vec<Coefficient>,
    /// On spans.
    pub spans: Option<SpanAgreement>,
    /// Every pair of people who answered the same item, the one that agrees least first.
    pub pairs: Vec<Pair>,
    /// Every label against all others.
    pub labels: Vec<(String, LabelAgreement)>,
    /// Everybody who answered, in the order of their coming.
    pub people: Vec<PersonAgreement>,
    /// What was asked for each value of something.
    pub groups: Vec<Group>,
    /// How many groups are left out: the smallest, or the oldest.
    pub groups_left_out: usize,
}

/// Two people on the items that both answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// One.
    pub a: Who,
    /// The other.
    pub b: Who,
    /// Items that both answered.
    pub units: usize,
    /// The share on which they said the same.
    pub observed: f64,
    /// Cohen's κ; of spans, F1 of whole spans.
    pub kappa: std::result::Result<Value, Undefined>,
}

/// Somebody against the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonAgreement {
    /// Who.
    pub who: Who,
    /// Answers with a value.
    pub answers: usize,
    /// Items that somebody else answered too.
    pub units: usize,
    /// The share of the others who said the same.
    pub observed: std::result::Result<f64, Undefined>,
    /// Corrected for chance.
    pub kappa: std::result::Result<Value, Undefined>,
    /// For each label how much more often they give it than the others do on the same items: from −1 to 1.
    pub bias: Vec<(String, f64)>,
    /// The label that they give most: its share of their answers and of the others', on the same items.
    pub habit: Option<(String, f64, f64)>,
}

impl AgreementPanel {
    /// The coefficient to show first: Krippendorff's α with the weights that suit the question best.
    pub fn headline(&self) -> Option<&Coefficient> {
        let alpha = |c: &&Coefficient| c.name == Name::KrippendorffAlpha;
        let defined = self.coefficients.iter().rev().find(|c| alpha(c) && c.outcome.is_ok());
        defined.or_else(|| self.coefficients.iter().rev().find(alpha))
    }
}

/// Everything that the Agreement screen shows and `karat agreement` prints.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// How far people agree.
    pub panel: AgreementPanel,
    /// People whose part in it the viewer may not see (settings people.performance).
    pub hidden: usize,
    /// How often what a method settled was wrong, as its reviews say; none before the first of them.
    pub accepted: Option<Estimate>,
    /// How many items wait for the next revision of the guidelines.
    pub todos: usize,
    /// How many items are disputed and not adjudicated.
    pub disputed: usize,
    /// The first of them.
    pub disputes: Vec<Dispute>,
    /// How many disputed items the viewer is not shown: they have not answered them.
    pub withheld: usize,
}

/// What is asked besides how far people agree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// The same for each value of something.
    pub per: Option<Per>,
    /// How many disputes to list.
    pub disputes: usize,
    /// The seed of the intervals.
    pub seed: u64,
    /// Who looks: how well somebody does is for those alone whom the project lets see it.
    pub viewer: Option<PersonId>,
}

/// Looks at a question as a whole: agreement, what was accepted, and the disputes that teach most.
///
/// # Errors
/// Where there is no such field, or the features cannot be made.
pub fn overview(
    project: &Project,
    paths: &Paths,
    question: &Question,
    gathered: &Gathered,
    asked: &Asked,
    control: &Control,
) -> Result<Overview> {
    let mut panel = measure(project, question, gathered, asked.per.as_ref(), asked.seed)?;
    let (people, seen) = (project.people()?, settings::of(project)?.performance());
    let viewer = people.iter().find(|person| Some(person.id) == asked.viewer);
    let before = panel.people.len();
    panel.people.retain(|person| seen.lets(viewer, person.who.id));
    panel.pairs.retain(|pair| [&pair.a, &pair.b].into_iter().any(|who| seen.lets(viewer, who.id)));
    let hidden = before - panel.people.len();
    let blind = Blind::of(project, question, asked.viewer)?;
    let Disputed { items: disputed, withheld, first: disputes } =
        disputes(project, paths, question, gathered, asked.disputes, &blind, control)?;
    let accepted = aggregate::error_of_accepted(project, question)?;
    let todos = todo::waiting(project, question, asked.viewer)?;
    Ok(Overview { panel, hidden, accepted, todos, disputed, disputes, withheld })
}

/// Measures how far people agree about a question, also for each value of something; intervals from this seed.
///
/// # Errors
/// Where there is no such field.
pub fn measure(
    project: &Project,
    question: &Question,
    gathered: &Gathered,
    per: Option<&Per>,
    seed: u64,
) -> Result<AgreementPanel> {
    let groups = per.map(|per| groups::of(project, question, gathered, per, seed)).transpose()?;
    let mut panel = measured(question, gathered, seed);
    if question.kind == Kind::Spans {
        let tokens = groups::tokens(project, gathered)?;
        let resampling = Resampling { seed, ..Resampling::default() };
        let spans = agreement::span_agreement(&tokens, &gathered.markings, resampling);
        panel.pairs = span_pairs(gathered, &spans);
        panel.spans = Some(spans);
    }
    (panel.groups, panel.groups_left_out) = groups.unwrap_or_default();
    Ok(panel)
}

fn measured(question: &Question, gathered: &Gathered, seed: u64) -> AgreementPanel {
    let ratings = &gathered.ratings;
    let resampling = Resampling { seed, ..Resampling::default() };
    // Chance says nothing where everybody writes or marks what they like: equal answers are counted, no more.
    let open = matches!(question.kind, Kind::Spans | Kind::Text);
    // Where a category is a set of labels, its share is not a label's.
    let by_label = !open && question.kind != Kind::Choices;
    let coefficients = match open {
        true => vec![(Name::PercentAgreement, Weights::Nominal)],
        false => agreement::suited(ratings.scale()),
    };
    let found = agreement::measure(ratings, &Wanted { coefficients, labels: !open, resampling });
    let who = |rater: u32| gathered.people[rater as usize].clone();
    let mut pairs: Vec<Pair> = agreement::pairs(ratings, Weights::Nominal)
        .into_iter()
        .map(|p| Pair { a: who(p.a), b: who(p.b), units: p.units, observed: p.observed, kappa: p.cohen_kappa })
        .collect();
    worst_first(&mut pairs);
    let people = agreement::against_the_rest(ratings)
        .into_iter()
        .map(|r| PersonAgreement {
            who: who(r.rater),
            answers: r.answers,
            units: r.units,
            observed: r.observed,
            kappa: r.kappa,
            habit: (0..).zip(&gathered.labels).filter(|_| by_label).fold(None, |most, (i, label): (usize, _)| {
                let shares = (*r.own.get(i)?, *r.rest.get(i)?);
                let more = most.as_ref().is_none_or(|(_, own, _): &(String, f64, f64)| shares.0 > *own);
                if more { Some((label.clone(), shares.0, shares.1)) } else { most }
            }),
            bias: match by_label {
                false => Vec::new(),
                true => {
                    let differ = r.own.iter().zip(&r.rest).map(|(own, rest)| own - rest);
                    gathered.labels.iter().cloned().zip(differ).collect()
                }
            },
        })
        .collect();
    AgreementPanel {
        units: found.units,
        answered: found.answered_units,
        pairable: found.pairable_units,
        answers: found.answers,
        coefficients: found.coefficients,
        spans: None,
        pairs,
        labels: gathered.labels.iter().cloned().zip(found.labels).collect(),
        people,
        groups: Vec::new(),
        groups_left_out: 0,
    }
}

fn span_pairs(gathered: &Gathered, spans: &SpanAgreement) -> Vec<Pair> {
    let who = |rater: u32| gathered.people[rater as usize].clone();
    let bare = |value| Value { value, ci95: None, standard_error: None };
    let pair = |p: &agreement::SpanPair| Pair {
        a: who(p.a),
        b: who(p.b),
        units: p.units,
        observed: p.overlap_f1.unwrap_or(0.0),
        kappa: p.exact_f1.map(bare),
    };
    let mut pairs: Vec<Pair> = spans.pairs.iter().map(pair).collect();
    worst_first(&mut pairs);
    pairs
}

/// Pairs that share too few items for an estimate come last, before them those without a value.
fn worst_first(pairs: &mut [Pair]) {
    let key = |pair: &Pair| pair.kappa.as_ref().map_or(f64::INFINITY, |kappa| kappa.value);
    let few = |pair: &Pair| pair.units < FEW;
    pairs.sort_by(|x, y| {
        few(x)
            .cmp(&few(y))
            .then(key(x).total_cmp(&key(y)))
            .then_with(|| (&x.a.name, &x.b.name).cmp(&(&y.a.name, &y.b.name)))
    });
}

#[cfg(test)]
pub(super) mod tests;
