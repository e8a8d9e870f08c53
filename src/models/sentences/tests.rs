use super::tiny::{config, tokenizer, weights};
use super::*;
use crate::models::UNWATCHED;
use serde_json::json;

fn encoder() -> SentenceEncoder {
    SentenceEncoder::new(config().to_string().as_bytes(), &weights(""), &tokenizer()).expect("an encoder")
}

const TEXTS: [&str; 6] = [
    "a good day!",
    "a very bad night",
    "",
    "unheard-of words",
    "good good good day day night night a a a very bad !",
    "Good",
];

#[test]
fn embeddings_are_of_length_one_and_do_not_depend_on_company_or_threads() {
    let encoder = encoder();
    let within = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| encoder.encode(&TEXTS, UNWATCHED).expect("encoded"))
    };
    let all = within(1);
    assert_eq!(within(4), all);
    assert_eq!(all.len(), TEXTS.len() * encoder.width());
    for (i, text) in TEXTS.iter().enumerate() {
        let own = &all[i * 8..(i + 1) * 8];
        assert!((own.iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-5, "{text:?}");
        let alone = encoder.encode(&[*text], UNWATCHED).expect("encoded");
        assert_eq!(alone, own, "{text:?}");
    }
    assert_ne!(all[..8], all[8..16]);
    let long = "good day ".repeat(500);
    assert_eq!(encoder.encode(&[long], UNWATCHED).expect("cut").len(), 8);
    assert!(encoder.encode::<&str>(&[], UNWATCHED).expect("nothing").is_empty());
}

#[test]
fn a_family_name_before_the_weights_changes_nothing() {
    let other = SentenceEncoder::new(config().to_string().as_bytes(), &weights("bert."), &tokenizer()).expect("one");
    let encode = |e: &SentenceEncoder| e.encode(&TEXTS, UNWATCHED).expect("encoded");
    assert_eq!(encode(&other), encode(&encoder()));
}

#[test]
fn what_is_not_an_encoder_is_refused_by_file() {
    let told = |config: &serde_json::Value, weights: &[u8], tokenizer: &[u8]| {
        SentenceEncoder::new(config.to_string().as_bytes(), weights, tokenizer)
            .map(|_| ())
            .expect_err("refused")
            .to_string()
    };
    let with = |key: &str, value: serde_json::Value| {
        let mut config = config();
        config[key] = value;
        config
    };
    assert!(told(&json!({}), &weights(""), &tokenizer()).starts_with("config.json: missing field"));
    let other = told(&with("model_type", json!("gpt2")), &weights(""), &tokenizer());
    assert_eq!(other, "config.json: model_type is \"gpt2\"; bert, roberta, xlm-roberta and camembert are known");
    assert!(told(&with("hidden_act", json!("relu")), &weights(""), &tokenizer()).contains("hidden_act"));
    assert!(told(&with("num_attention_heads", json!(3)), &weights(""), &tokenizer()).contains("multiple"));
    assert!(told(&with("hidden_size", json!(0)), &weights(""), &tokenizer()).contains("config.json"));
    assert!(told(&with("max_position_embeddings", json!(1)), &weights(""), &tokenizer()).contains("config.json"));
    let shape = told(&with("vocab_size", json!(13)), &weights(""), &tokenizer());
    assert_eq!(shape, "model.safetensors: embeddings.word_embeddings.weight is [12, 8], and not [13, 8]");
    assert!(told(&config(), &weights("gpt."), &tokenizer()).contains("is not there"));
    assert!(told(&config(), b"no", &tokenizer()).starts_with("model.safetensors"));
    assert!(told(&config(), &weights(""), b"{}").starts_with("tokenizer.json"));
}

#[test]
fn a_stop_is_heard() {
    assert!(matches!(encoder().encode(&TEXTS, &|_| false), Err(EncoderError::Stopped)));
}
