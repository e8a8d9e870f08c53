//! Which role may do what: a courtesy inside a file that everybody here can write.

use super::Role;

/// What somebody sets out to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Answers, takes back what they did themselves, reads, sets a goal of their own.
    Answer,
    /// Settles an item by a ruling.
    Settle,
    /// Sends items back to be answered once more.
    SendBack,
    /// Starts calibration sessions and takes them further.
    Calibrate,
    /// Replies to notes.
    Reply,
    /// Trains models and keeps them.
    Train,
    /// Decides which model counts.
    Promote,
    /// Settles by a method what many answers add up to.
    SettleMany,
    /// Brings data in, or takes an import back.
    Import,
    /// Changes settings and lanes.
    Settings,
    /// Changes labels and their keys.
    Labels,
    /// Adds and changes questions.
    Questions,
    /// Writes guidelines.
    Guidelines,
    /// Changes who sees a field.
    Fields,
    /// Adds, renames, routes and retires people, and gives roles.
    People,
    /// Splits items, and keeps states of them.
    Snapshots,
    /// Takes in another copy.
    Merge,
    /// Blanks content for good.
    Erase,
}

impl Deed {
    /// Every deed, in the order of the roles that they need.
    pub const ALL: &'static [Self] = &[
        Self::Answer,
        Self::Settle,
        Self::SendBack,
        Self::Calibrate,
        Self::Reply,
        Self::Train,
        Self::Promote,
        Self::SettleMany,
        Self::Import,
        Self::Settings,
        Self::Labels,
        Self::Questions,
        Self::Guidelines,
        Self::Fields,
        Self::People,
        Self::Snapshots,
        Self::Merge,
        Self::Erase,
    ];

    /// The least role that may do it, and what it is called: "settle items".
    const fn entry(self) -> (Role, &'static str) {
        match self {
            Self::Answer => (Role::Annotator, "answer"),
            Self::Settle => (Role::Reviewer, "settle items"),
            Self::SendBack => (Role::Reviewer, "send items back"),
            Self::Calibrate => (Role::Reviewer, "hold calibration sessions"),
            Self::Reply => (Role::Reviewer, "reply to notes"),
            Self::Train => (Role::Reviewer, "train models"),
            Self::Promote => (Role::Lead, "decide which model counts"),
            Self::SettleMany => (Role::Lead, "settle items by a method"),
            Self::Import => (Role::Lead, "import"),
            Self::Settings => (Role::Lead, "change settings and lanes"),
            Self::Labels => (Role::Lead, "change labels"),
            Self::Questions => (Role::Lead, "change questions"),
            Self::Guidelines => (Role::Lead, "write guidelines"),
            Self::Fields => (Role::Lead, "change fields"),
            Self::People => (Role::Lead, "change people"),
            Self::Snapshots => (Role::Lead, "split items and take snapshots"),
            Self::Merge => (Role::Lead, "merge copies"),
            Self::Erase => (Role::Lead, "erase"),
        }
    }

    /// The least role that may do it.
    pub const fn least(self) -> Role {
        self.entry().0
    }

    /// What it is called, after "may": "settle items".
    pub const fn called(self) -> &'static str {
        self.entry().1
    }

    /// Who may do it, in words: "reviewers and leads".
    pub const fn who_may(self) -> &'static str {
        match self.least() {
            Role::Annotator => "everybody",
            Role::Reviewer => "reviewers and leads",
            Role::Lead => "leads",
        }
    }
}

impl Role {
    /// Whether somebody of this role may do something; each role may do what the ones before it may.
    pub fn may(self, deed: Deed) -> bool {
        self >= deed.least()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_may_everything_and_an_annotator_answers_alone() {
        let may = |role: Role| Deed::ALL.iter().filter(|deed| role.may(**deed)).copied().collect::<Vec<_>>();
        assert_eq!(may(Role::Annotator), [Deed::Answer]);
        let reviewer = [Deed::Answer, Deed::Settle, Deed::SendBack, Deed::Calibrate, Deed::Reply, Deed::Train];
        assert_eq!(may(Role::Reviewer), reviewer);
        assert_eq!(may(Role::Lead), Deed::ALL);
    }
}
