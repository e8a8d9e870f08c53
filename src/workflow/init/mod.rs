//! Makes a project from a data file: guesses which column is what, asks or says where a guess is open, reads everything,
//! then writes it as one act.

mod choose;
mod truths;

pub use choose::{Ask, Asking};

use super::intake::{self, Columns, Intake, PutItems};
use crate::domain::{ActId, ActKind, Field, Kind, LabelId, RulingOrigin, Scale, did_you_mean};
use crate::error::{Error, Result};
use crate::exchange::{self, Format, Leak, ReadOptions, Rejected, Table};
use crate::jobs::Control;
use crate::project::{ItemReport, NewRuling, Place, Project, Update};
use choose::{Chosen, choose};
use std::path::{Path, PathBuf};
use truths::Truths;

/// The setting that holds the share of later imports that is set aside for evaluation.
pub const EVALUATION: &str = "evaluation.share";
/// The share that is set aside where nobody says otherwise.
pub const EVALUATION_SHARE: f64 = 0.1;

/// What is to be made of a data file; what is left open is guessed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The text column.
    pub text: Option<String>,
    /// The id column.
    pub id: Option<String>,
    /// The column of hidden truths.
    pub gold: Option<String>,
    /// The column of labels to learn from.
    pub labelled: Option<String>,
    /// Fields that annotators see.
    pub show: Vec<String>,
    /// Fields that models learn from.
    pub feature: Vec<String>,
    /// The column that keeps rows together in splits.
    pub group_by: Option<String>,
    /// The question's name.
    pub question: Option<String>,
    /// How it is answered.
    pub kind: Option<Kind>,
    /// Its labels: `negative`, or `n=negative`.
    pub labels: Vec<String>,
    /// The ratings that can be given, where it is answered with one.
    pub scale: Option<Scale>,
    /// The text of its guidelines.
    pub guidelines: Option<String>,
    /// The share that is set aside for evaluation.
    pub evaluation: Option<f64>,
    /// Whether the folder's group may use the project.
    pub shared: bool,
    /// The file's format, where ending and content should not decide.
    pub format: Option<Format>,
    /// Whether rows that are not right are left out instead of refusing the file.
    pub keep_good: bool,
    /// The seed of the evaluation set.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The project file.
    pub path: PathBuf,
    /// The act.
    pub act: Option<ActId>,
    /// The name of the source.
    pub source: String,
    /// Which column became what.
    pub columns: Columns,
    /// The fields.
    pub fields: Vec<Field>,
    /// The question's name, kind and labels.
    pub question: (String, Kind, Vec<String>),
    /// Its scale, where it is answered with a rating.
    pub scale: Option<Scale>,
    /// What became of the rows.
    pub items: ItemReport,
    /// Rows with a hidden truth.
    pub gold: usize,
    /// Rows with a label to learn from.
    pub labelled: usize,
    /// Fields that give the answer away.
    pub leaks: Vec<Leak>,
    /// Rows that were left out.
    pub rejected: Rejected,
    /// What a person should know: guesses, and how the file was read.
    pub notes: Vec<String>,
}

/// The name of a source where none is given: the file's, without its ending.
pub fn source_name(data: &Path) -> String {
    data.file_stem().map_or_else(|| "data".to_owned(), |s| s.to_string_lossy().into_owned())
}

/// Makes a project at `path`; a file that is there is never overwritten.
///
/// # Errors
/// Where the data or an option is wrong, with the line; then no project is left behind.
pub fn init(
    data: &Path,
    path: &Path,
    options: &Options,
    place: Place,
    by: &str,
    asking: Option<Asking<'_>>,
    control: &Control,
) -> Result<Made> {
    Project::can_be_made(path)?;
    let kind = options.kind.unwrap_or(Kind::Choice);
    if !options.labels.is_empty() {
        kind.check_labels()?;
    }
    if options.scale.is_some() && kind != Kind::Rating {
        return Err(Error::usage(format!("a question of kind {kind} has no scale")).hint("--kind rating has one"));
    }
    let read = ReadOptions { format: options.format, keep_good: options.keep_good };
    let mut table = intake::read(data, read, control)?;
    let mut notes = std::mem::take(&mut table.notes);
    let Chosen { columns, labels } = choose(&table, options, asking, &mut notes)?;
    let mut intake = intake::items(&table, &columns, &[], options.keep_good)?;
    set_flags(&mut intake.fields, options)?;
    intake::note_hidden(&intake.fields, &mut notes);
    let truths = Truths::read(&table, &columns, &intake, kind, &labels, options.scale)?;
    if let Some(scale) = truths.scale.filter(|_| options.scale.is_none()) {
        notes.push(format!("ratings go from {} to {} (--scale MIN-MAX says otherwise)", scale.least(), scale.most()));
    }
    if truths.labels.is_empty() && kind.has_labels() {
        notes.push("the question has no labels yet: karat label add NAME".to_owned());
    }
    let leaks = leaks(&table, &columns);
    let mut rejected = std::mem::take(&mut table.rejected);
    rejected.append(std::mem::take(&mut intake.rejected));
    notes.append(&mut intake.notes);
    let source = source_name(data);
    drop(table);

    let writing = Writing { options, source: &source, columns: &columns, intake: &intake, truths: &truths };
    let ((act, items), said) = Project::create_filled(path, place, options.shared, |project| {
        Ok((writing.run(project, by, kind, control)?, project.notes().to_vec()))
    })?;
    notes.extend(said);
    let question = columns.question.clone().unwrap_or_default();
    Ok(Made {
        path: path.to_owned(),
        act,
        source,
        fields: intake.fields,
        question: (question, kind, truths.labels.iter().map(|(name, _)| name.clone()).collect()),
        scale: truths.scale,
        items,
        gold: truths.gold.len(),
        labelled: truths.labelled.len(),
        leaks,
        rejected,
        notes,
        columns,
    })
}

fn set_flags(fields: &mut [Field], options: &Options) -> Result<()> {
    for (names, option) in [(&options.show, "--show"), (&options.feature, "--feature")] {
        for name in names {
            let known: Vec<String> = fields.iter().map(|f| f.name.clone()).collect();
            let field = fields.iter_mut().find(|f| f.name == *name).ok_or_else(|| {
                Error::usage(format!("{option}: no field is called {name:?}"))
                    .hint(did_you_mean(name, known.iter().map(String::as_str)))
            })?;
            if option == "--show" { field.show = true } else { field.feature = true }
        }
    }
    Ok(())
}

fn leaks(table: &Table, columns: &Columns) -> Vec<Leak> {
    let special = [Some(&columns.text), columns.id.as_ref(), columns.gold.as_ref(), columns.labelled.as_ref()];
    let special: Vec<&str> = special.into_iter().flatten().map(String::as_str).collect();
    let target = columns.gold.as_ref().or(columns.labelled.as_ref());
    target.map(|target| exchange::leaks(table, target, &special)).unwrap_or_default()
}

/// All that is written, in one act.
struct Writing<'a> {
    options: &'a Options,
    source: &'a str,
    columns: &'a Columns,
    intake: &'a Intake,
    truths: &'a Truths,
}

impl Writing<'_> {
    fn run(
        &self,
        project: &mut Project,
        by: &str,
        kind: Kind,
        control: &Control,
    ) -> Result<(Option<ActId>, ItemReport)> {
        let by = project.join(by)?;
        project.write(by, ActKind::Init, |w| {
            w.declare_fields(&self.intake.fields)?;
            let how = PutItems {
                update: Update::Refuse,
                evaluation: self.options.evaluation.unwrap_or(EVALUATION_SHARE),
                seed: self.options.seed,
            };
            let report = self.intake.put(w, self.source, &how, control)?;
            let name = self.columns.question.as_deref().unwrap_or("label");
            let question = w.add_question(name, kind)?;
            let labels = self.truths.labels.iter();
            let ids: Vec<LabelId> =
                labels.map(|(label, key)| w.add_label(question, label, *key)).collect::<Result<_>>()?;
            if let Some(scale) = self.truths.scale {
                w.set_scale(question, scale)?;
            }
            if let Some(text) = &self.options.guidelines {
                w.write_guidelines(question, text)?;
            }
            let gold: Vec<_> =
                self.truths.gold.iter().map(|(item, gold)| (report.items[*item], gold.value(&ids))).collect();
            w.put_all_gold(question, &gold, &mut |done| control.report("gold", done as u64, gold.len() as u64))?;
            intake::finished(control, "gold", gold.len() as u64);
            for (n, (item, label)) in self.truths.labelled.iter().enumerate() {
                let value = label.value(&ids);
                let (item, origin) = (report.items[*item], RulingOrigin::Imported);
                w.add_ruling(&NewRuling::of(question, item, value, origin))?;
                control.report("labels", n as u64 + 1, self.truths.labelled.len() as u64);
            }
            let remembered = serde_json::to_value(self.columns).map_err(|e| Error::internal(e.to_string()))?;
            for source in self.intake.sources(self.source) {
                w.set_setting(&Columns::setting(source), &remembered)?;
            }
            if let Some(share) = self.options.evaluation {
                w.set_setting(EVALUATION, &share.into())?;
            }
            control.check()?;
            Ok(report)
        })
    }
}
