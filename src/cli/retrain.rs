//! `karat retrain`.

use super::{Context, Report};
use crate::domain::Deed;
use crate::error::{Error, Result};
use crate::project::Round;
use crate::workflow::retrain;
use serde_json::json;

/// Runs one round of the live ranker now.
pub fn run(context: &Context) -> Result<Report> {
    let mut project = context.open()?;
    let question = context.question(&project)?;
    let by = context.actor(&mut project, Deed::Answer)?;
    let seed = context.global.seed;
    let done = retrain::now(&mut project, &context.paths()?, by, &question, seed, &context.control())?;
    let Some(Round { number, round, .. }) = &done.round else {
        return Err(Error::internal("the round is not in the file"));
    };
    let accuracy = done.round.as_ref().and_then(retrain::accuracy);
    let score = accuracy.map(|e| json!({"value": e.value, "ci95": [e.low, e.high], "n": e.n}));
    let reason = score.is_none().then_some("nothing of the evaluation set has gold or a settled value yet");
    let json = json!({
        "question": question.name, "round": number, "strategy": round.strategy, "seed": seed,
        "trained_on": round.answers, "accuracy": score, "reason": reason, "weights": round.weights_hash.to_string(),
        "milliseconds": round.ms, "note": done.ordered.note,
        "advice": {"stop": done.advice.stop, "reason": done.advice.reason},
    });
    let told = match accuracy {
        Some(e) => {
            format!("accuracy {:.3} [{:.3}, {:.3}] on {} items of the evaluation set", e.value, e.low, e.high, e.n)
        }
        None => "no accuracy yet: nothing of the evaluation set has gold or a settled value".to_owned(),
    };
    Ok(Report::new(json)
        .line(format!("round {number} learned from {} items in {} ms; {told}", round.answers, round.ms))
        .line(&done.advice.reason))
}
