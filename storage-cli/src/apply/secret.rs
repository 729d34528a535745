//! Which secrets the Worker lacks. Their values are for somebody to set.

use anyhow::Result;

use super::{Plan, State};
use crate::account::Account;
use crate::wrangler::Secrets;

pub(super) fn plan(
    account: &Account,
    secrets: &Secrets,
    worker: &str,
    env: Option<&str>,
    plan: &mut Plan,
) -> Result<()> {
    if secrets.declared.is_empty() {
        return Ok(());
    }
    let present = account.secrets()?;
    let option = env.map(|env| format!(" --env {env}")).unwrap_or_default();
    for name in &secrets.declared {
        let what = format!("secret {name}");
        match &present {
            Some(present) if present.contains(name) => {
                plan.say(State::Unchanged, what, Vec::new());
            }
            Some(_) => {
                let how = format!("`wrangler secret put {name}{option}`");
                plan.say(State::Missing, what, vec![how]);
            }
            None => {
                let how = format!(
                    "there is no Worker {worker} yet; `wrangler deploy{option} --secrets-file FILE` sets it"
                );
                plan.say(State::NotYet, what, vec![how]);
            }
        }
    }
    Ok(())
}
