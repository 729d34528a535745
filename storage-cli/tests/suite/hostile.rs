//! Files that nobody writes: refused in words, or survived.

use storage_cli::wrangler::{Format, Refusal, Update, update};

use crate::support::{self, Folder};

const FORMATS: [Format; 2] = [Format::Jsonc, Format::Toml];

fn run(format: Format, bytes: &[u8]) -> Result<Update, Refusal> {
    update("file", format, Some(bytes), &support::own(), Some("staging"))
}

#[test]
fn bytes_that_are_no_text() {
    for format in FORMATS {
        for bytes in
            [&b"\xff\xfe{\0}\0"[..], b"name = \"\xc3\"", b"{\"name\": \"\xff\"}", b"\xfe\xff\0{"]
        {
            let refusal = run(format, bytes).unwrap_err();
            assert!(refusal.to_string().contains("UTF-8"), "{refusal}");
        }
    }
}

#[test]
fn nul_bytes() {
    for format in FORMATS {
        let refusal = run(format, b"name = \"a\"\n\0").unwrap_err();
        assert!(refusal.to_string().contains("not valid"), "{refusal}");
    }
}

#[test]
fn deep_nesting() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let text = format!("{{\"x\": {}", open.repeat(200_000));
        let refusal = run(Format::Jsonc, text.as_bytes()).unwrap_err();
        assert!(refusal.to_string().contains("nesting"), "{refusal}");
    }
    for text in [
        format!("a = {}", "[".repeat(200_000)),
        format!("a = {}", "{a=".repeat(200_000)),
        format!("{}a = 1", "a.".repeat(50_000)),
        format!("[{}a]", "a.".repeat(50_000)),
    ] {
        let refusal = run(Format::Toml, text.as_bytes()).unwrap_err();
        assert!(refusal.to_string().contains("recurs"), "{refusal}");
    }
}

#[test]
fn syntax_errors_have_a_place() {
    for (format, text, at) in [
        (Format::Jsonc, "{\n  \"a\": }", "file:2:8: "),
        (Format::Jsonc, "{ /* ", "file:1:3: "),
        (Format::Jsonc, "{ \"a\": \"b\n\" }", "file:1:10: "),
        (Format::Jsonc, "{ \"a\u{7f}\tb\": 1 }", "file:1:6: "),
        (Format::Jsonc, "{ \"a\": 1\u{b}, /* \u{b} */ }", "file:1:9: "),
        (Format::Jsonc, "{\n\u{a0}}", "file:2:1: "),
        (Format::Jsonc, "{}\u{c}", "file:1:3: "),
        (Format::Jsonc, "{} {}", "file:1:4: "),
        (Format::Toml, "a = 1\na = 2", "file:2:1: "),
        (Format::Toml, "ä = \"ö\" b", "file:1:9: "),
        (Format::Toml, "a = 1\n[a]\n", "file:2:"),
        (Format::Toml, "x = \"\"\"\n", "file:2:1: "),
    ] {
        let refusal = run(format, text.as_bytes()).unwrap_err();
        assert!(refusal.to_string().starts_with(at), "{text:?}: {refusal}");
    }
}

#[test]
fn roots_that_are_no_object() {
    for text in ["[]", "3", "null", "\"a\"", "", "// nothing"] {
        assert!(run(Format::Jsonc, text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn files_with_nothing_in_them() {
    for (format, text) in [
        (Format::Toml, ""),
        (Format::Toml, "\n\n"),
        (Format::Toml, "# only this"),
        (Format::Toml, "# only this\n"),
        (Format::Toml, "\u{feff}"),
        (Format::Jsonc, "{}"),
        (Format::Jsonc, "{\n}"),
        (Format::Jsonc, "// only this\n{ // and that\n}"),
    ] {
        let once =
            run(format, text.as_bytes()).unwrap_or_else(|refusal| panic!("{text:?}: {refusal}"));
        assert!(once.text.contains("media-api"), "{}", once.text);
        let twice = run(format, once.text.as_bytes()).unwrap();
        assert_eq!(twice.text, once.text);
    }
}

#[test]
fn a_file_of_many_megabytes() {
    let comments = "# nothing to see here\n".repeat(200_000);
    let keys: Vec<_> = (0..20_000).map(|n| format!("KEY_{n} = \"value\"\n")).collect();
    let keys = keys.concat();
    let text = format!("{comments}[vars]\n{keys}");
    let after = run(Format::Toml, text.as_bytes()).unwrap().text;
    assert!(after.contains(&keys) && after.contains(&comments));
}

#[test]
fn keys_that_need_quotes() {
    let manifest = support::manifest(support::FOUR);
    let text = "[env.\"a b\"]\nvars = {}\n[env.\"a b\".\"r2.x\"]\ny = 1\n";
    let update = update("", Format::Toml, Some(text.as_bytes()), &manifest, None).unwrap();
    assert!(update.text.contains("[env.\"a b\".\"r2.x\"]\ny = 1\n"), "{}", update.text);
}

/// All of them are what wrangler reads as `secrets.required`, or as an object without it.
#[test]
fn odd_spellings_of_the_secrets() {
    let manifest = support::manifest(support::SEALED);
    for (format, env, text) in [
        (Format::Toml, None, "\"secrets\" . 'required'=[]# none"),
        (Format::Toml, None, "[ \"secrets\" ]\n\trequired = [ 'VAULT_KEYS' , ]"),
        (Format::Toml, None, "[secrets]\nof.tomorrow = 1\n[secrets.more]\nx = 1"),
        (Format::Toml, None, "[secrets.more]\nx = 1\n[env.staging]\n"),
        (Format::Toml, None, "secrets = {}"),
        (Format::Toml, None, "secrets = { required = [\n  # none\n] }"),
        (
            Format::Toml,
            Some("staging"),
            "[env]\nstaging.secrets.required = []\nstaging.r2_buckets = []\nstaging.kv_namespaces = []",
        ),
        (Format::Toml, Some("staging"), "[env.staging]\nsecrets.required = ['X']"),
        (Format::Toml, Some("staging"), "[env.'staging'.secrets]\n[env.other]"),
        (Format::Toml, Some("staging"), "env = { staging = { secrets = { required = [] } } }"),
        (Format::Toml, Some("staging"), "[secrets]\nrequired = ['VAULT_KEYS', 'SESSION_KEYS']"),
        (Format::Jsonc, None, r#"{"secr\u0065ts":{"requir\u0065d":["VAULT\u005fKEYS"]}}"#),
        (Format::Jsonc, None, "{\"secrets\":{/**/},}"),
        (Format::Jsonc, None, "{\"secrets\"://\n{\"required\"://\n[//\n]//\n}//\n}"),
        (Format::Jsonc, Some("staging"), "{\"env\":{\"staging\":{\"secrets\":{},},},}"),
    ] {
        let run = |text: &str| update("file", format, Some(text.as_bytes()), &manifest, env);
        let once = run(text).unwrap_or_else(|refusal| panic!("{text:?}: {refusal}"));
        let secrets: Vec<_> =
            once.changes.iter().filter(|line| line.contains("secrets.req")).collect();
        let has_one = text.contains("'VAULT_KEYS' ,") || text.contains("u005f");
        assert_eq!(secrets.len(), if has_one { 1 } else { 2 }, "{}", once.text);
        assert_eq!(run(&once.text).unwrap().changes, Vec::<String>::new(), "{}", once.text);
    }
    // wrangler knows nothing but the list, so whoever writes this has to say where it goes.
    for text in [
        "secrets.of_tomorrow = 1",
        "[env]\nstaging.secrets.x = 1\nstaging.r2_buckets = []\nstaging.kv_namespaces = []",
    ] {
        let env = text.starts_with("[env]").then_some("staging");
        let refusal =
            update("file", Format::Toml, Some(text.as_bytes()), &manifest, env).unwrap_err();
        let message = refusal.to_string();
        let path = if env.is_some() { "`[env.staging.secrets]`" } else { "`[secrets]`" };
        assert!(message.contains("dotted keys") && message.contains(path), "{message}");
        assert!(message.contains("\nhelp: "), "{message}");
    }
}

#[test]
fn the_command_leaves_a_broken_file_alone() {
    let folder = Folder::new(support::TWO);
    for (name, text) in [
        ("a.jsonc", "{ \"name\": "),
        ("b.toml", "r2_buckets = 3\n"),
        ("c.json", "{\"vars\": {\"USER_ASSETS\": 1}}"),
    ] {
        folder.write(name, text);
        let ran = folder.generate(name, &[]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(&format!("{name}:1:")), "{ran:?}");
        assert_eq!(folder.read(name), text);
        let ran = folder.generate(name, &["--check"]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
    }
}

/// What a file says is shown, and no terminal obeys it.
#[test]
fn nothing_of_a_file_reaches_the_terminal_as_a_command() {
    let folder = Folder::new(support::TWO);
    let file = "# \u{202e}\nname = \"a\u{202e}\\u001b[1A\"\n";
    folder.write("wrangler.toml", file);
    let refused = folder.generate("wrangler.toml", &[]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains(r"`a\u{202e}\u{1b}[1A` here"), "{refused:?}");
    folder.write("wrangler.toml", "# \u{202e}\nname = \"media-api\"\n\tmain = \"x\"\n");
    let stale = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!(stale.code, Some(1), "{stale:?}");
    assert!(stale.stdout.contains(" # \\u{202e}\n"), "{stale:?}");
    assert!(stale.stdout.contains(" \tmain = "), "tabs stay: {stale:?}");
    for ran in [refused, stale] {
        assert!(!(ran.stdout + &ran.stderr).contains(['\u{1b}', '\u{202e}']));
    }
}
