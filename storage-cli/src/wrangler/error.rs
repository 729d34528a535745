//! Why a configuration file was left alone.

use std::fmt;

/// What kind of problem stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file says something else than the declarations do.
    Conflict,
    /// The file can't be read, or something in it is not what wrangler expects there.
    Malformed,
    /// The file is right, but this tool can't extend it safely.
    Unsupported,
}

/// One problem, with its place if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What is wrong, the rule, and after `help:` what to do.
    pub message: String,
    /// The byte it is about.
    pub at: Option<usize>,
}

impl Problem {
    pub(super) fn conflict(at: impl Into<Option<usize>>, message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Conflict, message: message.into(), at: at.into() }
    }

    pub(super) fn malformed(at: impl Into<Option<usize>>, message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Malformed, message: message.into(), at: at.into() }
    }

    pub(super) fn unsupported(at: impl Into<Option<usize>>, message: impl Into<String>) -> Self {
        Self { kind: ProblemKind::Unsupported, message: message.into(), at: at.into() }
    }
}

/// Everything that stands in the way. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    file: String,
    problems: Vec<(Problem, Option<(usize, usize)>)>,
}

impl Refusal {
    pub(super) fn new(file: &str, text: &str, problems: Vec<Problem>) -> Self {
        let problems = problems
            .into_iter()
            .map(|problem| {
                let place = problem.at.map(|at| line_and_column(text, at));
                (problem, place)
            })
            .collect();
        Self { file: file.to_owned(), problems }
    }

    /// The problems, in the order of the declarations.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().map(|(problem, _)| problem)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (problem, place)) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&self.file)?;
            if let Some((line, column)) = place {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, ": {}", problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Both counted from one, columns in characters, as editors show them.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(line_start..).map_or(0, |start| start.chars().count()) + 1;
    (line, column)
}
