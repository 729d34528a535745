//! The secret: any text.

use storage_core::crypto::{KEY_LEN, KeyId, KeyRing, KeyRingError, KeyRingRule};

use super::context;

pub(crate) fn run(input: &[u8]) {
    let Ok(secret) = std::str::from_utf8(input) else { return };
    id(secret);
    match KeyRing::parse(secret) {
        Ok(ring) => parsed(&ring, secret),
        Err(error) => refused(&error, secret),
    }
}

fn id(text: &str) {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let expected = (1..=KeyId::MAX).contains(&text.len()) && text.chars().all(allowed);
    let id = KeyId::new(text);
    assert_eq!(id.is_ok(), expected, "{text:?}");
    assert!(id.is_ok_and(|id| id.as_str() == text) || !expected, "{text:?}");
}

/// The ring has the entries of the text, in their order, and no others; each has one form.
fn parsed(ring: &KeyRing, secret: &str) {
    let entries: Vec<_> = secret.split(',').map(str::trim_ascii).collect();
    let ids: Vec<_> = ring.iter().map(|key| key.id().as_str()).collect();
    let said: Vec<_> = entries.iter().map(|entry| entry.split_once(':').unwrap().0).collect();
    assert_eq!(ids, said);
    assert_eq!(ring.primary().id().as_str(), said[0]);
    assert_eq!(format!("{ring:?}"), format!("KeyRing({ids:?})"));

    let written = entries.join(",");
    let again = KeyRing::parse(&written).unwrap();
    for (at, (key, other)) in ring.iter().zip(&again).enumerate() {
        let keys = [key, other].map(|key| *key.message_keys(&[9; 24], &context()).key());
        assert_eq!(keys[0], keys[1], "key {at} is another when it is read again");
        assert_eq!(ring.by_id(key.id().as_str()).unwrap().id(), key.id());
        // Only so many bytes in the standard form are a key, so an entry has one text.
        let (_, text) = entries[at].split_once(':').unwrap();
        let bytes = decoded(text).unwrap();
        assert_eq!(*KeyRing::generate_entry(key.id(), &bytes), entries[at]);
        assert_eq!(format!("{key:?}"), format!("Key {{ id: {:?}, .. }}", key.id()));
    }
    let mut names = ids.clone();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ids.len(), "an id twice");
    let mut keys: Vec<_> = entries.iter().map(|entry| entry.split_once(':').unwrap().1).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), ids.len(), "a key twice");
}

/// Base64 of a key, decoded digit by digit; `None` if it is not the one form.
fn decoded(text: &str) -> Option<[u8; KEY_LEN]> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.strip_suffix('=').filter(|digits| digits.len() == 43)?;
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in digits.bytes() {
        let digit = DIGITS.iter().position(|other| *other == letter)?;
        bits = bits << 6 | u32::try_from(digit).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    if bits == 0 { bytes.try_into().ok() } else { None }
}

/// All that an error says would be said of another secret, with none of the keys of this one.
fn refused(error: &KeyRingError, secret: &str) {
    let position = error.position();
    let other = KeyRing::parse(&other_secret(error)).unwrap_err();
    assert_eq!(&other, error);
    let printed = |error: &KeyRingError| format!("{error}\n{error:?}\n{error:#?}");
    assert_eq!(printed(&other), printed(error));
    assert!(error.to_string().contains("\nhelp: "), "{error}");

    // An id is told of an entry that is whole only: of another, it may have begun a key.
    if let Some(id) = error.id() {
        let entry = secret.trim_ascii().split(',').nth(position - 1).unwrap().trim_ascii();
        let (before, key) = entry.split_once(':').unwrap();
        assert_eq!(before, id.as_str());
        assert!(decoded(key).is_some(), "{error}");
    }
}

/// A secret with the same mistake in the same entry, and keys of its own.
fn other_secret(error: &KeyRingError) -> String {
    let position = error.position();
    let told = error.id().map_or("", KeyId::as_str);
    let letter = if told.starts_with('x') { 'y' } else { 'x' };
    let id = |at: usize| KeyId::new(format!("{letter}{at}")).unwrap();
    let mut keys: Vec<_> = (0..position).map(key).collect();
    let mut ids: Vec<_> = (0..position).map(id).collect();
    if let Some(told) = error.id() {
        ids[position - 1] = told.clone();
    }
    match error.rule() {
        KeyRingRule::SameId { earlier } => ids[earlier - 1] = ids[position - 1].clone(),
        KeyRingRule::SameKey { earlier } => keys[earlier - 1] = keys[position - 1],
        _ => {}
    }
    let entries =
        ids.iter().zip(&keys).map(|(id, key)| (*KeyRing::generate_entry(id, key)).clone());
    let mut entries: Vec<_> = entries.collect();
    let broken = match error.rule() {
        KeyRingRule::NoKeys => return String::new(),
        KeyRingRule::EmptyEntry => Some(String::new()),
        KeyRingRule::NoColon => Some("none".to_owned()),
        KeyRingRule::Id => Some(":".to_owned()),
        KeyRingRule::Encoding => Some("x:?".to_owned()),
        KeyRingRule::Length { bytes } => Some(format!("x:{}", zeros(bytes))),
        _ => None,
    };
    if let Some(broken) = broken {
        entries[position - 1] = broken;
    }
    if entries.len() == 1 && entries[0].is_empty() {
        entries.push(String::new()); // or there would be no entry at all
    }
    entries.join(",")
}

/// A key of its own for every position.
fn key(position: usize) -> [u8; KEY_LEN] {
    let mut key = [0; KEY_LEN];
    key.iter_mut().zip(position.to_le_bytes()).for_each(|(to, from)| *to = from);
    key
}

/// So many zero bytes in base64.
fn zeros(bytes: usize) -> String {
    let digits = (bytes * 8).div_ceil(6);
    format!("{}{}", "A".repeat(digits), "=".repeat(digits.next_multiple_of(4) - digits))
}
