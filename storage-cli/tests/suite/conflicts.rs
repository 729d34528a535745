//! Files that contradict the declarations: named at their place, and left alone.

use storage_cli::wrangler::{Format, ProblemKind, Refusal, update};

use crate::support;

const SETTINGS: &str =
    "name = \"media-api\"\nmain = \"build/index.js\"\ncompatibility_date = \"2026-11-01\"\n";

fn refused(format: Format, text: &str, env: Option<&str>) -> Refusal {
    let manifest = match env {
        None => support::manifest(support::FOUR),
        Some(_) => support::own(),
    };
    match update("wrangler.toml", format, Some(text.as_bytes()), &manifest, env) {
        Err(refusal) => refusal,
        Ok(update) => panic!("accepted:\n{}", update.text),
    }
}

/// The refusal of a file, which has to be one problem of the kind.
fn toml(kind: ProblemKind, text: &str, env: Option<&str>) -> String {
    let refusal = refused(Format::Toml, &format!("{SETTINGS}{text}"), env);
    let kinds: Vec<_> = refusal.problems().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [kind], "{refusal}");
    refusal.to_string()
}

/// `at` is where the message has to point: line and column below the settings.
fn conflict(text: &str, env: Option<&str>, at: &str, names: &[&str]) {
    let message = toml(ProblemKind::Conflict, text, env);
    assert!(message.starts_with(&format!("wrangler.toml:{at}: ")), "{message}");
    for name in names {
        assert!(message.contains(name), "{name} is not in: {message}");
    }
    assert!(message.contains("\nhelp: "), "{message}");
}

#[test]
fn a_bucket_of_another_name() {
    let text = "[[r2_buckets]]\nbinding = \"USER_ASSETS\"\nbucket_name = \"old\"\n";
    conflict(
        text,
        None,
        "6:15",
        &["`USER_ASSETS`", "`old`", "`user-assets`", "existing = \"old\""],
    );
}

#[test]
fn a_namespace_of_another_id() {
    let text =
        "[[kv_namespaces]]\nbinding = \"SESSIONS\"\nid = \"11112222333344445555666677778888\"\n";
    let names =
        ["11112222333344445555666677778888", "0f2ac74b498b48021cb68387c421e279", "`sessions`"];
    conflict(text, None, "6:6", &names);
}

#[test]
fn a_worker_of_another_name() {
    let text = "name = \"other\"\nmain = \"x\"\ncompatibility_date = \"2026-11-01\"\n";
    let refusal = refused(Format::Toml, text, None);
    let message = refusal.to_string();
    assert!(message.starts_with("wrangler.toml:1:8: "), "{message}");
    assert!(message.contains("`other`") && message.contains("`media-api`"), "{message}");
    let manifest = support::own();
    let staging = update("", Format::Toml, Some(text.as_bytes()), &manifest, Some("staging"));
    assert!(staging.is_ok(), "an environment may be called anything");
}

/// Every way of using a name that wrangler knows, and one that it will only know tomorrow.
#[test]
fn a_name_that_is_taken() {
    let taken = [
        ("vars = { USER_ASSETS = \"x\" }", "4:10", "vars.USER_ASSETS"),
        ("[vars]\nUSER_ASSETS = 1", "5:1", "vars.USER_ASSETS"),
        ("[wasm_modules]\nUSER_ASSETS = \"a.wasm\"", "5:1", "wasm_modules.USER_ASSETS"),
        ("[text_blobs]\nUSER_ASSETS = \"a\"", "5:1", "text_blobs.USER_ASSETS"),
        ("[data_blobs]\nUSER_ASSETS = \"a\"", "5:1", "data_blobs.USER_ASSETS"),
        ("[[kv_namespaces]]\nbinding = \"USER_ASSETS\"", "5:11", "kv_namespaces[0]"),
        ("[[services]]\nbinding = \"USER_ASSETS\"\nservice = \"x\"", "5:11", "services[0]"),
        ("[[d1_databases]]\nbinding = \"USER_ASSETS\"", "5:11", "d1_databases[0]"),
        (
            "[[queues.producers]]\nbinding = \"USER_ASSETS\"\nqueue = \"q\"",
            "5:11",
            "queues.producers[0]",
        ),
        (
            "[durable_objects]\nbindings = [{ name = \"USER_ASSETS\", class_name = \"C\" }]",
            "5:22",
            "durable_objects.bindings[0]",
        ),
        (
            "unsafe.bindings = [{ name = \"USER_ASSETS\", type = \"x\" }]",
            "4:29",
            "unsafe.bindings[0]",
        ),
        ("[ai]\nbinding = \"USER_ASSETS\"", "5:11", "`ai`"),
        ("[assets]\nbinding = \"USER_ASSETS\"", "5:11", "`assets`"),
        ("[browser]\nbinding = \"USER_ASSETS\"", "5:11", "`browser`"),
        ("[[hyperdrive]]\nbinding = \"USER_ASSETS\"", "5:11", "hyperdrive[0]"),
        ("[[vectorize]]\nbinding = \"USER_ASSETS\"", "5:11", "vectorize[0]"),
        ("[[workflows]]\nbinding = \"USER_ASSETS\"\nname = \"w\"", "5:11", "workflows[0]"),
        ("[[send_email]]\nname = \"USER_ASSETS\"", "5:8", "send_email[0]"),
        ("[[ratelimits]]\nname = \"USER_ASSETS\"", "5:8", "ratelimits[0]"),
        ("[secrets]\nrequired = [\"A\", \"USER_ASSETS\"]", "5:18", "secrets.required"),
        ("[[of_tomorrow]]\nbinding = \"USER_ASSETS\"", "5:11", "of_tomorrow[0]"),
    ];
    for (text, at, path) in taken {
        conflict(text, None, at, &[path, "bucket `user-assets`", "field `assets`"]);
    }
}

#[test]
fn names_that_only_look_taken() {
    let manifest = support::manifest(support::FOUR);
    for text in [
        "[[workflows]]\nbinding = \"W\"\nname = \"USER_ASSETS\"",
        "[vars.A]\nbinding = \"USER_ASSETS\"",
        "[define]\nUSER_ASSETS = \"1\"",
        "[env.staging.vars]\nUSER_ASSETS = \"1\"",
        "[[containers]]\nname = \"USER_ASSETS\"",
        "[vars]\nuser_assets = 1",
    ] {
        let text = format!("{SETTINGS}{text}\n");
        let update = update("wrangler.toml", Format::Toml, Some(text.as_bytes()), &manifest, None);
        assert!(update.is_ok(), "{text}: {}", update.unwrap_err());
    }
}

#[test]
fn an_environment_sees_its_own_names_and_those_it_inherits() {
    let own = "[env.staging.vars]\nUSER_ASSETS = \"x\"\n";
    conflict(own, Some("staging"), "5:1", &["env.staging.vars.USER_ASSETS"]);
    let inherited = "[assets]\nbinding = \"USER_ASSETS\"\n";
    conflict(inherited, Some("staging"), "5:11", &["`assets`"]);
    let manifest = support::own();
    let replaced = format!("{SETTINGS}{inherited}[env.staging.assets]\nbinding = \"FILES\"\n");
    let not_inherited = format!("{SETTINGS}[vars]\nUSER_ASSETS = \"x\"\n");
    for text in [replaced, not_inherited] {
        let update = update("", Format::Toml, Some(text.as_bytes()), &manifest, Some("staging"));
        assert!(update.is_ok(), "{text}: {}", update.unwrap_err());
    }
}

#[test]
fn an_environment_may_have_buckets_and_ids_of_its_own() {
    let text = format!(
        "{SETTINGS}[[env.staging.r2_buckets]]\nbinding = \"USER_ASSETS\"\nbucket_name = \"mine\"\n\
         [[env.staging.r2_buckets]]\nbinding = \"INVOICES\"\nbucket_name = \"company-invoices\"\n\
         [[env.staging.kv_namespaces]]\nbinding = \"SESSIONS\"\nid = \"11112222333344445555666677778888\"\n"
    );
    let manifest = support::manifest(support::FOUR);
    let update =
        update("", Format::Toml, Some(text.as_bytes()), &manifest, Some("staging")).unwrap();
    assert!(update.text.contains("\"mine\"") && !update.text.contains("user-assets-staging"));
    assert!(
        update
            .advice
            .iter()
            .any(|advice| advice
                .contains("`mine` itself keeps `delete_after_days`, not this file: `cargo storage apply --env staging`"))
    );
}

/// A staging environment that works on production's files by accident is how they get lost.
#[test]
fn an_environment_gets_what_exists_already_by_decision_only() {
    let manifest = support::manifest(support::FOUR);
    let toml = (
        Format::Toml,
        SETTINGS.to_owned(),
        "[[env.staging.r2_buckets]]\nbinding = \"INVOICES\"\nbucket_name = \"<bucket_name>\"",
        "[[env.staging.kv_namespaces]]\nbinding = \"SESSIONS\"\nid = \"<id>\"",
    );
    let jsonc = (
        Format::Jsonc,
        "{ \"name\": \"media-api\" }".to_owned(),
        "\"env\": { \"staging\": { \"r2_buckets\": [{ \"binding\": \"INVOICES\", \"bucket_name\": \"<bucket_name>\" }] } }",
        "\"env\": { \"staging\": { \"kv_namespaces\": [{ \"binding\": \"SESSIONS\", \"id\": \"<id>\" }] } }",
    );
    for (format, text, bucket, namespace) in [toml, jsonc] {
        for text in [Some(text.as_bytes()), None] {
            let refusal = update("f", format, text, &manifest, Some("staging")).unwrap_err();
            assert_eq!(refusal.problems().count(), 2, "{refusal}");
            let message = refusal.to_string();
            for words in [bucket, namespace, "`invoices`", "`company-invoices`", "`staging`"] {
                assert!(message.contains(words), "{words} is not in: {message}");
            }
        }
    }
    let undecided = format!("{SETTINGS}[[env.staging.r2_buckets]]\nbinding = \"INVOICES\"\n");
    let decided = format!("{undecided}[[env.staging.kv_namespaces]]\nbinding = \"SESSIONS\"\n");
    let bytes = Some(decided.as_bytes());
    let update = update("f", Format::Toml, bytes, &manifest, Some("staging")).unwrap();
    assert!(!update.text.contains("company-invoices"), "the entry stays as it is: {}", update.text);
}

#[test]
fn the_bucket_of_an_environment_is_not_one_that_is_declared() {
    let two = support::TWO.replace(
        "\"fields\":[",
        "\"fields\":[{\"field\":\"drafts\",\"kind\":\"bucket\",\"binding\":\"DRAFTS\",\
         \"name\":\"user-assets-staging\",\"namespace\":\"default\",\"access\":\"private\"},",
    );
    let manifest = support::manifest(&two);
    let refusal = update("f", Format::Toml, None, &manifest, Some("staging")).unwrap_err();
    let message = refusal.to_string();
    for words in ["`assets`", "bucket `user-assets-staging`", "`drafts`", "help: add the entry"] {
        assert!(message.contains(words), "{words} is not in: {message}");
    }
    assert!(update("f", Format::Toml, None, &manifest, Some("preview")).is_ok());
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let text = "[vars]\nUSER_ASSETS = 1\nINVOICES = 1\nAPP_CONFIGS = 1\n";
    let refusal = refused(Format::Toml, &format!("{SETTINGS}{text}"), None);
    assert_eq!(refusal.problems().count(), 3, "{refusal}");
}

#[test]
fn what_wrangler_would_not_take_either() {
    for (text, words) in [
        ("r2_buckets = 3", "4:14: `r2_buckets` has to be an array, and is a number"),
        ("[r2_buckets]\nbinding = \"A\"", "4:1: `r2_buckets` has to be an array, and is a table"),
        ("kv_namespaces = [\"A\"]", "4:18: an entry of `kv_namespaces` has to be a table"),
        ("r2_buckets = [{ binding = 3 }]", "4:27: a `binding` of `r2_buckets` has to be a string"),
        (
            "r2_buckets = [{ binding = \"USER_ASSETS\", bucket_name = true }]",
            "4:56: `bucket_name` has to be a string, and is a boolean",
        ),
        (
            "[[r2_buckets]]\nbinding = \"USER_ASSETS\"\n[[r2_buckets]]\nbinding = \"USER_ASSETS\"",
            "6:1: `r2_buckets` has two entries with the binding `USER_ASSETS`",
        ),
    ] {
        let refusal = refused(Format::Toml, &format!("{SETTINGS}{text}\n"), None);
        assert!(
            refusal.problems().all(|problem| problem.kind == ProblemKind::Malformed),
            "{refusal}"
        );
        assert!(refusal.to_string().starts_with(&format!("wrangler.toml:{words}")), "{refusal}");
    }
    for (text, words) in [
        ("env = 3", "4:7: `env` has to be a table, and is a number"),
        ("[env]\nstaging = []", "5:11: `env.staging` has to be a table, and is an array"),
        ("[env.staging]\nr2_buckets = {}", "5:14: `env.staging.r2_buckets` has to be an array"),
    ] {
        let refusal = refused(Format::Toml, &format!("{SETTINGS}{text}\n"), Some("staging"));
        assert!(refusal.to_string().starts_with(&format!("wrangler.toml:{words}")), "{refusal}");
    }
}

#[test]
fn dotted_environments_are_refused_with_the_lines_to_add() {
    let message = toml(ProblemKind::Unsupported, "env.staging.main = \"a.js\"\n", Some("staging"));
    assert!(message.contains("[[env.staging.r2_buckets]]\nbinding = \"USER_ASSETS\""), "{message}");
}

#[test]
fn a_bucket_name_that_an_environment_can_not_have() {
    let refusal = refused(Format::Toml, SETTINGS, Some("My_Env"));
    let message = refusal.to_string();
    assert!(message.contains("`user-assets-My_Env`") && message.contains("help: "), "{message}");
}

#[test]
fn an_old_compatibility_date_is_a_warning() {
    let text = SETTINGS.replace("2026-11-01", "2024-01-01") + "build.command = \"worker-build\"\n";
    let manifest = support::manifest(support::TWO);
    let update = update("", Format::Toml, Some(text.as_bytes()), &manifest, None).unwrap();
    assert!(update.text.contains("2024-01-01"));
    let [warning] = update.warnings.as_slice() else { panic!("{:?}", update.warnings) };
    assert!(warning.contains("2024-01-01") && warning.contains("2026-04-21"), "{warning}");
}

/// The warning about how the Worker is built, of a file that says this about it.
fn build_warning(format: Format, text: &str) -> Option<String> {
    let manifest = support::manifest(support::TWO);
    let mut update = update("", format, Some(text.as_bytes()), &manifest, None).unwrap();
    assert!(update.warnings.len() <= 1, "{:?}", update.warnings);
    update.warnings.pop()
}

#[test]
fn a_worker_that_wrangler_does_not_build_is_a_warning() {
    let json = |more: &str| {
        let date = "\"compatibility_date\": \"2026-11-01\"";
        format!("{{ \"name\": \"media-api\", {date}{more} }}")
    };
    let main = ", \"main\": \"build/index.js\"";
    for (format, text, help) in [
        (Format::Toml, SETTINGS.to_owned(), "help: add build.command = \"worker-build --release\""),
        (
            Format::Toml,
            format!("{SETTINGS}[build]\nwatch_dir = \"src\"\n"),
            "help: add to `build` command = \"worker-build --release\"",
        ),
        (
            Format::Jsonc,
            json(main),
            "help: add \"build\": { \"command\": \"worker-build --release\" }",
        ),
    ] {
        let warning = build_warning(format, &text).unwrap();
        assert!(warning.contains("no `build.command`: wrangler would serve what was"), "{warning}");
        assert!(warning.ends_with(help), "{warning}");
    }
    assert_eq!(build_warning(Format::Jsonc, &json("")), None, "it gets one");
}

#[test]
fn a_main_that_is_not_what_is_built_is_a_warning() {
    let of = |main: &str, command: &str| {
        let text = SETTINGS.replace("build/index.js", main);
        build_warning(Format::Toml, &format!("{text}build.command = \"{command}\"\n"))
    };
    for (main, command) in [
        ("build/index.js", "worker-build --release"),
        ("./build/index.js", "cargo install -q worker-build && worker-build --release"),
        ("build/worker/shim.mjs", "worker-build"),
        ("dist/index.js", "worker-build --out-dir dist"),
        ("elsewhere.js", "make"),
    ] {
        assert_eq!(of(main, command), None, "{main} {command}");
    }
    let warning = of("dist/index.js", "worker-build --release").unwrap();
    assert!(warning.starts_with("`main` is dist/index.js, and"), "{warning}");
    assert!(warning.contains("help: main = \"build/index.js\", unless"), "{warning}");
}

/// The refusal of a file by a manifest with encryption.
fn sealed(format: Format, text: &str, env: Option<&str>) -> Refusal {
    let manifest = support::manifest(support::SEALED);
    update("wrangler.toml", format, Some(text.as_bytes()), &manifest, env).unwrap_err()
}

#[test]
fn a_secret_that_the_file_shows() {
    for (text, env, at, path) in [
        ("vars = { VAULT_KEYS = \"x\" }", None, "4:10", "vars.VAULT_KEYS"),
        (
            "[env.staging.vars]\nVAULT_KEYS = \"x\"\n",
            Some("staging"),
            "5:1",
            "env.staging.vars.VAULT_KEYS",
        ),
    ] {
        let refusal = sealed(Format::Toml, &format!("{SETTINGS}{text}"), env);
        let kinds: Vec<_> = refusal.problems().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::Conflict], "{refusal}");
        let option = env.map(|env| format!(" --env {env}")).unwrap_or_default();
        let expected = format!(
            "wrangler.toml:{at}: `VAULT_KEYS` is `{path}` here, and a secret in the code (field `vault` of \
             `media-api`): whoever reads the file can decrypt everything\n\
             help: remove it here and set it with `wrangler secret put VAULT_KEYS{option}`; if"
        );
        assert!(refusal.to_string().starts_with(&expected), "{refusal}");
    }
    let elsewhere = format!("{SETTINGS}[env.staging.vars]\nVAULT_KEYS = \"x\"\n");
    let manifest = support::manifest(support::SEALED);
    assert!(update("", Format::Toml, Some(elsewhere.as_bytes()), &manifest, None).is_ok());
}

#[test]
fn a_secret_whose_name_is_taken() {
    for (text, path) in [
        ("[[kv_namespaces]]\nbinding = \"SESSION_KEYS\"", "kv_namespaces[0]"),
        ("[[secrets_store_secrets]]\nbinding = \"SESSION_KEYS\"", "secrets_store_secrets[0]"),
        ("[ai]\nbinding = \"SESSION_KEYS\"", "ai"),
    ] {
        let refusal = sealed(Format::Toml, &format!("{SETTINGS}{text}\n"), None);
        let message = refusal.to_string();
        let expected = format!("wrangler.toml:5:11: `SESSION_KEYS` is `{path}` here, and a secret");
        assert!(message.starts_with(&expected), "{message}");
        assert!(message.contains("(field `sessions` of `media-api`)"), "{message}");
        assert!(message.contains("another secret: `encryption(secret = \"...\")`"), "{message}");
    }
}

#[test]
fn a_list_of_secrets_that_is_none() {
    for (text, words) in [
        ("secrets = 3", "4:11: `secrets` has to be a table, and is a number"),
        ("[[secrets]]\nrequired = []", "4:1: `secrets` has to be a table, and is an array"),
        (
            "secrets.required = \"VAULT_KEYS\"",
            "4:20: `secrets.required` has to be an array, and is a string",
        ),
        (
            "[secrets]\nrequired = [\"A\", 3]",
            "5:18: a name in `secrets.required` has to be a string, and is a number",
        ),
        (
            "[[secrets.required]]\nname = \"VAULT_KEYS\"",
            "4:1: a name in `secrets.required` has to be a string, and is a table",
        ),
    ] {
        let text = format!("{SETTINGS}{text}\n");
        let refusal = sealed(Format::Toml, &text, None);
        assert!(
            refusal.problems().all(|problem| problem.kind == ProblemKind::Malformed),
            "{refusal}"
        );
        assert!(refusal.to_string().starts_with(&format!("wrangler.toml:{words}")), "{refusal}");
        let manifest = support::manifest(support::TWO);
        assert!(update("", Format::Toml, Some(text.as_bytes()), &manifest, None).is_ok());
    }
    for (text, words) in [
        ("{ \"secrets\": [] }", "1:14: `secrets` has to be a table, and is an array"),
        ("{ \"secrets\": { \"required\": {} } }", "1:28: `secrets.required` has to be an array"),
        ("{ \"secrets\": { \"required\": [null] } }", "1:29: a name in `secrets.required` has"),
    ] {
        let refusal = sealed(Format::Jsonc, text, None);
        assert!(refusal.to_string().starts_with(&format!("wrangler.toml:{words}")), "{refusal}");
    }
    let staging = format!("{SETTINGS}[env.staging]\nsecrets = 3\n");
    let refusal = sealed(Format::Toml, &staging, Some("staging"));
    assert!(refusal.to_string().contains("`env.staging.secrets` has to be a table"), "{refusal}");
}

#[test]
fn json_is_refused_for_the_same_reasons() {
    let file = |more: &str| {
        format!(
            "{{\n  \"name\": \"media-api\", \"main\": \"m\", \"compatibility_date\": \"2026-11-01\",\n  {more}\n}}"
        )
    };
    for (more, words) in [
        (
            "\"vars\": { \"USER_ASSETS\": 1 }",
            "3:13: the binding `USER_ASSETS` is `vars.USER_ASSETS`",
        ),
        ("\"r2_buckets\": {}", "3:17: `r2_buckets` has to be an array, and is a table"),
        ("\"a\": 1, \"a\": 2", "3:11: the key `a` is written twice"),
        ("\"a\": 1 \"b\": 2", "3:9: not valid JSONC: Expected comma\nhelp: look for a comma"),
        ("'a': 1", "3:3: not valid JSONC: "),
        (
            "\"r2_buckets\": [{ \"binding\": \"USER_ASSETS\", \"bucket_name\": \"old\" }]",
            "3:61: the binding `USER_ASSETS` means `old` here",
        ),
    ] {
        let refusal = refused(Format::Jsonc, &file(more), None);
        assert!(refusal.to_string().starts_with(&format!("wrangler.toml:{words}")), "{refusal}");
    }
}
