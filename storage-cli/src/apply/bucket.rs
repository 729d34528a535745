//! What a bucket lacks.

use anyhow::Result;
use storage_core::manifest::BucketRecord;

use super::{Plan, State, Step, cors, lifecycle};
use crate::account::Account;
use crate::account::bucket::Address;
use crate::wrangler::Bound;

pub(super) fn plan(
    account: &Account,
    record: &BucketRecord,
    bound: &Bound<'_>,
    plan: &mut Plan,
) -> Result<()> {
    let name = bound.identity.clone().unwrap_or_else(|| record.bucket_name());
    let bucket = Address { name, jurisdiction: bound.jurisdiction.clone() };
    let present = account.lifecycle(&bucket)?;
    let mut details = Vec::new();
    let mut steps = Vec::new();
    if present.is_none() {
        steps.push(Step::CreateBucket(bucket.clone()));
    }
    let wanted = lifecycle::wanted(record);
    let changes = lifecycle::compare(&wanted, present.as_deref().unwrap_or_default());
    details.extend(changes.add.iter().map(|wanted| wanted.words.clone()));
    details.extend(changes.remove.iter().map(|name| format!("the rule {name} goes")));
    let remove = |name| Step::RemoveRule { bucket: bucket.clone(), name };
    steps.extend(changes.replace.into_iter().map(remove));
    steps.extend(
        changes.add.into_iter().map(|wanted| Step::AddRule { bucket: bucket.clone(), wanted }),
    );
    steps.extend(changes.remove.into_iter().map(remove));
    if let Some(record) = &record.cors {
        let wanted = cors::wanted(record);
        let set = if present.is_some() { account.cors(&bucket)? } else { Vec::new() };
        if !wanted.is(&set) {
            let instead = if set.is_empty() { "" } else { ", in place of the policy that it has" };
            details.push(format!("{}{instead}", wanted.words));
            steps.push(Step::SetCors { bucket: bucket.clone(), policy: wanted.policy });
        }
    }
    let present_rules = present.as_deref().unwrap_or_default();
    details.extend(lifecycle::sooner(&wanted, present_rules));
    details.extend(lifecycle::forgets(&wanted, present_rules));
    let state = match present {
        None => State::Create,
        Some(_) if steps.is_empty() => State::Unchanged,
        Some(_) => State::Change,
    };
    plan.say(state, format!("bucket {bucket}"), details);
    plan.steps.extend(steps);
    Ok(())
}
