//! What apps and storage Workers say in a wrangler file: what contradicts it, and what is only odd.

use storage_cli::wrangler::{Format, ProblemKind, Refusal, Update, update};

use crate::support::{Folder, Ran, VIA, WORKER, manifest};

const FORMATS: [(Format, &str); 2] = [(Format::Jsonc, "{}"), (Format::Toml, "")];

fn run(section: &str, text: &str, env: Option<&str>) -> Result<Update, Refusal> {
    let format = if text.starts_with('{') { Format::Jsonc } else { Format::Toml };
    update("file", format, Some(text.as_bytes()), &manifest(section), env)
}

/// The one problem of a file.
fn refused(section: &str, text: &str, env: Option<&str>) -> (ProblemKind, String) {
    let refusal = match run(section, text, env) {
        Err(refusal) => refusal,
        Ok(update) => panic!("accepted:\n{}", update.text),
    };
    let kinds: Vec<_> = refusal.problems().map(|problem| problem.kind).collect();
    let [kind] = kinds[..] else { panic!("more than one problem: {refusal}") };
    (kind, refusal.to_string())
}

#[test]
fn services_that_are_something_else() {
    use ProblemKind::{Conflict, Malformed, Unsupported};
    let long = VIA.replace("audit-storage", &"x".repeat(60));
    for (section, env, text, kind, message) in [
        (VIA, None, "services = 3\n", Malformed, "file:1:12: `services` has to be an array"),
        (VIA, None, "services = [3]\n", Malformed, "an entry of `services` has to be a table"),
        (
            VIA,
            None,
            "services = [{ binding = 'MEDIA_STORAGE', service = 'old-storage' }]\n",
            Conflict,
            "the binding `MEDIA_STORAGE` means `old-storage` here and `media-storage` in the code (field \
             `assets` of `media-api`)\nhelp: to go by the Worker that the file names, declare it: \
             `#[storage(via = \"old-storage\")]`",
        ),
        (
            VIA,
            None,
            "[vars]\nAUDIT_STORAGE = 'x'\n",
            Conflict,
            "the binding `AUDIT_STORAGE` is `vars.AUDIT_STORAGE` here, and the storage Worker `audit-storage` in \
             the code (field `audit` of `media-api`): a Worker's bindings have different names\n\
             help: rename this one",
        ),
        (
            VIA,
            None,
            "services = [{ binding = 'MEDIA_STORAGE' }, { binding = 'MEDIA_STORAGE' }]\n",
            Malformed,
            "`services` has two entries with the binding `MEDIA_STORAGE`",
        ),
        (
            VIA,
            None,
            "services = [{ binding = 'MEDIA_STORAGE', props = 'all' }]\n",
            Malformed,
            "`props` of the service `MEDIA_STORAGE` has to be a table, and is a string",
        ),
        (
            VIA,
            None,
            "services = [{ binding = 'MEDIA_STORAGE', props = { storage = true } }]\n",
            Malformed,
            "`props.storage` of the service `MEDIA_STORAGE` has to be a table, and is a boolean",
        ),
        (
            VIA,
            None,
            "services = [{ binding = 'MEDIA_STORAGE', props.storage.old.verbs = ['read'] }]\n",
            Unsupported,
            "`services.props.storage.user-assets` of the binding `MEDIA_STORAGE` is written in a way that this tool \
             fails to change\nhelp: by hand: props.storage.user-assets = { kind = ",
        ),
        (
            long.as_str(),
            Some("staging"),
            "",
            Unsupported,
            "the environment's storage Worker would be called `xxxx",
        ),
    ] {
        let (found, text) = refused(section, text, env);
        assert_eq!(found, kind, "{text}");
        assert!(text.contains(message), "{message}\n{text}");
    }
}

/// One key is written over the other by the platform, so an app of that kind would be refused there.
#[test]
fn an_environment_does_not_go_by_another_workers_production() {
    let section = VIA.replace("audit-storage", "media-storage-staging");
    let (kind, message) = refused(&section, "", Some("staging"));
    assert_eq!(kind, ProblemKind::Unsupported);
    let expected = "in `staging`, the field `assets` would hold the storage Worker `media-storage-staging`, which \
                    is that of the field `audit` outside of environments\nhelp: ";
    assert!(message.contains(expected), "{message}");
    assert!(run(&section, "", None).is_ok());
}

#[test]
fn grants_that_are_no_grants_are_replaced() {
    for storage in [
        r#"{ "user-assets": true, "finance-reports": [] }"#,
        r#"{ "user-assets": { "kind": 3, "verbs": "all", "prefix": null } }"#,
        r#"{ "user-assets": { "kind": "kv", "verbs": ["read", "read", "write", "list"], "prefix": "tenant-a" } }"#,
        r#"{ "finance-reports": { "kind": "bucket", "verbs": ["read", 3] }, "a\"b": {}, "": {} }"#,
    ] {
        let text = format!(
            r#"{{ "services": [{{ "binding": "MEDIA_STORAGE", "props": {{ "storage": {storage} }} }}] }}"#
        );
        let once = run(VIA, &text, None).unwrap_or_else(|refusal| panic!("{storage}: {refusal}"));
        let file: serde_json::Value = serde_json::from_str(&once.text).unwrap();
        let expected = serde_json::json!({
            "user-assets": {
                "kind": "bucket", "verbs": ["read", "write", "delete", "list"], "prefix": "tenant-a/",
            },
            "finance-reports": { "kind": "bucket", "verbs": ["read"] },
        });
        assert_eq!(file["services"][0]["props"]["storage"], expected, "{}", once.text);
        assert!(run(VIA, &once.text, None).unwrap().changes.is_empty());
    }
}

#[test]
fn changes_of_grants_are_said() {
    let text = r#"{ "services": [{ "binding": "MEDIA_STORAGE", "service": "media-storage", "props": { "storage": {
        "user-assets": { "kind": "bucket", "verbs": ["read"], "prefix": "tenant-a/" }, "old": {},
        "finance-reports": { "kind": "bucket", "verbs": ["read"] } } } }] }"#;
    let changes = run(VIA, text, None).unwrap().changes;
    let of_services: Vec<_> =
        changes.iter().filter(|line| line.contains("MEDIA_STORAGE")).collect();
    let expected = [
        "~ services.props.storage.user-assets.verbs  MEDIA_STORAGE -> read, write, delete, list",
        "- services.props.storage.old  MEDIA_STORAGE",
    ];
    assert_eq!(of_services, expected);
}

/// Data only: nothing that stands in a name or a prefix gets out of its quotes.
#[test]
fn odd_prefixes_stay_in_their_quotes() {
    let odd = r#"a\" } ], \\ # // /* ü\u2028'''/"#;
    let section = VIA.replace("tenant-a/", odd);
    let prefix: String = serde_json::from_str(&format!("\"{odd}\"")).unwrap();
    for (format, blank) in FORMATS {
        let update =
            update("file", format, Some(blank.as_bytes()), &manifest(&section), None).unwrap();
        let file: serde_json::Value = match format {
            Format::Toml => toml_edit::de::from_str(&update.text).unwrap(),
            _ => serde_json::from_str(&update.text).unwrap(),
        };
        let grant = &file["services"][0]["props"]["storage"]["user-assets"];
        assert_eq!(grant["prefix"], prefix.as_str(), "{}", update.text);
    }
}

#[test]
fn grants_that_nothing_asks_for_are_worth_a_warning() {
    let text = "[[services]]\nbinding = 'OLD'\nservice = 'old'\nprops.storage.x = { verbs = ['read'] }\n\
                [[services]]\nbinding = 'AUTH'\nservice = 'auth'\nprops.team = 'x'\n";
    let warnings = run(VIA, text, None).unwrap().warnings;
    let about: Vec<_> = warnings.iter().filter(|line| line.contains("services")).collect();
    assert_eq!(about.len(), 1, "{warnings:?}");
    let expected = "`services` has the entry `OLD` with grants for a storage Worker, and no field goes by it\n\
                    help: remove the entry, or its `props.storage`";
    assert_eq!(about[0], expected);
}

/// What is granted by hand, around the code, is not what is checked into it.
#[test]
fn a_check_fails_with_grants_that_nothing_asks_for() {
    let folder = Folder::new(VIA);
    assert_eq!(folder.generate("wrangler.toml", &[]).code, Some(0));
    assert_eq!(folder.generate("wrangler.toml", &["--check"]).code, Some(0));
    let mine = "\n[[services]]\nbinding = 'AUTH'\nservice = 'auth'\nprops.team = 'x'\n";
    folder.write("wrangler.toml", folder.read("wrangler.toml") + mine);
    assert_eq!(folder.generate("wrangler.toml", &["--check"]).code, Some(0));
    let other = "\n[[services]]\nbinding = 'OTHER'\nservice = 'media-storage'\n\
                 props.storage.user-assets = { kind = 'bucket', verbs = ['read', 'rotate'] }\n";
    folder.write("wrangler.toml", folder.read("wrangler.toml") + other);
    let ran = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("`services` has the entry `OTHER` with grants"), "{ran:?}");
    assert!(ran.stdout.contains("has grants that no declaration asks for"), "{ran:?}");
    let ran = folder.generate("wrangler.toml", &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn files_that_contradict_a_storage_worker() {
    use ProblemKind::{Conflict, Malformed, Unsupported};
    for (text, env, kind, message) in [
        (
            "compatibility_date = '2026-04-20'\n",
            None,
            Conflict,
            "file:1:22: compatibility_date is 2026-04-20, and a storage Worker needs 2026-04-21 or later",
        ),
        (
            "placement = { mode = 'off' }\n",
            None,
            Conflict,
            "`placement` is the mode `off` here and `smart` in the code\nhelp: remove `placement` here, or",
        ),
        ("placement.region = 'x'\n", None, Conflict, "`placement` is something else here"),
        (
            "placement = 'smart'\n",
            None,
            Malformed,
            "`placement` has to be a table, and is a string",
        ),
        ("workers_dev = 'no'\n", None, Malformed, "`workers_dev` has to be a boolean"),
        ("preview_urls = 0\n", None, Malformed, "`preview_urls` has to be a boolean"),
        ("routes = 'files.example.com'\n", None, Malformed, "`routes` has to be an array"),
        (
            "route = 'other.example.com/*'\n",
            None,
            Conflict,
            "the Worker answers at `files.example.com` in the code, and the file has a `route` of its own",
        ),
        (
            "[env.staging]\n",
            Some("staging"),
            Unsupported,
            "which host `staging` has is for you to decide\nhelp: add one to the file, with the variable \
             `STORAGE_SIGNED_URLS_ORIGIN` set to `https://<host>` in `env.staging.vars`, or an empty list \
             `routes`:\n[[env.staging.routes]]\npattern = \"<host>\"\ncustom_domain = true",
        ),
    ] {
        let (found, text) = refused(WORKER, text, env);
        assert_eq!(found, kind, "{text}");
        assert!(text.contains(message), "{message}\n{text}");
    }
}

#[test]
fn a_route_of_the_host_is_one_in_whatever_way() {
    for (routes, has) in [
        ("routes = ['files.example.com/*']\n", true),
        (
            "routes = [{ pattern = 'https://files.example.com/a', zone_name = 'example.com' }]\n",
            true,
        ),
        ("route = 'files.example.com/*'\n", true),
        ("route = { pattern = 'files.example.com', custom_domain = true }\n", true),
        ("routes = ['files.example.com.evil.org/*', 'xfiles.example.com']\n", false),
    ] {
        let update = run(WORKER, routes, None).unwrap();
        let added = update.changes.iter().any(|line| line == "+ routes  files.example.com");
        assert_eq!(added, !has, "{}", update.text);
    }
}

#[test]
fn an_address_for_everybody_is_worth_a_warning() {
    let text = "workers_dev = true\npreview_urls = true\n";
    let warnings = |section: &str| {
        let warnings = run(section, text, None).unwrap().warnings;
        warnings.iter().filter(|line| line.contains("anybody can send requests")).count()
    };
    assert_eq!(warnings(WORKER), 2);
    let without_host = WORKER.replace(r#","public_host":"files.example.com""#, "");
    assert_eq!(warnings(&without_host), 0, "its signed URLs lead there");
}

#[test]
fn a_table_says_what_goes_by_whom() {
    let ran = Folder::new(VIA).run(&["inspect", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "\
Worker media-api (storage 0.1.0)
  FIELD    KIND    BINDING        NAME         OPTIONS
  assets   bucket  MEDIA_STORAGE  user-assets  via(grants = [\"read\", \"write\", \"delete\", \"list\"], prefix = \"tenant-a/\", service = \"media-storage\")
  reports  bucket  MEDIA_STORAGE  reports      encryption(metadata = \"encrypted\", secret = \"VAULT_KEYS\"), namespace = \"finance\", via(grants = [\"read\"], service = \"media-storage\")
  audit    kv      AUDIT_STORAGE  audit-log    via(grants = [\"write\"], service = \"audit-storage\")
  configs  kv      APP_CONFIGS    app-configs
";
    assert_eq!(ran.stdout, expected);
    let ran = Folder::new(WORKER).run(&["inspect", "app.wasm"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.starts_with("storage Worker media-storage (storage 0.1.0)\n"), "{ran:?}");
    let end = "  placement: smart\n  answers signed URLs at: files.example.com\n  required secrets: LINK_KEYS, \
               VAULT_KEYS\n";
    assert!(ran.stdout.ends_with(end), "{ran:?}");
}

/// What a field goes by can change, and what is stored not: as far as the platform finds it by its name.
#[test]
fn a_lock_tells_what_moves_with_a_field() {
    let direct = VIA.replace(r#""via":{"service":"audit-storage","grants":["write"]},"#, "");
    let direct = direct.replace(
        r#""via":{"service":"media-storage","grants":["read","write","delete","list"],"prefix":"tenant-a/"},"#,
        "",
    );
    let folder = Folder::new(&direct);
    assert_eq!(folder.generate("wrangler.jsonc", &[]).code, Some(0));
    folder.write("app.wasm", crate::support::wasm(VIA));
    let ran: Ran = folder.generate("wrangler.jsonc", &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let moved = "the KV namespace `audit-log` was the namespace that wrangler made for `AUDIT_LOG`, and is declared \
                 as the namespace of the storage Worker `audit-storage` now";
    assert!(ran.stderr.contains(moved), "{ran:?}");
    assert!(!ran.stderr.contains("user-assets"), "a bucket is the same one: {ran:?}");
    let ran = folder.generate("wrangler.jsonc", &["--acknowledge", "audit-log"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lock = folder.read("storage.lock");
    assert!(lock.contains("name = \"audit-log\"\nservice = \"audit-storage\"\n"), "{lock}");
    assert!(lock.contains("name = \"user-assets\"\nbucket = \"user-assets\"\n"), "{lock}");
    assert_eq!(folder.generate("wrangler.jsonc", &["--check"]).code, Some(0));

    folder.write("app.wasm", crate::support::wasm(&VIA.replace("audit-storage", "other-storage")));
    let ran = folder.generate("wrangler.jsonc", &[]);
    let keep =
        "help: to keep it: `#[storage(via = \"audit-storage\")]` on the field; if it is meant so, ";
    assert!(ran.stderr.contains(keep), "{ran:?}");
}
