//! What a configuration file says of a storage Worker itself: who reaches it, and where it runs.

use storage_core::limits;
use storage_core::manifest::{Manifest, Resource, SIGNED_URLS_ORIGIN_VARIABLE};

use super::edit::{Edit, Entry, Root, Setting};
use super::error::Problem;
use super::plan::{Plan, Scope};
use super::tree::Node;

/// The addresses that a Worker has.
pub(super) const ROUTES: &str = "routes";
/// The address that every Worker of an account has, unless it is told not to.
const WORKERS_DEV: &[&str] = &["workers_dev"];
/// The address that every version of a Worker has, unless it is told not to.
const PREVIEW_URLS: &[&str] = &["preview_urls"];
const PLACEMENT: &str = "placement";
const PLACEMENT_MODE: &[&str] = &[PLACEMENT, "mode"];

/// What a storage Worker needs. Nothing for another one.
pub(super) fn plan(
    scope: &Scope<'_>,
    manifest: &Manifest,
    plan: &mut Plan,
    problems: &mut Vec<Problem>,
) {
    let Some(worker) = &manifest.worker else { return };
    problems.extend(too_old(scope));
    if let Some(placement) = worker.placement {
        match scope.setting(PLACEMENT) {
            None => {
                let mode = Setting::Text(placement.name().to_owned());
                plan.edits.push(root(PLACEMENT_MODE, mode));
            }
            Some(present) => problems.extend(placed_elsewhere(present, placement.name())),
        }
    }
    for path in [WORKERS_DEV, PREVIEW_URLS] {
        let key = path.concat();
        match scope.setting(&key) {
            None => plan.edits.push(root(path, Setting::Flag(false))),
            Some(present) => match present.flag() {
                Some(false) => {}
                Some(true) if signs_without_host(manifest) => {}
                Some(true) => plan.warnings.push(format!(
                    "with `{key}`, anybody can send requests to this storage Worker; it answers all but \
                     signed URLs with 404\nhelp: `{key}` is false, unless you need it"
                )),
                None => problems.push(Problem::malformed(
                    present.at,
                    format!("`{key}` has to be a boolean, and is {}", present.words()),
                )),
            },
        }
    }
    if let Some(host) = &worker.public_host {
        match (Host { scope, host: host.as_str() }).edit() {
            Ok(edit) => plan.edits.extend(edit),
            Err(problem) => problems.push(problem),
        }
    }
}

fn root(path: &'static [&'static str], value: Setting) -> Edit {
    Edit::Root(Root { path, value })
}

/// Before that date, an error of a call has neither a kind nor a text on the other side.
fn too_old(scope: &Scope<'_>) -> Option<Problem> {
    let date = scope.setting("compatibility_date")?;
    let oldest = limits::worker::COMPATIBILITY_DATE_MIN;
    let text = date.text().filter(|date| *date < oldest)?;
    let message = format!(
        "compatibility_date is {text}, and a storage Worker needs {oldest} or later: what a call fails with \
         is not passed on before\n\
         help: read Cloudflare's list of compatibility flags, then raise it"
    );
    Some(Problem::conflict(date.at, message))
}

fn placed_elsewhere(present: &Node, declared: &str) -> Option<Problem> {
    if !present.is_object() {
        let message = format!("`{PLACEMENT}` has to be a table, and is {}", present.words());
        return Some(Problem::malformed(present.at, message));
    }
    let mode = present.get("mode").and_then(Node::text);
    let is = match mode {
        Some(mode) if mode == declared => return None,
        Some(mode) => format!("the mode `{mode}`"),
        None => "something else".to_owned(),
    };
    Some(Problem::conflict(
        present.at,
        format!(
            "`{PLACEMENT}` is {is} here and `{declared}` in the code\n\
             help: remove `{PLACEMENT}` here, or `placement` from `#[storage::worker(..)]`"
        ),
    ))
}

/// Whether the Worker's own address is the one that its signed URLs lead to.
fn signs_without_host(manifest: &Manifest) -> bool {
    let signs = |resource: &Resource| match resource {
        Resource::Bucket(record) => record.signed_urls.is_some(),
        _ => false,
    };
    let has_host = manifest.worker.as_ref().is_some_and(|worker| worker.public_host.is_some());
    !has_host && manifest.fields.iter().any(|field| signs(&field.resource))
}

/// The host at which a storage Worker answers signed URLs.
struct Host<'a> {
    scope: &'a Scope<'a>,
    host: &'a str,
}

impl Host<'_> {
    fn edit(&self) -> Result<Option<Edit>, Problem> {
        if self.scope.env.is_some() {
            return self.decided_by_env().map(|()| None);
        }
        let host = self.host;
        if let Some(route) = self.scope.setting("route") {
            if answers(route, host) {
                return Ok(None);
            }
            let message = format!(
                "the Worker answers at `{host}` in the code, and the file has a `route` of its own: wrangler \
                 takes either `route` or `{ROUTES}`\n\
                 help: move what is in `route` into a list `{ROUTES}`"
            );
            return Err(Problem::conflict(route.at, message));
        }
        let routes = self.scope.setting(ROUTES);
        if let Some(routes) = routes.filter(|routes| !routes.is_array()) {
            let message = format!("`{ROUTES}` has to be an array, and is {}", routes.words());
            return Err(Problem::malformed(routes.at, message));
        }
        let mut all = routes.into_iter().flat_map(Node::elements);
        Ok((!all.any(|route| answers(route, host))).then(|| self.entry(host)))
    }

    fn entry(&self, host: &str) -> Edit {
        let pattern = ("pattern", Setting::Text(host.to_owned()));
        Edit::Entry(Entry {
            env: self.scope.env.map(str::to_owned),
            section: ROUTES,
            fields: vec![pattern, ("custom_domain", Setting::Flag(true))],
        })
    }

    /// wrangler gives an environment the routes of the top level, so deploying one would take the host away
    /// from production. Somebody has to say what it has instead.
    fn decided_by_env(&self) -> Result<(), Problem> {
        let own = self.scope.container;
        if own.is_some_and(|env| env.get(ROUTES).is_some() || env.get("route").is_some()) {
            return Ok(());
        }
        let (host, env) = (self.host, self.scope.env.unwrap_or_default());
        let entry = self.scope.syntax.by_hand(&self.entry("<host>"));
        Err(Problem::unsupported(
            own.map(|env| env.at),
            format!(
                "the Worker answers at `{host}`, and wrangler would give `{env}` the same routes, away from \
                 production: which host `{env}` has is for you to decide\n\
                 help: add one to the file, with the variable `{SIGNED_URLS_ORIGIN_VARIABLE}` set to \
                 `https://<host>` in `env.{env}.vars`, or an empty list `{ROUTES}`:\n{entry}"
            ),
        ))
    }
}

/// Whether a route is one of the host, in whatever way it is one.
pub(super) fn answers(route: &Node, host: &str) -> bool {
    pattern(route).is_some_and(|pattern| {
        let rest = pattern.strip_prefix(host);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// What a route says of addresses, from the host on.
pub(super) fn pattern(route: &Node) -> Option<&str> {
    let pattern = route.text().or_else(|| route.get("pattern")?.text())?;
    Some(pattern.strip_prefix("https://").unwrap_or(pattern))
}
