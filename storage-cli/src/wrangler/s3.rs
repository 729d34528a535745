//! What R2's S3 interface needs of a configuration file: an endpoint for local runs, and to know the
//! account.

use std::collections::BTreeMap;

use storage_core::manifest::{
    BucketRecord, Field, Manifest, Purpose, Resource, S3_BUCKET_VARIABLE_PREFIX,
    S3_JURISDICTION_VARIABLE_PREFIX,
};

use super::claims::Claim;
use super::edit::{Edit, Setting, VARIABLES, Variable};
use super::error::Problem;
use super::kind::{Kind as _, own_fields};
use super::plan::Scope;
use super::tree::Node;
use super::{plan, secret};

/// The id of the one access key that `wrangler dev` knows. It opens nothing but what is on this machine.
pub const LOCAL_ACCESS_KEY_ID: &str = "local-access-key-id";
/// The access key itself.
pub const LOCAL_SECRET_ACCESS_KEY: &str = "local-secret-access-key";

/// The setting of an entry that `wrangler deploy` leaves out.
const LOCAL: &str = "local_dev";
/// The setting of an entry whose bucket is in a jurisdiction.
const JURISDICTION: &str = "jurisdiction";
const CREDENTIALS: &str = "experimental_s3_credentials";
const ID: &str = "accessKeyId";
const KEY: &str = "secretAccessKey";

/// What makes `wrangler dev` serve a bucket by S3.
pub(super) fn local_credentials() -> (&'static str, Setting) {
    let text = |text: &str| Setting::Text(text.to_owned());
    let credentials =
        Setting::table([(ID, text(LOCAL_ACCESS_KEY_ID)), (KEY, text(LOCAL_SECRET_ACCESS_KEY))]);
    (LOCAL, Setting::table([(CREDENTIALS, credentials)]))
}

/// The secrets that hold access keys, and what is in them in a local run: what the file has there, or
/// what is written if it has nothing.
pub(super) fn local_values(scope: &Scope<'_>, manifest: &Manifest) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for field in own_fields(manifest) {
        let Resource::Bucket(record) = &field.resource else {
            continue;
        };
        let Some(s3) = &record.s3 else {
            continue;
        };
        let credentials = plan::entry_in(scope, record)
            .and_then(|entry| entry.get(LOCAL))
            .and_then(|local| local.get(CREDENTIALS));
        for (name, key, fallback) in [
            (&s3.access_key_id, ID, LOCAL_ACCESS_KEY_ID),
            (&s3.secret_access_key, KEY, LOCAL_SECRET_ACCESS_KEY),
        ] {
            let own = credentials.and_then(|credentials| credentials.get(key)).and_then(Node::text);
            values.entry(name.to_string()).or_insert_with(|| own.unwrap_or(fallback).to_owned());
        }
    }
    values
}

/// What a plan says of the ids of accounts: the names that are taken, and what to add to the file.
pub(super) fn accounts(
    scope: &Scope<'_>,
    manifest: &Manifest,
    claims: &[Claim<'_>],
) -> (Vec<String>, Vec<Problem>) {
    let names = manifest.names().into_iter();
    let accounts = names.filter(|(_, purpose)| *purpose == Purpose::AccountId);
    let (mut advice, mut problems) = (Vec::new(), Vec::new());
    for (name, _) in accounts {
        let own = [
            format!("{}.{name}", scope.path(VARIABLES)),
            format!("{}.{}", scope.path(secret::SECTION), secret::LIST),
        ];
        let mut found = claims.iter().filter(|claim| claim.name == name).peekable();
        let is_there = found.peek().is_some();
        let other = found.find(|claim| !own.contains(&claim.path));
        problems.extend(other.map(|other| taken(manifest, name, other)));
        if !is_there {
            advice.push(missing(scope, name));
        }
    }
    (advice, problems)
}

fn taken(manifest: &Manifest, name: &str, other: &Claim<'_>) -> Problem {
    let uses = |field: &&Field| field.resource.names().contains(&(name, Purpose::AccountId));
    let field = manifest.fields.iter().find(uses).map_or("", |field| &field.field);
    Problem::conflict(
        other.at,
        format!(
            "`{name}` is `{}` here, and the variable with the id of the account in the code (field \
             `{field}` of `{}`): a Worker's bindings and variables have different names\n\
             help: rename this one, or declare another: `s3(account_id = \"...\")`",
            other.path, manifest.app,
        ),
    )
}

fn missing(scope: &Scope<'_>, name: &str) -> String {
    let vars = scope.path(VARIABLES);
    let line = scope.syntax.by_hand(&Edit::Variable(Variable {
        env: scope.env.map(str::to_owned),
        name: name.to_owned(),
        value: "<the id of the account>".to_owned(),
    }));
    format!(
        "URLs that lead to R2 itself are signed for the account that `{name}` in `{vars}` names, and the \
         file has none: add\n  {}",
        line.replace('\n', "\n  ")
    )
}

/// The variables that say where R2 has a bucket, and that the file lacks: a Worker sees neither the name nor
/// the jurisdiction of what it is bound to. The name is another than the declared one in an environment:
/// without the variable, its URLs would lead to production.
pub(super) fn addresses(scope: &Scope<'_>, manifest: &Manifest) -> Result<Vec<Edit>, Vec<Problem>> {
    let (mut edits, mut problems) = (Vec::new(), Vec::new());
    for field in own_fields(manifest) {
        let Resource::Bucket(record) = &field.resource else {
            continue;
        };
        if record.s3.is_none() {
            continue;
        }
        let entry = plan::entry_in(scope, record);
        let jurisdiction = entry.and_then(|entry| entry.get(JURISDICTION)).and_then(Node::text);
        for (prefix, value) in [
            (S3_BUCKET_VARIABLE_PREFIX, other_name(scope, record)),
            (S3_JURISDICTION_VARIABLE_PREFIX, jurisdiction.map(str::to_owned)),
        ] {
            let Some(value) = value else { continue };
            let name = format!("{prefix}{}", record.binding);
            let variables = scope.container.and_then(|container| container.get(VARIABLES));
            match variables.and_then(|variables| variables.get(&name)) {
                None => {
                    let env = scope.env.map(str::to_owned);
                    edits.push(Edit::Variable(Variable { env, name, value }));
                }
                Some(present) if present.text() == Some(&value) => {}
                Some(present) => {
                    problems.push(elsewhere(scope, manifest, field, &name, &value, present));
                }
            }
        }
    }
    if problems.is_empty() { Ok(edits) } else { Err(problems) }
}

fn elsewhere(
    scope: &Scope<'_>,
    manifest: &Manifest,
    field: &Field,
    name: &str,
    value: &str,
    present: &Node,
) -> Problem {
    let of_env = scope.env.map(|env| format!(" in `{env}`")).unwrap_or_default();
    Problem::conflict(
        present.at,
        format!(
            "URLs of the field `{}` of `{}` would lead to another bucket than the one it is bound \
             to{of_env}, `{value}`\n\
             help: `{value}` in `{}.{name}`",
            field.field,
            manifest.app,
            scope.path(VARIABLES),
        ),
    )
}

/// What the bucket of a declaration is called in an environment, if not as it is declared.
fn other_name(scope: &Scope<'_>, record: &BucketRecord) -> Option<String> {
    scope.env?;
    bucket_name(scope, record).filter(|bucket| *bucket != record.bucket_name())
}

/// What the bucket of a declaration is called in an environment.
fn bucket_name(scope: &Scope<'_>, record: &BucketRecord) -> Option<String> {
    let identity = record.identity(scope.env).ok().flatten()?;
    let present = plan::entry_in(scope, record).and_then(|entry| entry.get(identity.key));
    Some(present.and_then(Node::text).map_or(identity.value, str::to_owned))
}
