//! The way from the constant to the section, and back.

use super::super::{
    AppSpec, BucketSpec, CorsMethod, CorsRecord, CorsSpec, EncryptionSpec, FieldSpec, KvSpec,
    Placement, ResourceSpec, S3Spec, ServiceSpec, SignedUrlsSpec, Verb, WorkerSpec,
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
/// The same, by a storage Worker.
const FAR: AppSpec = AppSpec::new(
    "media-pages",
    &[
        FieldSpec::new("assets", ResourceSpec::Bucket(&ASSETS)),
        FieldSpec::new("configs", ResourceSpec::Kv(&CONFIGS)).via(MEDIA_STORAGE),
        FieldSpec::new("shared", ResourceSpec::Bucket(&SHARED))
            .grants(Verbs::of(&[Verb::Links, Verb::Read, Verb::Rotate]))
            .via(MEDIA_STORAGE.prefix("tenant-a/")),
    ],
);
const MEDIA_STORAGE: ServiceSpec = ServiceSpec::new("media-storage", "MEDIA_STORAGE");
const WORKER: AppSpec = AppSpec::new(
    "media-storage",
    &[
        FieldSpec::new("configs", ResourceSpec::Kv(&CONFIGS)),
        FieldSpec::new("shared", ResourceSpec::Bucket(&SHARED)),
    ],
)
.worker(WorkerSpec::new().placement(Placement::Smart).public_host("files.example.com"));
const BYTES: [u8; APP.rendered_len()] = APP.render();

const FAR_BYTES: [u8; FAR.rendered_len()] = FAR.render();
const WORKER_BYTES: [u8; WORKER.rendered_len()] = WORKER.render();

#[test]
fn constant_and_owned_form_serialise_alike() {
    const PLAIN: AppSpec = AppSpec::new("plain", &[]).worker(WorkerSpec::new());
    const PLAIN_BYTES: [u8; PLAIN.rendered_len()] = PLAIN.render();
    for bytes in [BYTES.as_slice(), &FAR_BYTES, &WORKER_BYTES, &PLAIN_BYTES] {
        let manifests = parse_section(bytes).unwrap();
        let [manifest] = manifests.as_slice() else { panic!("one manifest") };
        let line = serde_json::to_string(manifest).unwrap() + "\n";
        assert_eq!(line.as_bytes(), bytes);
    }
}

/// The same question, of storage Workers and of those that go by them.
#[test]
fn the_shape_of_storage_workers_is_the_one_that_was_approved() {
    let far = std::str::from_utf8(&FAR_BYTES).unwrap();
    for expected in [
        r#"{"field":"assets","kind":"bucket","binding":"USER_ASSETS","#,
        r#"{"field":"configs","via":{"service":"media-storage","#,
        r#""grants":["read","write","delete","list","rotate"]},"kind":"kv","#,
        r#"{"field":"shared","via":{"service":"media-storage","grants":["read","links"],"#,
        r#""prefix":"tenant-a/"},"kind":"bucket","binding":"SHARED_FILES","#,
    ] {
        assert!(far.contains(expected), "{far}");
    }
    let worker = std::str::from_utf8(&WORKER_BYTES).unwrap();
    let expected = concat!(
        r#","app":"media-storage","worker":{"placement":"smart","public_host":"files.example.com"},"#,
        r#""fields":[{"field":"configs","kind":"kv","#
    );
    assert!(worker.contains(expected), "{worker}");
}

#[test]
fn what_goes_by_a_storage_worker_claims_its_binding_alone() {
    let manifests = parse_section(&FAR_BYTES).unwrap();
    let [manifest] = manifests.as_slice() else { panic!("one manifest") };
    let claimed = [("MEDIA_STORAGE", Purpose::Service), ("USER_ASSETS", Purpose::Binding)];
    assert_eq!(manifest.names().into_iter().collect::<Vec<_>>(), claimed);
    assert!(manifest.secrets().is_empty() && manifest.key_rings().is_empty());
    let via = manifest.fields[2].via.as_ref().unwrap();
    assert_eq!(via.binding.as_str(), "MEDIA_STORAGE");
    assert_eq!(manifest.fields[2].resource.qualified_name(), "shared-files");
    assert_eq!(manifest.fields[0].resource.qualified_name(), "media-user-assets");
}

#[test]
fn rules_of_storage_workers_hold_for_manifests() {
    let far = String::from_utf8(FAR_BYTES.to_vec()).unwrap();
    let refused = |right: &str, wrong: &str, message: &str| {
        let broken = far.replacen(right, wrong, 1);
        assert_ne!(broken, far, "{right}");
        let error = parse_section(broken.as_bytes()).unwrap_err();
        let ManifestError::Malformed { source, .. } = &error else { panic!("{error:?}") };
        assert!(source.to_string().contains(message), "{source}");
    };
    refused(r#""app":"media-pages""#, r#""app":"media-storage""#, "a Worker does not go by itself");
    refused(
        r#""app":"media-pages""#,
        r#""app":"media-pages","worker":{}"#,
        "field `configs`: a storage Worker is bound to what it holds",
    );
    refused(r#""prefix":"tenant-a/""#, r#""prefix":"tenant-a""#, "a prefix is 1 to 1,023 bytes");
    refused(r#""rotate"]"#, r#""rotate","all"]"#, "unknown variant `all`");
    refused(
        r#""service":"media-storage","#,
        r#""service":"media-storage","x":1,"#,
        "unknown field",
    );
    refused(r#"{"service":"media-storage""#, r#"{"service":"Media Storage""#, "a Worker name is");
    let long = format!(r#""rotate"],"prefix":"{}/"}},"kind":"kv""#, "x".repeat(511));
    refused(r#""rotate"]},"kind":"kv""#, &long, "the prefix is 512 bytes, the most is 511");
    let nine = format!(r#""service":"9{}""#, "x".repeat(62));
    refused(r#""service":"media-storage""#, &nine, "a binding is 1 to 63");
    let worker = String::from_utf8(WORKER_BYTES.to_vec()).unwrap();
    let broken =
        worker.replace(r#""public_host":"files.example.com""#, r#""public_host":"localhost""#);
    assert!(parse_section(broken.as_bytes()).is_err());
    let broken = worker.replace("signed_urls", "signed");
    assert!(parse_section(broken.as_bytes()).is_err());
    refused(
        r#""links"]"#,
        r#""links","rotate"]"#,
        "field `shared`: `rotate` can't be done with it",
    );
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
    let via = |service: &str, rest: String| {
        format!(r#""via":{{"service":"{service}","grants":["read"]}},{rest}"#)
    };
    let error = two(&via("s", bucket("A", "default", "logs")), &via("s", kv("B", ""))).unwrap_err();
    assert!(error.to_string().contains("are both the `logs` of the storage Worker `s`"), "{error}");
    assert!(two(&via("s", bucket("A", "default", "logs")), &via("t", kv("B", ""))).is_ok());
    let error = two(&via("b", bucket("A", "default", "logs")), &kv("B", "")).unwrap_err();
    assert!(matches!(error, ManifestError::OneNameTwice { .. }), "{error}");
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
