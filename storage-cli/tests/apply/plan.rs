//! What is said before anything is done.

use crate::support::Project;

const FILES: &str = r#""kind":"bucket","binding":"FILES","name":"files","namespace":"default""#;
const SESSIONS: &str =
    r#""kind":"kv","binding":"SESSIONS","name":"sessions","namespace":"default""#;
const SEALED: &str = r#""kind":"bucket","binding":"VAULT","name":"vault","namespace":"default","encryption":{"secret":"VAULT_KEYS","metadata":"plain"}"#;

#[test]
fn a_dry_run_only_reads() {
    let project = Project::new(&[FILES, SESSIONS]);
    let before = project.config();
    let ran = project.apply(&["--dry-run"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stdout.ends_with("KV namespace media-api-sessions: with its id in the wrangler file\n")
    );
    let asked = project.api.requests();
    assert_eq!(asked, ["GET /r2/buckets/files/lifecycle", "GET /storage/kv/namespaces"]);
    assert_eq!(project.config(), before);
    project.must_apply(&[]);
    assert_eq!(project.apply(&["--dry-run"]).code, Some(0));
}

#[test]
fn without_a_terminal_it_takes_a_yes() {
    let project = Project::new(&[FILES]);
    let ran = project.apply(&[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stdout.contains("  create     bucket files\n"), "{ran:?}");
    assert!(ran.stderr.contains("there is no terminal to ask\nhelp: --yes"), "{ran:?}");
    assert_eq!(project.api.changes(), [""; 0]);
}

#[test]
fn what_exists_already_is_not_even_looked_at() {
    let bucket = format!(r#"{FILES},"existing":"company-files","delete_after_days":3"#);
    let kv = format!(r#"{SESSIONS},"existing":"0f2ac74b498b48021cb68387c421e279""#);
    let project = Project::new(&[&bucket, &kv]);
    let expected = "\
Worker media-api
  not ours   bucket company-files: declared with `existing`
  not ours   KV namespace 0f2ac74b498b48021cb68387c421e279: declared with `existing`
";
    assert_eq!(project.must_apply(&[]), expected);
    assert_eq!(project.api.requests(), [""; 0]);
}

#[test]
fn what_a_storage_worker_holds_is_left_to_it() {
    let via = r#""via":{"service":"media-storage","grants":["read"]}"#;
    let project = Project::new(&[&format!("{via},{SEALED}"), &format!("{via},{SESSIONS}")]);
    let expected = "\
Worker media-api
  not ours   bucket vault: the storage Worker media-storage holds it
  not ours   KV namespace sessions: the storage Worker media-storage holds it
";
    assert_eq!(project.must_apply(&[]), expected);
    assert_eq!(project.api.requests(), [""; 0]);
}

#[test]
fn secrets_that_are_not_set_are_named() {
    let project = Project::new(&[SEALED]);
    let said = project.must_apply(&[]);
    let line = "  not yet    secret VAULT_KEYS: there is no Worker media-api yet; `wrangler deploy \
                --secrets-file FILE` sets it\n";
    assert!(said.contains(line), "{said}");

    project.api.account().workers.insert("media-api".to_owned(), vec!["OTHER".to_owned()]);
    let ran = project.apply(&["--yes"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let line = "  missing    secret VAULT_KEYS: `wrangler secret put VAULT_KEYS`\n";
    assert!(ran.stdout.contains(line), "{ran:?}");

    project.api.account().workers.insert("media-api".to_owned(), vec!["VAULT_KEYS".to_owned()]);
    let said = project.must_apply(&[]);
    assert!(
        said.ends_with("  unchanged  bucket vault\n  unchanged  secret VAULT_KEYS\n"),
        "{said}"
    );
}

#[test]
fn a_stale_file_is_generated_first() {
    let project = Project::new(&[FILES]);
    project.declare(&[FILES, SESSIONS]);
    let ran = project.apply(&["--yes"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let help = "wrangler.jsonc or its storage.lock is not up to date\nhelp: cargo storage generate";
    assert!(ran.stderr.contains(help), "{ran:?}");
    assert_eq!(project.api.requests(), [""; 0]);
}

#[test]
fn a_dry_run_takes_a_login() {
    let project = Project::new(&[FILES, SEALED]);
    let ran = project.apply_as_nobody(&["--dry-run"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    let said =
        "error: wrangler is not logged in\nhelp: `wrangler login`, or set CLOUDFLARE_API_TOKEN\n";
    assert_eq!(ran.stderr, said);
    assert_eq!(project.api.requests(), [""; 0]);
}

#[test]
fn what_the_api_refuses_is_said_in_its_words() {
    let project = Project::new(&[FILES]);
    project.api.account().fail = Some("GET /r2/buckets/files/lifecycle");
    let ran = project.apply(&["--dry-run"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    let words = "error: `wrangler r2 bucket lifecycle list files` failed\n";
    assert!(ran.stderr.contains(words), "{ran:?}");
    assert!(
        ran.stderr.contains("Please enable R2 through the dashboard. [code: 10042]"),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains("u{1b}"), "{ran:?}");
}
