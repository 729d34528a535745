//! Every mistake is found, and none hides another.

use super::{expand, messages};

#[track_caller]
fn assert_messages(kind: &str, form: &str, item: &str, expected: &[&str]) {
    let actual = messages(expand(kind, form, item));
    let matches = actual.len() == expected.len()
        && actual.iter().zip(expected).all(|(actual, expected)| actual.contains(expected));
    assert!(matches, "expected {expected:#?}, got {actual:#?}");
}

#[track_caller]
fn assert_bucket(form: &str, expected: &[&str]) {
    assert_messages("bucket", form, "struct Assets;", expected);
}

#[test]
fn what_is_right_has_no_messages() {
    for form in [
        r#"name = "assets""#,
        r#"name = "assets","#,
        r##"name = r"assets", namespace = r#"default"#"##,
        r#"name = "assets", metadata()"#,
        r#"name = "assets", metadata(type = "x", r#in = "y", "a b" = "z",)"#,
        r#"name = "assets", delete_after_days = 0x1e"#,
        r#"name = "assets", crate = ::some::where_else"#,
        r#"name = "assets", crate = crate"#,
    ] {
        assert_bucket(form, &[]);
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    assert_messages(
        "bucket",
        r#"naem = "assets", ttl_seconds = 60, namespace = "Media", binding = 5,
           access = "public", delete_after_days = 0, metadata = "x", crate = "storage""#,
        "enum Assets {}",
        &[
            "help: write `name = \"assets\"`",
            "`ttl_seconds` is an option of `#[storage::kv]`",
            "crate = \"storage\"",
            "binding = 5",
            "`metadata` is not a list",
            "on the enum `Assets`",
            "help: write `namespace = \"media\"`",
            "access = \"public\"",
            "delete_after_days = 0",
        ],
    );
}

#[test]
fn a_misspelt_name_is_not_also_missing() {
    assert_bucket(r#"nam = "assets""#, &["write `name = \"assets\"`"]);
    assert_bucket("nam", &["write `name = \"user-assets\"`"]);
    assert_bucket(r#""assets""#, &["write `name = \"assets\"`"]);
    assert_bucket("name = ASSETS", &["`name = ASSETS` is not a string"]);
    assert_bucket("name", &["`name` has no value"]);
    assert_bucket("name =", &["`name` has no value"]);
    assert_bucket(r#"name("assets")"#, &["`name` has no value"]);
    assert_bucket("delete_after_days = 1", &["no `name`"]);
}

#[test]
fn a_missing_name_is_suggested_from_the_type() {
    assert_messages("kv", "", "struct AppConfigs;", &["help: add `name = \"app-configs\"`"]);
    assert_messages("kv", "", "struct Ä;", &["help: add `name = \"app-configs\"`"]);
}

#[test]
fn integers_are_literals_in_range() {
    for (value, expected) in [
        ("30", None),
        ("3_0", None),
        ("4294967295", None),
        ("4294967296", Some("help: write `delete_after_days = 4294967295`")),
        ("0", Some("help: write `delete_after_days = 1`")),
        ("99999999999999999999999", Some("out of range")),
        ("-1", Some("is 1 to 4294967295 days\nhelp: write `delete_after_days = 30`")),
        ("30u32", Some("help: write `delete_after_days = 30`")),
        ("3.5", Some("not a whole number")),
        ("3e1", Some("not a whole number")),
        ("true", Some("not a whole number")),
        ("DAYS", Some("not a whole number")),
        ("7 * 4", Some("`delete_after_days = 7 * 4` is not a whole number")),
        ("\"7\"", Some("help: write `delete_after_days = 7`")),
        ("\"week\"", Some("help: write `delete_after_days = 30`")),
    ] {
        let form = format!("name = \"assets\", delete_after_days = {value}");
        assert_bucket(&form, expected.as_slice());
    }
}

#[test]
fn times_to_live_are_those_of_the_platform() {
    for (seconds, expected) in [
        ("60", None),
        ("2147483647", None),
        ("59", Some("`ttl_seconds = 59` is out of range: the time to live is 60 to 2147483647")),
        ("2147483648", Some("help: write `ttl_seconds = 2147483647`")),
    ] {
        let form = format!("name = \"configs\", ttl_seconds = {seconds}");
        assert_messages("kv", &form, "struct Configs;", expected.as_slice());
    }
}

#[test]
fn what_exists_has_the_name_it_has() {
    let mistaken = r#"name = "assets", existing = "Legacy_bucket""#;
    assert_bucket(
        mistaken,
        &["help: write `existing = \"<a name from wrangler r2 bucket list>\"`"],
    );
}

#[test]
fn a_value_is_any_type() {
    for (value, expected) in [
        ("Session", None),
        ("(u8, [Session; 2])", None),
        ("Vec<Map<u8, u8>>", None),
        ("Map<u8, fn(u8) -> u8>", None),
        ("\"Session\"", Some("`value = \"Session\"` is not a type")),
        ("Session {}", Some("help: write `value = Session`")),
        ("Vec<u8", Some("is not a type")),
        ("5", Some("is not a type")),
    ] {
        let form = format!("name = \"sessions\", ttl_seconds = 60, value = {value}");
        assert_messages("kv", &form, "struct Sessions;", expected.as_slice());
    }
    let twice = r#"name = "a", value = Map<u8, u8>, value = u8, ttl = 5"#;
    let expected = ["`value` is given twice", "`ttl` is not an option"];
    assert_messages("kv", twice, "struct Sessions;", &expected);
}

#[test]
fn strings_are_plain_literals() {
    for value in
        ["b\"x\"", "c\"x\"", "'x'", "concat!(\"a\", \"b\")", "\"a\" + \"b\"", "\"a\" \"b\""]
    {
        assert_bucket(&format!("name = {value}"), &["is not a string"]);
    }
    assert_bucket("name = \"assets\"x", &["help: write `name = \"assets\"`"]);
}

#[test]
fn a_missing_comma_is_told_once() {
    assert_bucket(r#"name = "assets" binding = "A""#, &["no comma in front of `binding`"]);
    assert_bucket(r#"metadata(a = "b") name = "assets""#, &["no comma in front of `name`"]);
    assert_bucket(r#"name = "assets", metadata(a = "b" c = "d")"#, &["in front of `c`"]);
}

#[test]
fn options_are_given_once() {
    assert_bucket(
        r#"name = "assets", name = "other""#,
        &["first as `name = \"assets\"` and here as `name = \"other\"`"],
    );
    assert_bucket(r#"name = "assets", r#name = "other""#, &["given twice"]);
    assert_bucket(r#"name = "assets", metadata(a = "1", "a" = "2")"#, &["metadata `a` is given"]);
}

#[test]
fn what_is_too_long_together_is_told_once() {
    let long = "x".repeat(60);
    assert_bucket(
        &format!("name = \"{long}\", namespace = \"media\""),
        &["with its namespace is 66 characters"],
    );
    let existing =
        format!("name = \"{long}\", namespace = \"media\", existing = \"abc\", binding = \"A\"");
    assert_bucket(&existing, &[]);
    assert_bucket(&format!("name = \"{}\", namespace = \"default\"", "x".repeat(63)), &[]);
    let digit = format!("1{}", "x".repeat(62));
    assert_bucket(&format!("name = \"{digit}\""), &["makes a binding that is too long"]);
    assert_bucket(&format!("name = \"{digit}\", binding = \"A\""), &[]);
}

#[test]
fn metadata_is_as_large_as_the_platform_lets_it_be() {
    let (fits, over) = ("x".repeat(8192 - 5), "x".repeat(8192 - 4));
    assert_bucket(&format!(r#"name = "assets", metadata(owner = "{fits}")"#), &[]);
    assert_bucket(&format!(r#"name = "assets", metadata(owner = "{over}")"#), &["8193 bytes"]);
}

#[test]
fn suggestions_are_never_refused() {
    for binding in ["user-assets", "9lives", "", "ü", "a b c", &"x".repeat(80)] {
        let form = format!("name = \"assets\", binding = {binding:?}");
        let message = messages(expand("bucket", &form, "struct Assets;")).remove(0);
        let suggestion = message.rsplit('`').nth(1).expect("text to paste").to_owned();
        assert_bucket(&format!("name = \"assets\", {suggestion}"), &[]);
    }
}

#[test]
fn entries_of_a_list_are_judged_one_by_one() {
    let cors = |options: &str, expected: &[&str]| {
        assert_bucket(&format!(r#"name = "assets", cors({options})"#), expected);
    };
    cors(r#"origins = ["*"], methods = ["GET"]"#, &[]);
    cors(r#"origins = [r"http://localhost:3000",], methods = ["GET", "HEAD"], headers = []"#, &[]);
    cors(
        r#"origins = ["a b", "https://a.example/x"], methods = ["PATCH", "put", "PUT"]"#,
        &[
            "help: write `origins = [\"https://app.example.com\"]`",
            "help: write `\"https://a.example\"`",
            "`\"PATCH\"` in `methods` is refused",
            "help: write `\"PUT\"`",
            "`\"PUT\"` is in `methods` twice",
        ],
    );
    cors(
        r#"origins = [ORIGIN, "x/"], methods = [5]"#,
        &["`ORIGIN` in `origins`", "`5` in `methods`", "help: write `\"https://x\"`"],
    );
    cors(r"origins = [], methods = []", &["`origins` is empty", "`methods` is empty"]);
}

#[test]
fn a_name_in_the_environment_stands_for_one_thing() {
    assert_bucket(
        r#"name = "assets", encryption(secret = "A_KEYS"), signed_urls(secret = "A_KEYS")"#,
        &["help: write `secret = \"A_LINK_KEYS\"`"],
    );
    assert_bucket(
        r#"name = "assets", s3(account_id = "ASSETS", access_key_id = "X", secret_access_key = "X")"#,
        &[
            "help: write `account_id = \"ASSETS_ACCOUNT_ID\"`",
            "help: write `secret_access_key = \"X_SECRET_ACCESS_KEY\"`",
        ],
    );
}

#[test]
fn what_is_encrypted_has_links_to_the_worker_or_none() {
    const S3: &str =
        r#"s3(account_id = "ID", access_key_id = "KEY_ID", secret_access_key = "KEY")"#;
    let sealed = format!(r#"name = "assets", encryption(secret = "VAULT_KEYS"), {S3}"#);
    assert_bucket(&sealed, &["help: replace it with `signed_urls("]);
    assert_bucket(&format!(r#"{sealed}, signed_urls(secret = "LINK_KEYS")"#), &[]);
    assert_bucket(&format!(r#"name = "assets", {S3}"#), &[]);
}

#[test]
fn fields_go_by_one_worker() {
    let app = |attributes: &str, expected: &[&str]| {
        let item = format!("struct App {{ {attributes} assets: Bucket<Assets>, logs: Kv<Logs> }}");
        assert_messages("app", r#"name = "media-api""#, &item, expected);
    };
    app(r#"#[storage(via = "media-storage")]"#, &[]);
    app(r#"#[storage(via = "media-storage", prefix = "a/")]"#, &[]);
    app(r#"#[storage(prefix = "a_", via = "media-storage",)]"#, &[]);
    app("#[storage]", &["help: add `via = \"media-storage\"`"]);
    app("#[storage()]", &["help: add `via = \"media-storage\"`"]);
    app("#[storage = \"x\"]", &["help: add `via = \"media-storage\"`"]);
    app(
        r#"#[storage(via = "Media Storage", prefix = "a")]"#,
        &["help: write `via = \"media-storage\"`", "help: write `prefix = \"a/\"`"],
    );
    app(
        r#"#[storage(via = "media-storage", prefix = " ")]"#,
        &["help: write `prefix = \"tenant-a/\"`"],
    );
    app(r#"#[storage(via = "media-api")]"#, &["is this very Worker"]);
    app(r#"#[storage(via = "a")] #[storage(via = "b")]"#, &["`#[storage(...)]` is given twice"]);
    let long = format!(r#"#[storage(via = "9{}")]"#, "x".repeat(62));
    app(&long, &["a binding is 1 to 63 letters"]);
}

#[test]
fn storage_workers_are_bound_to_all_they_hold() {
    let worker = |form: &str, attribute: &str, expected: &[&str]| {
        let item = format!("struct Storage {{ {attribute} assets: Bucket<Assets> }}");
        assert_messages("worker", form, &item, expected);
    };
    worker(r#"name = "media-storage""#, "", &[]);
    worker(r#"name = "media-storage", placement = "smart", public_host = "a.example""#, "", &[]);
    worker("", "", &["help: add `name = \"storage\"`"]);
    worker(
        r#"name = "media-storage", placement = "Smart", public_host = "localhost""#,
        r#"#[storage(via = "other")]"#,
        &[
            "help: remove it from `assets`",
            "`placement = \"Smart\"` means nothing here",
            "help: write `public_host = \"files.example.com\"`",
        ],
    );
    worker(
        r#"name = "media-storage", public_host = "https://Files.Example.com:443/x""#,
        "",
        &["help: write `public_host = \"files.example.com\"`"],
    );
    worker(r#"name = "a", delete_after_days = 5"#, "", &["is an option of `#[storage::bucket]`"]);
}
