//! KV namespaces, and their ids in the wrangler file.

use crate::support::Project;

const SESSIONS: &str =
    r#""kind":"kv","binding":"USER_SESSIONS","name":"sessions","namespace":"default""#;
const TITLE: &str = "media-api-user-sessions";

#[test]
fn a_new_one_gets_its_id_into_the_file() {
    let project = Project::new(&[SESSIONS]);
    let before = project.config();
    assert!(before.contains("{ \"binding\": \"USER_SESSIONS\" }"), "{before}");
    let expected = "\
Worker media-api
  create     KV namespace media-api-user-sessions: with its id in the wrangler file
  created the KV namespace media-api-user-sessions
";
    assert_eq!(project.must_apply(&[]), expected);
    assert_eq!(
        project.api.changes(),
        ["POST /storage/kv/namespaces {\"title\":\"media-api-user-sessions\"}"]
    );
    let (title, id) = project.api.account().namespaces[0].clone();
    assert_eq!(title, TITLE);
    let entry = format!("{{ \"binding\": \"USER_SESSIONS\", \"id\": \"{id}\" }}");
    assert_eq!(project.config(), before.replace("{ \"binding\": \"USER_SESSIONS\" }", &entry));
    let again = project.must_apply(&[]);
    assert_eq!(again, "Worker media-api\n  unchanged  KV namespace media-api-user-sessions\n");
    assert_eq!(project.api.changes(), [""; 0]);
    project.generate(&["--check"]);
}

#[test]
fn one_that_wrangler_made_is_found_by_its_title() {
    let project = Project::new(&[SESSIONS]);
    let id = "0f2ac74b498b48021cb68387c421e279".to_owned();
    project.api.account().namespaces.push((TITLE.to_owned(), id.clone()));
    let said = project.must_apply(&[]);
    assert!(
        said.contains("  change     KV namespace media-api-user-sessions: its id goes"),
        "{said}"
    );
    assert_eq!(project.api.changes(), [""; 0]);
    assert!(project.config().contains(&format!("\"id\": \"{id}\"")));
}

#[test]
fn an_id_of_another_account_is_refused_and_nothing_done() {
    let files = r#""kind":"bucket","binding":"FILES","name":"files","namespace":"default""#;
    let project = Project::new(&[files, SESSIONS]);
    let with_id = "\"USER_SESSIONS\", \"id\": \"0f2ac74b498b48021cb68387c421e279\"";
    project.write_config(&project.config().replace("\"USER_SESSIONS\"", with_id));
    let ran = project.apply(&["--yes"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let line = "  refused    KV namespace USER_SESSIONS: the account has none with the id 0f2ac74b";
    assert!(ran.stdout.contains(line), "{ran:?}");
    assert!(ran.stderr.ends_with("nothing was changed, because of what is refused\n"), "{ran:?}");
    assert_eq!(project.api.changes(), [""; 0]);
}

#[test]
fn an_environment_has_its_own() {
    let files = r#""kind":"bucket","binding":"FILES","name":"files","namespace":"default""#;
    let project = Project::new(&[files, SESSIONS]);
    project.generate(&["--env", "staging"]);
    let said = project.must_apply(&["--env", "staging"]);
    assert!(
        said.starts_with("Worker media-api-staging\n  create     bucket files-staging\n"),
        "{said}"
    );
    let account = project.api.account();
    assert_eq!(account.buckets.keys().collect::<Vec<_>>(), ["files-staging"]);
    let (title, id) = account.namespaces[0].clone();
    assert_eq!(title, "media-api-staging-user-sessions");
    drop(account);
    let (top, staging) = project
        .config()
        .split_once("\"staging\"")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert!(!top.contains(&id) && staging.contains(&id), "{}", project.config());
    project.api.requests();
    project.must_apply(&["--env", "staging"]);
    assert_eq!(project.api.changes(), [""; 0]);
}
