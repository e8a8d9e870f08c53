//! The panel as JSON: numbers unrounded, what is undefined as `null` with its reason.

use super::{AgreementPanel, Dispute, GroupName, Overview, Pair};
use crate::agreement::{Coefficient, Undefined, Value, krippendorff, landis_koch};
use crate::domain::Question;
use serde_json::{Map, Value as Json, json};
use std::result::Result;

impl Overview {
    /// The document that `karat agreement --json` prints.
    pub fn to_json(&self, question: &Question) -> Json {
        let mut json = self.panel.to_json(question);
        let error = self.accepted.map(|e| json!({"error": e.value, "ci95": [e.low, e.high], "n": e.n}));
        json["accepted"] = json!(error);
        json["hidden_annotators"] = json!(self.hidden);
        json["guideline_todos"] = json!(self.todos);
        json["disputed"] = json!(self.disputed);
        json["withheld_disputes"] = json!(self.withheld);
        json["disputes"] = json!(self.disputes.iter().map(|d| d.to_json(question)).collect::<Vec<_>>());
        json
    }
}

impl AgreementPanel {
    /// The measures as JSON.
    pub fn to_json(&self, question: &Question) -> Json {
        let mut coefficients: Vec<Json> = self.coefficients.iter().map(coefficient).collect();
        if let Some(spans) = &self.spans {
            let found = [
                ("exact_f1", "spans", &spans.exact_f1),
                ("overlap_f1", "tokens", &spans.overlap_f1),
                ("krippendorff_alpha", "tokens", &spans.token_alpha),
            ];
            coefficients.extend(found.map(|(name, weights, outcome)| {
                let mut object = outcome_of(outcome);
                object.insert("units".into(), json!(spans.units));
                object.insert("of".into(), json!(spans.of));
                named(name, weights, object)
            }));
        }
        let labels = self.labels.iter().map(|(label, l)| {
            json!({
                "label": label, "answers": l.answers, "observed": outcome_of(&l.observed),
                "positive": outcome_of(&l.positive), "alpha": outcome_of(&l.alpha),
            })
        });
        let people = self.people.iter().map(|p| {
            let bias: Map<String, Json> = p.bias.iter().map(|(label, more)| (label.clone(), json!(more))).collect();
            json!({
                "name": p.who.name, "answers": p.answers, "units": p.units, "observed": p.observed.ok(),
                "kappa": outcome_of(&p.kappa), "bias": bias,
            })
        });
        let groups = self.groups.iter().map(|g| {
            let coefficients: Vec<Json> = g.coefficients.iter().map(coefficient).collect();
            let name = match &g.name {
                GroupName::Said(name) => json!(name),
                GroupName::Revision(revision) => json!(revision),
            };
            json!({"name": name, "units": g.units, "pairable_units": g.pairable, "coefficients": coefficients})
        });
        json!({
            "question": question.name, "units": self.units, "answered_units": self.answered,
            "pairable_units": self.pairable, "answers": self.answers, "coefficients": coefficients,
            "pairs": self.pairs.iter().map(|p| pair(p, self.spans.is_some())).collect::<Vec<_>>(),
            "labels": labels.collect::<Vec<_>>(), "annotators": people.collect::<Vec<_>>(),
            "groups": groups.collect::<Vec<_>>(), "groups_left_out": self.groups_left_out,
        })
    }
}

impl Dispute {
    /// As JSON, with the answers by name.
    pub fn to_json(&self, question: &Question) -> Json {
        let label = |id| question.label(id).map_or_else(String::new, |label| label.name.clone());
        let probabilities: Map<String, Json> =
            self.probabilities.iter().map(|(id, p)| (label(*id), json!(p))).collect();
        let votes = self
            .votes
            .iter()
            .map(|vote| json!({"annotator": vote.who.name, "answer": question.spell(&vote.value), "note": vote.note}));
        json!({
            "item": self.id, "text": self.text, "answers": votes.collect::<Vec<_>>(), "doubt": self.doubt,
            "ruled": self.ruled.as_ref().map(|value| question.spell(value)),
            "probabilities": if probabilities.is_empty() { Json::Null } else { Json::Object(probabilities) },
        })
    }
}

fn coefficient(c: &Coefficient) -> Json {
    let mut object = outcome_of(&c.outcome);
    object.insert("units".into(), json!(c.units));
    object.insert("of".into(), json!(c.of));
    if let Ok(value) = &c.outcome {
        object.insert("standard_error".into(), json!(value.standard_error));
        let band = match c.name {
            crate::agreement::Name::PercentAgreement => None,
            crate::agreement::Name::KrippendorffAlpha => Some(krippendorff(value.value)),
            _ => Some(landis_koch(value.value)),
        };
        object.insert("band".into(), json!(band));
    }
    named(c.name.as_str(), c.weights.as_str(), object)
}

fn named(name: &str, weights: &str, rest: Map<String, Json>) -> Json {
    let mut object = Map::new();
    object.insert("name".into(), json!(name));
    object.insert("weights".into(), json!(weights));
    object.extend(rest);
    Json::Object(object)
}

fn outcome_of(outcome: &Result<Value, Undefined>) -> Map<String, Json> {
    let (value, interval, reason) = match outcome {
        Ok(v) => (json!(v.value), json!(v.ci95.map(|(low, high)| [low, high])), Json::Null),
        Err(why) => (Json::Null, Json::Null, json!(why.to_string())),
    };
    [("value", value), ("ci95", interval), ("reason", reason)].map(|(k, v)| (k.to_owned(), v)).into_iter().collect()
}

fn pair(p: &Pair, spans: bool) -> Json {
    let mut object = Map::new();
    object.insert("a".into(), json!(p.a.name));
    object.insert("b".into(), json!(p.b.name));
    object.insert("units".into(), json!(p.units));
    let (seen, kappa) = (json!(p.observed), json!(p.kappa.as_ref().ok().map(|kappa| kappa.value)));
    let of_labels = [("observed", seen.clone()), ("cohen_kappa", kappa.clone())];
    let of_spans = [("overlap_f1", seen), ("exact_f1", kappa)];
    for (name, value) in of_labels {
        object.insert(name.into(), if spans { Json::Null } else { value });
    }
    if spans {
        object.extend(of_spans.map(|(name, value)| (name.to_owned(), value)));
    }
    if let Ok(kappa) = &p.kappa {
        object.insert("ci95".into(), json!(kappa.ci95.map(|(low, high)| [low, high])));
    }
    object.insert("reason".into(), json!(p.kappa.as_ref().err().map(ToString::to_string)));
    Json::Object(object)
}
