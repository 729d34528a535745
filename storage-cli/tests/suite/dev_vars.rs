//! Secrets on this machine: `.dev.vars`.

use std::fs;
use std::process::Command;

use storage_core::crypto::KeyRing;

use crate::support::{Folder, Ran, SEALED, TWO, wasm};

const CONFIG: &str = "wrangler.jsonc";
const GITIGNORE: &str = "target/\n/.dev.vars*\n";

fn folder() -> Folder {
    let folder = Folder::new(SEALED);
    folder.write(".gitignore", GITIGNORE);
    folder
}

fn with_keys(folder: &Folder, more: &[&str]) -> Ran {
    folder.generate(CONFIG, &[&["--dev-vars"], more].concat())
}

/// The key of a secret, which has to be one.
fn key<'a>(text: &'a str, name: &str) -> &'a str {
    let start = format!("{name}=");
    let values: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(&start)).collect();
    let [value] = values.as_slice() else { panic!("{name} in {text}") };
    assert_eq!(KeyRing::parse(value).unwrap().primary().id().as_str(), "local");
    value
}

#[test]
fn each_declared_secret_gets_a_key_of_its_own() {
    let folder = folder();
    let ran = with_keys(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "\
wrote .dev.vars
  + SESSION_KEYS  a new key, for this machine alone
  + VAULT_KEYS  a new key, for this machine alone
";
    assert!(ran.stdout.ends_with(expected), "{ran:?}");
    assert!(!ran.stderr.contains("warning"), "{ran:?}");
    assert!(ran.stderr.contains("restart `cargo storage dev` if it is running"), "{ran:?}");
    let text = folder.read(".dev.vars");
    let keys = [key(&text, "SESSION_KEYS"), key(&text, "VAULT_KEYS")];
    assert_ne!(keys[0], keys[1]);
    for key in keys {
        assert!(!ran.stdout.contains(key) && !ran.stderr.contains(key), "{ran:?}");
        assert!(!folder.read(CONFIG).contains(key));
    }

    let again = with_keys(&folder, &[]);
    assert_eq!(again.stdout, "wrangler.jsonc is up to date\n.dev.vars is up to date\n");
    assert!(!again.stderr.contains("restart"), "{again:?}");
    assert_eq!(folder.read(".dev.vars"), text);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_nobody_elses() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |folder: &Folder| {
        let path = folder.path().join(".dev.vars");
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    let new = folder();
    with_keys(&new, &[]);
    assert_eq!(mode(&new), 0o600);
    let old = folder();
    let path = old.write(".dev.vars", "A=1\n");
    fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
    with_keys(&old, &[]);
    assert_eq!(mode(&old), 0o640);
}

#[test]
fn what_is_in_the_file_stays() {
    for before in [
        "# mine\nSTRIPE_KEY=\"a\nb\" # c\nVAULT_KEYS=mine",
        "export VAULT_KEYS='x'\r\n\r\n",
        "VAULT_KEYS=\n",
        "\u{feff}VAULT_KEYS: x",
    ] {
        let folder = folder();
        folder.write(".dev.vars", before);
        let ran = with_keys(&folder, &[]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains("updated .dev.vars\n  + SESSION_KEYS  a new key"), "{ran:?}");
        let after = folder.read(".dev.vars");
        let added = after.strip_prefix(before).unwrap();
        key(added, "SESSION_KEYS");
        assert!(!added.contains("VAULT_KEYS"), "{after}");
        assert_eq!(after.ends_with('\n'), before.ends_with('\n'), "{after:?}");
        assert_eq!(
            after.matches("\r\n").count(),
            after.matches('\n').count() * usize::from(before.contains('\r'))
        );
        assert!(
            ran.stderr.contains("warning: wrangler.jsonc: VAULT_KEYS of .dev.vars: "),
            "{ran:?}"
        );
    }
}

#[test]
fn an_environment_has_the_file_that_wrangler_reads_for_it() {
    let folder = folder();
    let ran = with_keys(&folder, &["--env", "staging"]);
    assert!(ran.stdout.contains("wrote .dev.vars.staging\n"), "{ran:?}");
    let staging = folder.read(".dev.vars.staging");
    assert!(!folder.path().join(".dev.vars").exists());
    with_keys(&folder, &[]);
    assert_ne!(key(&folder.read(".dev.vars"), "VAULT_KEYS"), key(&staging, "VAULT_KEYS"));
    assert_eq!(folder.read(".dev.vars.staging"), staging);
    // A file of its own would hide the common one.
    let ran = with_keys(&folder, &["--env", "preview"]);
    assert!(ran.stdout.ends_with("\n.dev.vars is up to date\n"), "{ran:?}");
    assert!(!folder.path().join(".dev.vars.preview").exists());
}

#[test]
fn a_file_that_would_hide_another_is_not_made() {
    let folder = folder();
    folder.write(".env", "CLOUDFLARE_API_TOKEN=t\nVAULT_KEYS=x\n");
    let ran = with_keys(&folder, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let words =
        "the Worker gets VAULT_KEYS of .env, and wrangler reads no .env where there is a .dev.vars";
    assert!(ran.stderr.contains(words), "{ran:?}");
    assert!(ran.stderr.contains(":\n  SESSION_KEYS=<key>\n"), "{ran:?}");
    assert!(!folder.path().join(CONFIG).exists() && !folder.path().join(".dev.vars").exists());
    folder.write(".env", "CLOUDFLARE_API_TOKEN=t\n");
    assert_eq!(with_keys(&folder, &[]).code, Some(0));
}

#[test]
fn names_that_wrangler_holds_back() {
    let help = "help: if the Worker reads them, add to `secrets.required`: \"API_TOKEN\", \"STRIPE_KEY\"\n";
    for (file, arguments) in [
        (".dev.vars", &["--check"][..]),
        (".dev.vars", &[]),
        (".env", &[]),
        (".env.local", &[]),
        (".dev.vars.staging", &["--env", "staging"]),
    ] {
        let folder = folder();
        folder.write(CONFIG, "{ \"vars\": { \"LEVEL\": 1 }, \"env\": { \"staging\": { \"vars\": { \"LEVEL\": 1 } } } }");
        folder.write(file, "STRIPE_KEY=1\nLEVEL=2\nVAULT_KEYS=local:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\nAPI_TOKEN=3\n");
        let ran = folder.generate(CONFIG, arguments);
        let warning = format!("no longer API_TOKEN, STRIPE_KEY of {file}\n{help}");
        assert!(ran.stderr.contains(&warning), "{ran:?}");
        let again = folder.generate(CONFIG, arguments);
        let is_new = arguments == ["--check"];
        assert_eq!(again.stderr.contains(&warning), is_new, "{again:?}");
        let warning = format!("not API_TOKEN, STRIPE_KEY of {file}\n{help}");
        let is_told = !is_new && file.starts_with(".dev.vars");
        assert_eq!(again.stderr.contains(&warning), is_told, "{again:?}");
    }
}

#[test]
fn a_file_that_git_would_take_is_a_warning() {
    let warning = "warning: git does not ignore .dev.vars, which holds keys\nhelp: add this line to .gitignore";
    let folder = Folder::new(SEALED);
    let ran = with_keys(&folder, &[]);
    assert!(ran.stderr.contains(warning) && ran.stderr.contains(":\n.dev.vars*\n"), "{ran:?}");
    for line in [".dev.vars", "/.dev.vars", ".dev.vars*", ".dev.*"] {
        folder.write(".gitignore", format!("target\n{line}\n"));
        let ran = with_keys(&folder, &[]);
        assert!(!ran.stderr.contains("git"), "{line}: {ran:?}");
    }
    let git = |arguments: &[&str]| {
        let ran = Command::new("git").current_dir(folder.path()).args(arguments).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
    };
    git(&["init", "--quiet"]);
    assert!(!with_keys(&folder, &[]).stderr.contains("git"));
    folder.write(".gitignore", "target\n#.dev.vars\n");
    assert!(with_keys(&folder, &[]).stderr.contains(warning));
    folder.write(".git/info/exclude", "*vars\n");
    assert!(!with_keys(&folder, &[]).stderr.contains("git"));
    git(&["add", "--force", ".dev.vars"]);
    assert!(with_keys(&folder, &[]).stderr.contains("`git rm --cached .dev.vars`"));
}

#[test]
fn a_check_writes_no_keys() {
    let folder = folder();
    let ran = with_keys(&folder, &["--check"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("cannot be used with"), "{ran:?}");
    assert!(!folder.path().join(".dev.vars").exists());
}

#[test]
fn without_encryption_there_is_no_key_to_make() {
    let folder = Folder::new(TWO);
    folder.write(".dev.vars", b"\xff");
    let ran = with_keys(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("no secret is declared, so no key is needed"), "{ran:?}");
    let sealed = Folder::new(SEALED);
    sealed.write(".dev.vars", b"\xff");
    let ran = with_keys(&sealed, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains(".dev.vars is not UTF-8"), "{ran:?}");
}

#[test]
fn a_required_secret_that_the_file_lacks_is_stale() {
    let folder = folder();
    let advice = "\n  wrangler secret put SESSION_KEYS\n  wrangler secret put VAULT_KEYS\n";
    let ran = folder.generate(CONFIG, &[]);
    assert!(ran.stdout.ends_with(
        "  + secrets.required  SESSION_KEYS\n  + secrets.required  VAULT_KEYS\nwrote storage.lock\n"
    ));
    assert!(ran.stderr.contains(advice), "{ran:?}");
    let help = "no SESSION_KEYS, VAULT_KEYS for the Worker `media-api`\nhelp: cargo storage generate --wasm app.wasm \
                --config wrangler.jsonc --dev-vars\n";
    assert!(ran.stderr.contains(help), "{ran:?}");
    let again = folder.generate(CONFIG, &[]);
    assert!(again.stderr.contains(help), "as long as they are missing: {again:?}");
    let ran = folder.generate(CONFIG, &["--check"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    folder.write(CONFIG, folder.read(CONFIG).replace(", \"VAULT_KEYS\"", ""));
    let ran = folder.generate(CONFIG, &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stdout.contains("+  \"secrets\": { \"required\": [\"SESSION_KEYS\", \"VAULT_KEYS\"] }")
    );
    assert!(!ran.stderr.contains("put SESSION_KEYS"), "{ran:?}");
    let ran = folder.generate(CONFIG, &["--env", "staging"]);
    assert!(ran.stderr.contains("\n  wrangler secret put VAULT_KEYS --env staging\n"), "{ran:?}");
}

#[test]
fn a_secret_with_another_name_keeps_its_keys() {
    let folder = folder();
    let ran = with_keys(&folder, &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let keys = key(&folder.read(".dev.vars"), "SESSION_KEYS").to_owned();
    folder.write("app.wasm", wasm(&SEALED.replace("SESSION_KEYS", "LOGIN_KEYS")));
    let before = (folder.read(CONFIG), folder.read(".dev.vars"));
    let ran = with_keys(&folder, &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let refusal = "is encrypted with the keys of `SESSION_KEYS`, and it is declared with those of `LOGIN_KEYS` now";
    assert!(ran.stderr.contains(refusal), "{ran:?}");
    assert_eq!((folder.read(CONFIG), folder.read(".dev.vars")), before);

    let ran = folder.generate(CONFIG, &["--acknowledge", "sessions"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let advice = "set `LOGIN_KEYS` to the same text, from the copy that you keep (nobody can read it back from \
                  Cloudflare):\n  wrangler secret put LOGIN_KEYS\n\
                  no declaration names `SESSION_KEYS` any more, and `secrets.required` does: once";
    assert!(ran.stderr.contains(advice), "{ran:?}");
    assert!(!ran.stderr.contains("cargo storage keygen"), "{ran:?}");
    let help = "`wrangler dev` has no LOGIN_KEYS for the Worker `media-api`\nhelp: rename SESSION_KEYS in .dev.vars, ";
    assert!(ran.stderr.contains(help), "{ran:?}");

    // Acknowledged with `--dev-vars`, it has its keys at once.
    folder.write("storage.lock", folder.read("storage.lock").replace("LOGIN_KEYS", "SESSION_KEYS"));
    let ran = with_keys(&folder, &["--acknowledge", "sessions"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("  + LOGIN_KEYS  the keys of SESSION_KEYS\n"), "{ran:?}");
    assert_eq!(key(&folder.read(".dev.vars"), "LOGIN_KEYS"), keys);
}
