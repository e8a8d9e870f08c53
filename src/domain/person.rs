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
}
