//! What else has to be known of a configuration file, before the package is built.

use super::error::Refusal;
use super::tree::Node;
use super::{BUILD_COMMAND, Format, build, plan, text_of};

/// What a file says, or will say once it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Look {
    /// What it calls the Worker, outside of environments.
    pub worker: Option<String>,
    /// The named environments that it has.
    pub environments: Vec<String>,
    /// How wrangler builds the Worker.
    pub build_command: Option<String>,
    /// The port that `wrangler dev` listens on, if it says so.
    pub dev_port: Option<u16>,
    format: Format,
}

/// Looks into a file, or at the one that would be written.
///
/// # Errors
///
/// When it can't be read, or is not what wrangler expects.
pub fn look(
    name: &str,
    format: Format,
    existing: Option<&[u8]>,
    env: Option<&str>,
) -> Result<Look, Refusal> {
    let new = || Some(BUILD_COMMAND.to_owned());
    let Some(bytes) = existing else {
        return Ok(Look {
            worker: None,
            environments: Vec::new(),
            build_command: new(),
            dev_port: None,
            format,
        });
    };
    let (_, text) = text_of(name, bytes)?;
    let syntax = format.syntax();
    let refuse = |problem| Refusal::new(name, text, vec![problem]);
    let tree = syntax.tree(text).map_err(refuse)?;
    let scope = plan::scope(&tree, env, syntax).map_err(refuse)?;
    let own = build::command(&scope).map(str::to_owned);
    let environments = tree.get("env").map(Node::members).unwrap_or_default().iter();
    Ok(Look {
        worker: tree.get("name").and_then(Node::text).map(str::to_owned),
        environments: environments.map(|one| one.key.clone()).collect(),
        build_command: if build::is_ours(&scope) { new() } else { own },
        dev_port: tree.get("dev").and_then(|dev| dev.get("port")).and_then(Node::number),
        format,
    })
}

impl Look {
    /// How the file would say that wrangler builds the Worker with a command.
    pub fn with_build_command(&self, command: &str) -> String {
        build::by_hand(self.format.syntax(), build::PATH, command)
    }
}
