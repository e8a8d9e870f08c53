//! What a revision of the guidelines says that the one before did not.

/// The lines of `now` that `before` does not have, blank ones left out; everything where there was nothing before.
pub fn new_lines(before: Option<&str>, now: &str) -> Vec<String> {
    let known: std::collections::HashSet<&str> = before.unwrap_or_default().lines().map(str::trim).collect();
    let is_new = |line: &&str| !line.is_empty() && !known.contains(line);
    now.lines().map(str::trim).filter(is_new).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_told() {
        assert_eq!(new_lines(Some("a\nb"), "a\n\n  b\nsarcasm is negative\n"), ["sarcasm is negative"]);
        assert_eq!(new_lines(None, "a\nb"), ["a", "b"]);
        assert!(new_lines(Some("a"), "a").is_empty());
    }
}
