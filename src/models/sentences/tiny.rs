//! An encoder of random weights, small enough to test with.

use crate::ids::mix;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::json;

const WORDS: [&str; 12] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "day", "night", "a", "very", "##ly", "!"];

/// Its tokenizer, of twelve words.
pub fn tokenizer() -> Vec<u8> {
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

/// What it is like.
pub fn config() -> serde_json::Value {
    json!({
        "model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 16, "vocab_size": 12, "max_position_embeddings": 20,
    })
}

/// Its weights, under names with this before them.
pub fn weights(prefix: &str) -> Vec<u8> {
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
    let tensors: Vec<(String, Own)> = (shapes.into_iter().zip(0u64..))
        .map(|((name, shape), seed)| {
            let number = |i| (mix(seed, i) % 2000) as f32 / 1000.0 - 1.0;
            let values: Vec<f32> = (0..shape.iter().product::<usize>() as u64).map(number).collect();
            (format!("{prefix}{name}"), Own { shape, bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect() })
        })
        .collect();
    let views = tensors
        .iter()
        .filter_map(|(name, own)| Some((name, TensorView::new(Dtype::F32, own.shape.clone(), &own.bytes).ok()?)));
    safetensors::serialize(views, None).unwrap_or_default()
}

struct Own {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}
