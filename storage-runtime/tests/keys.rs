//! Typed keys, from the derive to the request.

use std::net::IpAddr;

use futures_util::{StreamExt, pin_mut};
use proptest::prelude::*;
use storage::key::ToPrefix;
use storage::{Bucket, ErrorKind, Key, Kv, ToKey};

#[derive(Key, Clone, Debug, PartialEq)]
#[key("avatars/{user_id}/{file}")]
struct Avatar {
    file: String,
    user_id: u64,
}

#[derive(Key, Clone, Debug, PartialEq)]
#[key("log/{host}/{level}--{at:020}.{kind}/v1")]
struct Line {
    host: String,
    level: i32,
    at: u64,
    kind: char,
}

#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::kv(name = "sessions")]
struct Sessions;

#[storage::app(name = "media-api")]
struct App {
    assets: Bucket<UserAssets>,
    sessions: Kv<Sessions>,
}

fn avatar(user_id: u64, file: &str) -> Avatar {
    Avatar { file: file.to_owned(), user_id }
}

#[track_caller]
fn assert_refused<T>(outcome: storage::Result<T>, message: &str) {
    let refused = outcome.err().map(|error| (error.kind(), error.to_string()));
    assert_eq!(refused, Some((ErrorKind::InvalidKey, message.to_owned())));
}

#[test]
fn the_template_orders_the_fields() {
    assert_eq!(avatar(7, "a.png").to_key().unwrap(), "avatars/7/a.png");
    assert_eq!(Avatar::parse("avatars/7/a.png").unwrap(), avatar(7, "a.png"));
    assert_eq!(Avatar::TEMPLATE.to_string(), "avatars/{user_id}/{file}");
}

#[test]
fn what_to_key_would_not_write_is_not_read() {
    let another_form = "the key has another form (expected `avatars/{user_id}/{file}`)";
    for key in ["", "avatars/7", "avatars/7/a/b", "Avatars/7/a", "/avatars/7/a"] {
        assert_refused(Avatar::parse(key), another_form);
    }
    for key in ["avatars/007/a", "avatars/+7/a"] {
        let message = "the part `user_id` of the key is spelt in an unusual way";
        assert_refused(Avatar::parse(key), message);
    }
    for key in ["avatars/x/a", "avatars/-7/a", "avatars/18446744073709551616/a"] {
        let message = "the part `user_id` of the key is not a value of its type";
        assert_refused(Avatar::parse(key), message);
    }
    assert_refused(Avatar::parse("avatars/7/"), "the part `file` of the key is empty");
}

#[test]
fn prefixes_take_values_references_and_text() {
    #[derive(Key)]
    #[key("{host}/{user}/{address}")]
    struct Visit {
        host: String,
        user: u8,
        address: IpAddr,
    }
    let visit = Visit { host: "h".to_owned(), user: 1, address: IpAddr::from([127, 0, 0, 1]) };
    assert_eq!(visit.to_key().unwrap(), "h/1/127.0.0.1");
    let prefixes = [
        (Visit::prefix(()), ""),
        (Visit::prefix(("h",)), "h/"),
        (Visit::prefix((&visit.host,)), "h/"),
        (Visit::prefix((visit.host.clone(), 1)), "h/1/"),
        (Visit::prefix(("h", &visit.user)), "h/1/"),
    ];
    for (prefix, expected) in prefixes {
        assert_eq!(prefix.to_prefix().unwrap(), expected);
    }
}

#[tokio::test]
async fn a_listing_holds_the_keys_of_its_values_alone() {
    let app = App::memory();
    for (user_id, file) in [(1, "a"), (1, "b"), (10, "a"), (2, "a")] {
        app.assets.put(avatar(user_id, file), "").await.unwrap();
        app.sessions.put(avatar(user_id, file), "").await.unwrap();
    }
    app.assets.put("avatars/1/deep/er", "").await.unwrap();

    let page = app.assets.list().prefix(Avatar::prefix((1,))).await.unwrap();
    let avatars: Vec<_> =
        page.items.iter().map(|object| Avatar::parse(object.key()).ok()).collect();
    assert_eq!(avatars, [Some(avatar(1, "a")), Some(avatar(1, "b")), None]);

    let page = app.sessions.list().prefix(Avatar::prefix((1,))).limit(1).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let rest = app.sessions.list().prefix(Avatar::prefix((1,))).cursor(page.cursor.unwrap());
    assert_eq!(rest.await.unwrap().items[0].key(), "avatars/1/b");
}

#[tokio::test]
async fn a_value_that_leaves_its_segment_is_refused_when_awaited() {
    let app = App::memory();
    let key = avatar(1, "../2/a");
    let message = "the part `file` of the key has a `/`";
    let in_bucket = |verb: &str| format!("{verb} in bucket user-assets: {message}");
    assert_refused(app.assets.put(&key, "").await, &in_bucket("put"));
    assert_refused(app.assets.get(&key).await, &in_bucket("get"));
    assert_refused(app.assets.head(&key).await, &in_bucket("head"));
    assert_refused(app.assets.delete(&key).await, &in_bucket("delete"));
    assert_refused(app.sessions.get(&key).await, &format!("get in KV sessions: {message}"));

    let prefix = Line::prefix(("a/b",));
    let message = "list in bucket user-assets: the part `host` of the key has a `/`";
    assert_refused(app.assets.list().prefix(&prefix).limit(5).cursor("x").await, message);
    let pages = app.assets.list().prefix(&prefix).pages();
    pin_mut!(pages);
    assert_refused(pages.next().await.unwrap(), message);
    assert!(pages.next().await.is_none());
    let pages = app.sessions.list().prefix(&prefix).pages();
    pin_mut!(pages);
    let message = "list in KV sessions: the part `host` of the key has a `/`";
    assert_refused(pages.next().await.unwrap(), message);
}

#[tokio::test]
async fn options_taken_at_once_replace_a_prefix_that_was_refused() {
    let app = App::memory();
    let prefix = Line::prefix(("a/b",));
    let listing = app.assets.list().prefix(prefix).options(storage::bucket::ListOptions::default());
    assert_eq!(listing.await.unwrap().items.len(), 0);
}

#[tokio::test]
async fn keys_are_held_to_the_limits_of_their_kind() {
    let app = App::memory();
    let long = avatar(1, &"x".repeat(600));
    app.assets.put(&long, "").await.unwrap();
    let message = "put in KV sessions: the key has 610 bytes, the limit is 512";
    assert_refused(app.sessions.put(&long, "").await, message);
}

fn lines() -> impl Strategy<Value = Line> {
    let host = prop_oneof!["[a-z-]{1,8}", any::<String>()];
    (host, any::<i32>(), any::<u64>(), any::<char>()).prop_map(|(host, level, at, kind)| Line {
        host,
        level,
        at,
        kind,
    })
}

/// Lines whose keys are close to each other.
fn close_lines() -> impl Strategy<Value = Line> {
    ("[-a]{1,2}", -1..2, 0..2_u64, prop::sample::select(vec!['-', '.', '0']))
        .prop_map(|(host, level, at, kind)| Line { host, level, at, kind })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_values_are_read_back_or_refused(line in lines()) {
        match line.to_key() {
            Ok(key) => prop_assert_eq!(Line::parse(&key).unwrap(), line),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidKey),
        }
    }

    #[test]
    fn any_text_is_written_back_or_refused(
        text in prop_oneof!["log/[a-]{1,2}/[-+]?[01]{1,2}--[01]{19,21}\\.[a./]/v1", any::<String>()],
    ) {
        if let Ok(line) = Line::parse(&text) {
            prop_assert_eq!(line.to_key().unwrap(), text);
        }
    }

    #[test]
    fn different_values_have_different_keys(a in close_lines(), b in close_lines()) {
        prop_assume!(a != b);
        if let (Ok(a), Ok(b)) = (a.to_key(), b.to_key()) {
            prop_assert_ne!(a, b);
        }
    }

    #[test]
    fn padded_numbers_sort_as_keys(a in any::<u64>(), b in any::<u64>()) {
        let key = |at| Line { host: "h".to_owned(), level: 0, at, kind: 'x' }.to_key().unwrap();
        prop_assert_eq!(a.cmp(&b), key(a).cmp(&key(b)));
    }
}
