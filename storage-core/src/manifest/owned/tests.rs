//! The way from the constant to the section, and back.

use super::super::{
    AppSpec, BucketSpec, CorsMethod, CorsRecord, CorsSpec, EncryptionSpec, FieldSpec, KvSpec,
    ResourceSpec, S3Spec, SignedUrlsSpec,
};
use super::*;

const ASSETS: BucketSpec = BucketSpec::new("user-assets", "USER_ASSETS")
    .namespace("media")
    .existing("prod-assets")
    .metadata(&[("owner", "the \"media\" team\n"), ("tier", "\u{1}ü\\")])
    .delete_after_days(30);
const SHARED: BucketSpec = BucketSpec::new("shared-files", "SHARED_FILES")
    .signed_urls(
        SignedUrlsSpec::new("LINK_KEYS")
            .host("files.example.com")
            .other_hosts(&["cdn.example.com"])
            .max_age_seconds(86_400),
    )
    .s3(S3Spec::new("R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"))
    .cors(
        CorsSpec::new(
            &["https://app.example.com", "http://localhost:3000"],
            &[CorsMethod::Get, CorsMethod::Put],
        )
        .headers(&["content-type"])
        .expose(&["etag", "content-range"])
        .max_age_seconds(3600),
    )
    .infrequent_access_after_days(30)
    .abort_uploads_after_days(7);
const CONFIGS: KvSpec = KvSpec::new("app-configs", "APP_CONFIGS")
    .encryption(EncryptionSpec::new("CONFIG_KEYS").with_metadata())
    .observability()
    .ttl_seconds(86_400);
const APP: AppSpec = AppSpec::new(
    "media-api",
    &[
        FieldSpec::new("assets", ResourceSpec::Bucket(&ASSETS)),
        FieldSpec::new("configs", ResourceSpec::Kv(&CONFIGS)),
        FieldSpec::new("shared", ResourceSpec::Bucket(&SHARED)),
    ],
);
const BYTES: [u8; APP.rendered_len()] = APP.render();

#[test]
fn constant_and_owned_form_serialise_alike() {
    let manifests = parse_section(&BYTES).unwrap();
    let [manifest] = manifests.as_slice() else { panic!("one manifest") };
    let line = serde_json::to_string(manifest).unwrap() + "\n";
    assert_eq!(line.as_bytes(), BYTES);
}

/// Fails until someone decides whether a change of shape needs a new `SCHEMA_VERSION`.
#[test]
fn the_shape_is_the_one_that_was_approved() {
    assert_eq!(
        std::str::from_utf8(&BYTES).unwrap(),
        concat!(
            r#"{"schema":1,"version":""#,
            env!("CARGO_PKG_VERSION"),
            r#"","app":"media-api","fields":["#,
            r#"{"field":"assets","kind":"bucket","binding":"USER_ASSETS","name":"user-assets","#,
            r#""namespace":"media","access":"private","existing":"prod-assets","#,
            r#""metadata":{"owner":"the \"media\" team\n","tier":"\u0001ü\\"},"#,
            r#""delete_after_days":30},"#,
            r#"{"field":"configs","kind":"kv","binding":"APP_CONFIGS","name":"app-configs","#,
            r#""namespace":"default","access":"private","#,
            r#""encryption":{"secret":"CONFIG_KEYS","metadata":"encrypted"},"#,
            r#""observability":true,"ttl_seconds":86400},"#,
            r#"{"field":"shared","kind":"bucket","binding":"SHARED_FILES","name":"shared-files","#,
            r#""namespace":"default","access":"private","#,
            r#""signed_urls":{"secret":"LINK_KEYS","host":"files.example.com","#,
            r#""other_hosts":["cdn.example.com"],"#,
            r#""max_age_seconds":86400},"#,
            r#""s3":{"account_id":"R2_ACCOUNT_ID","access_key_id":"R2_ACCESS_KEY_ID","#,
            r#""secret_access_key":"R2_SECRET_ACCESS_KEY"},"#,
            r#""cors":{"origins":["https://app.example.com","http://localhost:3000"],"#,
            r#""methods":["GET","PUT"],"headers":["content-type"],"#,
            r#""expose":["etag","content-range"],"max_age_seconds":3600},"#,
            r#""infrequent_access_after_days":30,"abort_uploads_after_days":7}]}"#,
            "\n"
        )
    );
}

#[test]
fn sections_concatenate() {
    let twice = [BYTES.as_slice(), BYTES.as_slice()].concat();
    assert_eq!(parse_section(&twice).unwrap().len(), 2);
    assert_eq!(parse_section(b"").unwrap().len(), 0);
}

#[test]
fn numbers_over_the_limit_are_refused() {
    let text = String::from_utf8(BYTES.to_vec()).unwrap();
    let broken = text.replace("86400", "2147483648");
    let Err(ManifestError::Malformed { source, .. }) = parse_section(broken.as_bytes()) else {
        panic!("{broken}")
    };
    let expected = "field `configs`: the time to live is 2147483648 seconds";
    assert!(source.to_string().starts_with(expected), "{source}");
}

#[test]
fn broken_names_are_refused() {
    let text = String::from_utf8(BYTES.to_vec()).unwrap();
    for (right, wrong) in [
        ("prod-assets", "Prod Assets"),
        ("files.example.com", "https://files.example.com"),
        ("http://localhost:3000", "localhost"),
        ("content-range", "content range"),
        ("\"PUT\"", "\"OPTIONS\""),
        ("\"R2_ACCOUNT_ID\"", "\"R2-ACCOUNT-ID\""),
    ] {
        let broken = text.replace(right, wrong);
        assert_ne!(broken, text, "{right}");
        let error = parse_section(broken.as_bytes()).unwrap_err();
        assert!(matches!(error, ManifestError::Malformed { .. }), "{wrong}: {error}");
    }
}

#[test]
fn a_name_stands_for_one_thing() {
    let text = String::from_utf8(BYTES.to_vec()).unwrap();
    for (name, other, message) in [
        ("LINK_KEYS", "CONFIG_KEYS", "the name of the encryption secret and of the signing secret"),
        ("LINK_KEYS", "USER_ASSETS", "the name of the binding and of the signing secret"),
        ("R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "of the account id and of the access key id"),
    ] {
        let broken = text.replace(name, other);
        let error = parse_section(broken.as_bytes()).unwrap_err();
        assert!(matches!(error, ManifestError::OneNameTwice { .. }), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn names_are_told_apart_by_what_they_are_for() {
    let manifests = parse_section(&BYTES).unwrap();
    let [manifest] = manifests.as_slice() else { panic!("one manifest") };
    let secrets = ["CONFIG_KEYS", "LINK_KEYS", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY"];
    assert_eq!(manifest.secrets().into_iter().collect::<Vec<_>>(), secrets);
    assert_eq!(manifest.key_rings().into_iter().collect::<Vec<_>>(), ["CONFIG_KEYS", "LINK_KEYS"]);
    assert_eq!(manifest.names().get("R2_ACCOUNT_ID"), Some(&Purpose::AccountId));
}

#[test]
fn what_can_not_be_read_says_who_wrote_it() {
    let newer = br#"{"schema":2,"version":"0.9.0","whatever":true}"#;
    let error = parse_section(newer).unwrap_err();
    assert!(matches!(error, ManifestError::Schema { found: 2, .. }), "{error}");
    assert_eq!(error.written_by(), Some("0.9.0"));
    let richer = br#"{"schema":1,"version":"0.2.0","app":"a","fields":[],"new":true}"#;
    let error = parse_section(richer).unwrap_err();
    assert!(matches!(error, ManifestError::Malformed { .. }), "{error}");
    assert_eq!(error.written_by(), Some("0.2.0"));
    assert_eq!(parse_section(b"{}").unwrap_err().written_by(), None);
}

/// The manifest of an application of two fields.
fn two(first: &str, second: &str) -> Result<Vec<Manifest>, ManifestError> {
    let common = r#""access":"private""#;
    let line = format!(
        r#"{{"schema":1,"version":"0.1.0","app":"a","fields":[{{"field":"one",{first},{common}}},{{"field":"two",{second},{common}}}]}}"#
    );
    parse_section(line.as_bytes())
}

#[test]
fn two_fields_are_two_resources() {
    let bucket = |binding: &str, namespace: &str, name: &str| {
        format!(
            r#""kind":"bucket","binding":"{binding}","namespace":"{namespace}","name":"{name}""#
        )
    };
    let kv = |binding: &str, id: &str| {
        format!(r#""kind":"kv","binding":"{binding}","namespace":"default","name":"logs"{id}"#)
    };
    let existing = r#","existing":"files""#;
    let id = r#","existing":"0f2ac74b498b48021cb68387c421e279""#;
    let shouted = r#","existing":"0F2AC74B498B48021CB68387C421E279""#;
    for (first, second, what) in [
        (bucket("A", "default", "logs"), kv("A", ""), "binding `A`"),
        (bucket("A", "a-b", "log"), bucket("B", "a", "b-log"), "bucket `a-b-log`"),
        (
            bucket("A", "default", "one") + existing,
            bucket("B", "default", "two") + existing,
            "bucket `files`",
        ),
        (
            bucket("A", "default", "one") + existing,
            bucket("B", "default", "files"),
            "bucket `files`",
        ),
        (kv("A", id), kv("B", id), "KV namespace `0f2ac74b498b48021cb68387c421e279`"),
        (kv("A", id), kv("B", shouted), "KV namespace `0f2ac74b498b48021cb68387c421e279`"),
    ] {
        let error = two(&first, &second).unwrap_err();
        let ManifestError::Duplicate { fields, what: found } = &error else { panic!("{error:?}") };
        assert_eq!((fields.each_ref().map(String::as_str), found.as_str()), (["one", "two"], what));
        assert!(error.to_string().contains("\nhelp: "), "{error}");
    }
    assert!(two(&kv("A", ""), &kv("B", "")).is_ok(), "wrangler makes one for each binding");
}

/// The shape is that of R2's API: `rules[].allowed.{origins,methods,headers}`, `exposeHeaders`, `maxAgeSeconds`.
#[test]
fn policies_are_written_as_r2_takes_them() {
    let manifests = parse_section(&BYTES).unwrap();
    let records = manifests[0].fields.iter().filter_map(|field| match &field.resource {
        Resource::Bucket(record) => record.cors.as_ref(),
        Resource::Kv(_) => None,
    });
    let [cors] = records.collect::<Vec<_>>()[..] else { panic!("one policy") };
    let expected = serde_json::json!({ "rules": [{
        "id": "storage-cors",
        "allowed": {
            "origins": ["https://app.example.com", "http://localhost:3000"],
            "methods": ["GET", "PUT"],
            "headers": ["content-type"],
        },
        "exposeHeaders": ["etag", "content-range"],
        "maxAgeSeconds": 3600,
    }]});
    assert_eq!(cors.policy(), expected);
    let least: CorsRecord = serde_json::from_str(r#"{"origins":["*"],"methods":["GET"]}"#).unwrap();
    let expected = serde_json::json!({ "rules": [
        { "id": "storage-cors", "allowed": { "origins": ["*"], "methods": ["GET"] } },
    ]});
    assert_eq!(least.policy(), expected);
}
