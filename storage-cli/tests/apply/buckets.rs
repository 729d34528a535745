//! Buckets and their lifecycle rules.

use serde_json::{Value, json};

use crate::api::default_rule;
use crate::support::Project;

const FILES: &str = r#""kind":"bucket","binding":"FILES","name":"files","namespace":"default""#;

fn kept_for(days: u32) -> String {
    format!(r#"{FILES},"delete_after_days":{days}"#)
}

fn delete_rule(days: u32) -> Value {
    json!({
        "id": format!("storage-delete-after-{days}-days"), "enabled": true, "conditions": {},
        "deleteObjectsTransition": {"condition": {"maxAge": days * 86_400, "type": "Age"}},
    })
}

#[test]
fn from_nothing_and_again() {
    let project = Project::new(&[&kept_for(30)]);
    let expected = "\
Worker media-api
  create     bucket files: objects are deleted after 30 days
  created the bucket files
  set the rule storage-delete-after-30-days of the bucket files
";
    assert_eq!(project.must_apply(&[]), expected);
    let changes = project.api.changes();
    let rules = json!({"rules": [default_rule(), delete_rule(30)]});
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert_eq!(changes[0], "POST /r2/buckets {\"name\":\"files\"}");
    let body = changes[1].strip_prefix("PUT /r2/buckets/files/lifecycle ").unwrap();
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), rules);

    assert_eq!(project.must_apply(&[]), "Worker media-api\n  unchanged  bucket files\n");
    assert_eq!(project.api.requests(), ["GET /r2/buckets/files/lifecycle"]);
}

#[test]
fn a_rule_follows_its_declaration_and_those_of_others_stay() {
    let project = Project::new(&[&kept_for(30)]);
    project.must_apply(&[]);
    let foreign = json!({
        "id": "of the team", "enabled": false, "conditions": {"prefix": "logs/"},
        "deleteObjectsTransition": {"condition": {"type": "Date", "date": "2030-01-01T12:34:56Z"}},
        "storageClassTransitions": [
            {"condition": {"type": "Age", "maxAge": 90_000}, "storageClass": "InfrequentAccess"},
        ],
    });
    project.api.account().buckets.get_mut("files").unwrap().rules.insert(0, foreign.clone());
    let rules = || project.api.account().buckets["files"].rules.clone();

    project.declare(&[&kept_for(60)]);
    let said = project.must_apply(&[]);
    let line = "  change     bucket files: objects are deleted after 60 days; the rule \
                storage-delete-after-30-days goes\n";
    assert!(said.contains(line), "{said}");
    assert_eq!(rules(), [foreign.clone(), default_rule(), delete_rule(60)]);

    project.api.account().buckets.get_mut("files").unwrap().rules[2]["enabled"] = json!(false);
    project.must_apply(&[]);
    assert_eq!(rules(), [foreign.clone(), default_rule(), delete_rule(60)]);

    project.declare(&[FILES]);
    project.must_apply(&[]);
    assert_eq!(rules(), [foreign, default_rule()]);
}

#[test]
fn a_failure_in_the_middle_says_what_was_done_and_the_next_run_goes_on() {
    let project = Project::new(&[&kept_for(30)]);
    project.api.account().fail = Some("PUT /r2/buckets/files/lifecycle");
    let ran = project.apply(&["--yes"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stdout.ends_with("  created the bucket files\n"), "{ran:?}");
    assert!(
        ran.stderr.contains("Please enable R2 through the dashboard. [code: 10042]"),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains("\n\n1 of 2 changes were made; run this again to go on\n"),
        "{ran:?}"
    );
    assert_eq!(project.api.changes().len(), 2);
    project.must_apply(&[]);
    assert_eq!(project.api.changes().len(), 1);
    assert_eq!(project.api.account().buckets["files"].rules, [default_rule(), delete_rule(30)]);
}

#[test]
fn the_file_may_name_a_jurisdiction() {
    let project = Project::new(&[&kept_for(30)]);
    let name = r#""bucket_name": "files""#;
    project
        .write_config(&project.config().replace(name, &format!(r#"{name}, "jurisdiction": "eu""#)));
    let said = project.must_apply(&[]);
    assert!(said.contains("  create     bucket files (eu): "), "{said}");
    let bucket = project.api.account().buckets["files"].clone();
    assert_eq!((bucket.jurisdiction.as_deref(), bucket.rules.len()), (Some("eu"), 2));
}

#[test]
fn every_rule_of_a_declaration() {
    let signed = r#""signed_urls":{"secret":"LINK_KEYS","max_age_seconds":3600}"#;
    let project = Project::new(&[&format!(
        r#"{FILES},{signed},"delete_after_days":30,"infrequent_access_after_days":7,"abort_uploads_after_days":9"#
    )]);
    let said = project.must_apply(&[]);
    let line = "  create     bucket files: objects are deleted after 30 days; objects move to infrequent \
                access after 7 days; uploads in parts end after 9 days; uses of signed URLs are forgotten \
                after 8 days\n";
    assert!(said.contains(line), "{said}");
    let age = |days: u32| json!({"maxAge": days * 86_400, "type": "Age"});
    let expected = [
        default_rule(),
        delete_rule(30),
        json!({
            "id": "storage-infrequent-access-after-7-days", "enabled": true, "conditions": {},
            "storageClassTransitions": [{"condition": age(7), "storageClass": "InfrequentAccess"}],
        }),
        json!({
            "id": "storage-abort-uploads-after-9-days", "enabled": true, "conditions": {},
            "abortMultipartUploadsTransition": {"condition": age(9)},
        }),
        json!({
            "id": "storage-signed-urls-after-8-days", "enabled": true,
            "conditions": {"prefix": ".storage/uses/"},
            "deleteObjectsTransition": {"condition": age(8)},
        }),
    ];
    assert_eq!(project.api.account().buckets["files"].rules, expected);
    project.api.requests();
    let again = project.must_apply(&[]);
    let line = "  unchanged  bucket files: the rule `Default Multipart Abort Rule` ends uploads after 7 days\n";
    assert!(again.contains(line), "{again}");
    assert_eq!(project.api.changes(), [""; 0]);
}

#[test]
fn the_cors_policy_is_the_declared_one() {
    let with = |cors: &str| format!(r#"{FILES},"cors":{{{cors}}}"#);
    let small = with(r#""origins":["https://app.example.com"],"methods":["GET"]"#);
    let large = with(
        r#""origins":["https://app.example.com","http://localhost:5173"],"methods":["GET","PUT"],"headers":["content-type"],"expose":["etag","x-id"],"max_age_seconds":600"#,
    );
    let policy = |project: &Project| project.api.account().buckets["files"].cors.clone().unwrap();
    let project = Project::new(&[&small]);
    let said = project.must_apply(&[]);
    assert!(
        said.contains("  create     bucket files: GET from pages of https://app.example.com\n")
    );
    let allowed = json!({"origins": ["https://app.example.com"], "methods": ["GET"]});
    let expected = json!([{"id": "storage-cors", "allowed": allowed}]);
    assert_eq!(policy(&project), expected);

    project.declare(&[&large]);
    let said = project.must_apply(&[]);
    let line = "  change     bucket files: GET, PUT from pages of https://app.example.com, \
                http://localhost:5173, in place of the policy that it has\n";
    assert!(said.contains(line), "{said}");
    let expected = json!([{
        "id": "storage-cors",
        "allowed": {
            "origins": ["https://app.example.com", "http://localhost:5173"],
            "methods": ["GET", "PUT"],
            "headers": ["content-type"],
        },
        "exposeHeaders": ["etag", "x-id"],
        "maxAgeSeconds": 600,
    }]);
    assert_eq!(policy(&project), expected);
    project.api.requests();
    project.must_apply(&[]);
    let reads = ["GET /r2/buckets/files/lifecycle", "GET /r2/buckets/files/cors"];
    assert_eq!(project.api.requests(), reads);

    project.declare(&[FILES]);
    project.must_apply(&[]);
    assert_eq!(policy(&project), expected, "what is not declared is not touched");
}
