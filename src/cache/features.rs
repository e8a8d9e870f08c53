//! The feature matrix of a project's items.

use super::Cache;
use crate::domain::Digest;
use crate::error::{Error, Kind, Result};
use crate::features::{BLOCK, Builder, Document, Features, Recipe};

const KIND: &str = "tfidf";
/// Bytes of text that are held at once.
const HELD: usize = 32 << 20;

/// Hands a text and the tokens of its fields on to be computed.
pub type Feed<'a> = &'a mut dyn FnMut(&str, Vec<String>) -> Result<()>;

/// The features of all items: from the cache, else computed while `read` hands over the items in order, and kept.
///
/// `of` must change whenever a text or a field's token would. `watch` is told how many items are done and answers
/// whether to go on. Where the folder cannot be written the features live in memory; `read` is then called once more.
pub fn features(
    cache: &Cache,
    of: &Digest,
    recipe: &Recipe,
    mut read: impl FnMut(Feed<'_>) -> Result<()>,
    watch: &dyn Fn(usize) -> bool,
) -> Result<Features> {
    let key = Digest(*blake3::Hasher::new().update(&of.0).update(recipe.name().as_bytes()).finalize().as_bytes());
    if let Some(features) = cache.load(KIND, &key).and_then(Features::from_bytes) {
        return Ok(features);
    }
    let written = cache.write(KIND, &key, |writer| {
        let builder = build(recipe, &mut read, watch, |entries| writer.append(bytemuck::cast_slice(entries)))?;
        let so_far = writer.so_far()?;
        let tail =
            builder.finish(bytemuck::try_cast_slice(so_far.as_ref()).map_err(|e| Error::internal(e.to_string()))?);
        writer.append(&tail)
    });
    match written.map(Features::from_bytes) {
        Ok(Some(features)) => Ok(features),
        Ok(None) => Err(Error::internal("the features that were just written cannot be read")),
        Err(error) if error.kind == Kind::Io => {
            tracing::warn!(%error, "the cache cannot be written; the features stay in memory");
            in_memory(recipe, &mut read, watch)
        }
        Err(error) => Err(error),
    }
}

fn in_memory(
    recipe: &Recipe,
    read: &mut impl FnMut(Feed<'_>) -> Result<()>,
    watch: &dyn Fn(usize) -> bool,
) -> Result<Features> {
    let mut all = Vec::new();
    let builder = build(recipe, read, watch, |entries| {
        all.extend_from_slice(entries);
        Ok(())
    })?;
    let tail = builder.finish(&all);
    Ok(Features::assemble(&all, &tail))
}

fn build<'r>(
    recipe: &'r Recipe,
    read: &mut impl FnMut(Feed<'_>) -> Result<()>,
    watch: &dyn Fn(usize) -> bool,
    mut keep: impl FnMut(&[u32]) -> Result<()>,
) -> Result<Builder<'r>> {
    let mut builder = Builder::new(recipe);
    let mut held: Vec<(String, Vec<String>)> = Vec::new();
    let mut bytes = 0;
    let mut pack = |held: &mut Vec<(String, Vec<String>)>| {
        let documents: Vec<Document<'_>> =
            held.iter_mut().map(|(text, fields)| Document { text, fields: std::mem::take(fields) }).collect();
        keep(&builder.push(&documents))?;
        held.clear();
        if watch(builder.len()) { Ok(()) } else { Err(Error::new(Kind::Interrupted, "stopped")) }
    };
    read(&mut |text, fields| {
        bytes += text.len();
        held.push((text.to_owned(), fields));
        if held.len() >= BLOCK || bytes >= HELD {
            bytes = 0;
            pack(&mut held)?;
        }
        Ok(())
    })?;
    pack(&mut held)?;
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    const TEXTS: [&str; 4] = ["the battery lasts", "the screen is good", "good battery", ""];

    fn get(cache: &Cache, of: u8) -> (Features, usize) {
        let mut reads = 0;
        let read = |feed: Feed<'_>| {
            reads += 1;
            TEXTS.iter().try_for_each(|text| feed(text, Vec::new()))
        };
        let recipe = Recipe { bits: 10, ..Recipe::default() };
        let features = features(cache, &Digest([of; 32]), &recipe, read, &|_| true).expect("features");
        (features, reads)
    }

    fn only_file(folder: &std::path::Path) -> std::path::PathBuf {
        let mut files: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    }

    #[test]
    fn they_are_computed_once_and_mapped_ever_after() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path().join("deep/er"), 1 << 30);
        let (first, reads) = get(&cache, 1);
        assert_eq!((first.rows().len(), reads), (4, 1));
        assert_eq!(first, Features::extract(&TEXTS, &Recipe { bits: 10, ..Recipe::default() }));
        let (second, reads) = get(&cache, 1);
        assert_eq!((&second, reads), (&first, 0));
        let mode = fs::metadata(only_file(&folder.path().join("deep/er"))).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn every_kind_of_damage_is_noticed_and_repaired() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path(), 1 << 30);
        let (whole, _) = get(&cache, 1);
        let path = only_file(folder.path());
        let bytes = fs::read(&path).expect("a file");
        for place in [0, 9, 20, 50, 60, 128, bytes.len() / 2, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            fs::write(&path, &damaged).expect("written");
            let (again, reads) = get(&cache, 1);
            assert_eq!((again, reads), (whole.clone(), 1), "byte {place}");
        }
        for length in [0, 5, 128, bytes.len() - 8] {
            fs::write(&path, &bytes[..length]).expect("written");
            assert_eq!(get(&cache, 1), (whole.clone(), 1), "cut to {length}");
        }
        fs::copy(&path, cache.path(KIND, &Digest([3; 32]))).expect("copied");
        assert!(cache.load(KIND, &Digest([3; 32])).is_none(), "another's data under this name");
    }

    #[test]
    fn the_folder_keeps_to_its_limit_and_forgets_dead_writers() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = {
            let cache = Cache::new(folder.path(), 1 << 30);
            get(&cache, 1);
            fs::metadata(only_file(folder.path())).expect("a file").len()
        };
        fs::write(folder.path().join("tfidf-dead.77-0.part"), b"half").expect("written");
        fs::write(folder.path().join("notes.txt"), b"not ours").expect("written");
        let cache = Cache::new(folder.path(), 2 * one);
        get(&cache, 2);
        get(&cache, 3);
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
        names.sort();
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(names.iter().any(|n| n == "notes.txt") && !names.iter().any(|n| n == "tfidf-dead.77-0.part"));
        assert_eq!(get(&cache, 3).1, 0, "the newest stays");
    }

    #[test]
    fn an_unwritable_folder_costs_time_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a file");
        fs::write(&file, b"").expect("written");
        let (features, reads) = get(&Cache::new(file, 1 << 30), 1);
        assert_eq!((features.rows().len(), reads), (4, 1));
    }

    #[test]
    fn a_stop_is_heard_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path(), 1 << 30);
        let read = |feed: Feed<'_>| feed("a text", Vec::new());
        let stopped = features(&cache, &Digest([1; 32]), &Recipe::default(), read, &|_| false);
        assert_eq!(stopped.map_err(|e| e.kind).err(), Some(Kind::Interrupted));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
