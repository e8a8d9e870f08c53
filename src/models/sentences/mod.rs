//! Sentence embeddings: a text becomes the mean of what an encoder of the BERT family makes of its tokens.
//!
//! The encoder is one that somebody trained (Devlin et al. 2019; Reimers & Gurevych 2019): three files of a local folder,
//! `config.json`, `model.safetensors` and `tokenizer.json`, handed in as bytes. Texts are put together by their number
//! of tokens and stand one behind the other without padding, so that nothing is computed for nothing. An embedding does
//! not depend on the number of threads.

mod config;
mod layers;
#[cfg(test)]
mod tests;
#[doc(hidden)]
pub mod tiny;

use super::{Told, Watch};
use candle_core::{Device, Tensor};
use config::Config;
use layers::{Layer, Norm};
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokenizers::{Tokenizer, TruncationParams};

/// Tokens of a batch, about: so many that what a layer makes of them stays in the processor's cache.
const BATCH: usize = 512;
/// Longer texts are cut, as sentence encoders are trained.
const MOST_TOKENS: usize = 256;

/// Why there is no encoder, or no embedding.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// The configuration cannot be read.
    #[error("config.json: {0}")]
    Config(String),
    /// The weights are not those of such an encoder.
    #[error("model.safetensors: {0}")]
    Weights(String),
    /// The tokenizer cannot be read, or refused a text.
    #[error("tokenizer.json: {0}")]
    Tokenizer(String),
    /// The watch said stop.
    #[error("stopped")]
    Stopped,
}

impl From<candle_core::Error> for EncoderError {
    fn from(error: candle_core::Error) -> Self {
        Self::Weights(error.to_string())
    }
}

/// An encoder of the BERT family, ready to use.
pub struct SentenceEncoder {
    tokenizer: Tokenizer,
    width: usize,
    words: Vec<f32>,
    places: Vec<f32>,
    /// What every token has: the first type's embedding.
    kind: Vec<f32>,
    /// The place of a text's first token.
    first_place: usize,
    norm: Norm,
    layers: Vec<Layer>,
}

impl SentenceEncoder {
    /// Makes an encoder of its three files.
    ///
    /// # Errors
    /// Says which file is not what it should be.
    pub fn new(config: &[u8], weights: &[u8], tokenizer: &[u8]) -> Result<Self, EncoderError> {
        let config = Config::read(config)?;
        let tensors = candle_core::safetensors::load_buffer(weights, &Device::Cpu)?;
        let weights = Weights::new(tensors);
        let width = config.hidden_size;
        let mut tokenizer = Tokenizer::from_bytes(tokenizer).map_err(|e| EncoderError::Tokenizer(e.to_string()))?;
        let first_place = config.first_place();
        let places = config.max_position_embeddings.saturating_sub(first_place);
        let truncation = TruncationParams { max_length: places.min(MOST_TOKENS), ..TruncationParams::default() };
        tokenizer.with_padding(None);
        tokenizer.with_truncation(Some(truncation)).map_err(|e| EncoderError::Tokenizer(e.to_string()))?;
        let table = |name: &str, rows: usize| weights.numbers(&format!("embeddings.{name}.weight"), &[rows, width]);
        let kinds = table("token_type_embeddings", config.type_vocab_size)?;
        Ok(Self {
            tokenizer,
            width,
            words: table("word_embeddings", config.vocab_size)?,
            places: table("position_embeddings", config.max_position_embeddings)?,
            kind: kinds[..width].to_vec(),
            first_place,
            norm: Norm::load(&weights, "embeddings.LayerNorm", &config)?,
            layers: (0..config.num_hidden_layers)
                .map(|i| Layer::load(&weights, &format!("encoder.layer.{i}"), &config))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Numbers of an embedding.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The embedding of every text, one behind the other, each of length one.
    ///
    /// # Errors
    /// Where the tokenizer refuses a text, or `watch` says stop.
    pub fn encode<S: AsRef<str> + Sync>(&self, texts: &[S], watch: Watch<'_>) -> Result<Vec<f32>, EncoderError> {
        let tokens = |text: &S| {
            let encoded = self.tokenizer.encode_fast(text.as_ref(), true);
            encoded.map(|e| e.get_ids().to_vec()).map_err(|e| EncoderError::Tokenizer(e.to_string()))
        };
        let tokens: Vec<Vec<u32>> = texts.par_iter().map(tokens).collect::<Result<_, _>>()?;
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(tokens[i].len()), i));
        let batches = batches(&order, &tokens);
        let done = AtomicUsize::new(0);
        let encode = |batch: &&[usize]| {
            if !watch(Told::done(done.load(Ordering::Relaxed) as f32 / batches.len() as f32)) {
                return Err(EncoderError::Stopped);
            }
            let texts: Vec<&[u32]> = batch.iter().map(|&i| &tokens[i][..]).collect();
            let encoded = self.embed(&texts);
            done.fetch_add(1, Ordering::Relaxed);
            encoded
        };
        let encoded = batches.par_iter().map(encode).collect::<Result<Vec<_>, _>>()?;
        let mut all = vec![0.0; texts.len() * self.width];
        for (batch, rows) in batches.iter().zip(encoded) {
            for (&i, row) in batch.iter().zip(rows.chunks_exact(self.width)) {
                all[i * self.width..(i + 1) * self.width].copy_from_slice(row);
            }
        }
        Ok(all)
    }

    /// The embeddings of some texts, given as tokens.
    fn embed(&self, texts: &[&[u32]]) -> Result<Vec<f32>, EncoderError> {
        let width = self.width;
        let lengths: Vec<usize> = texts.iter().map(|tokens| tokens.len()).collect();
        let mut x = Vec::with_capacity(lengths.iter().sum::<usize>() * width);
        for tokens in texts {
            for (place, &token) in tokens.iter().enumerate() {
                let word = self.words.get(token as usize * width..(token as usize + 1) * width);
                let word = word.ok_or_else(|| {
                    EncoderError::Tokenizer(format!(
                        "token {token} is not one of the {} known",
                        self.words.len() / width
                    ))
                })?;
                let place = &self.places[(self.first_place + place) * width..][..width];
                x.extend(word.iter().zip(place).zip(&self.kind).map(|((w, p), k)| w + p + k));
            }
        }
        self.norm.apply(&mut x);
        for layer in &self.layers {
            x = layer.apply(x, &lengths)?;
        }
        let mut told = Vec::with_capacity(texts.len() * width);
        let mut start = 0;
        for length in lengths {
            let mut mean = vec![0.0f32; width];
            for token in x[start * width..(start + length) * width].chunks_exact(width) {
                mean.iter_mut().zip(token).for_each(|(m, t)| *m += t);
            }
            start += length;
            let size = mean.iter().map(|m| m * m).sum::<f32>().sqrt();
            told.extend(mean.iter().map(|m| if size > 0.0 { m / size } else { 0.0 }));
        }
        Ok(told)
    }
}

impl std::fmt::Debug for SentenceEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an encoder of {} layers, {} wide", self.layers.len(), self.width)
    }
}

/// Texts of about the same length together, about [`BATCH`] tokens each.
fn batches<'a>(order: &'a [usize], tokens: &[Vec<u32>]) -> Vec<&'a [usize]> {
    let (mut batches, mut rest) = (Vec::new(), order);
    while let Some(first) = rest.first() {
        let texts = (BATCH / tokens[*first].len().max(1)).clamp(1, rest.len());
        let (batch, others) = rest.split_at(texts);
        batches.push(batch);
        rest = others;
    }
    batches
}

/// Named weights of an encoder, with or without the family's name before theirs.
struct Weights {
    tensors: HashMap<String, Tensor>,
    prefix: &'static str,
}

impl Weights {
    fn new(tensors: HashMap<String, Tensor>) -> Self {
        let known = |prefix: &&str| tensors.keys().any(|name| name.starts_with(&format!("{prefix}embeddings.")));
        let prefix = ["", "bert.", "roberta."].into_iter().find(known).unwrap_or_default();
        Self { tensors, prefix }
    }

    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, EncoderError> {
        let missing = || EncoderError::Weights(format!("{name} is not there"));
        let tensor = self.tensors.get(&format!("{}{name}", self.prefix)).ok_or_else(missing)?;
        match tensor.dims() == shape {
            true => Ok(tensor.to_dtype(candle_core::DType::F32)?),
            false => Err(EncoderError::Weights(format!("{name} is {:?}, and not {shape:?}", tensor.dims()))),
        }
    }

    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        Ok(self.tensor(name, shape)?.flatten_all()?.to_vec1()?)
    }
}
