//! Who the champions are, and what became of them where something else than a decision about them took them away.

use super::decide::champion;
use crate::error::Result;
use crate::project::{Project, Run};

/// The champion of every question that has one.
///
/// # Errors
/// Where the file cannot be read.
pub fn champions(project: &Project) -> Result<Vec<Run>> {
    let mut champions = Vec::new();
    for question in project.questions()? {
        let champion = champion(&project.decisions(question.id)?);
        champions.extend(project.runs(question.id)?.into_iter().find(|run| Some(run.id) == champion));
    }
    Ok(champions)
}

/// Which of those that were champions are none now, in words: "run 4 (boosted) was the champion: none is now".
///
/// # Errors
/// Where the file cannot be read.
pub fn fallen(project: &Project, before: &[Run]) -> Result<Vec<String>> {
    let now = champions(project)?;
    let fell = before.iter().filter(|was| now.iter().all(|is| is.id != was.id));
    let told = fell.map(|was| {
        let next = now.iter().find(|is| is.run.question == was.run.question);
        let next = next.map_or_else(|| "none".to_owned(), |is| format!("run {} ({})", is.number, is.run.name));
        format!("run {} ({}) was the champion: {next} is now", was.number, was.run.name)
    });
    Ok(told.collect())
}
