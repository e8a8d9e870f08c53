//! What an encoder is like.

use super::EncoderError;
use serde::Deserialize;

/// The part of `config.json` that matters here.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Config {
    pub model_type: String,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub vocab_size: usize,
    pub max_position_embeddings: usize,
    #[serde(default = "two")]
    pub type_vocab_size: usize,
    #[serde(default = "tiny")]
    pub layer_norm_eps: f32,
    #[serde(default = "gelu")]
    pub hidden_act: String,
    #[serde(default)]
    pub pad_token_id: usize,
}

fn two() -> usize {
    2
}

fn tiny() -> f32 {
    1e-12
}

fn gelu() -> String {
    "gelu".to_owned()
}

impl Config {
    pub fn read(bytes: &[u8]) -> Result<Self, EncoderError> {
        let config: Self = serde_json::from_slice(bytes).map_err(|e| EncoderError::Config(e.to_string()))?;
        let wrong = |what: String| Err(EncoderError::Config(what));
        if !["bert", "roberta", "xlm-roberta", "camembert"].contains(&config.model_type.as_str()) {
            return wrong(format!(
                "model_type is {:?}; bert, roberta, xlm-roberta and camembert are known",
                config.model_type
            ));
        }
        if config.hidden_act != "gelu" {
            return wrong(format!("hidden_act is {:?}; gelu is known", config.hidden_act));
        }
        if config.num_attention_heads == 0 || !config.hidden_size.is_multiple_of(config.num_attention_heads) {
            let (size, heads) = (config.hidden_size, config.num_attention_heads);
            return wrong(format!("hidden_size {size} is not a multiple of num_attention_heads {heads}"));
        }
        if config.hidden_size == 0
            || config.type_vocab_size == 0
            || config.max_position_embeddings < config.first_place() + 2
        {
            return wrong("a size is 0".to_owned());
        }
        Ok(config)
    }

    /// The place of a text's first token: RoBERTa counts from behind the padding.
    pub fn first_place(&self) -> usize {
        if self.model_type == "bert" { 0 } else { self.pad_token_id + 1 }
    }
}
