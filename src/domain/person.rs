//! Who answers, settles and signs.

use super::{Id, words};

/// Names a person.
pub type PersonId = Id<Person>;

words! {
    /// What somebody may do; a courtesy inside the file.
    Role: "role" {
        /// Answers.
        Annotator = "annotator",
        /// Answers and settles.
        Reviewer = "reviewer",
        /// Everything.
        Lead = "lead",
    }
}

words! {
    /// What sort of person this is; only `person` counts as people.
    PersonKind: "kind of person" {
        /// A human being.
        Person = "person",
        /// A model.
        Model = "model",
        /// A file that brought answers or labels without naming anybody.
        Import = "import",
    }
}

/// Somebody who acts in the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// A random id: renaming rewrites nothing.
    pub id: PersonId,
    /// The display name; `None` once erased.
    pub name: Option<String>,
    /// The role.
    pub role: Role,
    /// The kind.
    pub kind: PersonKind,
    /// Whether they take part.
    pub presence: Presence,
}

impl Person {
    /// A human being who can act: one who takes part and whose name was not erased.
    pub fn can_act(&self) -> bool {
        self.kind == PersonKind::Person && self.presence == Presence::Here && self.name.is_some()
    }
}

words! {
    /// Whether somebody takes part. Whoever left does nothing here until they return.
    Presence: "state of a person" {
        /// Takes part.
        Here = "here",
        /// Has left; what they answered counts on.
        Left = "left",
        /// Has left; what they answered stays in the file and counts nowhere.
        Excluded = "excluded",
    }
}

words! {
    /// Who sees how well somebody does; how much they do is seen by all.
    Seen: "visibility of performance" {
        /// The person and the leads.
        Own = "own",
        /// The leads alone.
        Lead = "lead",
        /// Nobody.
        Off = "off",
    }
}

impl Seen {
    /// Whether a viewer may see how well somebody does. Whoever is not in the project sees it of nobody.
    pub fn lets(self, viewer: Option<&Person>, of: PersonId) -> bool {
        let is_lead = viewer.is_some_and(|viewer| viewer.role == Role::Lead);
        match self {
            Self::Own => is_lead || viewer.is_some_and(|viewer| viewer.id == of),
            Self::Lead => is_lead,
            Self::Off => false,
        }
    }
}
