//! Documents that somebody could have written, and some that nobody would.

mod jsonc;
mod toml;

use arbitrary::{Result, Unstructured};
use storage_cli::wrangler::Format;

use super::request::Request;

/// What the Worker calls things, ours among them.
const BINDINGS: &[&str] = &["USER_ASSETS", "APP_CONFIGS", "SESSIONS", "INVOICES", "LOGS", "INDEX"];

/// Secrets, ours among them.
const SECRETS: &[&str] = &["VAULT_KEYS", "CONFIG_KEYS", "STRIPE_KEY", "LOGS"];

const NAMES: &[&str] = &["user-assets", "app-configs", "sessions", "old-invoices", "logs"];

const IDS: &[&str] = &["0f2ac74b498b48021cb68387c421e279", "11112222333344445555666677778888"];

const ENVIRONMENTS: &[&str] = &["staging", "production", "a b", "eu.\"x\"", "größe", ""];

/// What stands in comments and texts: what ends them, opens them, or looks like more of the file.
const WORDS: &[&str] = &[
    "",
    "x",
    "two words",
    "a, b",
    "]",
    "}",
    "[[r2_buckets]]",
    "# no comment",
    "// no comment",
    "größe",
    "漢🦀",
    "= {",
    "'",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
];

/// Makes a request and the file it is made of.
pub(super) fn make(choices: &mut Unstructured<'_>) -> Result<(Request, String)> {
    let format = if choices.arbitrary()? { Format::Toml } else { Format::Jsonc };
    let request = request(choices, format)?;
    let mut file = match format {
        Format::Toml => toml::make(choices)?,
        _ => jsonc::make(choices)?,
    };
    if choices.ratio(1, 4)? {
        file = file.trim_end().to_owned();
    }
    if choices.ratio(1, 4)? {
        file = file.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    if choices.ratio(1, 8)? {
        file.insert(0, '\u{feff}');
    }
    Ok((request, file))
}

fn request(choices: &mut Unstructured<'_>, format: Format) -> Result<Request> {
    let env = if choices.arbitrary()? { Some(*choices.choose(ENVIRONMENTS)?) } else { None };
    let count = choices.int_in_range(0..=4)?;
    let mut declarations = Vec::new();
    for (at, binding) in BINDINGS.iter().enumerate().take(count) {
        let kind = if choices.arbitrary()? { "bucket" } else { "kv" };
        let name = NAMES.get(at).copied().unwrap_or("logs");
        let mut one = vec![kind, binding, name];
        match choices.int_in_range(0..=7)? {
            0 | 1 => one.push(if kind == "kv" { IDS[at % 2] } else { "old-bucket" }),
            2 | 3 => one.push("=VAULT_KEYS"),
            4 => one.push("=CONFIG_KEYS"),
            _ => {}
        }
        declarations.push(one);
    }
    let request = Request::new(format, env.map(str::to_owned), &declarations);
    request.ok_or(arbitrary::Error::IncorrectFormat)
}

/// Of what is written: nothing, a space, more of them.
fn space<'a>(choices: &mut Unstructured<'_>) -> Result<&'a str> {
    choices.choose(&["", "", " ", " ", "  ", "\t"]).copied()
}

fn word<'a>(choices: &mut Unstructured<'_>) -> Result<&'a str> {
    choices.choose(WORDS).copied()
}

/// Whether one more follows: never more than there are choices left.
fn more(choices: &mut Unstructured<'_>, of: u8) -> Result<bool> {
    Ok(!choices.is_empty() && choices.ratio(of - 1, of)?)
}
