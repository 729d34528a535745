//! Which resources of the account a configuration file means.

use storage_core::manifest::{Manifest, Resource};

use super::edit::{Change, Edit, Field, Setting};
use super::error::{Problem, Refusal};
use super::kind::{kind, own_fields};
use super::tree::Node;
use super::{Format, kv, plan, service, text_of};

/// What a file says of the Worker and of what it stores in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resources<'a> {
    /// What the Worker is called in the account.
    pub worker: String,
    /// The declarations that the Worker is bound to, in their order, with their entries.
    pub bound: Vec<Bound<'a>>,
    /// The others.
    pub elsewhere: Vec<Elsewhere<'a>>,
}

/// A declaration that a storage Worker holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Elsewhere<'a> {
    /// What is declared.
    pub resource: &'a Resource,
    /// The storage Worker, as it is declared.
    pub service: &'a str,
    /// What the Worker calls it.
    pub binding: &'a str,
    /// The Worker that the file binds to.
    pub worker: Option<String>,
}

/// A declaration and its entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bound<'a> {
    /// What is declared.
    pub resource: &'a Resource,
    /// The bucket's name or the namespace's id; nothing where the file leaves it to wrangler.
    pub identity: Option<String>,
    /// Where a bucket is that is bound to one.
    pub jurisdiction: Option<String>,
}

/// Reads the entries of a file that is up to date.
///
/// # Errors
///
/// When it can't be read.
pub fn resources<'a>(
    name: &str,
    format: Format,
    bytes: &[u8],
    manifest: &'a Manifest,
    env: Option<&str>,
) -> Result<Resources<'a>, Refusal> {
    let (_, text) = text_of(name, bytes)?;
    let refuse = |problem| Refusal::new(name, text, vec![problem]);
    let syntax = format.syntax();
    let tree = syntax.tree(text).map_err(refuse)?;
    let scope = plan::scope(&tree, env, syntax).map_err(refuse)?;
    let bound = own_fields(manifest).filter_map(|field| {
        let kind = kind(&field.resource)?;
        let entry = plan::entry_in(&scope, kind);
        let text = |key: &str| entry?.get(key)?.text().map(str::to_owned);
        Some(Bound {
            resource: &field.resource,
            identity: text(kind.identity_key()),
            jurisdiction: text("jurisdiction"),
        })
    });
    let bound = bound.collect();
    let elsewhere = manifest.fields.iter().filter_map(|field| {
        let via = field.via.as_ref()?;
        let binding = via.binding.as_str();
        let services = scope.container.and_then(|container| container.get(service::SECTION));
        let mut entries = services.into_iter().flat_map(Node::elements);
        let entry =
            entries.find(|entry| entry.get("binding").and_then(Node::text) == Some(binding));
        let worker = entry.and_then(|entry| entry.get(service::NAME)?.text()).map(str::to_owned);
        Some(Elsewhere {
            resource: &field.resource,
            service: via.service.as_str(),
            binding,
            worker,
        })
    });
    let elsewhere = elsewhere.collect();
    Ok(Resources { bound, elsewhere, worker: worker(&tree, manifest, env) })
}

/// An environment is a Worker of its own, which may have a name of its own.
fn worker(tree: &Node, manifest: &Manifest, env: Option<&str>) -> String {
    let top = tree.get("name").and_then(Node::text).unwrap_or(manifest.app.as_str());
    let Some(env) = env else { return top.to_owned() };
    let own = tree.get("env").and_then(|all| all.get(env)?.get("name")?.text());
    own.map_or_else(|| format!("{top}-{env}"), str::to_owned)
}

/// The file with the id of a namespace in its entry, which has none.
///
/// # Errors
///
/// When the file can't be read or extended, or has no such entry without an id.
pub fn with_namespace_id(
    name: &str,
    format: Format,
    bytes: &[u8],
    env: Option<&str>,
    binding: &str,
    id: &str,
) -> Result<String, Refusal> {
    let (mark, text) = text_of(name, bytes)?;
    let refuse = |problem| Refusal::new(name, text, vec![problem]);
    let syntax = format.syntax();
    let tree = syntax.tree(text).map_err(refuse)?;
    let container = plan::scope(&tree, env, syntax).map_err(refuse)?.container;
    let entries = container.and_then(|container| container.get(kv::SECTION));
    let mut entries = entries.into_iter().flat_map(Node::elements).enumerate();
    let entry = entries.find(|(_, entry)| {
        entry.get("binding").and_then(Node::text) == Some(binding) && entry.get(kv::ID).is_none()
    });
    let Some((index, _)) = entry else {
        let message = format!(
            "there is no entry for the namespace `{binding}` without an id\n\
             help: run this again: the file has changed meanwhile"
        );
        return Err(refuse(Problem::conflict(None, message)));
    };
    let edit = Edit::Field(Field {
        env: env.map(str::to_owned),
        section: kv::SECTION,
        index,
        binding: binding.to_owned(),
        path: vec![kv::ID.to_owned()],
        change: Change::Add(Setting::Text(id.to_owned())),
    });
    let splices = syntax.splices(text, &edit).map_err(refuse)?;
    Ok(format!("{mark}{}", splices.apply(text)))
}
