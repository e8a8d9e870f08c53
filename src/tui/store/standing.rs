//! The role of whoever sits, and how much of their inbox is unread: looked up when something happened that may change
//! it, told when it has.

use crate::domain::{ActKind, Role};
use crate::error::Result;
use crate::tui::msg::Reply;
use crate::workflow::labelling::Sitting;

/// What of it the screen has heard.
#[derive(Debug, Default)]
pub struct Standing {
    act: i64,
    told: Option<(Role, usize)>,
}

/// What may bring an entry or take one away, change a role, or let somebody leave.
const MATTERS: [ActKind; 9] = [
    ActKind::Answer,
    ActKind::Settle,
    ActKind::Reply,
    ActKind::Read,
    ActKind::Person,
    ActKind::Label,
    ActKind::Import,
    ActKind::Merge,
    ActKind::Erase,
];

impl Standing {
    /// What to tell, if anything: that this person has left ends the sitting.
    pub fn news(&mut self, sitting: &Sitting) -> Result<Option<Reply>> {
        let project = sitting.project();
        let last = project.last_act()?;
        if last == self.act {
            return Ok(None);
        }
        let kinds = if self.told.is_some() { project.kinds_since(self.act)? } else { MATTERS.to_vec() };
        self.act = last;
        if !kinds.iter().any(|kind| MATTERS.contains(kind)) {
            return Ok(None);
        }
        if let Err(left) = project.refuse_absent(sitting.person().id) {
            return Ok(Some(Reply::Closed(left)));
        }
        let now = (sitting.role()?, sitting.unread()?);
        Ok((self.told.replace(now) != Some(now)).then_some(Reply::Standing(now.0, now.1)))
    }
}
