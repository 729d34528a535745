use serde_json::json;

use super::*;
use crate::manifest::{BucketSpec, EncryptionSpec, Verb};

const PLAIN: BucketSpec = BucketSpec::new("user-assets", "USER_ASSETS");
const SEALED: BucketSpec = PLAIN.encryption(EncryptionSpec::new("VAULT_KEYS"));
const WHOLE: BucketSpec = PLAIN.encryption(EncryptionSpec::new("VAULT_KEYS").with_metadata());

#[test]
fn a_declaration_says_what_a_caller_relies_on() {
    let text = |spec| Declaration::of_bucket(spec).to_string();
    assert_eq!(text(&PLAIN), "1 bucket user-assets");
    assert_eq!(text(&SEALED), "1 bucket user-assets encrypted");
    assert_eq!(text(&WHOLE), "1 bucket user-assets encrypted metadata-encrypted");
    let of = Declaration::of_bucket(&PLAIN);
    assert_eq!((of.kind(), of.name()), ("bucket", "user-assets"));
}

#[test]
fn a_storage_worker_may_do_more_than_a_caller_relies_on_and_no_less() {
    let [plain, sealed, whole] = [&PLAIN, &SEALED, &WHOLE].map(Declaration::of_bucket);
    for (asked, declared, is_met) in [
        (&plain, &plain, true),
        (&plain, &whole, true),
        (&sealed, &whole, true),
        (&whole, &whole, true),
        (&sealed, &plain, false),
        (&whole, &sealed, false),
    ] {
        assert_eq!(asked.is_met_by(declared), is_met, "{asked}, {declared}");
    }
    for other in [
        "2 bucket user-assets",
        "1 kv user-assets",
        "1 bucket user-asset",
        "1 bucket user-assets replicated",
        "1 bucket  user-assets",
        "",
    ] {
        assert!(!Declaration::read(other).is_met_by(&whole), "{other}");
    }
}

#[test]
fn what_was_not_granted_is_refused() {
    let grants: Grants = serde_json::from_value(json!({
        "user-assets": { "kind": "bucket", "verbs": ["read", "links", "teleport"], "prefix": "a/" }
    }))
    .unwrap();
    let on = Declaration::of_bucket(&PLAIN);
    let grant = grants.of(&on).unwrap();
    let is_allowed = |call: BucketCall| {
        grant.check(on.name(), &call.needs()).map_err(|refusal| refusal.to_string())
    };
    let sign = |is_write| SignCall { key: "a/1".into(), is_write, ..SignCall::default() };
    assert_eq!(is_allowed(BucketCall::Head("a/1".into())), Ok(()));
    assert_eq!(is_allowed(BucketCall::Sign(sign(false))), Ok(()));
    let help = "; help: `cargo storage generate` writes the grants of an application";
    assert_eq!(
        is_allowed(BucketCall::Sign(sign(true))).unwrap_err(),
        format!("`write` on `user-assets` was not granted to the caller{help}")
    );
    assert_eq!(
        is_allowed(BucketCall::Head("b".into())).unwrap_err(),
        format!("the caller was granted keys of `user-assets` that begin with `a/`{help}")
    );
    assert!(is_allowed(BucketCall::Delete(vec!["a/1".into()])).is_err());
    assert!(is_allowed(BucketCall::List(ListCall::default())).is_err());
    for other in ["1 kv user-assets", "1 bucket reports"] {
        let refused = grants.of(&Declaration::read(other)).unwrap_err();
        assert!(refused.to_string().starts_with("nothing of the "), "{refused}");
    }
}

/// A restriction that says nothing is none that anybody meant.
#[test]
fn a_prefix_is_a_text() {
    let grants = |prefix: &str| {
        let grant = format!(r#"{{ "kind": "bucket", "verbs": ["read"], "prefix": {prefix} }}"#);
        serde_json::from_str::<Grants>(&format!(r#"{{ "user-assets": {grant} }}"#)).is_ok()
    };
    assert!(grants(r#""a/""#));
    assert!(!grants(r#""""#) && !grants("null") && !grants("7"));
}

#[test]
fn a_prefix_is_one_of_every_key_and_of_a_listing() {
    let grant = Grant { prefix: Some("a/".into()), ..Grant::all("bucket") };
    let list = |prefix: Option<&str>| {
        BucketCall::List(ListCall { prefix: prefix.map(str::to_owned), ..ListCall::default() })
    };
    let keys = |keys: &[&str]| BucketCall::Delete(keys.iter().map(|&key| key.into()).collect());
    for (call, is_allowed) in [
        (list(Some("a/")), true),
        (list(Some("a/b")), true),
        (list(Some("a")), false),
        (list(None), false),
        (keys(&["a/1", "a/2"]), true),
        (keys(&["a/1", "b"]), false),
        (BucketCall::RevokeBefore(0, String::new()), false),
        (BucketCall::Rotate(RotateCall::default()), false),
    ] {
        assert_eq!(grant.check("user-assets", &call.needs()).is_ok(), is_allowed);
    }
}

#[test]
fn a_restriction_that_is_not_known_is_none_that_is_ignored() {
    for odd in [
        json!({ "a": { "kind": "bucket", "verbs": ["read"], "until": 2030 } }),
        json!({ "a": { "kind": "bucket" } }),
        json!({ "a": { "kind": "bucket", "verbs": "all" } }),
        json!({ "a": true }),
        json!([]),
    ] {
        assert!(serde_json::from_value::<Grants>(odd.clone()).is_err(), "{odd}");
    }
}

#[test]
fn verbs_have_names_that_are_read_back() {
    let all = Grant::all("kv");
    assert!(Verb::ALL.iter().all(|verb| all.has(*verb)));
}

#[test]
fn a_message_is_json() {
    let ask = serde_json::value::to_raw_value(&BucketCall::Head("a".into())).unwrap();
    let call = Call { on: "1 bucket user-assets".into(), ask, len: None, trace: None };
    let text = serde_json::to_string(&[call]).unwrap();
    assert_eq!(text, r#"[{"on":"1 bucket user-assets","ask":{"head":"a"}}]"#);
    let read: Vec<Call> = serde_json::from_str(&text).unwrap();
    assert_eq!(read[0].ask.get(), r#"{"head":"a"}"#);
    let answer: Vec<Answer> =
        serde_json::from_str(r#"[{"ok":null},{"error":{"code":"storage_new","message":"no"}}]"#)
            .unwrap();
    assert_eq!(answer[1].error.as_ref().unwrap().kind(), None);
}

/// One more than there may be is enough to see that there are too many.
#[test]
fn of_a_list_no_more_is_kept_than_it_may_have() {
    let many = |element: &str| format!("[{}{element}]", format!("{element},").repeat(20_000));
    let bucket = |ask: String| serde_json::from_str::<BucketCall>(&ask).unwrap();
    let BucketCall::Delete(keys) = bucket(format!(r#"{{"delete":{}}}"#, many("\"\""))) else {
        panic!("another call");
    };
    let upload = r#"{"key":"a","id":"b"}"#;
    let complete = format!(r#"{{"complete_upload":[{upload},{}]}}"#, many("[1,\"\"]"));
    let BucketCall::CompleteUpload(_, parts) = bucket(complete) else {
        panic!("another call");
    };
    let names: Vec<_> = (0..20_000).map(|n| format!("\"{n}\":\"\"")).collect();
    let put = format!(r#"{{"put":{{"key":"a","metadata":{{{}}}}}}}"#, names.join(","));
    let BucketCall::Put(put) = bucket(put) else { panic!("another call") };
    let get = format!(r#"{{"get_many":[{},60]}}"#, many("\"\""));
    let Ok(KvCall::GetMany(entries, Some(60))) = serde_json::from_str(&get) else {
        panic!("another call");
    };
    let calls: Calls = serde_json::from_str(&many(r#"{"on":"","ask":0}"#)).unwrap();
    let etags: EtagsRecord =
        serde_json::from_str(&format!(r#"{{"one_of":{}}}"#, many("\"\""))).unwrap();
    let EtagsRecord::OneOf(etags) = etags else { panic!("other etags") };
    assert_eq!((keys.len(), parts.len(), put.metadata.len()), (1001, 10_001, 8193));
    assert_eq!((entries.len(), calls.0.len(), etags.len()), (101, 1001, 1001));
}
