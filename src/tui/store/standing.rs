//! When the role of whoever sits, and how much of their inbox is unread, may have changed: only then is it looked up.

use crate::domain::ActKind;
use crate::error::{Error, Result};
use crate::tui::msg::Reply;
use crate::workflow::labelling::Sitting;
use crate::workflow::{inbox, rights};

use super::reader::LookUp;

/// How far the log was read for it.
#[derive(Debug, Default)]
pub struct Standing {
    act: i64,
    /// How often it was looked up.
    pub number: u64,
}

/// What has to be done about it.
pub enum Due {
    /// Nothing.
    Nothing,
    /// It may have changed.
    Look(LookUp),
    /// This person has left, which ends the sitting.
    Left(Error),
}

/// What may bring an entry or take one away, change a role, or let somebody leave; of answers only some do.
const MATTERS: [ActKind; 10] = [
    ActKind::Settle,
    ActKind::Review,
    ActKind::Calibration,
    ActKind::Reply,
    ActKind::Read,
    ActKind::Person,
    ActKind::Label,
    ActKind::Import,
    ActKind::Merge,
    ActKind::Erase,
];

impl Standing {
    /// Whoever sits down is told how it stands: what comes after this may change it.
    pub fn begin(&mut self, sitting: &Sitting) -> Result<()> {
        self.act = sitting.project().last_act()?;
        Ok(())
    }

    /// Reads on in the log.
    pub fn due(&mut self, sitting: &Sitting) -> Result<Due> {
        let (project, me) = (sitting.project(), sitting.person().id);
        let (since, last) = (self.act, project.last_act()?);
        if last == since {
            return Ok(Due::Nothing);
        }
        let kinds = project.kinds_since(since)?;
        let matters = kinds.iter().any(|kind| MATTERS.contains(kind))
            || (kinds.contains(&ActKind::Answer) && project.answers_stir(me, since)?);
        self.act = last;
        if !matters {
            return Ok(Due::Nothing);
        }
        if let Err(left) = project.refuse_absent(me) {
            return Ok(Due::Left(left));
        }
        self.number += 1;
        Ok(Due::Look(Box::new(move |project| {
            Ok(Reply::Standing(rights::role_of(project, me)?, inbox::unread(project, me)?))
        })))
    }
}
