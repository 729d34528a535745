//! Compares a configuration file with the declarations, and says what it lacks.

use storage_core::limits;
use storage_core::manifest::Manifest;

use super::claims;
use super::edit::{Edit, Root, Setting};
use super::entry::{Declared, Resource};
use super::error::Problem;
use super::kind::{Kind, kind, own_fields};
use super::tree::Node;
use super::{
    BUILD_COMMAND, COMPATIBILITY_DATE, MAIN, Syntax, build, entry, hosts, moved, s3, secret,
    service, worker,
};

/// What a file lacks.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) edits: Vec<Edit>,
    pub(super) warnings: Vec<String>,
    /// Whether there are grants that no declaration asks for.
    pub(super) has_other_grants: bool,
    /// What somebody else has to add to the file.
    pub(super) advice: Vec<String>,
}

/// Everything that stands in the way is reported at once.
pub(super) fn plan(
    root: &Node,
    manifest: &Manifest,
    env: Option<&str>,
    syntax: &dyn Syntax,
) -> Result<Plan, Vec<Problem>> {
    let scope = scope(root, env, syntax).map_err(|problem| vec![problem])?;
    let mut plan = Plan::default();
    let mut problems = Vec::new();
    settings(&scope, manifest, &mut plan, &mut problems);
    let claims = claims::claims(root, env.map(|env| (env, scope.container)));
    worker::plan(&scope, manifest, &mut plan, &mut problems);
    problems.extend(unknown(manifest));
    let services = service::of(manifest);
    let bound = own_fields(manifest)
        .filter_map(|field| Some(Declared { field: &field.field, kind: kind(&field.resource)? }));
    let bound = bound
        .chain(services.iter().map(|service| Declared { field: service.field(), kind: service }));
    let all: Vec<_> = bound.collect();
    for declared in &all {
        match (Resource { scope: &scope, manifest, all: &all, declared }).edits(&claims) {
            Ok(edits) => plan.edits.extend(edits),
            Err(problem) => problems.push(problem),
        }
    }
    let grants = service::grants_left_over(&scope, &services);
    plan.has_other_grants = !grants.is_empty();
    plan.warnings.extend(grants);
    plan.warnings.extend(moved::left_over(&scope, manifest));
    plan.warnings.extend(hosts::warnings(&scope, manifest));
    match s3::addresses(&scope, manifest) {
        Ok(edits) => plan.edits.extend(edits),
        Err(more) => problems.extend(more),
    }
    let (advice, more) = s3::accounts(&scope, manifest, &claims);
    plan.advice = advice;
    problems.extend(more);
    match secret::edits(&scope, manifest, &claims) {
        Ok(edits) => plan.edits.extend(edits),
        Err(more) => problems.extend(more),
    }
    // Two storage Workers have one section.
    problems.dedup();
    if problems.is_empty() { Ok(plan) } else { Err(problems) }
}

/// What is declared with another version of the library than this one knows.
fn unknown(manifest: &Manifest) -> impl Iterator<Item = Problem> {
    let unknown = manifest.fields.iter().filter(|field| kind(&field.resource).is_none());
    unknown.map(|declared| {
        Problem::unsupported(
            None,
            format!(
                "the field `{}` holds something this version of storage-cli doesn't know\n\
                 help: use the same version of storage-cli and storage-runtime",
                declared.field
            ),
        )
    })
}

/// The entry of a declaration, if the file has it.
pub(super) fn entry_in<'a>(scope: &Scope<'a>, kind: &dyn Kind) -> Option<&'a Node> {
    let mut entries = scope.container?.get(kind.section())?.elements().iter();
    entries.find(|entry| entry::is_for(entry, kind))
}

/// The part of a file that a plan is about.
pub(super) struct Scope<'a> {
    root: &'a Node,
    pub(super) env: Option<&'a str>,
    /// The object that holds the sections, if it is there.
    pub(super) container: Option<&'a Node>,
    pub(super) syntax: &'a dyn Syntax,
}

impl<'a> Scope<'a> {
    /// A setting that environments inherit.
    pub(super) fn setting(&self, key: &str) -> Option<&'a Node> {
        self.container.and_then(|container| container.get(key)).or_else(|| self.root.get(key))
    }

    /// `env.staging.r2_buckets`
    pub(super) fn path(&self, section: &str) -> String {
        self.env.map_or(section.to_owned(), |env| format!("env.{env}.{section}"))
    }
}

pub(super) fn scope<'a>(
    root: &'a Node,
    env: Option<&'a str>,
    syntax: &'a dyn Syntax,
) -> Result<Scope<'a>, Problem> {
    let must_be_object = |node: &Node, path: &str| {
        let message = format!("`{path}` has to be a table, and is {}", node.words());
        if node.is_object() { Ok(()) } else { Err(Problem::malformed(node.at, message)) }
    };
    if !root.is_object() {
        let message = format!("the file has to be one JSON object, and is {}", root.words());
        return Err(Problem::malformed(root.at, message));
    }
    let mut container = Some(root);
    if let Some(env) = env {
        let all = root.get("env");
        if let Some(all) = all {
            must_be_object(all, "env")?;
        }
        container = all.and_then(|all| all.get(env));
        if let Some(container) = container {
            must_be_object(container, &format!("env.{env}"))?;
        }
    }
    Ok(Scope { root, env, container, syntax })
}

/// What the file says about the Worker itself.
fn settings(scope: &Scope<'_>, manifest: &Manifest, plan: &mut Plan, problems: &mut Vec<Problem>) {
    let app = manifest.app.as_str();
    let mut add = |path: &'static [&'static str], value: &str| {
        plan.edits.push(Edit::Root(Root { path, value: Setting::Text(value.to_owned()) }));
    };
    match scope.setting("name") {
        None => add(&["name"], app),
        // An environment is a Worker of its own and may be called anything.
        Some(_) if scope.env.is_some() => {}
        Some(name) => match name.text() {
            Some(text) if text == app => {}
            Some(text) => problems.push(Problem::conflict(
                name.at,
                format!(
                    "the Worker is called `{text}` here and `{app}` in the code\n\
                     help: `#[storage::app(name = \"{text}\")]`, or `{app}` in the file (which \
                     deploys a new Worker beside the old one)"
                ),
            )),
            None => problems.push(Problem::malformed(
                name.at,
                format!("`name` has to be a string, and is {}", name.words()),
            )),
        },
    }
    if scope.setting("main").is_none() {
        add(&["main"], MAIN);
    }
    let date = scope.setting("compatibility_date");
    if date.is_none() {
        add(&["compatibility_date"], COMPATIBILITY_DATE);
    }
    if build::is_ours(scope) {
        add(build::PATH, BUILD_COMMAND);
    }
    plan.warnings.extend(build::warning(scope));
    let oldest = limits::worker::COMPATIBILITY_DATE_MIN;
    if manifest.worker.is_none()
        && let Some(date) = date.and_then(Node::text)
        && date < oldest
    {
        plan.warnings.push(format!(
            "compatibility_date is {date}, and the library is made for {oldest} or later\n\
             help: read Cloudflare's list of compatibility flags, then raise it"
        ));
    }
}
