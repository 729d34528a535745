//! Storage Workers in the configuration file of an app that goes by them: `services`.
//!
//! What an app may do there stands in the `props` of the binding, which the platform hands to the storage
//! Worker with each call. `props.storage` is this tool's alone: a grant that is no longer declared is taken
//! back. Other props are the file's own.

use std::collections::BTreeSet;

use storage_core::manifest::{Field, Manifest, Resource, ViaRecord};
use storage_core::name::{self, BindingName};

use super::edit::{Change, Setting};
use super::error::Problem;
use super::kind::{Identity, Kind};
use super::plan::Scope;
use super::tree::Node;

pub(super) const SECTION: &str = "services";
pub(super) const NAME: &str = "service";
const PROPS: &str = "props";
/// What of the props is this tool's.
const STORAGE: &str = "storage";
const VERBS: &str = "verbs";

/// A storage Worker, and what an app asks it for.
pub(super) struct Service<'a> {
    name: &'a str,
    binding: &'a BindingName,
    fields: Vec<(&'a Field, &'a ViaRecord)>,
}

/// The storage Workers that an app goes by, in the order of its fields.
pub(super) fn of(manifest: &Manifest) -> Vec<Service<'_>> {
    let mut all: Vec<Service<'_>> = Vec::new();
    for field in &manifest.fields {
        let Some(via) = &field.via else { continue };
        match all.iter_mut().find(|service| service.binding == &via.binding) {
            Some(known) => known.fields.push((field, via)),
            None => all.push(Service {
                name: via.service.as_str(),
                binding: &via.binding,
                fields: vec![(field, via)],
            }),
        }
    }
    all
}

/// What is worth a warning: grants that no declaration asks for.
pub(super) fn grants_left_over(scope: &Scope<'_>, declared: &[Service<'_>]) -> Vec<String> {
    let entries = scope.container.and_then(|container| container.get(SECTION));
    let entries = entries.into_iter().flat_map(Node::elements);
    let grants =
        entries.filter(|entry| entry.get(PROPS).and_then(|props| props.get(STORAGE)).is_some());
    let bindings = grants.filter_map(|entry| entry.get("binding")?.text());
    let unused = bindings
        .filter(|binding| declared.iter().all(|service| service.binding.as_str() != *binding));
    let section = scope.path(SECTION);
    unused
        .map(|binding| {
            format!(
                "`{section}` has the entry `{binding}` with grants for a storage Worker, and no field goes by \
                 it\nhelp: remove the entry, or its `{PROPS}.{STORAGE}`"
            )
        })
        .collect()
}

impl<'a> Service<'a> {
    /// The first of its fields.
    pub(super) fn field(&self) -> &'a str {
        self.fields.first().map_or("", |(field, _)| field.field.as_str())
    }

    fn grants(&self) -> Vec<(String, Setting)> {
        self.fields
            .iter()
            .map(|(field, via)| (field.resource.qualified_name(), grant(field, via)))
            .collect()
    }
}

fn grant(field: &Field, via: &ViaRecord) -> Setting {
    let kind = match field.resource {
        Resource::Kv(_) => "kv",
        _ => "bucket",
    };
    let verbs = via.grants.iter().map(|verb| verb.name().to_owned()).collect();
    let prefix = via.prefix.as_ref().map(|prefix| Setting::Text(prefix.to_string()));
    let fields = [("kind", Setting::Text(kind.to_owned())), (VERBS, Setting::List(verbs))];
    Setting::table(fields.into_iter().chain(prefix.map(|prefix| ("prefix", prefix))))
}

impl Kind for Service<'_> {
    fn section(&self) -> &'static str {
        SECTION
    }

    fn help_to_rename(&self) -> String {
        "rename this one: the binding of a storage Worker is made from the Worker's name".to_owned()
    }

    fn noun(&self) -> &'static str {
        "storage Worker"
    }

    fn words(&self) -> String {
        format!("storage Worker `{}`", self.name)
    }

    fn binding(&self) -> &BindingName {
        self.binding
    }

    fn identity_key(&self) -> &'static str {
        NAME
    }

    fn exists_already(&self) -> bool {
        false
    }

    /// An environment goes by the same environment of the storage Worker, as wrangler calls it.
    fn identity(&self, env: Option<&str>) -> Result<Option<Identity>, String> {
        let value = match env {
            None => self.name.to_owned(),
            Some(env) => {
                let worker = format!("{}-{env}", self.name);
                if let Err(rule) = name::check_worker(&worker) {
                    return Err(format!(
                        "the environment's storage Worker would be called `{worker}`: {rule}\n\
                         help: add the entry of `{}` to the environment by hand, with a `{NAME}` of your \
                         choice",
                        self.binding
                    ));
                }
                worker
            }
        };
        Ok(Some(Identity {
            key: NAME,
            value,
            help: |in_file| {
                format!(
                    "to go by the Worker that the file names, declare it: `#[storage(via = \"{in_file}\")]`; to \
                     go by the declared one, change `{NAME}` in the file"
                )
            },
        }))
    }

    fn settings(&self) -> Vec<(&'static str, Setting)> {
        let storage = (STORAGE.to_owned(), Setting::Lines(self.grants()));
        vec![(PROPS, Setting::Lines(vec![storage]))]
    }

    fn changes(&self, entry: &Node) -> Result<Vec<(Vec<String>, Change)>, Problem> {
        let Some(props) = entry.get(PROPS) else { return Ok(Vec::new()) };
        let must_be_table = |node: &Node, path: &str| {
            let message = format!(
                "`{path}` of the service `{}` has to be a table, and is {}",
                self.binding,
                node.words()
            );
            if node.is_object() { Ok(()) } else { Err(Problem::malformed(node.at, message)) }
        };
        must_be_table(props, PROPS)?;
        let path = vec![PROPS.to_owned(), STORAGE.to_owned()];
        let wanted = Setting::Lines(self.grants());
        let Some(storage) = props.get(STORAGE) else {
            return Ok(vec![(path, Change::Add(wanted))]);
        };
        must_be_table(storage, &path.join("."))?;
        let mut changes = Vec::new();
        compare(storage, &wanted, &path, &mut changes);
        Ok(changes)
    }

    fn advice(&self, _entry: &Node, _env: Option<&str>) -> Vec<String> {
        Vec::new()
    }
}

/// What has to become of a value to be the wanted one.
fn compare(
    present: &Node,
    wanted: &Setting,
    path: &[String],
    changes: &mut Vec<(Vec<String>, Change)>,
) {
    let (Setting::Lines(fields) | Setting::Table(fields)) = wanted else {
        if !is(present, wanted) {
            changes.push((path.to_vec(), Change::Replace(wanted.clone())));
        }
        return;
    };
    if !present.is_object() {
        changes.push((path.to_vec(), Change::Replace(wanted.clone())));
        return;
    }
    let inside = |key: &str| -> Vec<String> {
        path.iter().map(String::as_str).chain([key]).map(str::to_owned).collect()
    };
    for (key, value) in fields {
        match present.get(key) {
            Some(node) => compare(node, value, &inside(key), changes),
            None => changes.push((inside(key), Change::Add(value.clone()))),
        }
    }
    for member in present.members() {
        if fields.iter().all(|(key, _)| *key != member.key) {
            changes.push((inside(&member.key), Change::Remove));
        }
    }
}

/// Whether a value says the same. Names may stand in any order.
fn is(present: &Node, wanted: &Setting) -> bool {
    match wanted {
        Setting::List(names) => {
            let found: Vec<_> = present.elements().iter().map(Node::text).collect();
            present.is_array()
                && found.len() == names.len()
                && found.into_iter().collect::<BTreeSet<_>>()
                    == names.iter().map(|name| Some(name.as_str())).collect()
        }
        Setting::Text(text) => present.text() == Some(text),
        Setting::Flag(flag) => present.flag() == Some(*flag),
        Setting::Lines(_) | Setting::Table(_) => false,
    }
}
