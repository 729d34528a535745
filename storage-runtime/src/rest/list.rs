//! Listing entries.

use super::answer::{Answer, to_json};
use super::auth::{Grant, Scope};
use super::failure::Failure;
use super::incoming::Incoming;
use super::parameters::{number, parameters};
use super::store::{self, Store};

/// A page of entries without their values, of those keys that the caller may read.
pub(super) async fn list(
    store: &Store,
    grant: &Grant,
    request: &Incoming,
) -> Result<Answer, Failure> {
    let [prefix, limit, cursor] = parameters(request.query(), ["prefix", "limit", "cursor"])?;
    let prefix = match (prefix, grant.prefix()) {
        (None, granted) => granted.map(str::to_owned),
        (Some(prefix), Some(granted)) if !prefix.starts_with(granted) => {
            return Err(Failure::forbidden("this key prefix is not yours"));
        }
        (prefix, _) => prefix,
    };
    let mut list = store.kv.list();
    if let Some(prefix) = prefix {
        list = list.prefix(prefix);
    }
    if let Some(limit) = number("limit", limit)? {
        list = list.limit(limit);
    }
    if let Some(cursor) = cursor {
        list = list.cursor(cursor);
    }
    let page = list.await?;
    // A cursor is the platform's, and whoever asks may have that of another listing.
    let granted = page.items.iter().filter(|info| grant.allows(Scope::Read, Some(info.key())));
    let entries: Vec<_> = granted.map(|info| format!("{{{}}}", store::fields(info))).collect();
    let cursor = to_json(&page.cursor);
    Ok(Answer::data(&format!(r#"{{"entries":[{}],"cursor":{cursor}}}"#, entries.join(","))))
}
