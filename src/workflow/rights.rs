//! Who may do what here. The file can be written by everybody who can open it, so that this is a courtesy between
//! colleagues and no lock.

use crate::domain::{Deed, Person, PersonId, PersonKind, Role, nearest};
use crate::error::{Error, Result};
use crate::project::Project;

/// The role of somebody who acts; whoever is about to join has the role that they will join with.
pub fn role_of(project: &Project, by: PersonId) -> Result<Role> {
    let people = project.people()?;
    let known = people.iter().find(|person| person.id == by).map(|person| person.role);
    let anybody = people.iter().any(|person| person.kind == PersonKind::Person);
    Ok(known.unwrap_or(if anybody { Role::Annotator } else { Role::Lead }))
}

/// Whether anybody here can act as a lead, this one left out.
pub fn has_lead_beside(people: &[Person], but: Option<PersonId>) -> bool {
    people.iter().any(|person| person.role == Role::Lead && person.can_act() && Some(person.id) != but)
}

/// Whether somebody may do something.
///
/// # Errors
/// Where their role does not suffice: who may, and how it is changed.
pub fn allow(project: &Project, by: PersonId, deed: Deed) -> Result<()> {
    let role = role_of(project, by)?;
    if role.may(deed) {
        return Ok(());
    }
    let (name, people) = (project.name_of(by)?, project.people()?);
    let error = Error::conflict(refusal(&name, role, deed));
    let least = deed.least();
    Err(error.hint(if !people.iter().any(|person| person.id == by) {
        let known = people.iter().filter(|person| person.can_act()).filter_map(|person| person.name.as_deref());
        match nearest(&name, known) {
            Some(meant) => format!("{name} is new here; did you mean {meant:?}?"),
            None => format!("{name} is new here; a lead adds them: karat people add {name} --role {least}"),
        }
    } else if has_lead_beside(&people, None) {
        format!("a lead changes that: karat people role {name} {least}")
    } else {
        format!("no lead is left here, so that anybody may take the role: karat people role {name} lead")
    }))
}

/// Why somebody may not do something: "ana is annotator here and may not settle items; reviewers and leads may".
pub fn refusal(name: &str, role: Role, deed: Deed) -> String {
    format!("{name} is {role} here and may not {}; {} may", deed.called(), deed.who_may())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ActKind, Kind};
    use crate::workflow::agreement::tests::World;

    #[test]
    fn whoever_may_not_hears_who_may_and_how_to_change_it() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let (ana, ben) = (w.people[0], w.people[1]);
        assert_eq!(allow(&w.project, ana, Deed::Erase), Ok(()));
        assert_eq!(allow(&w.project, ben, Deed::Answer), Ok(()));
        let refused = allow(&w.project, ben, Deed::Settle).expect_err("an annotator");
        assert_eq!(refused.message, "ben is annotator here and may not settle items; reviewers and leads may");
        assert_eq!(refused.hint.as_deref(), Some("a lead changes that: karat people role ben reviewer"));
        w.project.write(ana, ActKind::Person, |w| w.set_role(ben, Role::Reviewer)).expect("a reviewer");
        assert_eq!(allow(&w.project, ben, Deed::Settle), Ok(()));
        assert!(allow(&w.project, ben, Deed::Labels).is_err());
    }

    #[test]
    fn whoever_is_new_is_annotator_and_the_first_is_lead() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let dee = w.project.actor("dee").expect("about to join");
        assert_eq!(role_of(&w.project, dee), Ok(Role::Annotator));
        assert!(allow(&w.project, dee, Deed::Import).is_err_and(|e| {
            e.message.starts_with("dee is annotator") && e.hint.is_some_and(|hint| hint.starts_with("dee is new here"))
        }));
    }
}
