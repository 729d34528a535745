//! Compares a configuration file with the declarations, and says what it lacks.

use storage_core::limits;
use storage_core::manifest::{Field as Declared, Manifest};

use super::claims::{self, Claim};
use super::edit::{Edit, Entry, Field, Root, Setting};
use super::error::Problem;
use super::kind::{Identity, Kind, kind};
use super::tree::Node;
use super::{BUILD_COMMAND, COMPATIBILITY_DATE, MAIN, Syntax, build, s3, secret};

/// What a file lacks.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) edits: Vec<Edit>,
    pub(super) warnings: Vec<String>,
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
    for declared in &manifest.fields {
        let Some(kind) = kind(&declared.resource) else {
            problems.push(Problem::unsupported(
                None,
                format!(
                    "the field `{}` holds something this version of storage-cli doesn't know\n\
                     help: use the same version of storage-cli and storage-runtime",
                    declared.field
                ),
            ));
            continue;
        };
        match (Resource { scope: &scope, manifest, declared, kind }).edits(&claims) {
            Ok(edits) => plan.edits.extend(edits),
            Err(problem) => problems.push(problem),
        }
    }
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
    if problems.is_empty() { Ok(plan) } else { Err(problems) }
}

/// The entry of a declaration, if the file has it.
pub(super) fn entry_in<'a>(scope: &Scope<'a>, kind: &dyn Kind) -> Option<&'a Node> {
    let mut entries = scope.container?.get(kind.section())?.elements().iter();
    entries.find(|entry| is_for(entry, kind))
}

fn is_for(entry: &Node, kind: &dyn Kind) -> bool {
    entry.get("binding").and_then(Node::text) == Some(kind.binding().as_str())
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
        plan.edits.push(Edit::Root(Root { path, value: value.to_owned() }));
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
    if let Some(date) = date.and_then(Node::text)
        && date < oldest
    {
        plan.warnings.push(format!(
            "compatibility_date is {date}, and the library is made for {oldest} or later\n\
             help: read Cloudflare's list of compatibility flags, then raise it"
        ));
    }
}

/// One declaration and its place.
struct Resource<'a> {
    scope: &'a Scope<'a>,
    manifest: &'a Manifest,
    declared: &'a Declared,
    kind: &'a dyn Kind,
}

impl Resource<'_> {
    fn edits(&self, claims: &[Claim<'_>]) -> Result<Vec<Edit>, Problem> {
        let section = self.kind.section();
        let entries = self.entries()?;
        let mut own = entries.iter().enumerate().filter(|(_, entry)| is_for(entry, self.kind));
        let first = own.next();
        if let Some((_, second)) = own.next() {
            return Err(Problem::malformed(
                second.at,
                format!(
                    "`{}` has two entries with the binding `{}`\nhelp: remove one of them",
                    self.scope.path(section),
                    self.kind.binding()
                ),
            ));
        }
        self.check_name_is_free(claims, first.map(|(index, _)| index))?;
        match first {
            Some((index, entry)) => self.complete(index, entry),
            None => self.add().map(|edit| vec![edit]),
        }
    }

    fn entries(&self) -> Result<&[Node], Problem> {
        let section = self.kind.section();
        let found = self.scope.container.and_then(|container| container.get(section));
        let Some(list) = found else { return Ok(&[]) };
        let path = self.scope.path(section);
        if !list.is_array() {
            let message = format!("`{path}` has to be an array, and is {}", list.words());
            return Err(Problem::malformed(list.at, message));
        }
        for entry in list.elements() {
            if !entry.is_object() {
                let message = format!(
                    "an entry of `{path}` has to be a table with a `binding`, and is {}",
                    entry.words()
                );
                return Err(Problem::malformed(entry.at, message));
            }
            if let Some(binding) = entry.get("binding")
                && binding.text().is_none()
            {
                let words = binding.words();
                let message = format!("a `binding` of `{path}` has to be a string, and is {words}");
                return Err(Problem::malformed(binding.at, message));
            }
        }
        Ok(list.elements())
    }

    fn check_name_is_free(&self, claims: &[Claim<'_>], own: Option<usize>) -> Result<(), Problem> {
        let binding = self.kind.binding().as_str();
        let section = self.scope.path(self.kind.section());
        let own_path = own.map(|index| format!("{section}[{index}]"));
        let other = claims
            .iter()
            .find(|claim| claim.name == binding && Some(&claim.path) != own_path.as_ref());
        let Some(other) = other else { return Ok(()) };
        Err(Problem::conflict(
            other.at,
            format!(
                "the binding `{binding}` is `{}` here, and the {} in the code (field `{}` of \
                 `{}`): a Worker's bindings have different names\n\
                 help: rename this one, or declare another: `#[storage::{}(..., binding = \"...\")]`",
                other.path,
                self.kind.words(),
                self.declared.field,
                self.manifest.app,
                self.kind.attribute(),
            ),
        ))
    }

    fn identity(&self) -> Result<Option<Identity>, Problem> {
        let found = self.kind.identity(self.scope.env);
        let found = found.map_err(|message| Problem::unsupported(None, message))?;
        if let (Some(env), Some(own)) = (self.scope.env, &found) {
            self.check_not_declared(env, own)?;
        }
        Ok(found)
    }

    /// A suffix can lead to a name that production has.
    fn check_not_declared(&self, env: &str, own: &Identity) -> Result<(), Problem> {
        let is_it = |kind: &dyn Kind| {
            let declared = kind.identity(None).ok().flatten();
            declared
                .is_some_and(|declared| (declared.key, &declared.value) == (own.key, &own.value))
        };
        let mut fields = self.manifest.fields.iter();
        let Some(other) = fields.find(|field| kind(&field.resource).is_some_and(is_it)) else {
            return Ok(());
        };
        Err(Problem::unsupported(
            None,
            format!(
                "in `{env}`, the field `{}` would hold the {} `{}`, which is that of the field `{}` \
                 outside of environments\n\
                 help: add the entry of `{}` to the environment by hand, with a `{}` of your choice",
                self.declared.field,
                self.kind.noun(),
                own.value,
                other.field,
                self.kind.binding(),
                own.key,
            ),
        ))
    }

    fn complete(&self, index: usize, entry: &Node) -> Result<Vec<Edit>, Problem> {
        let identity = self.missing_identity(entry)?;
        let identity = identity.map(|found| (found.key, Setting::Text(found.value)));
        let settings = self.kind.settings().into_iter();
        let missing = settings.filter(|(key, _)| entry.get(key).is_none());
        let edit = |(key, value)| {
            Edit::Field(Field {
                env: self.scope.env.map(str::to_owned),
                section: self.kind.section(),
                index,
                binding: self.kind.binding().to_string(),
                key,
                value,
            })
        };
        Ok(identity.into_iter().chain(missing).map(edit).collect())
    }

    fn missing_identity(&self, entry: &Node) -> Result<Option<Identity>, Problem> {
        // What an environment's entry says is the environment's own choice.
        let Some(identity) = self.kind.identity(None).ok().flatten() else {
            return Ok(None);
        };
        if let Some(present) = entry.get(identity.key) {
            return self.agree(&identity, present).map(|()| None);
        }
        if self.scope.env.is_some() && self.kind.exists_already() {
            return Ok(None);
        }
        self.identity()
    }

    fn agree(&self, declared: &Identity, present: &Node) -> Result<(), Problem> {
        let Some(text) = present.text() else {
            return Err(Problem::malformed(
                present.at,
                format!("`{}` has to be a string, and is {}", declared.key, present.words()),
            ));
        };
        if self.scope.env.is_some() || text == declared.value {
            return Ok(());
        }
        Err(Problem::conflict(
            present.at,
            format!(
                "the binding `{}` means `{text}` here and `{}` in the code (field `{}` of `{}`)\n\
                 help: {}",
                self.kind.binding(),
                declared.value,
                self.declared.field,
                self.manifest.app,
                (declared.help)(text),
            ),
        ))
    }

    fn add(&self) -> Result<Edit, Problem> {
        if let Some(env) = self.scope.env
            && self.kind.exists_already()
        {
            return Err(self.undecided(env));
        }
        let mut fields = vec![("binding", Setting::Text(self.kind.binding().to_string()))];
        let identity = self.identity()?;
        fields.extend(identity.map(|identity| (identity.key, Setting::Text(identity.value))));
        fields.extend(self.kind.settings());
        Ok(Edit::Entry(Entry {
            env: self.scope.env.map(str::to_owned),
            section: self.kind.section(),
            fields,
        }))
    }

    /// What exists already has users. That an environment works on it as well has to be somebody's
    /// decision, and not the outcome of a name.
    fn undecided(&self, env: &str) -> Problem {
        let identity = self.kind.identity(None).ok().flatten();
        let (key, value) = identity.map(|identity| (identity.key, identity.value)).unzip();
        let (key, value) = (key.unwrap_or_default(), value.unwrap_or_default());
        let entry = Edit::Entry(Entry {
            env: Some(env.to_owned()),
            section: self.kind.section(),
            fields: vec![
                ("binding", Setting::Text(self.kind.binding().to_string())),
                (key, Setting::Text(format!("<{key}>"))),
            ],
        });
        Problem::unsupported(
            self.scope.container.map(|container| container.at),
            format!(
                "the field `{}` of `{}` holds a {} that exists already, `{value}`: whether `{env}` \
                 uses the same is for you to decide\n\
                 help: add this entry to the file; its `{key}` is one of the environment's own, or \
                 `{value}` to share it:\n{}",
                self.declared.field,
                self.manifest.app,
                self.kind.noun(),
                self.scope.syntax.by_hand(&entry),
            ),
        )
    }
}
