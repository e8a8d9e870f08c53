//! Serving and saving: the item before the reader, the one behind it, and the commit that joins an answer with the
//! lease of the next but one.

use super::desk::how;
use super::loading::admit;
use super::pool::Mine;
use super::sitting::Sitting;
use super::types::{Failed, Feedback, Held, Nothing, Saved, Served, Submission};
use crate::domain::{ActKind, Lane, Origin, Said, Value};
use crate::error::{Error, Result};
use crate::project::{AnswerRow, Claim, NewAnswer};
use crate::queue::{Drawn, Left, Shares, draw};
use crate::workflow::qualification::Stage;
use std::collections::HashSet;

/// How many items are offered for one lease: more than other people can have before them.
const OFFERS: usize = 256;

impl Sitting {
    /// The item to answer now; none where nothing is left for this person. It and the one behind it are leased.
    pub fn serve(&mut self) -> Result<Option<Served>> {
        self.load()?;
        self.ranker.settle_briefly();
        self.take_order();
        while self.desk.room() > 0 {
            let Some(served) = self.lease_one()? else { break };
            self.desk.put(served);
        }
        Ok(self.desk.current().cloned())
    }

    /// The items that lie before this person: the one that [`Sitting::serve`] gave, and the one behind it.
    pub fn lying(&self) -> impl Iterator<Item = &Served> {
        self.desk.lying()
    }

    /// Saves an answer: it, the end of its lease and the lease of the next but one are one commit. What comes back is
    /// on disk. An item that was not served here was picked.
    ///
    /// # Errors
    /// Where the file cannot be written; the answer is then not saved and the item stays where it is.
    pub fn submit(&mut self, given: &Submission) -> Result<Saved> {
        self.load()?;
        self.refuse_retired(given)?;
        let served = self.desk.find(given.seq).cloned();
        let mut new = self.new_answer(given, served.as_ref());
        if served.is_none() {
            self.remember_lane(&mut new)?;
        }
        let due = served.as_ref().and_then(|_| self.due(Some(given.seq)));
        let drawn = served.as_ref().filter(|_| due.is_none()).and_then(|_| self.draw());
        let offers = drawn.map_or_else(Vec::new, |drawn| self.offers(drawn, Some(given.seq)));
        let claims = offers.iter().map(|offer| offer.claim);
        let (act, answer, leased) = self.project.answer_and_lease(&new, claims, 1, self.seen.act)?;
        let (Some(act), Some(answer)) = (act, answer) else {
            return Err(Error::internal("an answer was written and is not there"));
        };
        let next = leased.first().and_then(|seq| offers.iter().find(|offer| offer.claim.item == *seq)).copied();
        let next = due.map(Offer::due).or(next);
        let after = self.after_answer(given).and_then(|()| next.map_or(Ok(()), |offer| self.lay(&offer)));
        self.ranker.note_trouble(after);
        let feedback = self.judge(given, served.as_ref()).map(|told| told.map(Box::new)).unwrap_or_else(|error| {
            self.ranker.note_trouble(Err(error));
            None
        });
        Ok(Saved { answer, act, at: self.project.place().now(), feedback })
    }

    /// Saves several answers as one act, which one undo takes back.
    ///
    /// # Errors
    /// Where the file cannot be written: then none of them is saved.
    pub fn submit_many(&mut self, given: &[Submission]) -> Result<Saved> {
        self.load()?;
        given.iter().try_for_each(|one| self.refuse_retired(one))?;
        let lay: Vec<Option<Served>> = given.iter().map(|one| self.desk.find(one.seq).cloned()).collect();
        let all: Vec<NewAnswer> =
            given.iter().zip(&lay).map(|(one, served)| self.new_answer(one, served.as_ref())).collect();
        let question = self.question.id;
        let (act, answers) = self.project.write(self.me.id, ActKind::Answer, |w| {
            let mut ids = Vec::with_capacity(all.len());
            for new in &all {
                ids.push(w.add_answer(new)?);
                w.release(question, new.item)?;
            }
            Ok(ids)
        })?;
        let first = answers.into_iter().flatten().next();
        let (Some(act), Some(answer)) = (act, first) else {
            return Err(Error::usage("there is nothing to save"));
        };
        let after = given.iter().zip(&lay).try_for_each(|(one, served)| {
            self.after_answer(one)?;
            self.judge(one, served.as_ref()).map(drop)
        });
        self.ranker.note_trouble(after);
        Ok(Saved { answer, act, at: self.project.place().now(), feedback: None })
    }

    /// Why nothing is served: what the queue could serve to this person if others, or another process of theirs, did not
    /// have it before them; or that they did not qualify.
    pub fn nothing(&self) -> Result<Nothing> {
        let Some(pool) = &self.pool else { return Ok(Nothing::default()) };
        let place = self.project.place();
        let mut leases = self.project.leases(self.question.id)?;
        leases.retain(|lease| {
            let mine = lease.person == self.me.id;
            let here = mine && lease.host == place.host && lease.pid == place.pid;
            let open = |lane: &Lane| pool.is_open(lease.item, *lane) && (mine || !lane.asks_each());
            !here && Lane::SERVED.iter().any(open)
        });
        let people = self.project.people()?.into_iter();
        let people = people.filter(|person| leases.iter().any(|lease| lease.person == person.id));
        let people = people.map(|person| person.name.unwrap_or_else(|| "somebody".to_owned())).collect();
        let items: HashSet<u32> = leases.iter().map(|lease| lease.item).collect();
        let failed = self.trial.as_ref().filter(|trial| trial.stage() == Stage::Failed);
        let seen = self.settings.performance().lets(Some(&self.me), self.me.id);
        let failed = failed.map(|trial| Failed {
            answered: trial.answered(),
            to_pass: trial.to_pass,
            right: seen.then_some(trial.right),
        });
        Ok(Nothing { held: Held { items: items.len(), people }, failed })
    }

    /// An item outside the queue, with what this person said to it and left half-made; it is not leased.
    pub fn open(&mut self, seq: u32) -> Result<Served> {
        if let Some(served) = self.desk.find(seq) {
            return Ok(served.clone());
        }
        self.served(seq, None)
    }

    /// Gives back every lease of this person in this process: the sitting is over, or pauses.
    pub fn leave(&mut self) -> Result<()> {
        self.desk.clear();
        self.project.release_leases(self.me.id)
    }

    /// A label may be retired, here or elsewhere, while an item with its key is on the screen.
    fn refuse_retired(&self, given: &Submission) -> Result<()> {
        let Said::Value(Value::Choice(label)) = &given.said else { return Ok(()) };
        match self.question.label(*label).filter(|label| label.retired) {
            Some(label) => Err(Error::conflict(format!("{} was retired and can no longer be given", label.name))),
            None => Ok(()),
        }
    }

    fn new_answer(&self, given: &Submission, served: Option<&Served>) -> NewAnswer {
        let mut how = how(served, &self.question, given.origin, given.suggestion);
        (how.shown_at, how.active_ms) = (given.shown_at, given.active_ms);
        NewAnswer {
            person: self.me.id,
            question: self.question.id,
            item: given.seq,
            text_hash: served.map(|served| served.text_hash),
            said: given.said.clone(),
            flag: given.flag,
            note: given.note.clone(),
            how,
            source: None,
        }
    }

    /// An item that was served before and is answered anew, on a walk back or after an undo, keeps why it was served.
    fn remember_lane(&self, new: &mut NewAnswer) -> Result<()> {
        if new.how.origin != Origin::Key {
            return Ok(());
        }
        let mut rows = self.project.answers_of_item(new.item)?;
        rows.retain(|row| row.answer.person == new.person && row.answer.question == new.question);
        // What came back and was taken back lies before them with what they had said before: no second opinion.
        let again = |row: &AnswerRow| row.answer.how.lane == Lane::Again && !row.live;
        if let Some(row) = rows.pop().filter(|row| !again(row)) {
            let was = row.answer.how;
            (new.how.lane, new.how.round, new.how.rank) = (was.lane, was.round, was.rank);
            (new.how.selection_probability, new.how.suggestion) = (was.selection_probability, was.suggestion);
            new.how.review = was.review;
        }
        Ok(())
    }

    /// Puts an item that was leased by an offer on the desk.
    fn lay(&mut self, offer: &Offer) -> Result<()> {
        let served = self.served(offer.claim.item, Some(offer))?;
        self.desk.put(served);
        Ok(())
    }

    /// What follows in memory from an answer that is on disk.
    fn after_answer(&mut self, given: &Submission) -> Result<()> {
        self.desk.take(given.seq);
        let before = self.pool.as_ref().map(|pool| pool.standing(given.seq)).unwrap_or_default();
        let first = before.mine == Mine::Nothing || before.given.is_some_and(|at| at < self.today.since);
        self.today.answers += usize::from(first);
        if matches!(given.said, Said::Skipped(_)) {
            self.desk.skipped.insert(given.seq);
        }
        self.refresh(given.seq)?;
        let teaches = self.pool.as_ref().is_some_and(|pool| !pool.is_set_aside(given.seq));
        self.ranker.heard(&given.said, teaches);
        self.start_work()
    }

    /// What follows for somebody from an answer that was a check: what they are told, and how far they have come.
    fn judge(&mut self, given: &Submission, served: Option<&Served>) -> Result<Option<Feedback>> {
        let Some(served) = served.filter(|served| served.lane == Lane::Gold) else { return Ok(None) };
        let Some(truth) = self.project.gold_of(&self.question, given.seq)? else { return Ok(None) };
        let right = self.question.is_right(&given.said, &truth);
        if let Some(trial) = &mut self.trial {
            let before = trial.stage();
            trial.hear(given.seq, right);
            match (before, trial.stage()) {
                (Stage::Open, Stage::Open) => self.pool.iter_mut().for_each(|pool| admit(pool, trial)),
                // Only now does what is open to them change.
                (Stage::Open, _) => self.reload()?,
                _ => {}
            }
        }
        let told = match &given.said {
            Said::Value(said) if self.settings.gold_feedback() => Some(said.clone()),
            _ => None,
        };
        Ok(told.map(|said| Feedback { id: served.id.clone(), said, truth, right }))
    }

    /// Leases one more item for the desk.
    fn lease_one(&mut self) -> Result<Option<Served>> {
        if let Some(seq) = self.due(None) {
            return self.served(seq, Some(&Offer::due(seq))).map(Some);
        }
        let Some(drawn) = self.draw() else { return Ok(None) };
        let offers = self.offers(drawn, None);
        let claims = offers.iter().map(|offer| offer.claim);
        let leased = self.project.lease(self.question.id, self.me.id, claims, 1, self.seen.act)?;
        match leased.first() {
            Some(seq) => self.served(*seq, offers.iter().find(|offer| offer.claim.item == *seq)).map(Some),
            None => Ok(None),
        }
    }

    /// The next item of a calibration session for this person. It is not leased: everybody answers it for themselves.
    fn due(&self, answering: Option<u32>) -> Option<u32> {
        let is_free = |seq: &u32| Some(*seq) != answering && !self.desk.holds(*seq);
        self.pool.as_ref()?.due().find(is_free)
    }

    /// Draws the lane of the next item; none where this person has nothing left.
    fn draw(&mut self) -> Option<Drawn> {
        let pool = self.pool.as_mut()?;
        pool.at(self.project.place().now());
        let pool = &*pool;
        let held = |lane| self.desk.items().filter(|seq| pool.is_open(*seq, lane)).count();
        let [learn, random, overlap, gold, review, again] = Lane::SERVED.map(|lane| pool.left(lane) - held(lane));
        let left = Left { learn, random, overlap, gold, review, again };
        let trial = self.trial.as_ref().filter(|trial| trial.stage() == Stage::Open);
        let mut shares = self.settings.shares();
        if let Some(trial) = trial {
            let lying = self.desk.lying().filter(|served| served.lane == Lane::Gold).count();
            if trial.answered() + lying >= trial.needed {
                return None;
            }
            shares = Shares::GOLD;
        }
        let drawn = draw(&shares, self.seed, self.me.id, self.desk.drawn, &left);
        self.desk.drawn += 1;
        if trial.is_some() {
            return drawn;
        }
        drawn.or_else(|| (pool.skipped() > 0).then_some(Drawn { lane: Lane::Learn, probability: 1.0 }))
    }

    /// What could be leased, best first: what this person left half-made, the drawn lane, the others, then what this
    /// person skipped in an earlier sitting; never what lies on the desk, nor the item that is being answered. Own items
    /// come back where they were drawn, and stand in for nothing.
    fn offers(&self, drawn: Drawn, answering: Option<u32>) -> Vec<Offer> {
        let Some(pool) = &self.pool else { return Vec::new() };
        let others = |but| Lane::SERVED.into_iter().filter(move |lane| *lane != but && *lane != Lane::Again);
        let half_made = self.desk.drafts.iter().filter_map(|&seq| {
            let lane = others(Lane::Again).find(|lane| pool.is_open(seq, *lane))?;
            Some((seq, lane, None))
        });
        let lanes = std::iter::once(drawn.lane).chain(others(drawn.lane));
        let open = lanes.flat_map(|lane| pool.candidates(lane).map(move |c| (c.seq, lane, Some(c.rank))));
        let back = |seq| (seq, if pool.is_set_aside(seq) { Lane::Random } else { Lane::Learn }, None);
        let skipped = pool.skipped_by_me().filter(|seq| !self.desk.skipped.contains(seq)).map(back);
        let skipped = skipped.filter(|(_, lane, _)| pool.lanes().contains(*lane));
        half_made
            .chain(open)
            .chain(skipped)
            .filter(|(seq, ..)| Some(*seq) != answering && !self.desk.holds(*seq))
            .map(|(seq, lane, rank)| {
                let probability = (lane == drawn.lane && rank.is_some()).then_some(drawn.probability);
                let claim = Claim { item: seq, beside_others: lane.asks_each() };
                Offer { claim, lane, rank: rank.filter(|_| lane == Lane::Learn), probability }
            })
            .take(OFFERS)
            .collect()
    }

    /// An item as it is put before this person, by an offer or because it was picked.
    fn served(&self, seq: u32, offer: Option<&Offer>) -> Result<Served> {
        let row = self.project.item(seq)?;
        let shown = self.fields.iter().zip(&row.fields).filter(|(field, _)| field.show);
        let fields: Vec<(String, String)> = shown.map(|(field, value)| (field.name.clone(), value.display())).collect();
        let is_language = |name: &str| ["language", "lang"].contains(&name.to_lowercase().as_str());
        let language = fields.iter().find(|(name, value)| is_language(name) && !value.is_empty());
        let lane = offer.map_or(Lane::Picked, |offer| offer.lane);
        let review = match lane {
            Lane::Review => self.project.open_review(self.question.id, seq)?,
            _ => None,
        };
        let said = match lane.is_blind() {
            true => None,
            false => self.project.answer_of(&self.question, seq, self.me.id)?,
        };
        let rank = offer.and_then(|offer| offer.rank);
        Ok(Served {
            seq,
            key: row.key,
            id: row.name(),
            text_hash: row.text_hash,
            language: language.map(|(_, value)| value.clone()),
            fields,
            lane,
            review,
            round: rank.and(self.pool.as_ref()).and_then(|pool| pool.order().round),
            rank,
            selection_probability: offer.and_then(|offer| offer.probability),
            mine: said.map(|answer| answer.said),
            draft: self.project.draft(self.question.id, self.me.id, seq)?,
            text: row.text,
        })
    }
}

/// An item that could be leased, and how it came to be offered.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Offer {
    claim: Claim,
    lane: Lane,
    rank: Option<u32>,
    probability: Option<f64>,
}

impl Offer {
    /// An item of a calibration session.
    fn due(seq: u32) -> Self {
        Self { claim: Claim::beside_others(seq), lane: Lane::Overlap, rank: None, probability: None }
    }
}
