//! What a configuration file still has of fields that go by a storage Worker now: bindings, and secrets.

use std::collections::BTreeMap;

use storage_core::manifest::{Field, Manifest, ViaRecord};

use super::kind::kind;
use super::plan::{Scope, entry_in};
use super::secret;
use super::tree::Node;

/// What is worth a warning: what is left there, the Worker does itself, whatever it was granted.
pub(super) fn left_over(scope: &Scope<'_>, manifest: &Manifest) -> Vec<String> {
    let moved: Vec<_> =
        manifest.fields.iter().filter_map(|field| Some((field, field.via.as_ref()?))).collect();
    let bindings = moved.iter().filter_map(|(field, via)| binding(scope, manifest, field, via));
    let mut warnings: Vec<_> = bindings.collect();
    warnings.extend(secrets(scope, manifest, &moved));
    warnings
}

fn binding(
    scope: &Scope<'_>,
    manifest: &Manifest,
    field: &Field,
    via: &ViaRecord,
) -> Option<String> {
    let kind = kind(&field.resource)?;
    let name = kind.binding();
    if manifest.names().contains_key(name.as_str()) {
        return None;
    }
    let entry = entry_in(scope, kind)?;
    let (section, key) = (scope.path(kind.section()), kind.identity_key());
    let (own, service) = (&field.field, via.service.as_str());
    let same = match entry.get(key).and_then(Node::text) {
        Some(value) => format!("with the `{key}` of this one, \"{value}\""),
        None => format!("with the `{key}` that this Worker uses (`wrangler kv namespace list`)"),
    };
    Some(format!(
        "`{section}` has the entry `{name}`, and the field `{own}` goes by `{service}`: the Worker still reaches \
         all of it, whatever it was granted\n\
         help: once the file of `{service}` has it, {same}, remove the entry here"
    ))
}

/// A secret that several fields need is named once.
fn secrets(scope: &Scope<'_>, manifest: &Manifest, moved: &[(&Field, &ViaRecord)]) -> Vec<String> {
    // The plan refuses a list that is none.
    let listed = secret::listed(scope).unwrap_or_default();
    let declared = manifest.names();
    let of_others: BTreeMap<_, _> = moved
        .iter()
        .flat_map(|(field, via)| {
            let names = field.resource.names().into_iter();
            let secrets = names.filter(|(_, purpose)| purpose.is_secret());
            secrets.map(|(name, _)| (name, (field.field.as_str(), via.service.as_str())))
        })
        .filter(|(name, _)| listed.contains(name) && !declared.contains_key(name))
        .collect();
    let path = format!("{}.{}", scope.path(secret::SECTION), secret::LIST);
    let option = scope.env.map(|env| format!(" --env {env}")).unwrap_or_default();
    let warning = |(name, (own, service)): (&str, (&str, &str))| {
        format!(
            "`{path}` has `{name}`, and the field `{own}` goes by `{service}`, which needs it in this one's place\n\
             help: once `{service}` has the same value (nobody can read it back from here): remove the name, and \
             `wrangler secret delete {name}{option}`"
        )
    };
    of_others.into_iter().map(warning).collect()
}
