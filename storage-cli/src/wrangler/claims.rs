//! Who uses which binding name in a configuration file.
//!
//! A Worker sees all its bindings in one `env` object, whatever their kind. This follows wrangler's
//! own check of unique names, but knows no list of kinds: kinds it has never heard of count as well.

use super::tree::{Member, Node};

/// One use of a name.
#[derive(Clone, Debug)]
pub(super) struct Claim<'a> {
    pub(super) name: &'a str,
    /// `vars.USER_ASSETS`, `d1_databases[0]`.
    pub(super) path: String,
    pub(super) at: usize,
}

/// Sections whose keys are names.
const KEYED: &[&str] = &["data_blobs", "text_blobs", "vars", "wasm_modules"];
/// Sections whose entries are called by their `name`.
const NAMED: &[&str] = &["ratelimits", "send_email"];
/// Sections that hold no bindings of this scope, though it may look so.
const ELSEWHERE: &[&str] = &["alias", "define", "env", "previews"];
/// What an environment takes over from the top level if it has none of its own.
const INHERITED: &[&str] = &["assets"];
/// What holds for every environment.
const SHARED: &[&str] = &["data_blobs", "text_blobs", "wasm_modules"];

/// All names used at the top level, or in an environment: its name, and its object if there is one.
pub(super) fn claims<'a>(root: &'a Node, env: Option<(&str, Option<&'a Node>)>) -> Vec<Claim<'a>> {
    let mut found = Vec::new();
    let Some((name, env)) = env else {
        collect_scope(root.members().iter(), "", &mut found);
        return found;
    };
    if let Some(env) = env {
        collect_scope(env.members().iter(), &format!("env.{name}."), &mut found);
    }
    let absent = |key: &str| env.is_none_or(|env| env.get(key).is_none());
    let from_top = root.members().iter().filter(|member| {
        let key = member.key.as_str();
        SHARED.contains(&key) || INHERITED.contains(&key) && absent(key)
    });
    collect_scope(from_top, "", &mut found);
    found
}

fn collect_scope<'a>(
    members: impl Iterator<Item = &'a Member>,
    prefix: &str,
    found: &mut Vec<Claim<'a>>,
) {
    for member in members {
        let key = member.key.as_str();
        let path = format!("{prefix}{key}");
        if KEYED.contains(&key) {
            collect_keys(&path, &member.node, found);
        } else if key == "secrets" {
            collect_secrets(&path, &member.node, found);
        } else if !ELSEWHERE.contains(&key) {
            collect(&member.node, &path, NAMED.contains(&key), found);
        }
    }
}

fn collect_keys<'a>(section: &str, node: &'a Node, found: &mut Vec<Claim<'a>>) {
    for member in node.members() {
        let path = format!("{section}.{}", member.key);
        found.push(Claim { name: &member.key, path, at: member.at });
    }
}

fn collect_secrets<'a>(section: &str, secrets: &'a Node, found: &mut Vec<Claim<'a>>) {
    for secret in secrets.get("required").into_iter().flat_map(Node::elements) {
        if let Some(name) = secret.text() {
            found.push(Claim { name, path: format!("{section}.required"), at: secret.at });
        }
    }
}

/// Any object with a `binding` is one, at any depth; `named` ones are called by their `name`.
fn collect<'a>(node: &'a Node, path: &str, named: bool, found: &mut Vec<Claim<'a>>) {
    for (index, element) in node.elements().iter().enumerate() {
        collect(element, &format!("{path}[{index}]"), named, found);
    }
    let key = if named { "name" } else { "binding" };
    if let Some(name) = node.get(key)
        && let Some(text) = name.text()
    {
        found.push(Claim { name: text, path: path.to_owned(), at: name.at });
    }
    for member in node.members() {
        // `durable_objects.bindings`, `logfwdr.bindings`, `unsafe.bindings`
        let named = member.key == "bindings";
        collect(&member.node, &format!("{path}.{}", member.key), named, found);
    }
}
