//! Rulings by a person.

use crate::domain::{ActKind, PersonId, Question, RulingId, RulingOrigin, Value};
use crate::error::Result;
use crate::project::{NewRuling, Project};

/// Settles one item; none comes back where it was settled just so. `unclear` marks that the guidelines in view do not
/// settle the matter.
pub fn adjudicate(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    item: u32,
    value: &Value,
    note: Option<&str>,
    unclear: bool,
) -> Result<Option<RulingId>> {
    let ruling = NewRuling {
        note: note.map(str::to_owned),
        unclear: unclear.then(|| question.guidelines_revision()),
        ..NewRuling::of(question.id, item, value.clone(), RulingOrigin::Adjudicated)
    };
    Ok(project.write(by, ActKind::Settle, |w| w.add_ruling(&ruling))?.1)
}
