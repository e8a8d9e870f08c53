//! Rulings by a person.

use crate::domain::{ActKind, PersonId, Question, RulingId, RulingOrigin, Value};
use crate::error::Result;
use crate::project::{NewRuling, Project};

/// Settles one item; none comes back where it was settled just so.
pub fn adjudicate(
    project: &mut Project,
    by: PersonId,
    question: &Question,
    item: u32,
    value: &Value,
    note: Option<&str>,
) -> Result<Option<RulingId>> {
    let ruling = NewRuling {
        question: question.id,
        item,
        value: value.clone(),
        origin: RulingOrigin::Adjudicated,
        note: note.map(str::to_owned),
    };
    Ok(project.write(by, ActKind::Settle, |w| w.add_ruling(&ruling))?.1)
}
