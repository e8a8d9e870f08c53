//! Looking without answering: what was answered, what the ranker thinks, what is next.

use super::pool::{Candidate, Pool};
pub(crate) use super::ranker::news as round_news;
use super::sitting::Sitting;
use super::types::{Past, Push, QueuePanel, QueueRow, Suggestions};
use crate::domain::{LabelId, Lane, Question};
use crate::error::Result;
use crate::features::Recipe;
use crate::models::pushes;
use crate::project::Project;
use crate::workflow::queue::lane_rows;
use crate::workflow::ranking::Ranked;

/// How many items the queue panel lists.
const PANEL: usize = 8;
/// A text push weaker than this share of the strongest is not worth an underline.
const FAINT: f64 = 0.2;

impl Sitting {
    /// This person's newest answers.
    pub fn history(&self, limit: usize) -> Result<Vec<Past>> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let current = self.project.history(&self.question, self.me.id, limit)?;
        current
            .into_iter()
            .map(|answer| {
                let item = self.project.item(answer.item)?;
                let note = self.project.note_of(answer.seq)?;
                Ok(Past {
                    seq: answer.item,
                    id: item.name(),
                    text: item.text,
                    said: answer.said,
                    flag: answer.flag,
                    note,
                    at: answer.at,
                    stale: answer.stale,
                })
            })
            .collect()
    }

    /// What the ranker would say about an item of the learn lane, and the words that push it; nothing in other lanes,
    /// before the first round, or where the item is not the one that was served.
    pub fn suggestions(&self, seq: u32) -> Result<Suggestions> {
        let served = self.desk.find(seq).filter(|served| served.lane == Lane::Learn);
        let (Some(served), Some(ranked)) = (served, &self.ranker.ranked) else { return Ok(Suggestions::default()) };
        let (Some(model), Some(round)) = (&ranked.model, &ranked.round) else { return Ok(Suggestions::default()) };
        let labels = probabilities(&self.question, model.probabilities_of(&ranked.features, seq as usize - 1));
        let towards = |label: LabelId| {
            // Of the other families nobody can say which word pushes.
            let pushes = self
                .class(label)
                .zip(model.linear())
                .map(|(class, model)| pushes(model, &ranked.features, &Recipe::default(), &served.text, class));
            pushes.into_iter().flatten().map(move |push| Push { at: push.range, label, weight: f64::from(push.amount) })
        };
        let mut all: Vec<Push> =
            labels.iter().take(2).flat_map(|(label, _)| towards(*label)).filter(|push| push.weight > 0.0).collect();
        all.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.at.start.cmp(&b.at.start)));
        let strongest = all.first().map_or(0.0, |push| push.weight);
        all.retain(|push| push.weight >= FAINT * strongest);
        Ok(Suggestions { round: round.number, labels, pushes: all })
    }

    /// The queue panel.
    pub fn queue_panel(&mut self) -> Result<QueuePanel> {
        self.load()?;
        self.take_order();
        let Some(pool) = &self.pool else { return Ok(QueuePanel::default()) };
        let ranked = self.ranker.ranked.as_ref();
        let next = pool.coming().filter(|(_, candidate)| !self.desk.holds(candidate.seq)).take(PANEL);
        let next = next
            .map(|(lane, c)| queue_row(&self.project, &self.question, ranked, pool, c, lane))
            .collect::<Result<_>>()?;
        let asked = self.settings.strategy();
        Ok(QueuePanel {
            strategy: asked.to_string(),
            quantity: ranked.map_or(&asked, |ranked| &ranked.ordered.used).quantity().to_owned(),
            instead: ranked.and_then(|ranked| ranked.ordered.note.clone()),
            round: ranked.and_then(|ranked| ranked.round.as_ref()).map(round_news),
            by: ranked.map(|ranked| ranked.by.clone()),
            lanes: lane_rows(&self.settings, |lane| pool.left(lane)),
            next,
            left: pool.left_in_all(),
            stop: ranked.is_some_and(|ranked| ranked.advice.stop),
            advice: ranked.map_or_else(String::new, |ranked| ranked.advice.reason.clone()),
        })
    }
}

/// One item of the queue with what the ranker thinks of it.
pub(crate) fn queue_row(
    project: &Project,
    question: &Question,
    ranked: Option<&Ranked>,
    pool: &Pool,
    Candidate { seq, rank }: Candidate,
    lane: Lane,
) -> Result<QueueRow> {
    let item = project.item(seq)?;
    let score = (lane == Lane::Learn).then(|| pool.order().scores.get(rank as usize - 1)).flatten();
    Ok(QueueRow {
        seq,
        id: item.name(),
        key: item.key,
        text: item.text,
        lane,
        rank,
        score: score.copied().filter(|score| !score.is_nan()).map(f64::from),
        probabilities: ranked.map_or_else(Vec::new, |ranked| probabilities(question, ranked.thinks_of(seq))),
        answers: pool.standing(seq).values,
    })
}

/// The live labels with their probabilities, likeliest first.
fn probabilities(question: &Question, p: Vec<f32>) -> Vec<(LabelId, f64)> {
    let mut all: Vec<(LabelId, f64)> = question
        .labels
        .iter()
        .zip(p)
        .filter(|(label, p)| !label.retired || *p > 0.0)
        .map(|(label, p)| (label.id, f64::from(p)))
        .collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    all
}
