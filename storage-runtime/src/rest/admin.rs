//! How a server is configured, without its secrets.

use super::answer::{Answer, to_json};
use super::auth::{Scope, User};
use super::failure::Failure;
use super::incoming::Incoming;
use super::parameters::parameters;
use super::route::Group;
use super::service::Parts;

pub(super) fn info(parts: &Parts, request: &Incoming) -> Result<Answer, Failure> {
    let [] = parameters(request.query(), [])?;
    let Parts { store, guard, paths, addresses, limit, body_max, cors } = parts;
    let users: Vec<_> = guard.known().map(user).collect();
    let schemes: Vec<_> = guard.schemes().iter().map(|scheme| scheme.name).collect();
    let path =
        |group| to_json(&paths.of(group).map(|path| if path.is_empty() { "/" } else { path }));
    let endpoints = format!(
        r#"{{"admin":{},"kv":{},"public":{}}}"#,
        path(Group::Admin),
        path(Group::Kv),
        path(Group::Public)
    );
    Ok(Answer::data(&format!(
        r#"{{"namespace":{},"version":{},"endpoints":{endpoints},"public":{},"schemes":{},"users":[{}],"read_only":{},"max_body_bytes":{body_max},"cors":{},"address_list":{},"rate_limit":{}}}"#,
        to_json(store.kv.name()),
        to_json(env!("CARGO_PKG_VERSION")),
        guard.public,
        to_json(&schemes),
        users.join(","),
        paths.is_read_only(),
        cors.is_some(),
        !addresses.is_all(),
        limit.is_some(),
    )))
}

/// Who has credentials, and what for.
fn user(user: &User) -> String {
    let grant = user.grant();
    let scopes: Vec<_> = grant.scopes().map(Scope::name).collect();
    format!(
        r#"{{"id":{},"strategy":{},"scopes":{},"key_prefix":{}}}"#,
        to_json(user.id()),
        to_json(user.strategy().name()),
        to_json(&scopes),
        to_json(&grant.prefix())
    )
}
