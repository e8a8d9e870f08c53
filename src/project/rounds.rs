//! Rounds of the live ranker: what each was trained on and how well it did. Of the weights only the newest are kept.

use super::facts::{self, Cell};
use super::{Project, Writer, acts, sql};
use crate::clock::Millis;
use crate::domain::{ActId, Digest, PersonId, QuestionId};
use crate::error::Result;
use serde_json::Value as Json;

/// A retraining that has just been done.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRound {
    /// Of which question.
    pub question: QuestionId,
    /// The strategy that orders by it.
    pub strategy: String,
    /// Seed of everything random in it.
    pub seed: u64,
    /// The log's heads when its answers were read.
    pub seen: Vec<ActId>,
    /// How many answers it learned from.
    pub answers: u32,
    /// Model and features: what is needed to do it again.
    pub params: Json,
    /// Its score on the evaluation set, with its interval and n.
    pub score: Json,
    /// Hash of its weights.
    pub weights_hash: Digest,
    /// How long it took.
    pub ms: i64,
}

/// A round of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Counts from 1 in each question.
    pub number: u32,
    /// When it was recorded, UTC milliseconds.
    pub at: Millis,
    /// Whose process trained it.
    pub by: PersonId,
    /// What was recorded.
    pub round: NewRound,
}

impl Project {
    /// Every round of a question, oldest first.
    pub fn rounds(&self, question: QuestionId) -> Result<Vec<Round>> {
        sql::list(
            &self.conn,
            "SELECT r.number, a.at_utc_ms, a.person, r.strategy, r.seed, r.seen, r.answers, r.params, r.score,
                r.weights_hash, r.ms
             FROM round r JOIN act a ON a.seq = r.act JOIN question q ON q.seq = r.question
             WHERE q.id = ?1 AND r.act NOT IN (SELECT act FROM dead) ORDER BY r.number, a.id",
            [question.as_bytes()],
            |row| {
                let seen: Vec<u8> = row.get(5)?;
                let round = NewRound {
                    question,
                    strategy: row.get(3)?,
                    seed: row.get::<_, i64>(4)?.cast_unsigned(),
                    seen: acts::unpack(&seen).collect(),
                    answers: row.get(6)?,
                    params: sql::json(&row.get::<_, String>(7)?)?,
                    score: sql::json(&row.get::<_, String>(8)?)?,
                    weights_hash: sql::digest(row, 9)?,
                    ms: row.get(10)?,
                };
                Ok(Round { number: row.get(0)?, at: row.get(1)?, by: sql::id(row, 2)?, round })
            },
        )
    }

    /// The number of the newest weights of a question, without reading them.
    pub fn weights_round(&self, question: QuestionId) -> Result<Option<u32>> {
        sql::first(
            &self.conn,
            "SELECT r.number FROM ranker r JOIN question q ON q.seq = r.question WHERE q.id = ?1",
            [question.as_bytes()],
            |row| Ok(row.get(0)?),
        )
    }

    /// The newest weights of a question: the number of their round, their hash, and themselves.
    pub fn weights(&self, question: QuestionId) -> Result<Option<(u32, Digest, Vec<u8>)>> {
        sql::first(
            &self.conn,
            "SELECT r.number, r.weights_hash, r.weights FROM ranker r JOIN question q ON q.seq = r.question WHERE q.id = ?1",
            [question.as_bytes()],
            |row| Ok((row.get(0)?, sql::digest(row, 1)?, row.get(2)?)),
        )
    }

    /// The log's heads: what a round that reads the answers now has seen.
    pub fn heads(&self) -> Result<Vec<ActId>> {
        sql::list(&self.conn, "SELECT a.id FROM head h JOIN act a ON a.seq = h.act ORDER BY a.id", [], |row| {
            sql::id(row, 0)
        })
    }
}

impl Writer<'_> {
    /// Records a round and puts its weights in place of the ones before; its number.
    pub fn add_round(&mut self, round: &NewRound, weights: &[u8]) -> Result<u32> {
        let question = self.question_seq(round.question)?;
        let number: u32 =
            sql::value(self.conn, "SELECT coalesce(max(number), 0) + 1 FROM round WHERE question = ?1", [question])?;
        let seen = acts::pack(&round.seen);
        self.fact(
            &facts::ROUND,
            &[
                Cell::Ref(question, round.question.as_bytes()),
                Cell::Int(number.into()),
                Cell::Text(&round.strategy),
                Cell::Int(round.seed.cast_signed()),
                Cell::Blob(&seen),
                Cell::Int(round.answers.into()),
                Cell::Text(&round.params.to_string()),
                Cell::Text(&round.score.to_string()),
                Cell::Blob(&round.weights_hash.0),
                Cell::Int(round.ms),
            ],
        )?;
        sql::run(
            self.conn,
            "INSERT INTO ranker (question, number, weights_hash, weights) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (question) DO UPDATE SET number = ?2, weights_hash = ?3, weights = ?4",
            (question, number, round.weights_hash.0, weights),
        )?;
        Ok(number)
    }
}
