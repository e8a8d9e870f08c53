//! The people board: how much everybody answers, how fast, and how well; and a warning, with its evidence, about
//! whoever answers too fast, always the same, or at random.

mod warnings;

use super::again::{self, SelfAgreement};
use super::agreement::{Gathered, PersonAgreement, Who, measure, week};
use super::qualification::{self, Trial};
use super::settings;
use crate::clock::Millis;
use crate::domain::{Estimate, FEW, Kind, Person, PersonId, Presence, Question, Said, Seen, SkipReason};
use crate::error::Result;
use crate::project::{CurrentAnswer, Project};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use warnings::{ENOUGH, Others, guessed, median, warnings};

/// How somebody does at one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who.
    pub who: Who,
    /// Whether they take part, and their answers count.
    pub state: Presence,
    /// Answers with a value that hold now.
    pub answers: usize,
    /// Items skipped, with the reasons that were given, the most frequent first.
    pub skips: usize,
    /// The reasons.
    pub reasons: Vec<(SkipReason, usize)>,
    /// How well; none where the viewer may not know.
    pub well: Option<Well>,
    /// Their qualification, where they have to qualify.
    pub trial: Option<Trial>,
}

/// How well somebody does.
#[derive(Debug, Clone, PartialEq)]
pub struct Well {
    /// Median milliseconds of attention for an answer, and how many answers were timed.
    pub pace: Option<(Millis, usize)>,
    /// Agreement with the rest, and the bias by label.
    pub agreement: Option<PersonAgreement>,
    /// The share of answers to items of known truth that are right.
    pub gold: Option<Estimate>,
    /// Agreement with themselves, where items came back to them.
    pub again: Option<SelfAgreement>,
    /// Every week with answers, oldest first.
    pub weeks: Vec<Week>,
    /// What should be looked at, with its evidence.
    pub warnings: Vec<String>,
}

/// One week of somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// The day on which it begins.
    pub begins: String,
    /// Answers.
    pub answers: usize,
    /// The share of others who said the same, over items that others answered too, and how many these are.
    pub observed: Option<(f64, usize)>,
}

/// The board of a question as somebody may see it: everybody for a lead, how well one does oneself for the others.
pub fn of(project: &Project, question: &Question, viewer: Option<PersonId>) -> Result<Vec<Row>> {
    let gathered = Gathered::of(project, question, None)?;
    let panel = measure(project, question, &gathered, None, 0)?;
    let gold: HashMap<u32, crate::domain::Value> = project.gold(question)?.into_iter().collect();
    let people = project.people()?;
    let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
    let place: HashMap<PersonId, usize> = people.iter().enumerate().map(|(i, p)| (p.id, i)).collect();
    project.for_each_current(question, |answer| {
        if let Some(place) = place.get(&answer.person).filter(|_| !answer.stale) {
            tallies.entry(*place).or_default().hear(question, &gathered, &gold, &answer);
        }
    })?;
    let settings = settings::of(project)?;
    let seen = settings.performance();
    let mut trials = qualification::all(project, question, &settings)?;
    let mut again = again::of(project, question)?;
    let viewer = people.iter().find(|p| Some(p.id) == viewer);
    let human = |p: &&Person| p.kind == crate::domain::PersonKind::Person;
    let paces: Vec<(usize, Millis)> = tallies.iter().filter_map(|(i, t)| Some((*i, t.pace()?.0))).collect();
    let kappas = panel.people.iter().filter(|p| p.units >= ENOUGH);
    let kappas: Vec<(PersonId, f64)> = kappas.filter_map(|p| Some((p.who.id, p.kappa.as_ref().ok()?.value))).collect();
    Ok(people
        .iter()
        .enumerate()
        .filter(|(_, p)| human(p))
        .map(|(i, person)| {
            let tally = tallies.remove(&i).unwrap_or_default();
            let who = Who { id: person.id, name: person.name.clone().unwrap_or_else(|| "(erased)".to_owned()) };
            let others = Others {
                pace: median(paces.iter().filter(|(other, _)| *other != i).map(|(_, pace)| *pace), Millis::cmp),
                kappa: median(
                    kappas.iter().filter(|(id, _)| *id != person.id).map(|(_, kappa)| *kappa),
                    f64::total_cmp,
                ),
            };
            let agreement = panel.people.iter().find(|p| p.who.id == person.id).cloned();
            let (answers, skips, reasons) = (tally.answers, tally.skips, tally.reasons());
            let well = seen
                .lets(viewer, person.id)
                .then(|| tally.well(question, agreement, again.remove(&person.id), &others));
            Row { who, state: person.presence, answers, skips, reasons, well, trial: trials.remove(&person.id) }
        })
        .collect())
}

/// Why how well somebody does is not shown, and what would change it.
pub fn why_hidden(seen: Seen) -> &'static str {
    match seen {
        Seen::Own => "how well somebody does is shown to them and the leads (settings people.performance = own)",
        Seen::Lead => "how well somebody does is shown to the leads alone (settings people.performance = lead)",
        Seen::Off => "how well somebody does is shown to nobody (settings people.performance = off)",
    }
}

/// What is counted of one person.
#[derive(Debug, Default)]
struct Tally {
    answers: usize,
    skips: usize,
    reasons: BTreeMap<SkipReason, usize>,
    times: Vec<Millis>,
    right: usize,
    /// How often each value is the truth of what they answered.
    truths: BTreeMap<String, usize>,
    weeks: BTreeMap<String, (usize, f64, usize)>,
}

impl Tally {
    fn hear(
        &mut self,
        question: &Question,
        gathered: &Gathered,
        gold: &HashMap<u32, crate::domain::Value>,
        answer: &CurrentAnswer,
    ) {
        let value = match &answer.said {
            Said::Skipped(reason) => {
                self.skips += 1;
                reason.iter().for_each(|reason| *self.reasons.entry(*reason).or_default() += 1);
                return;
            }
            Said::Value(value) => value,
        };
        self.answers += 1;
        self.times.extend(answer.active_ms);
        if let Some(truth) = gold.get(&answer.item) {
            let truth = question.spell(truth);
            self.right += usize::from(truth == question.spell(value));
            *self.truths.entry(truth).or_default() += 1;
        }
        let week = self.weeks.entry(week(answer.at)).or_default();
        week.0 += 1;
        let Ok(unit) = gathered.items.binary_search(&answer.item) else { return };
        let (raters, categories) = gathered.ratings.unit(unit);
        let me = raters.iter().position(|rater| gathered.people[*rater as usize].id == answer.person);
        let Some(mine) = me.map(|at| categories[at]).filter(|_| raters.len() > 1) else { return };
        let same = categories.iter().filter(|category| **category == mine).count() - 1;
        week.1 += same as f64 / (raters.len() - 1) as f64;
        week.2 += 1;
    }

    fn reasons(&self) -> Vec<(SkipReason, usize)> {
        let mut reasons: Vec<(SkipReason, usize)> = self.reasons.iter().map(|(r, n)| (*r, *n)).collect();
        reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        reasons
    }

    /// The median, of at least so many that it means something.
    fn pace(&self) -> Option<(Millis, usize)> {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get(times.len() / 2).map(|median| (*median, times.len())).filter(|(_, n)| *n >= FEW)
    }

    /// Whoever gave always this value would be right about so many of the items of known truth that they answered.
    fn usual_truth(&self) -> Option<(&str, usize)> {
        self.truths.iter().max_by_key(|(_, n)| **n).map(|(truth, n)| (truth.as_str(), *n))
    }

    fn well(
        self,
        question: &Question,
        agreement: Option<PersonAgreement>,
        again: Option<SelfAgreement>,
        others: &Others,
    ) -> Well {
        let pace = self.pace();
        let gold = Estimate::wilson(self.right, self.truths.values().sum());
        let mut warnings: Vec<String> = warnings(pace, others, agreement.as_ref());
        let by_label = matches!(question.kind, Kind::Choice | Kind::Rating);
        warnings
            .extend(gold.zip(self.usual_truth()).filter(|_| by_label).and_then(|(gold, usual)| guessed(gold, usual)));
        let weeks = self.weeks.into_iter().map(|(begins, (answers, same, shared))| Week {
            begins,
            answers,
            observed: (shared > 0).then(|| (same / shared as f64, shared)),
        });
        Well { pace, agreement, gold, again, weeks: weeks.collect(), warnings }
    }
}

impl Row {
    /// As JSON; how well is `null` where the viewer may not know.
    pub fn to_json(&self) -> Json {
        let reasons: serde_json::Map<String, Json> =
            self.reasons.iter().map(|(reason, n)| (reason.to_string(), json!(n))).collect();
        let well = self.well.as_ref().map(|well| {
            let weeks = well.weeks.iter().map(|w| {
                let (observed, n) = w.observed.map_or((None, 0), |(share, n)| (Some(share), n));
                json!({"week": w.begins, "answers": w.answers, "observed": observed, "n": n})
            });
            let kappa = well.agreement.as_ref().and_then(|a| a.kappa.as_ref().ok());
            json!({
                "median_ms": well.pace.map(|p| p.0), "timed": well.pace.map(|p| p.1),
                "answers_per_hour": well.pace.map(|(ms, _)| 3_600_000.0 / ms.max(1) as f64),
                "kappa": kappa.map(|k| json!({"value": k.value, "ci95": k.ci95.map(|(l, h)| [l, h])})),
                "shared": well.agreement.as_ref().map_or(0, |a| a.units),
                "gold": well.gold.map(|e| json!({"accuracy": e.value, "ci95": [e.low, e.high], "n": e.n})),
                "self": well.again.map(|again| again.to_json()),
                "bias": well.agreement.as_ref().map(|a| a.bias.iter().cloned().map(|(l, b)| (l, json!(b)))
                    .collect::<serde_json::Map<_, _>>()),
                "weeks": weeks.collect::<Vec<_>>(), "warnings": well.warnings,
            })
        });
        json!({
            "name": self.who.name, "state": self.state.as_str(), "answers": self.answers,
            "skips": self.skips, "reasons": reasons, "performance": well,
            "qualification": self.trial.as_ref().map(|trial| trial.to_json(self.well.is_some())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ActKind, Kind};
    use crate::workflow::agreement::tests::World;

    /// Sixty items: ana and ben mostly agree, chi always says yes in no time.
    fn world() -> World {
        let mut w = World::sized(60, Kind::Choice, &["no", "yes"]);
        for item in 1..=60u32 {
            let truth = if item % 2 == 0 { "yes" } else { "no" };
            w.timed(0, item, truth, 4_000 + i64::from(item));
            w.timed(1, item, if item == 7 { "yes" } else { truth }, 3_000);
            w.timed(2, item, "yes", 500);
        }
        w
    }

    #[test]
    fn whoever_is_too_fast_and_always_says_the_same_is_pointed_out_with_the_evidence() {
        let w = world();
        let board = of(&w.project, &w.question(), Some(w.people[0])).expect("a board");
        let warnings = |place: usize| board[place].well.as_ref().expect("a lead sees it").warnings.clone();
        assert_eq!((warnings(0), warnings(1)), (vec![], vec![]));
        let chi = warnings(2).join("\n");
        assert!(chi.contains("0.5 s an answer") && chi.contains("yes on 100% of 60 items"), "{chi}");
        assert!(chi.contains("at random?"), "{chi}");
        let ana = board[0].well.as_ref().expect("hers");
        assert_eq!(ana.pace, Some((4_031, 60)));
        assert_eq!(ana.weeks.iter().map(|w| w.answers).sum::<usize>(), 60);
    }

    #[test]
    fn where_all_are_too_fast_or_guess_each_is_pointed_out_and_a_low_agreement_alone_points_at_nobody() {
        let mut w = World::sized(60, Kind::Choice, &["no", "yes", "so"]);
        let (lead, question) = (w.people[0], w.question());
        let truth = |item: u32| if item % 5 < 4 { "no" } else { "yes" };
        w.project
            .write(lead, ActKind::Import, |w| {
                (1..=20)
                    .try_for_each(|item| w.put_gold(question.id, item, &question.parse_value(truth(item))?).map(drop))
            })
            .expect("gold");
        for item in 1..=60u32 {
            for person in 0..3 {
                let guess = ["no", "yes", "so"][crate::ids::mix(7, u64::from(item * 3 + person as u32)) as usize % 3];
                w.timed(person, item, guess, 400);
            }
        }
        let board = of(&w.project, &question, Some(lead)).expect("a board");
        for row in &board {
            let warnings = row.well.as_ref().expect("a lead sees it").warnings.join("\n");
            assert!(warnings.contains("0.4 s an answer in the median (n=60): nobody reads"), "{warnings}");
            assert!(warnings.contains("of 20 gold items; always \"no\" would be about 0.80"), "{warnings}");
        }
        let by_kappa = board.iter().filter(|r| r.well.iter().any(|w| w.warnings.join("").contains("κ"))).count();
        assert!(by_kappa < 2, "the whole group agrees no better");
    }

    #[test]
    fn how_well_somebody_does_is_for_them_and_the_lead_or_for_nobody() {
        let mut w = world();
        let knows = |w: &World, viewer: Option<PersonId>| {
            let board = of(&w.project, &w.question(), viewer).expect("a board");
            board.iter().map(|row| row.well.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(knows(&w, Some(w.people[0])), [true, true, true]);
        assert_eq!(knows(&w, Some(w.people[1])), [false, true, false]);
        assert_eq!(knows(&w, None), [false, false, false]);
        for (value, lead, own) in [("lead", true, false), ("off", false, false)] {
            let (lead_id, setting) = (w.people[0], settings::Setting::named("people.performance").expect("known"));
            settings::set(&mut w.project, lead_id, setting, value).expect("set");
            assert_eq!(knows(&w, Some(w.people[0]))[0], lead, "{value}");
            assert_eq!(knows(&w, Some(w.people[1]))[1], own, "{value}");
        }
    }

    #[test]
    fn the_agreement_screen_keeps_to_it_too() {
        let w = world();
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let paths = crate::paths::Paths {
            config_file: at("t"),
            config: at("c"),
            cache: at("x"),
            state: at("s"),
            data: at("d"),
        };
        let gathered = Gathered::of(&w.project, &w.question(), None).expect("gathered");
        let seen = |viewer| {
            let asked = crate::workflow::agreement::Asked { viewer, ..Default::default() };
            let control = crate::jobs::Control::default();
            let found =
                crate::workflow::agreement::overview(&w.project, &paths, &w.question(), &gathered, &asked, &control);
            let found = found.expect("measured");
            (found.panel.people.len(), found.panel.pairs.len(), found.hidden)
        };
        assert_eq!(seen(Some(w.people[0])), (3, 3, 0));
        assert_eq!(seen(Some(w.people[1])), (1, 2, 2));
        assert_eq!(seen(None), (0, 0, 3));
    }

    #[test]
    fn gold_and_skips_are_counted() {
        let mut w = World::new(Kind::Choice, &["no", "yes"]);
        let (lead, question) = (w.people[0], w.question());
        let yes = question.parse_value("yes").expect("a label");
        w.project
            .write(lead, ActKind::Import, |w| {
                (1..=4).try_for_each(|item| w.put_gold(question.id, item, &yes).map(drop))
            })
            .expect("gold");
        for item in 1..=4 {
            w.say(0, item, if item == 4 { "no" } else { "yes" });
        }
        w.skip(0, 5, SkipReason::BrokenText);
        let board = of(&w.project, &question, Some(lead)).expect("a board");
        let gold = board[0].well.as_ref().and_then(|well| well.gold).expect("gold");
        assert_eq!((gold.value, gold.n, board[0].skips), (0.75, 4, 1));
        assert_eq!(board[0].reasons, [(SkipReason::BrokenText, 1)]);
    }
}
