//! Holds `src` to the map in `lib.rs`: imports point down only, and some names belong to one module.

use std::fs;
use std::path::{Path, PathBuf};

/// Every top-level module and the ones that it may name, lowest first. `+` before a name means "and whatever that
/// module may name".
const MAP: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("clock", &[]),
    ("interrupt", &["error"]),
    ("domain", &["error"]),
    ("ids", &["clock", "+domain"]),
    ("paths", &["+domain"]),
    ("config", &["paths", "+domain"]),
    ("logging", &["clock", "paths", "+domain"]),
    ("resampling", &["+ids"]),
    ("features", &["+ids"]),
    ("models", &["features", "+ids"]),
    ("queue", &["features", "models", "+ids"]),
    ("training", &["features", "models", "queue", "resampling", "+ids"]),
    ("slices", &["+ids"]),
    ("splits", &["+ids"]),
    ("agreement", &["resampling", "+ids"]),
    ("cache", &["features", "models", "paths", "+ids"]),
    ("jobs", &["+ids"]),
    ("project", &["queue", "splits", "training", "paths", "interrupt", "+ids"]),
    ("exchange", &["interrupt", "+slices"]),
    (
        "workflow",
        &["config", "logging", "cache", "jobs", "exchange", "agreement", "+training", "+slices", "splits", "+project"],
    ),
    ("tui", &["+workflow"]),
    ("cli", &["tui", "+workflow"]),
];

/// Names that only one module may use.
const OWNED: &[(&str, &str)] =
    &[("rusqlite", "project"), ("ratatui", "tui"), ("crossterm", "tui"), ("SystemTime", "clock")];

#[test]
fn imports_point_down_and_owned_names_stay_at_home() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in rust_files(&src) {
        let module = module_of(file.strip_prefix(&src).expect("a file of src"));
        let text = fs::read_to_string(&file).expect("a readable source file");
        found.extend(violations(&module, &text).into_iter().map(|v| format!("{}: {v}", file.display())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_scanner_sees_what_it_must() {
    let finds = |module: &[&str], text: &str| {
        let module: Vec<String> = module.iter().map(|s| (*s).to_owned()).collect();
        violations(&module, text)
    };
    assert_eq!(finds(&["queue"], "use crate::project::Project;"), ["line 1: queue must not name project"]);
    assert_eq!(finds(&["queue"], "\nlet x = crate::workflow::status(p);"), ["line 2: queue must not name workflow"]);
    assert_eq!(
        finds(&["slices"], "use crate::{domain::Item, exchange::{Row, read}, tui};"),
        ["line 1: slices must not name exchange", "line 1: slices must not name tui"]
    );
    assert_eq!(
        finds(&["queue", "order"], "use super::super::project::Project;"),
        ["line 1: queue must not name project"]
    );
    assert_eq!(finds(&["cli", "init"], "use rusqlite::Connection;"), ["line 1: rusqlite belongs to project"]);
    assert_eq!(finds(&["jobs"], "std::time::SystemTime::now()"), ["line 1: SystemTime belongs to clock"]);
    assert_eq!(finds(&["attic"], ""), ["attic is not on the map in tests/it/layering.rs"]);
    assert!(finds(&["tui"], "use ratatui::Frame; use crate::{workflow, domain::Item}; use super::update;").is_empty());
    assert!(finds(&["queue"], "// see crate::project and rusqlite\n/// crate::tui\nuse crate::domain::Id;").is_empty());
    assert!(finds(&["queue", "order"], "mod tests { use super::super::lanes; }").is_empty());
}

/// What is wrong in one file of the module at this path below `src` (`[]` is the crate's root, which may name all).
fn violations(module: &[String], text: &str) -> Vec<String> {
    let Some(top) = module.first() else { return Vec::new() };
    let Some(allowed) = allowed(top) else { return vec![format!("{top} is not on the map in tests/it/layering.rs")] };
    let code = without_comments(text);
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    let mut found = Vec::new();
    for (at, name) in named_modules(&code, module.len()) {
        if name != *top && allowed_nowhere(&name, &allowed) {
            found.push(format!("line {}: {top} must not name {name}", line_of(at)));
        }
    }
    for (name, owner) in OWNED {
        if top != owner {
            found.extend(words(&code, name).map(|at| format!("line {}: {name} belongs to {owner}", line_of(at))));
        }
    }
    found
}

fn allowed_nowhere(name: &str, allowed: &[&str]) -> bool {
    MAP.iter().any(|(module, _)| *module == name) && !allowed.contains(&name)
}

fn allowed(top: &str) -> Option<Vec<&'static str>> {
    let (_, own) = MAP.iter().find(|(module, _)| *module == top)?;
    let mut all = Vec::new();
    for name in *own {
        match name.strip_prefix('+') {
            Some(more) => {
                all.push(more);
                all.extend(allowed(more)?);
            }
            None => all.push(*name),
        }
    }
    Some(all)
}

/// Every first segment that follows `crate::`, or a chain of `super::` that climbs `depth` modules to the root.
fn named_modules(code: &str, depth: usize) -> Vec<(usize, String)> {
    let climb = "super::".repeat(depth);
    let starts = words(code, "crate::").map(|at| (at, at + "crate::".len()));
    let climbs = words(code, &climb).map(|at| (at, at + climb.len()));
    starts
        .chain(climbs)
        .flat_map(|(at, after)| first_segments(&code[after..]).into_iter().map(move |s| (at, s)))
        .collect()
}

/// The first segments of a path or of a braced list of paths.
fn first_segments(rest: &str) -> Vec<String> {
    let segment = |s: &str| s.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = rest.strip_prefix('{') else { return vec![segment(rest)] };
    let (mut depth, mut start, mut segments) = (0, 0, Vec::new());
    for (i, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                segments.push(segment(&list[start..i]));
                start = i + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    segments
}

/// Where a name stands as a whole word.
fn words<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).map(|(at, _)| at).filter(move |&at| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        // A climb must not be the tail of a longer one.
        !before.is_some_and(|c| part(c) || (c == ':' && name.starts_with("super")))
            && (name.ends_with(':') || !after.is_some_and(part))
    })
}

/// Blanks line comments, keeping lines and positions.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        file.with_extension("").components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder").map(|e| e.expect("a readable entry").path());
    entries
        .flat_map(|path| match path.extension() {
            Some(ext) if ext == "rs" => vec![path],
            _ if path.is_dir() => rust_files(&path),
            _ => Vec::new(),
        })
        .collect()
}
