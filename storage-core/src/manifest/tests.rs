//! The rules of constants, evaluated where a test can see them fail.

#![expect(clippy::large_types_passed_by_value, reason = "declarations, as they are written")]

use std::panic::catch_unwind;

use super::{
    AppSpec, BucketSpec, CorsMethod, CorsSpec, EncryptionSpec, FieldSpec, KvSpec, ResourceSpec,
    S3Spec, ServiceSpec, SignedUrlsSpec, Verb, Verbs, WorkerSpec,
};

const ID: &str = "0f2ac74b498b48021cb68387c421e279";

/// What the compiler would say.
fn refusal<T>(check: fn() -> T) -> Option<String> {
    let payload = catch_unwind(check).err()?;
    let plain = payload.downcast_ref::<&str>().map(|message| (*message).to_owned());
    plain.or_else(|| payload.downcast_ref::<String>().cloned())
}

fn bucket(spec: BucketSpec) -> ResourceSpec {
    ResourceSpec::Bucket(Box::leak(Box::new(spec)))
}

fn kv(spec: KvSpec) -> ResourceSpec {
    ResourceSpec::Kv(Box::leak(Box::new(spec)))
}

fn pair(one: ResourceSpec, two: ResourceSpec) {
    let fields = [FieldSpec::new("one", one), FieldSpec::new("two", two)];
    AppSpec::new("app", Box::leak(Box::new(fields))).assert_distinct("two");
}

#[test]
fn numbers_keep_their_limits() {
    let ttl = refusal(|| KvSpec::new("a", "A").ttl_seconds(2_147_483_648));
    let expected = "the time to live is 2147483648 seconds, the most is 2147483647";
    assert_eq!(ttl.as_deref(), Some(expected));
    assert_eq!(refusal(|| KvSpec::new("a", "A").ttl_seconds(2_147_483_647)), None);
    let days = refusal(|| BucketSpec::new("abc", "A").delete_after_days(0));
    let expected = "the time until objects are deleted is 0 days, the least is 1";
    assert_eq!(days.as_deref(), Some(expected));
}

#[test]
fn a_long_name_is_refused_where_it_is_used() {
    const LONG: &str = "a-name-of-fifty-nine-characters-which-is-just-about-too-lon";
    fn app(spec: BucketSpec) -> AppSpec {
        AppSpec::new("app", Box::leak(Box::new([FieldSpec::new("one", bucket(spec))])))
    }
    let expected = "the name of the bucket with its namespace is 65 characters, the most is 63";
    let media = refusal(|| app(BucketSpec::new(LONG, "A").namespace("media")));
    assert_eq!(media.as_deref(), Some(expected));
    assert_eq!(refusal(|| app(BucketSpec::new(LONG, "A").namespace("default"))), None);
    assert_eq!(
        refusal(|| app(BucketSpec::new(LONG, "A").namespace("media").existing("abc"))),
        None
    );
}

#[test]
fn two_fields_are_two_resources() {
    let shared = |check: fn()| refusal(check).unwrap_or_default();
    let message = shared(|| {
        pair(
            bucket(BucketSpec::new("abc", "A").namespace("a-b")),
            bucket(BucketSpec::new("b-abc", "B").namespace("a")),
        );
    });
    assert!(message.starts_with("fields `one` and `two` claim one bucket, `a-b-abc`"), "{message}");
    let message = shared(|| {
        pair(
            bucket(BucketSpec::new("abc", "A")),
            bucket(BucketSpec::new("xyz", "B").existing("abc")),
        );
    });
    assert!(message.contains("claim one bucket, `abc`"), "{message}");
    let message = shared(|| {
        pair(
            kv(KvSpec::new("a", "A").existing(ID)),
            kv(KvSpec::new("b", "B").existing("0F2AC74B498B48021CB68387C421E279")),
        );
    });
    assert!(message.contains("claim one KV namespace, `0f2a"), "{message}");
    let message = shared(|| pair(bucket(BucketSpec::new("abc", "A")), kv(KvSpec::new("abc", "A"))));
    assert!(message.contains("claim one binding, `A`"), "{message}");
    assert!(message.ends_with("help: give one of the declarations its own: `binding = \"...\"`"));
}

#[test]
fn one_declaration_is_for_one_field() {
    let held_twice = |check: fn()| {
        let message = refusal(check).unwrap_or_default();
        assert!(message.contains("claim one binding, `A`"), "{message}");
        assert!(message.contains("help: hold a declaration in one field"), "{message}");
    };
    held_twice(|| pair(kv(KvSpec::new("abc", "A")), kv(KvSpec::new("abc", "A"))));
    held_twice(|| {
        let declared = BucketSpec::new("abc", "A").namespace("a").existing("xyz");
        pair(bucket(declared), bucket(declared));
    });
    for other in [
        KvSpec::new("xyz", "A"),
        KvSpec::new("abc", "A").namespace("b"),
        KvSpec::new("abc", "A").existing(ID),
    ] {
        assert!(!kv(KvSpec::new("abc", "A")).is_declared_like(&kv(other)));
    }
}

#[test]
fn kinds_and_bindings_tell_resources_apart() {
    let apart = |check: fn()| assert_eq!(refusal(check), None);
    apart(|| pair(bucket(BucketSpec::new("abc", "A")), kv(KvSpec::new("abc", "B"))));
    apart(|| pair(kv(KvSpec::new("abc", "A")), kv(KvSpec::new("abc", "B"))));
    apart(|| {
        pair(
            bucket(BucketSpec::new("abc", "A")),
            bucket(BucketSpec::new("abc", "B").existing("xyz")),
        );
    });
}

#[cfg(feature = "manifest")]
#[test]
fn records_keep_the_rules_of_constants() {
    use super::{BucketRecord, KvRecord};

    let record = |rest: &str| {
        let text = format!(
            r#"{{"binding":"A","name":"{}","namespace":"media","access":"private"{rest}}}"#,
            "x".repeat(60)
        );
        (serde_json::from_str::<BucketRecord>(&text), serde_json::from_str::<KvRecord>(&text))
    };
    assert!(record("").0.expect("a record").check().is_err());
    assert_eq!(record(r#","existing":"abc""#).0.expect("a record").check(), Ok(()));
    assert_eq!(record("").1.expect("a record").check(), Ok(()));
    for (seconds, fine) in [(59, false), (60, true), (2_147_483_648_u64, false)] {
        let kv = record(&format!(r#","ttl_seconds":{seconds}"#)).1.expect("a record");
        assert_eq!(kv.check().is_ok(), fine, "{seconds}");
    }
    let notes = format!(r#","metadata":{{"a":"{}"}}"#, "x".repeat(1024));
    assert!(record(&notes).1.expect("a record").check().is_err());
}

#[test]
fn a_name_in_the_environment_stands_for_one_thing() {
    let own = refusal(|| KvSpec::new("a", "A").encryption(EncryptionSpec::new("A")));
    assert!(own.unwrap().starts_with("the binding and the encryption secret are both `A`"));
    let own = refusal(|| BucketSpec::new("abc", "A").s3(S3Spec::new("B", "C", "C")));
    assert!(own.unwrap().starts_with("the access key id and the secret access key are both `C`"));
    let own = refusal(|| {
        let sealed = BucketSpec::new("abc", "A").encryption(EncryptionSpec::new("KEYS"));
        sealed.signed_urls(SignedUrlsSpec::new("KEYS"))
    });
    let own = own.unwrap();
    assert!(own.starts_with("the encryption secret and the signing secret are both `KEYS`"));
    assert!(own.contains("\nhelp: give the signing keys a secret of their own"), "{own}");
    let other = refusal(|| {
        pair(
            bucket(BucketSpec::new("abc", "A").encryption(EncryptionSpec::new("B"))),
            kv(KvSpec::new("b", "B")),
        );
    });
    let expected = "fields `one` and `two` claim one name in the environment, `B`";
    assert!(other.unwrap().starts_with(expected));
    let other = refusal(|| {
        pair(
            bucket(BucketSpec::new("abc", "A").signed_urls(SignedUrlsSpec::new("KEYS"))),
            kv(KvSpec::new("b", "B").encryption(EncryptionSpec::new("KEYS"))),
        );
    });
    assert!(other.unwrap().ends_with("must not be able to open what is encrypted"));
    let shared = refusal(|| {
        let declared = |name, binding| {
            BucketSpec::new(name, binding)
                .encryption(EncryptionSpec::new("KEYS"))
                .signed_urls(SignedUrlsSpec::new("LINK_KEYS"))
                .s3(S3Spec::new("ACCOUNT", "ID", "KEY"))
        };
        pair(bucket(declared("abc", "A")), bucket(declared("xyz", "B")));
    });
    assert_eq!(shared, None);
}

#[test]
fn what_is_deleted_moves_nowhere() {
    fn app(moved: u32, deleted: u32) -> AppSpec {
        let spec = BucketSpec::new("abc", "A").delete_after_days(deleted);
        let spec = bucket(spec.infrequent_access_after_days(moved));
        AppSpec::new("app", Box::leak(Box::new([FieldSpec::new("one", spec)])))
    }
    assert_eq!(refusal(|| app(29, 30)), None);
    let expected = "the time until objects move to infrequent access is 30 days, the most is 29";
    assert_eq!(refusal(|| app(30, 30)).as_deref(), Some(expected));
    assert!(refusal(|| app(1, 1)).is_some());
}

#[test]
fn policies_name_an_origin_and_a_method() {
    fn policy() -> CorsSpec {
        CorsSpec::new(&["*"], &[CorsMethod::Get])
    }
    let none = refusal(|| CorsSpec::new(&[], &[CorsMethod::Get]));
    assert_eq!(none.as_deref(), Some("the list of origins is 0 entries, the least is 1"));
    assert!(refusal(|| CorsSpec::new(&["*"], &[])).is_some());
    let page = refusal(|| CorsSpec::new(&["*", "https://app.example.com/"], CorsMethod::ALL));
    assert!(page.unwrap().starts_with("an origin is `*`, or as browsers send it"));
    assert!(refusal(|| policy().headers(&["content type"])).is_some());
    assert!(refusal(|| policy().expose(&["etag:"])).is_some());
    assert!(refusal(|| policy().max_age_seconds(86_401)).is_some());
    assert_eq!(refusal(|| policy().headers(&["*"]).max_age_seconds(0)), None);
}

fn app(fields: impl Into<Box<[FieldSpec]>>) -> AppSpec {
    AppSpec::new("app", Box::leak(fields.into()))
}

#[test]
fn what_goes_by_a_storage_worker_is_there_once() {
    fn via(service: &'static str, binding: &'static str) -> ServiceSpec {
        ServiceSpec::new(service, binding)
    }
    fn pair(one: FieldSpec, two: FieldSpec) {
        app([one, two]).assert_distinct("two");
    }
    fn assets() -> FieldSpec {
        FieldSpec::new("one", bucket(BucketSpec::new("abc", "A")))
    }
    fn logs(binding: &'static str) -> FieldSpec {
        FieldSpec::new("two", kv(KvSpec::new("abc", binding)))
    }
    let message = refusal(|| pair(assets().via(via("s", "S")), logs("B").via(via("s", "S"))));
    let expected = "fields `one` and `two` claim one name in the storage Worker, `abc`";
    assert!(message.unwrap().starts_with(expected));
    assert_eq!(refusal(|| pair(assets().via(via("s", "S")), logs("B").via(via("t", "T")))), None);
    assert_eq!(refusal(|| pair(assets().via(via("s", "S")), logs("B"))), None);
    let message = refusal(|| pair(assets().via(via("b", "B")), logs("B"))).unwrap();
    assert!(message.starts_with("fields `one` and `two` claim one name in the environment, `B`"));
    let message = refusal(|| pair(assets().via(via("s", "S")), logs("A").via(via("t", "T"))));
    assert!(message.unwrap().contains("claim one binding, `A`"), "one each, wherever they are");
    let message = refusal(|| {
        let again = FieldSpec::new("two", bucket(BucketSpec::new("abc", "A")));
        pair(assets().via(via("s", "S").prefix("public/")), again.via(via("s", "S")));
    });
    let message = message.unwrap();
    let expected = "fields `one` and `two` claim one declaration, `abc`\nhelp: an application has one field for";
    assert!(message.starts_with(expected), "{message}");
    assert!(refusal(|| app([assets().via(via("app", "APP"))])).is_some());
    assert!(refusal(|| via("media-storage", "MEDIA")).is_some());
    assert!(refusal(|| via("s", "S").prefix("a")).is_some());
    let too_long = |field: FieldSpec, prefix: usize| {
        let prefix = Box::leak(("x".repeat(prefix - 1) + "/").into_boxed_str());
        let app = app([field.via(via("s", "S").prefix(prefix))]);
        catch_unwind(move || app.assert_prefix("two"))
    };
    assert!(too_long(logs("B"), 511).is_ok());
    assert!(too_long(logs("B"), 512).is_err());
    assert!(too_long(FieldSpec::new("two", bucket(BucketSpec::new("abc", "A"))), 512).is_ok());
}

#[test]
fn a_storage_worker_holds_all_of_it() {
    fn assets() -> FieldSpec {
        FieldSpec::new("one", bucket(BucketSpec::new("abc", "A")))
    }
    let worker = |field: fn() -> FieldSpec| move || app([field()]).worker(WorkerSpec::new());
    assert!(catch_unwind(worker(|| assets().via(ServiceSpec::new("s", "S")))).is_err());
    let message = refusal(|| {
        let reader = assets().grants(Verbs::of(&[Verb::Read]));
        app([reader]).worker(WorkerSpec::new()).assert_whole("one");
    });
    assert!(message.unwrap().starts_with("field `one` grants a part of what it holds"));
    let common = Verbs::of(&[Verb::Read, Verb::Write, Verb::Delete, Verb::List]);
    assert_eq!(bucket(BucketSpec::new("abc", "A")).verbs(), common);
    let whole = catch_unwind(move || app([assets().grants(common)]).assert_whole("one"));
    assert!(whole.is_ok(), "nothing is signed or rotated there");
    let public = || WorkerSpec::new().public_host("files.example.com");
    assert!(catch_unwind(move || app([assets()]).worker(public()).assert_public()).is_err());
    assert_eq!(
        refusal(|| {
            let spec = BucketSpec::new("abc", "A").signed_urls(SignedUrlsSpec::new("KEYS"));
            app([FieldSpec::new("one", bucket(spec))]).assert_public();
        }),
        None
    );
    assert!(refusal(|| WorkerSpec::new().public_host("files.example.com:8080")).is_some());
}
