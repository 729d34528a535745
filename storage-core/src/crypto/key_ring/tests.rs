use proptest::prelude::*;

use super::*;
use crate::crypto::Resource;

const ONE: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const TWO: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn ids(ring: &KeyRing) -> Vec<&str> {
    ring.iter().map(|key| key.id().as_str()).collect()
}

fn refused(secret: &str) -> (usize, Option<&'static str>, KeyRingRule) {
    let error = KeyRing::parse(secret).unwrap_err();
    let id = error.id().map(|id| &*id.as_str().to_owned().leak());
    (error.position(), id, error.rule())
}

#[test]
fn the_primary_comes_first_and_each_is_found_by_its_id() {
    let ring = KeyRing::parse(&format!("b:{ONE},a.1_-Z:{TWO}")).unwrap();
    assert_eq!(ids(&ring), ["b", "a.1_-Z"]);
    assert_eq!(ring.primary().id().as_str(), "b");
    assert_eq!(*ring.primary().material, *b"0123456789abcdef0123456789abcdef");
    assert_eq!(ring.by_id("a.1_-Z").unwrap().material[..3], [0, 1, 2]);
    assert!(ring.by_id("c").is_none() && ring.by_id("").is_none());
    assert_eq!((&ring).into_iter().count(), 2);
}

#[test]
fn white_space_around_entries_does_not_count_and_within_them_it_is_refused() {
    for secret in [
        format!("a:{ONE},b:{TWO}\n"),
        format!("\r\n a:{ONE}\t,\r\n b:{TWO} \r\n"),
        format!("a:{ONE}\n,b:{TWO}"),
    ] {
        assert_eq!(ids(&KeyRing::parse(&secret).unwrap()), ["a", "b"], "{secret:?}");
    }
    assert_eq!(refused(&format!("a :{ONE}")), (1, None, KeyRingRule::Id));
    assert_eq!(refused(&format!("a: {ONE}")), (1, None, KeyRingRule::Encoding));
    let (head, tail) = ONE.split_at(20);
    assert_eq!(refused(&format!("a:{head}\n{tail}")), (1, None, KeyRingRule::Encoding));
    assert_eq!(refused(&format!("a:{ONE}\nb:{TWO}")), (1, None, KeyRingRule::Encoding));
    // Not ASCII: it is neither seen nor meant.
    assert_eq!(refused(&format!("\u{feff}a:{ONE}")), (1, None, KeyRingRule::Id));
}

#[test]
fn every_rule_is_refused_with_its_entry() {
    for secret in ["", " \n"] {
        assert_eq!(refused(secret), (1, None, KeyRingRule::NoKeys));
    }
    assert_eq!(refused(","), (1, None, KeyRingRule::EmptyEntry));
    assert_eq!(refused(&format!("a:{ONE},")), (2, None, KeyRingRule::EmptyEntry));
    assert_eq!(refused(&format!("a:{ONE}, ,b:{TWO}")), (2, None, KeyRingRule::EmptyEntry));
    assert_eq!(refused(ONE), (1, None, KeyRingRule::NoColon));
    assert_eq!(refused(&format!("a:{ONE},{TWO}")), (2, None, KeyRingRule::NoColon));
    assert_eq!(refused(&format!(":{ONE}")), (1, None, KeyRingRule::Id));
    assert_eq!(refused(&format!("ü:{ONE}")), (1, None, KeyRingRule::Id));
    assert_eq!(refused(&format!("{}:{ONE}", "x".repeat(33))), (1, None, KeyRingRule::Id));
    assert_eq!(refused(&format!("{ONE}:a")), (1, None, KeyRingRule::Id));
    assert!(KeyRing::parse(&format!("{}:{ONE}", "x".repeat(32))).is_ok());
    let same_id = KeyRingRule::SameId { earlier: 1 };
    assert_eq!(refused(&format!("a:{ONE},a:{TWO}")), (2, Some("a"), same_id));
    let same_key = KeyRingRule::SameKey { earlier: 1 };
    assert_eq!(refused(&format!("a:{ONE},b:{ONE}")), (2, Some("b"), same_key));
}

#[test]
fn a_key_has_one_form() {
    let other_forms = [
        ONE.trim_end_matches('=').to_owned(),
        format!("{ONE}="),
        ONE.replace("WY=", "WZ="), // bits that stand for nothing
        TWO.replace("Hh8=", "-_8="),
        format!("{ONE}x"),
        format!("{ONE}:"),
        "00".repeat(32) + "!",
        String::new() + "=",
    ];
    for key in other_forms {
        assert_eq!(refused(&format!("a:{key}")), (1, None, KeyRingRule::Encoding), "{key}");
    }
    for (key, bytes) in [(String::new(), 0), ("AAAA".into(), 3), ("00".repeat(32), 48)] {
        assert_eq!(refused(&format!("a:{key}")), (1, None, KeyRingRule::Length { bytes }));
    }
    assert_eq!(refused(&format!("a:{}", "A".repeat(200))).2, KeyRingRule::Encoding);
}

#[test]
fn messages_name_the_entry_the_rule_and_what_to_do() {
    let text = |secret: &str| KeyRing::parse(secret).unwrap_err().to_string();
    assert_eq!(
        text(&format!("a:{ONE},b:AAAA")),
        "entry 2 of the keys: the key has 3 bytes, it needs 32\n\
         help: `cargo storage keygen` prints a new entry: its id, a colon and its key"
    );
    assert_eq!(
        text(&format!("a:{ONE},b:{ONE}")),
        "entry 2 of the keys, `b`: entry 1 has the same key\nhelp: remove one of them"
    );
    assert!(text("").starts_with("there are no keys\nhelp: "));
    for secret in ["a:x", "x", ":", ",", "a:AAAA", "", &format!("a:{ONE},a:{ONE}")] {
        assert!(text(secret).contains("\nhelp: "), "{secret}");
    }
}

#[test]
fn generated_entries_are_what_is_parsed() {
    let id = KeyId::new("2026-11").unwrap();
    let entry = KeyRing::generate_entry(&id, b"0123456789abcdef0123456789abcdef");
    assert_eq!(*entry, format!("2026-11:{ONE}"));
    assert!(KeyRing::parse(&entry).is_ok());
}

#[test]
fn a_hint_changes_nothing_but_the_order() {
    let ring = KeyRing::parse(&format!("a:{ONE},b:{TWO}")).unwrap();
    let context = Context::body(Resource::Kv, "n", "k");
    for key in &ring {
        let sealed = key.message_keys(&[3; SALT_LEN], &context);
        for hint in [None, Some("a"), Some("b"), Some("c"), Some("")] {
            let (id, opened) = ring.open(sealed.prefix(), &context, hint).unwrap();
            assert_eq!((id, opened.key()), (key.id(), sealed.key()), "{hint:?}");
        }
    }
}

#[test]
fn a_prefix_opens_for_its_key_and_context_alone() {
    let context = Context::body(Resource::Kv, "n", "k");
    let ring = KeyRing::parse(&format!("a:{ONE}")).unwrap();
    let prefix = *ring.primary().message_keys(&[3; SALT_LEN], &context).prefix();
    assert!(ring.open(&prefix, &context, None).is_some());
    let elsewhere = Context::body(Resource::Kv, "n", "K");
    assert!(ring.open(&prefix, &elsewhere, None).is_none());
    let other = KeyRing::parse(&format!("a:{TWO}")).unwrap();
    assert!(other.open(&prefix, &context, Some("a")).is_none());
    for at in 0..PREFIX_LEN {
        let mut changed = prefix;
        changed[at] ^= 0x10;
        assert!(ring.open(&changed, &context, None).is_none(), "byte {at}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let ring = KeyRing::parse(&format!("a:{ONE},b:{TWO}")).unwrap();
    assert_eq!(format!("{ring:?}"), r#"KeyRing(["a", "b"])"#);
    assert_eq!(format!("{:?}", ring.primary()), r#"Key { id: "a", .. }"#);
}

/// Whether any six bytes of a secret are in a text.
fn tells(text: &str, secret: &str) -> bool {
    secret.as_bytes().windows(6).any(|window| text.as_bytes().windows(6).any(|at| at == window))
}

#[test]
fn a_colon_within_a_key_does_not_make_it_an_id() {
    let (head, tail) = ONE.split_at(12);
    let error = KeyRing::parse(&format!("a{head}:{tail}")).unwrap_err();
    assert!(!tells(&format!("{error} {error:?}"), ONE), "{error:?}");
}

#[test]
fn what_tells_is_found() {
    assert!(tells("the key is 12345678", "0123456"));
    assert!(!tells("the key is 12345", "0123456"));
}

/// One slip in a secret that was right: what a hand or a script may do to it.
fn slip(secret: &str, which: u8, seed: usize) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let (before, after) = letters.split_at(seed % (letters.len() + 1));
    let text = |parts: [&[char]; 3]| parts.into_iter().flatten().collect::<String>();
    let odd = [' ', '\n', ',', ':', '=', '-', '"', 'A', 'é'];
    match which % 8 {
        0 => secret.to_owned(),
        1 => text([before, &[], &[]]),
        2 => text([after, &[], &[]]),
        3 => text([before, after.get(1..).unwrap_or_default(), &[]]),
        4 => text([before, &odd[seed % odd.len()..][..1], after]),
        5 => format!("{secret},{secret}"),
        6 => secret.replace(',', " "),
        _ => secret.replace(':', ""),
    }
}

proptest! {
    #[test]
    fn no_error_tells_a_key(
        keys in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 28..36), 1..4),
        slips in proptest::collection::vec(any::<(u8, usize)>(), 1..4),
    ) {
        let keys: Vec<_> = keys.iter().map(|key| Base64::encode_string(key)).collect();
        let entries: Vec<_> = (1..).zip(&keys).map(|(at, key)| format!("k{at}:{key}")).collect();
        let secret = slips
            .into_iter()
            .fold(entries.join(","), |secret, (which, seed)| slip(&secret, which, seed));
        let printed = match KeyRing::parse(&secret) {
            Ok(ring) => format!("{ring:?} {:?}", ring.primary()),
            Err(error) => format!("{error} {error:?} {error:#?}"),
        };
        for key in keys {
            prop_assert!(!tells(&printed, &key), "{printed}");
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(secret in "[a-c:=, \\n]{0,20}|.{0,40}") {
        if let Err(error) = KeyRing::parse(&secret) {
            prop_assert!(error.position() <= 1 + secret.matches(',').count());
        }
    }
}
