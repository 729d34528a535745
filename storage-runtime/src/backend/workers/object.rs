//! Maps as JavaScript objects of texts.

use std::collections::BTreeMap;

use js_sys::{Array, Object};

/// An object with the map's fields.
pub(super) fn from_map(map: &BTreeMap<String, String>) -> Object {
    let entries = Array::new();
    for (name, value) in map {
        entries.push(&Array::of2(&name.as_str().into(), &value.as_str().into()));
    }
    // Pairs always make an object; and this way a field named `__proto__` is a field.
    Object::from_entries(&entries).unwrap_or_default()
}
