//! Which label a key means: digits, letters, a filter where there are more than ten, levels where names have `/`.

use crate::domain::{LabelId, Question};
use crate::tui::fuzzy;

/// As many answers as there are digits.
const DIGITS: &[char] = &['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/// The answers to one question, and how far somebody has typed towards one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    labels: Vec<Choice>,
    levels: bool,
    path: Vec<String>,
    filter: String,
    /// Whether every letter goes into the filter, the first one too.
    open: bool,
    reordered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    label: LabelId,
    name: String,
    key: Option<char>,
    place: usize,
}

/// One answer that can be given now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The digit that gives it.
    pub digit: Option<char>,
    /// The letter that gives it.
    pub letter: Option<char>,
    /// Its name on this level.
    pub name: String,
    /// Its place in the label set, for its colour.
    pub place: usize,
    /// What it leads to.
    pub target: Target,
    /// The characters of the name that the filter matched.
    pub matched: Vec<usize>,
}

/// What a row leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An answer.
    Label(LabelId),
    /// The level below.
    Level,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// It answers.
    Answer(LabelId),
    /// It moved towards an answer.
    Moved,
    /// No answer is on that digit.
    Nothing,
    /// It is not a key of the answers.
    Other,
}

impl Answers {
    /// The labels of a question that can be given now.
    pub fn of(question: &Question) -> Self {
        let choice = |(place, label): (usize, &crate::domain::Label)| Choice {
            label: label.id,
            name: label.name.clone(),
            key: label.key,
            place,
        };
        let live = question.labels.iter().enumerate().filter(|(_, label)| !label.retired);
        let labels: Vec<Choice> = live.map(choice).collect();
        let levels = labels.iter().any(|c| c.name.trim_matches('/').contains('/'));
        Self { labels, levels, ..Self::default() }
    }

    /// Puts the labels in another order, once, before the item is painted.
    pub fn in_order(mut self, likeliest: &[(LabelId, f64)]) -> Self {
        let rank = |c: &Choice| likeliest.iter().position(|(label, _)| *label == c.label).unwrap_or(usize::MAX);
        self.labels.sort_by_key(rank);
        for choice in &mut self.labels {
            choice.key = choice.key.filter(|k| !k.is_ascii_digit());
        }
        self.reordered = true;
        self
    }

    /// Whether every digit that these answers have means the same in `other`.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let mut theirs = other.level();
        other.give_digits(&mut theirs);
        let mut mine = self.level();
        self.give_digits(&mut mine);
        mine.iter().all(|m| theirs.iter().any(|t| (t.digit, &t.target) == (m.digit, &m.target)))
    }

    /// What is typed into the filter.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// The levels that were descended.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// Whether a filter is needed on this level: more answers than digits.
    pub fn filters(&self) -> bool {
        self.level().len() > DIGITS.len()
    }

    /// Has every letter go into the filter until an answer is taken or [`Answers::back`] is gone.
    pub fn open_filter(&mut self) {
        self.open = true;
    }

    /// Whether every letter goes into the filter: it was opened, or something is typed.
    pub fn is_open(&self) -> bool {
        self.open || !self.filter.is_empty()
    }

    /// Whether there is nothing to answer with.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The answers that can be given now, the best fit first where something is typed.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = self.level();
        self.give_digits(&mut rows);
        if self.filter.is_empty() {
            return rows;
        }
        let fits = fuzzy::best(&self.filter, rows.iter().map(|r| r.name.as_str()));
        fits.into_iter().map(|fit| Row { matched: fit.at, ..rows[fit.index].clone() }).collect()
    }

    /// Takes a typed character.
    pub fn press(&mut self, c: char) -> Press {
        let mut rows = self.level();
        self.give_digits(&mut rows);
        if c.is_ascii_digit() {
            return rows.iter().find(|r| r.digit == Some(c)).map_or(Press::Nothing, |row| self.take(row));
        }
        if self.filters() {
            let begins = c.is_alphabetic() && !c.is_uppercase();
            let goes_on = c.is_alphabetic() || matches!(c, '-' | '_');
            if begins || (goes_on && self.is_open()) {
                self.filter.push(c);
                return Press::Moved;
            }
            return Press::Other;
        }
        rows.iter().find(|r| r.letter == Some(c)).map_or(Press::Other, |row| self.take(row))
    }

    /// Takes the best fit; does nothing while nothing is typed.
    pub fn enter(&mut self) -> Press {
        if self.filter.is_empty() {
            return Press::Other;
        }
        self.rows().first().map_or(Press::Nothing, |row| self.take(row))
    }

    /// Takes a row, as a click does.
    pub fn take(&mut self, row: &Row) -> Press {
        self.filter.clear();
        match row.target {
            Target::Label(label) => {
                self.open = false;
                Press::Answer(label)
            }
            Target::Level => {
                self.path.push(row.name.clone());
                Press::Moved
            }
        }
    }

    /// Erases a letter of the filter; whether there was one.
    pub fn erase(&mut self) -> bool {
        self.filter.pop().is_some()
    }

    /// Goes a step back: empties and closes the filter, else goes up a level; whether there was a step.
    pub fn back(&mut self) -> bool {
        if self.is_open() {
            (self.open, self.filter) = (false, String::new());
            return true;
        }
        self.path.pop().is_some()
    }

    /// Starts over for another item.
    pub fn reset(&mut self) {
        while self.back() {}
    }

    fn level(&self) -> Vec<Row> {
        let row = |c: &Choice, name: &str, target| Row {
            digit: c.key.filter(char::is_ascii_digit),
            letter: c.key.filter(|k| !k.is_ascii_digit()),
            name: name.to_owned(),
            place: c.place,
            target,
            matched: Vec::new(),
        };
        if !self.levels {
            return self.labels.iter().map(|c| row(c, &c.name, Target::Label(c.label))).collect();
        }
        let mut rows: Vec<Row> = Vec::new();
        for choice in &self.labels {
            let mut parts = choice.name.split('/');
            if !self.path.iter().all(|step| parts.next() == Some(step)) {
                continue;
            }
            let below: Vec<&str> = parts.collect();
            match below.as_slice() {
                [] => {
                    rows.insert(0, row(choice, &format!("{} itself", self.path.join("/")), Target::Label(choice.label)))
                }
                [leaf] if !self.is_level(leaf) => rows.push(row(choice, leaf, Target::Label(choice.label))),
                [step, ..] if !rows.iter().any(|r| r.target == Target::Level && r.name == *step) => {
                    rows.push(Row { digit: None, letter: None, ..row(choice, step, Target::Level) });
                }
                _ => {}
            }
        }
        rows
    }

    fn is_level(&self, step: &str) -> bool {
        let mut prefix = self.path.join("/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        prefix.push_str(step);
        prefix.push('/');
        self.labels.iter().any(|c| c.name.starts_with(&prefix))
    }

    /// Gives every row a digit where there are enough: the pinned ones theirs, then by place in the label set, so that
    /// retiring a label moves no other, then the free ones in order.
    fn give_digits(&self, rows: &mut [Row]) {
        if rows.len() > DIGITS.len() {
            return;
        }
        let mut taken: Vec<char> = rows.iter().filter_map(|r| r.digit).collect();
        if !self.levels && !self.reordered {
            for row in rows.iter_mut().filter(|r| r.digit.is_none()) {
                row.digit = DIGITS.get(row.place).copied().filter(|d| !taken.contains(d));
                taken.extend(row.digit);
            }
        }
        let mut free = DIGITS.iter().filter(|d| !taken.contains(d));
        for row in rows.iter_mut().filter(|r| r.digit.is_none()) {
            row.digit = free.next().copied();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Id, Kind, Label};

    fn answers(names: &[(&str, Option<char>)]) -> Answers {
        let label = |(i, (name, key)): (usize, &(&str, Option<char>))| Label {
            id: Id::from_bytes([i as u8; 16]),
            name: (*name).to_owned(),
            key: *key,
            retired: *name == "old",
            merged_into: None,
            split: false,
        };
        Answers::of(&Question {
            id: Id::from_bytes([0; 16]),
            name: "q".into(),
            kind: Kind::Choice,
            labels: names.iter().enumerate().map(label).collect(),
            label_revision: 1,
            guidelines: None,
            scale: Default::default(),
        })
    }

    fn answer(n: u8) -> Press {
        Press::Answer(Id::from_bytes([n; 16]))
    }

    #[test]
    fn few_labels_have_digits_and_their_letters() {
        let mut few = answers(&[("negative", Some('n')), ("old", None), ("neutral", Some('1')), ("positive", None)]);
        let digits: Vec<_> = few.rows().iter().map(|r| r.digit).collect();
        assert_eq!(digits, [Some('2'), Some('1'), Some('4')], "the retired one leaves its digit free");
        assert_eq!([few.press('n'), few.press('1'), few.press('4')], [answer(0), answer(2), answer(3)]);
        assert_eq!([few.press('7'), few.press('z'), few.enter()], [Press::Nothing, Press::Other, Press::Other]);
    }

    #[test]
    fn many_labels_are_filtered_and_pinned_ones_keep_their_digit() {
        let names: Vec<String> = (0..30).map(|i| format!("{}_{i}", if i % 2 == 0 { "card" } else { "cash" })).collect();
        let keyed: Vec<(&str, Option<char>)> =
            names.iter().enumerate().map(|(i, n)| (n.as_str(), (i == 5).then_some('4'))).collect();
        let mut many = answers(&keyed);
        assert_eq!([many.press('4'), many.press('1'), many.enter()], [answer(5), Press::Nothing, Press::Other]);
        for c in "cas".chars() {
            assert_eq!(many.press(c), Press::Moved);
        }
        assert_eq!(many.rows().len(), 15);
        assert_eq!(many.enter(), answer(1));
        assert_eq!(many.filter(), "");
        assert_eq!(many.press('S'), Press::Other, "capitals are commands");
        assert!(!many.erase());
    }

    #[test]
    fn levels_are_descended_a_key_each() {
        let mut tree = answers(&[
            ("sport/ball/football", None),
            ("sport/ball/golf", None),
            ("sport/ski", None),
            ("arts", None),
            ("sport", None),
        ]);
        let names = |a: &Answers| a.rows().iter().map(|r| r.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&tree), ["sport", "arts"]);
        assert_eq!(tree.press('1'), Press::Moved);
        assert_eq!(names(&tree), ["sport itself", "ball", "ski"]);
        assert_eq!(tree.clone().press('1'), answer(4));
        assert_eq!(tree.press('2'), Press::Moved);
        assert_eq!(tree.press('2'), answer(1));
        assert!(tree.back() && tree.back() && !tree.back());
        assert_eq!(tree.press('2'), answer(3));
    }

    #[test]
    fn likeliest_first_orders_the_digits() {
        let likeliest = [(Id::from_bytes([2; 16]), 0.7), (Id::from_bytes([0; 16]), 0.2)];
        let mut few = answers(&[("a", Some('1')), ("b", None), ("c", None)]).in_order(&likeliest);
        assert_eq!([few.press('1'), few.press('2'), few.press('3')], [answer(2), answer(0), answer(1)]);
    }
}
