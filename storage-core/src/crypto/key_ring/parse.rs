//! From the text of the secret to keys.

use base64ct::{Base64, Encoding as _};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{KEY_LEN, Key, KeyId, KeyRing, KeyRingError, KeyRingRule};

/// Most bytes that are decoded, to say how long a key is that is not right.
const DECODED_MAX: usize = 3 * KEY_LEN;

pub(super) fn parse(secret: &str) -> Result<KeyRing, KeyRingError> {
    let secret = secret.trim_ascii();
    if secret.is_empty() {
        return Err(KeyRingError { position: 1, id: None, rule: KeyRingRule::NoKeys });
    }
    let mut entries = secret.split(',').zip(1..);
    let no_keys = KeyRingError { position: 1, id: None, rule: KeyRingRule::NoKeys };
    let (first, position) = entries.next().ok_or(no_keys)?;
    let mut ring = KeyRing { primary: entry(first, position)?, others: Vec::new() };
    for (text, position) in entries {
        let key = entry(text, position)?;
        if let Some(rule) = clash(&ring, &key) {
            return Err(KeyRingError { position, id: Some(key.id.clone()), rule });
        }
        ring.others.push(key);
    }
    Ok(ring)
}

/// No error here has the id: where the colon is not in its place, the id may have begun a key.
fn entry(text: &str, position: usize) -> Result<Key, KeyRingError> {
    let error = |rule| KeyRingError { position, id: None, rule };
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err(error(KeyRingRule::EmptyEntry));
    }
    let (id, key) = text.split_once(':').ok_or_else(|| error(KeyRingRule::NoColon))?;
    let id = KeyId::new(id).map_err(|_| error(KeyRingRule::Id))?;
    let material = decode(key).map_err(error)?;
    Ok(Key { id, material })
}

fn decode(key: &str) -> Result<Box<[u8; KEY_LEN]>, KeyRingRule> {
    let mut decoded = Zeroizing::new([0; DECODED_MAX]);
    let decoded = Base64::decode(key, decoded.as_mut()).map_err(|_| KeyRingRule::Encoding)?;
    if decoded.len() != KEY_LEN {
        return Err(KeyRingRule::Length { bytes: decoded.len() });
    }
    let mut material = Box::new([0; KEY_LEN]);
    material.copy_from_slice(decoded);
    Ok(material)
}

/// What an earlier entry has as well.
fn clash(ring: &KeyRing, key: &Key) -> Option<KeyRingRule> {
    ring.iter().zip(1..).find_map(|(earlier, position)| {
        let same_key = earlier.material.as_slice().ct_eq(key.material.as_slice());
        if earlier.id == key.id {
            Some(KeyRingRule::SameId { earlier: position })
        } else if same_key.into() {
            Some(KeyRingRule::SameKey { earlier: position })
        } else {
            None
        }
    })
}
