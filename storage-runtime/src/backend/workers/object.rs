//! JavaScript objects of texts, as maps.

use std::collections::BTreeMap;

use js_sys::{Array, JsString, Object};
use wasm_bindgen::JsCast;

/// An object with the map's fields.
pub(super) fn from_map(map: &BTreeMap<String, String>) -> Object {
    let entries = Array::new();
    for (name, value) in map {
        entries.push(&Array::of2(&name.as_str().into(), &value.as_str().into()));
    }
    // Pairs always make an object; and this way a field named `__proto__` is a field.
    Object::from_entries(&entries).unwrap_or_default()
}

/// The fields of an object that are texts.
pub(super) fn to_map(object: &Object) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for entry in Object::entries(object) {
        let entry: Array = entry.unchecked_into();
        if let (Ok(name), Ok(value)) =
            (entry.get(0).dyn_into::<JsString>(), entry.get(1).dyn_into::<JsString>())
        {
            map.insert(name.into(), value.into());
        }
    }
    map
}
