//! The secrets that a Worker needs, in a configuration file: `secrets.required`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use storage_core::manifest::{Field, Manifest, Purpose};

use super::claims::Claim;
use super::edit::{Edit, Secret};
use super::error::Problem;
use super::plan::Scope;
use super::s3;
use super::tree::Node;

/// The object that holds the list.
pub(super) const SECTION: &str = "secrets";
/// The list of names.
pub(super) const LIST: &str = "required";

/// The secrets of a Worker, once its file is up to date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secrets {
    /// What is declared.
    pub declared: BTreeSet<String>,
    /// What of it is a ring of keys.
    pub key_rings: BTreeSet<String>,
    /// What of it is half an access key of R2's S3 interface, and what it is in a local run.
    pub access: BTreeMap<String, String>,
    /// What of it the file lacked.
    pub added: BTreeSet<String>,
    /// Every name that `wrangler dev` lets through to the Worker: what is listed, and the variables.
    pub let_through: BTreeSet<String>,
    /// What of it has another name than before, and that name: its text is the same.
    pub renamed: BTreeMap<String, String>,
    /// Whether there is a list: without one, wrangler lets everything through.
    pub has_list: bool,
    /// Whether it is new.
    pub is_new_list: bool,
}

/// What the list lacks.
pub(super) fn edits(
    scope: &Scope<'_>,
    manifest: &Manifest,
    claims: &[Claim<'_>],
) -> Result<Vec<Edit>, Vec<Problem>> {
    let declared = manifest.secrets();
    if declared.is_empty() {
        return Ok(Vec::new());
    }
    let listed = listed(scope).map_err(|problem| vec![problem])?;
    let taken = declared.iter().filter_map(|secret| taken(scope, manifest, secret, claims));
    let problems: Vec<_> = taken.collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let missing = declared.into_iter().filter(|secret| !listed.contains(secret));
    let edit = |secret: &str| {
        Edit::Secret(Secret { env: scope.env.map(str::to_owned), name: secret.to_owned() })
    };
    Ok(missing.map(edit).collect())
}

/// The names that a file lists.
pub(super) fn listed<'a>(scope: &Scope<'a>) -> Result<BTreeSet<&'a str>, Problem> {
    let Some(section) = scope.container.and_then(|container| container.get(SECTION)) else {
        return Ok(BTreeSet::new());
    };
    let path = scope.path(SECTION);
    if !section.is_object() {
        let message = format!("`{path}` has to be a table, and is {}", section.words());
        return Err(Problem::malformed(section.at, message));
    }
    let Some(list) = section.get(LIST) else { return Ok(BTreeSet::new()) };
    if !list.is_array() {
        let message = format!("`{path}.{LIST}` has to be an array, and is {}", list.words());
        return Err(Problem::malformed(list.at, message));
    }
    let names = list.elements().iter().map(|name| {
        name.text().ok_or_else(|| {
            let words = name.words();
            let message = format!("a name in `{path}.{LIST}` has to be a string, and is {words}");
            Problem::malformed(name.at, message)
        })
    });
    names.collect()
}

/// What is wrong if the file has something else of that name.
fn taken(
    scope: &Scope<'_>,
    manifest: &Manifest,
    secret: &str,
    claims: &[Claim<'_>],
) -> Option<Problem> {
    let own = format!("{}.{LIST}", scope.path(SECTION));
    let mut claims = claims.iter();
    let other = claims.find(|claim| claim.name == secret && claim.path != own)?;
    let purpose = manifest.names().get(secret).copied()?;
    let uses = |field: &&Field| field.resource.names().contains(&(secret, purpose));
    let field = manifest.fields.iter().find(uses).map_or("", |field| &field.field);
    let is_variable = other.path == format!("{}.{secret}", scope.path("vars"));
    let why = match purpose {
        _ if !is_variable => "a Worker's bindings and secrets have different names",
        Purpose::EncryptionKeys => "whoever reads the file can decrypt everything",
        Purpose::SigningKeys => "whoever reads the file can sign URLs",
        _ => "whoever reads the file can use it",
    };
    let help = if is_variable {
        let option = scope.env.map(|env| format!(" --env {env}")).unwrap_or_default();
        let renewal = if purpose.is_key_ring() {
            "with a new key in front: `cargo storage keygen`"
        } else {
            "with a new one from the dashboard of R2"
        };
        format!(
            "remove it here and set it with `wrangler secret put {secret}{option}`; if others could read \
             it, {renewal}"
        )
    } else {
        let option = match purpose {
            Purpose::AccessKeyId => "s3(access_key_id = \"...\")",
            Purpose::SecretAccessKey => "s3(secret_access_key = \"...\")",
            Purpose::SigningKeys => "signed_urls(secret = \"...\")",
            _ => "encryption(secret = \"...\")",
        };
        format!("rename this one, or declare another secret: `{option}`")
    };
    Some(Problem::conflict(
        other.at,
        format!(
            "`{secret}` is `{}` here, and a secret in the code (field `{field}` of `{}`): {why}\n\
             help: {help}",
            other.path, manifest.app,
        ),
    ))
}

impl Secrets {
    /// What became of a file with these edits.
    pub(super) fn of(
        before: &Scope<'_>,
        after: &Scope<'_>,
        manifest: &Manifest,
        edits: &[Edit],
    ) -> Self {
        let added = edits.iter().filter_map(|edit| match edit {
            Edit::Secret(secret) => Some(secret.name.clone()),
            _ => None,
        });
        let added: BTreeSet<_> = added.collect();
        let had = before.container.is_some_and(|container| container.get(SECTION).is_some());
        let is_new_list = !added.is_empty() && !had;
        let variables = after.container.and_then(|container| container.get("vars"));
        let variables = variables.into_iter().flat_map(Node::members);
        let variables = variables.map(|variable| variable.key.clone());
        let section = after.container.and_then(|container| container.get(SECTION));
        let has_list = section.is_some_and(|section| section.get(LIST).is_some());
        let listed = listed(after).unwrap_or_default().into_iter().map(str::to_owned);
        let let_through = listed.chain(variables).collect();
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        let (declared, key_rings) = (owned(manifest.secrets()), owned(manifest.key_rings()));
        let access = s3::local_values(after, manifest);
        let renamed = BTreeMap::new();
        Self { declared, key_rings, access, added, let_through, renamed, has_list, is_new_list }
    }

    /// What has to be done outside of the file for those that it lacked, and for those that have another name.
    pub(crate) fn advice(&self, env: Option<&str>) -> Vec<String> {
        let option = env.map(|env| format!(" --env {env}")).unwrap_or_default();
        let renamed = self.renamed.iter().map(|(name, old)| {
            let mut advice = format!(
                "what is stored is encrypted with the keys that `{old}` has: before `wrangler deploy{option}`, set \
                 `{name}` to the same text, from the copy that you keep (nobody can read it back from \
                 Cloudflare):\n  wrangler secret put {name}{option}"
            );
            if !self.declared.contains(old) && self.let_through.contains(old) {
                let _ = write!(
                    advice,
                    "\nno declaration names `{old}` any more, and `secrets.required` does: once `{name}` is \
                     deployed, remove it there, and:\n  wrangler secret delete {old}{option}"
                );
            }
            advice
        });
        self.advice_on_added(env).into_iter().chain(renamed).collect()
    }

    fn advice_on_added(&self, env: Option<&str>) -> Option<String> {
        let option = env.map(|env| format!(" --env {env}")).unwrap_or_default();
        let commands = |key_rings: bool| {
            let added = self.added.iter().filter(|name| !self.renamed.contains_key(*name));
            let names = added.filter(|name| self.key_rings.contains(*name) == key_rings);
            let commands: Vec<_> =
                names.map(|name| format!("\n  wrangler secret put {name}{option}")).collect();
            commands.concat()
        };
        let (keys, access) = (commands(true), commands(false));
        let mut advice = String::new();
        if !keys.is_empty() {
            let _ = writeln!(
                advice,
                "before `wrangler deploy{option}`, set each secret to a key from `cargo storage keygen`, and \
                 keep a copy:{keys}"
            );
        }
        if !access.is_empty() {
            let _ = writeln!(
                advice,
                "before `wrangler deploy{option}`, set the two halves of an access key for R2's S3 interface, \
                 from \"Manage API tokens\" in the dashboard of R2:{access}"
            );
        }
        (!advice.is_empty()).then(|| {
            format!(
                "{advice}for the first deploy of a Worker, from a file with lines NAME=<value>:\n  \
                 wrangler deploy{option} --secrets-file FILE"
            )
        })
    }
}
