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
