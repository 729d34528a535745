//! Values of a type.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::conformance::{Checked, Stores, equal, refused, there};
use crate::{Body, ErrorKind, Kv};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    user: u64,
    balance: i128,
    roles: Vec<String>,
    note: Option<String>,
    #[serde(flatten)]
    extra: HashMap<String, i64>,
}

case!(
    JSON_VALUES,
    "kv/maps, flattened fields, none and large integers survive as JSON",
    json_values
);

async fn json_values(Stores { kv, .. }: Stores) -> Checked {
    let session = Session {
        user: u64::MAX,
        balance: i128::MIN,
        roles: vec!["admin".to_owned()],
        note: None,
        extra: HashMap::from([("least".to_owned(), i64::MIN)]),
    };
    kv.put("json", Body::json(&session)?).await?;
    let entry = there("get", kv.get("json").await?)?;
    equal("content type", entry.content_type(), Some("application/json"))?;
    equal("struct", entry.json::<Session>().await?, session)?;
    let map = BTreeMap::from([("a".to_owned(), Some(1)), ("b".to_owned(), None)]);
    kv.put("json", Body::json(&map)?).await?;
    let entry = there("get", kv.get("json").await?)?;
    equal("map", entry.json::<BTreeMap<String, Option<u8>>>().await?, map)?;
    kv.put("json", "not json").await?;
    let json = there("get", kv.get("json").await?)?.json::<Session>().await;
    refused("not JSON", json, ErrorKind::DecodeFailed)
}

/// The namespace of the cases, with values of one type.
#[crate::kv(name = "conformance-entries", value = Session)]
struct Sessions;

/// The namespace of the cases, with values of any JSON.
#[crate::kv(name = "conformance-entries", value = Value)]
struct Values;

/// The namespace of the cases, with values that may be none.
#[crate::kv(name = "conformance-entries", value = Option<BTreeMap<String, Vec<u64>>>)]
struct Maps;

/// The namespace of the cases, with values that are not JSON.
#[crate::kv(name = "conformance-entries", value = BTreeMap<(u8, u8), u8>)]
struct Keys;

fn session(user: u64) -> Session {
    Session {
        user,
        balance: -170_141_183_460_469_231_731_687_303_715_884_105_728,
        roles: Vec::new(),
        note: Some("ü\u{0}\u{fffd}".to_owned()),
        extra: HashMap::from([("most".to_owned(), i64::MAX)]),
    }
}

case!(OF_A_TYPE, "kv/values of a declared type come back exact", of_a_type);

async fn of_a_type(Stores { kv, .. }: Stores) -> Checked {
    let sessions: Kv<Sessions> = kv.with_values();
    equal("missing", sessions.get("no such session").await?, None)?;
    let first = session(1);
    let written = sessions.put("session", &first).metadata("by", "me").await?;
    equal("content type", written.content_type(), Some("application/json"))?;
    equal("get", sessions.get("session").await?, Some(first))?;
    let (value, info) = there("with info", sessions.get("session").with_info().await?)?;
    equal("value", value, session(1))?;
    equal("info", (info.etag(), info.metadata()), (written.etag(), written.metadata()))?;
    sessions.put("session2", session(2)).await?;
    let found = sessions.get_many(["session2", "no such session", "session"]).await?;
    equal("get_many", found, vec![Some(session(2)), None, Some(session(1))])?;
    let found = sessions.get_many(["session"]).with_info().await?;
    let (value, info) = there("get_many with info", found.into_iter().flatten().next())?;
    equal("get_many with info", (value, info.key()), (session(1), "session"))
}

case!(OTHERS, "kv/a value that is not of the declared type is refused", others);

async fn others(Stores { kv, .. }: Stores) -> Checked {
    let sessions: Kv<Sessions> = kv.with_values();
    for other in ["", "null", "{}", "not JSON"] {
        kv.put("other-type", other).await?;
        refused(other, sessions.get("other-type").await, ErrorKind::DecodeFailed)?;
        let many = sessions.get_many(["other-type"]).await;
        refused(other, many, ErrorKind::DecodeFailed)?;
    }
    let keys: Kv<Keys> = kv.with_values();
    let put = keys.put("other-type", BTreeMap::from([((1, 2), 3)])).await;
    refused("keys that are no text", put, ErrorKind::EncodeFailed)
}

case!(ANY_JSON, "kv/any JSON, and none, is a value", any_json);

async fn any_json(Stores { kv, .. }: Stores) -> Checked {
    let values: Kv<Values> = kv.with_values();
    for value in [
        json!(null),
        json!({ "10": u64::MAX, "9": i64::MIN, "__proto__": { "a": [1.0, -0.0, 1e300, 0.1] } }),
        json!([{}, [], "", "\u{feff}x"]),
    ] {
        values.put("any-json", &value).await?;
        equal("value", values.get("any-json").await?, Some(value))?;
    }
    let maps: Kv<Maps> = kv.with_values();
    let map = Some(BTreeMap::from([("a".to_owned(), vec![u64::MAX]), (String::new(), vec![])]));
    for value in [map, None] {
        maps.put("any-json", &value).await?;
        equal("map", maps.get("any-json").await?, Some(value))?;
    }
    Ok(())
}
