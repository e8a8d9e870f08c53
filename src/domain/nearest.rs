//! "Did you mean": the known word that a mistyped one was most likely meant to be.

/// Longer words are compared by their first this many characters.
const COMPARED: usize = 64;
/// A list of known words in a hint stops after this many.
const LISTED: usize = 12;

/// Finds the known word within a third of the length in edits (insert, drop, change, swap neighbours), letter case
/// aside; the first of equals.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let allowed = (folded.len() / 3).max(1);
    known
        .into_iter()
        .map(|k| (edits(&folded, &fold(k)), k))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// Says what may have been meant, else what there is: `did you mean "price"?` or `there are id, price`.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(k) = nearest(word, known.clone()) {
        return format!("did you mean {k:?}?");
    }
    let mut names: Vec<&str> = known.into_iter().collect();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.is_empty(), more) {
        (true, _) => "there are none".to_owned(),
        (false, 0) => format!("there are {}", names.join(", ")),
        (false, more) => format!("there are {} and {more} more", names.join(", ")),
    }
}

fn fold(word: &str) -> Vec<char> {
    word.chars().take(COMPARED).flat_map(char::to_lowercase).collect()
}

/// Optimal string alignment distance.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let known = ["product", "price", "review"];
        assert_eq!(nearest("prodcut", known), Some("product"));
        assert_eq!(nearest("Price", known), Some("price"));
        assert_eq!(nearest("stauts", ["status", "queue"]), Some("status"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(did_you_mean("colour", known), "there are product, price, review");
    }
}
