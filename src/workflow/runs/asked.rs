//! What was asked of a training, for other programs.

use super::train::Asked;
use serde_json::{Map, Value as Json, json};

impl Asked {
    /// What was asked for, as programs read it.
    pub fn to_json(&self) -> Json {
        let Self { model, sources, encoder, set, balanced, calibrate, name, seed, seeds, learning_curve } = self;
        json!({
            "model": model.as_str(), "features": sources.iter().map(|source| source.as_str()).collect::<Vec<_>>(),
            "encoder": encoder,
            "set": set.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>(),
            "balanced": balanced, "calibrate": calibrate.as_str(), "name": name, "seed": seed, "seeds": seeds,
            "learning_curve": learning_curve.as_str(),
        })
    }
}
