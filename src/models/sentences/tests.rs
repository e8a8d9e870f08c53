use super::*;
use crate::ids::mix;
use crate::models::UNWATCHED;
use serde_json::json;

const WORDS: [&str; 12] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "day", "night", "a", "very", "##ly", "!"];

fn tokenizer() -> Vec<u8> {
    let vocab: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().zip(0..).map(|(word, i)| ((*word).to_owned(), json!(i))).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocab},
    })
    .to_string()
    .into_bytes()
}

fn config() -> serde_json::Value {
    json!({
        "model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 16, "vocab_size": 12, "max_position_embeddings": 20,
    })
}

/// Weights that a seed gives.
fn weights(prefix: &str) -> Vec<u8> {
    let mut shapes = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![12, 8]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![20, 8]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, 8]),
        ("embeddings.LayerNorm.weight".to_owned(), vec![8]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![8]),
    ];
    for layer in 0..2 {
        let dense = [
            ("attention.self.query", 8, 8),
            ("attention.self.key", 8, 8),
            ("attention.self.value", 8, 8),
            ("attention.output.dense", 8, 8),
            ("intermediate.dense", 16, 8),
            ("output.dense", 8, 16),
        ];
        for (name, to, from) in dense {
            shapes.push((format!("encoder.layer.{layer}.{name}.weight"), vec![to, from]));
            shapes.push((format!("encoder.layer.{layer}.{name}.bias"), vec![to]));
        }
        for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
            shapes.push((format!("encoder.layer.{layer}.{name}.weight"), vec![8]));
            shapes.push((format!("encoder.layer.{layer}.{name}.bias"), vec![8]));
        }
    }
    let tensors: HashMap<String, Tensor> = (shapes.into_iter().zip(0u64..))
        .map(|((name, shape), seed)| {
            let number = |i| (mix(seed, i) % 2000) as f32 / 1000.0 - 1.0;
            let values: Vec<f32> = (0..shape.iter().product::<usize>() as u64).map(number).collect();
            (format!("{prefix}{name}"), Tensor::from_vec(values, shape, &Device::Cpu).expect("a tensor"))
        })
        .collect();
    safetensors::serialize(&tensors, None).expect("bytes")
}

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
        let cosine: f32 = own.iter().zip(&alone).map(|(a, b)| a * b).sum();
        assert!(cosine > 0.999_99, "{text:?}: {cosine}");
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
