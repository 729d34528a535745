//! What a KV namespace lacks.

use anyhow::Result;
use storage_core::manifest::KvRecord;

use super::{Plan, State, Step};
use crate::account::Account;
use crate::account::namespace::Namespace;
use crate::wrangler::Bound;

/// The namespaces of the account, read when they are first asked for.
pub(super) struct Namespaces<'a> {
    account: &'a Account,
    read: Option<Vec<Namespace>>,
}

impl<'a> Namespaces<'a> {
    pub(super) fn new(account: &'a Account) -> Self {
        Self { account, read: None }
    }

    fn all(&mut self) -> Result<&[Namespace]> {
        if self.read.is_none() {
            self.read = Some(self.account.namespaces()?);
        }
        Ok(self.read.as_deref().unwrap_or_default())
    }
}

pub(super) fn plan(
    namespaces: &mut Namespaces<'_>,
    record: &KvRecord,
    bound: &Bound<'_>,
    worker: &str,
    plan: &mut Plan,
) -> Result<()> {
    let binding = record.binding.to_string();
    if let Some(id) = &bound.identity {
        let found = namespaces.all()?.iter().find(|one| one.id.eq_ignore_ascii_case(id));
        if let Some(found) = found {
            plan.say(State::Unchanged, format!("KV namespace {}", found.title), Vec::new());
        } else {
            let why = format!(
                "the account has none with the id {id}, which the wrangler file has for {binding}: \
                 is it the right account? Without the id in the file, a new one is made"
            );
            plan.say(State::Refused, format!("KV namespace {binding}"), vec![why]);
        }
        return Ok(());
    }
    let title = title(worker, &binding);
    let what = format!("KV namespace {title}");
    if let Some(found) = namespaces.all()?.iter().find(|one| one.title == title) {
        plan.say(State::Change, what, vec!["its id goes into the wrangler file".to_owned()]);
        plan.steps.push(Step::WriteId { binding, namespace: found.clone() });
    } else {
        plan.say(State::Create, what, vec!["with its id in the wrangler file".to_owned()]);
        plan.steps.push(Step::CreateNamespace { binding, title });
    }
    Ok(())
}

/// What wrangler calls the namespaces that it makes.
fn title(worker: &str, binding: &str) -> String {
    format!("{worker}-{}", binding.to_lowercase().replace('_', "-"))
}
