//! Job leases: one process at a time does a named job, such as training the ranker. They are no facts.

use super::{Project, sql};
use crate::clock::Millis;
use crate::error::Result;
use rusqlite::TransactionBehavior;

impl Project {
    /// Takes a job for some milliseconds, or renews it; false while another live process has it.
    pub fn take_job(&mut self, name: &str, who: &str, for_ms: Millis) -> Result<bool> {
        let place = self.place.clone();
        let now = place.now();
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let holder = sql::first(&tx, "SELECT host, pid, expires_utc_ms FROM job WHERE name = ?1", [name], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?, row.get::<_, Millis>(2)?))
        })?;
        let taken = holder.is_some_and(|(host, pid, expires)| {
            let mine = host == place.host && pid == place.pid;
            !mine && expires > now && !place.is_gone(&host, pid)
        });
        if !taken {
            sql::run(
                &tx,
                "INSERT INTO job (name, who, host, pid, started_utc_ms, expires_utc_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (name) DO UPDATE SET who = ?2, host = ?3, pid = ?4, started_utc_ms = ?5, expires_utc_ms = ?6",
                (name, who, &place.host, place.pid, now, now + for_ms),
            )?;
        }
        tx.commit()?;
        Ok(!taken)
    }

    /// Gives a job back.
    pub fn release_job(&mut self, name: &str) -> Result<()> {
        sql::run(
            &self.conn,
            "DELETE FROM job WHERE name = ?1 AND host = ?2 AND pid = ?3",
            (name, &self.place.host, self.place.pid),
        )?;
        Ok(())
    }

    /// Who does a job now, if anybody.
    pub fn job_holder(&self, name: &str) -> Result<Option<String>> {
        let holder = sql::first(
            &self.conn,
            "SELECT who, host, pid FROM job WHERE name = ?1 AND expires_utc_ms > ?2",
            (name, self.place.now()),
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?)),
        )?;
        Ok(holder.filter(|(_, host, pid)| !self.place.is_gone(host, *pid)).map(|(who, ..)| who))
    }
}
