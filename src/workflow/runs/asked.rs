//! What was asked of a training, for other programs and for the process that does it.

use super::train::Asked;
use serde_json::{Map, Value as Json, json};
use std::ffi::OsString;

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

    /// The arguments of `karat train` that ask for it.
    pub fn arguments(&self) -> Vec<OsString> {
        let Self { model, sources, encoder, set, balanced, calibrate, name, seed, seeds, learning_curve } = self;
        let mut args = vec![
            format!("--model={model}"),
            format!("--calibrate={calibrate}"),
            format!("--seed={seed}"),
            format!("--seeds={seeds}"),
            format!("--learning-curve={learning_curve}"),
        ];
        args.extend(sources.iter().map(|source| format!("--features={source}")));
        args.extend(set.iter().map(|(name, value)| format!("--set={name}={value}")));
        args.extend(balanced.then(|| "--balanced".to_owned()));
        args.extend(name.as_ref().map(|name| format!("--name={name}")));
        let mut args: Vec<OsString> = args.into_iter().map(OsString::from).collect();
        if let Some(folder) = encoder {
            args.extend(["--encoder".into(), folder.into()]);
        }
        args
    }
}
