//! Reading an item that is code: which stretches are keywords, strings, comments. Done off the UI's thread, once an
//! item; the colours are the theme's.

use std::ops::Range;
use std::sync::OnceLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::theme::Role;

/// Lines beyond this are shown plain: nobody reads so far before answering.
const LINES: usize = 2_000;
/// A line longer than this is no code that somebody wrote.
const LONGEST_LINE: usize = 4_000;

/// What begins a scope's name, and its role; the first that fits counts.
const ROLES: [(&str, Role); 14] = [
    ("comment", Role::Comment),
    ("meta.mapping.key string", Role::Function),
    ("support.type.property-name", Role::Function),
    ("entity.name.tag", Role::Keyword),
    ("string", Role::String),
    ("constant.character", Role::String),
    ("constant", Role::Number),
    ("entity.name.function", Role::Function),
    ("support.function", Role::Function),
    ("entity.name", Role::Type),
    ("support.type", Role::Type),
    ("storage.type", Role::Keyword),
    ("storage", Role::Keyword),
    ("keyword", Role::Keyword),
];

/// Reads a text in a language; gives bytes of it with their roles, in order. Nothing where the language is unknown.
pub fn read(text: &str, language: &str) -> Vec<(Range<usize>, Role)> {
    let set = languages();
    let Some(syntax) = find(set, language) else { return Vec::new() };
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans: Vec<(Range<usize>, Role)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n').take(LINES) {
        if line.len() > LONGEST_LINE {
            break;
        }
        let Ok(changes) = state.parse_line(line, set) else { break };
        let mut at = 0;
        for (next, change) in &changes {
            push(&mut spans, start + at..start + next, role(&stack));
            at = *next;
            if stack.apply(change).is_err() {
                return spans;
            }
        }
        push(&mut spans, start + at..start + line.len(), role(&stack));
        start += line.len();
    }
    spans
}

fn languages() -> &'static SyntaxSet {
    static SET: OnceLock<SyntaxSet> = OnceLock::new();
    SET.get_or_init(SyntaxSet::load_defaults_newlines)
}

fn find<'s>(set: &'s SyntaxSet, language: &str) -> Option<&'s SyntaxReference> {
    let name = language.trim();
    let other = match name.to_ascii_lowercase().as_str() {
        "typescript" | "ts" | "jsonl" | "jsx" | "tsx" => "js",
        "shell" | "sh" => "bash",
        "kotlin" => "java",
        _ => name,
    };
    set.find_syntax_by_token(name).or_else(|| set.find_syntax_by_token(other))
}

fn role(stack: &ScopeStack) -> Option<Role> {
    stack.as_slice().iter().rev().find_map(|scope| of_scope(*scope))
}

fn of_scope(scope: Scope) -> Option<Role> {
    let name = scope.build_string();
    ROLES.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, role)| *role)
}

fn push(spans: &mut Vec<(Range<usize>, Role)>, at: Range<usize>, role: Option<Role>) {
    let Some(role) = role.filter(|_| !at.is_empty()) else { return };
    match spans.last_mut() {
        Some((last, same)) if last.end == at.start && *same == role => last.end = at.end,
        _ => spans.push((at, role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, language: &str) -> Vec<(String, Role)> {
        read(text, language).into_iter().map(|(at, role)| (text[at].trim().to_owned(), role)).collect()
    }

    #[test]
    fn code_is_read_by_its_language() {
        let rust = words("fn main() { let s = \"x\"; } // done\n", "rust");
        for wanted in
            [("fn", Role::Keyword), ("main", Role::Function), ("\"x\"", Role::String), ("// done", Role::Comment)]
        {
            assert!(rust.contains(&(wanted.0.to_owned(), wanted.1)), "{wanted:?} in {rust:?}");
        }
        assert!(words("{\"a\": 12}", "JSON").contains(&("12".to_owned(), Role::Number)));
        assert_eq!(words("nothing", "no such language"), []);
    }
}
