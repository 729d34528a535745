//! Where signed URLs lead, and where the file has the Worker answer.

use std::collections::BTreeSet;

use storage_core::manifest::{Manifest, Resource, SIGNED_URLS_ORIGIN_VARIABLE, SignedUrlsRecord};
use storage_core::name::{Domain, Host};

use super::edit::{Edit, VARIABLES, Variable};
use super::kind::own_fields;
use super::plan::Scope;
use super::secret;
use super::tree::Node;
use super::worker::{ROUTES, answers, pattern};

/// What is worth a warning: links that lead where the Worker does not answer, or the other way round.
pub(super) fn warnings(scope: &Scope<'_>, manifest: &Manifest) -> Vec<String> {
    if let Some(env) = scope.env {
        return of_production(scope, env, manifest).into_iter().collect();
    }
    let mut warnings = lead_elsewhere(scope, manifest);
    warnings.extend(left_over(scope, manifest));
    warnings
}

/// The buckets that sign links, by the fields.
fn signing(manifest: &Manifest) -> impl Iterator<Item = (&str, &SignedUrlsRecord)> {
    own_fields(manifest).filter_map(|field| match &field.resource {
        Resource::Bucket(bucket) => Some((field.field.as_str(), bucket.signed_urls.as_ref()?)),
        _ => None,
    })
}

fn hosts(signed_urls: &SignedUrlsRecord) -> impl Iterator<Item = &str> {
    signed_urls.host.iter().chain(&signed_urls.other_hosts).map(Host::as_str)
}

/// An environment signs with keys of its own, and by the declarations for the host of production.
fn of_production(scope: &Scope<'_>, env: &str, manifest: &Manifest) -> Option<String> {
    let host = signing(manifest).find_map(|(_, signed_urls)| signed_urls.host.as_ref())?;
    let name = SIGNED_URLS_ORIGIN_VARIABLE;
    let is_set =
        scope.container.and_then(|container| container.get(VARIABLES)?.get(name)).is_some();
    // The plan refuses a list that is none.
    if is_set || secret::listed(scope).unwrap_or_default().contains(name) {
        return None;
    }
    let line = scope.syntax.by_hand(&Edit::Variable(Variable {
        env: Some(env.to_owned()),
        name: name.to_owned(),
        value: "https://<host>".to_owned(),
    }));
    Some(format!(
        "once deployed, signed URLs of `{env}` lead to `{host}`, as those of production do, which refuses them\n\
         help: say where `{env}` answers:\n{line}"
    ))
}

/// Links for a host at which a storage Worker has no route.
fn lead_elsewhere(scope: &Scope<'_>, manifest: &Manifest) -> Vec<String> {
    let public = manifest.worker.as_ref().and_then(|worker| worker.public_host.as_ref());
    let Some(public) = public.map(Domain::as_str) else { return Vec::new() };
    let is_answered =
        |host: &str| host == public || routes(scope).any(|route| answers(route, host));
    let elsewhere = signing(manifest).filter_map(|(field, signed_urls)| {
        let host = signed_urls.host.as_ref()?.as_str();
        (!hosts(signed_urls).any(is_answered)).then(|| {
            format!(
                "signed URLs of the field `{field}` lead to `{host}`, and this storage Worker answers at \
                 `{public}`\n\
                 help: `public_host = \"{host}\"`, or `signed_urls(.., host = \"{public}\")`"
            )
        })
    });
    elsewhere.collect()
}

/// Routes of a storage Worker to which no link leads: it answers nothing else.
fn left_over(scope: &Scope<'_>, manifest: &Manifest) -> Vec<String> {
    let Some(worker) = &manifest.worker else { return Vec::new() };
    let mut known: BTreeSet<_> = signing(manifest).flat_map(|(_, urls)| hosts(urls)).collect();
    let is_anywhere = signing(manifest).any(|(_, urls)| hosts(urls).next().is_none());
    known.extend(worker.public_host.as_ref().map(Domain::as_str));
    if known.is_empty() || is_anywhere {
        return Vec::new();
    }
    let others = routes(scope).filter_map(|route| {
        let host = pattern(route)?.split('/').next()?;
        (!host.contains('*') && !known.contains(host)).then(|| {
            format!(
                "`{ROUTES}` has `{host}`, and no signed URL leads there: this storage Worker answers all else \
                 with 404\nhelp: remove it, if it is left of another `public_host`"
            )
        })
    });
    others.collect()
}

fn routes<'a>(scope: &Scope<'a>) -> impl Iterator<Item = &'a Node> {
    let list = scope.setting(ROUTES).into_iter().flat_map(Node::elements);
    scope.setting("route").into_iter().chain(list)
}
