//! What a user keeps beside a value.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use storage_core::ErrorKind;
use storage_core::checksum::Checksum;

use crate::error::{Error, Result};
use crate::write;

/// Metadata to write with an entry: names and texts, or anything that serde can write as JSON.
///
/// # Examples
///
/// ```
/// use storage::kv::Metadata;
///
/// let mut metadata = Metadata::json(&("anything", 1))?;
/// metadata = Metadata::default();
/// metadata.insert("uploadedBy", "system-client");
/// # Ok::<(), storage::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    whole: Option<Whole>,
    texts: BTreeMap<String, String>,
}

/// Metadata that was made of one value.
#[derive(Clone, Debug)]
struct Whole {
    kept: Kept,
    /// Adds names and texts. Called through here, a Worker that has no such metadata does not link it.
    add: fn(String, &BTreeMap<String, String>) -> Result<String>,
}

/// What is to be kept: JSON text.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) json: String,
    /// Whether JavaScript leaves its numbers as they are.
    pub(super) survives_javascript: bool,
}

impl Metadata {
    /// Any value, as JSON. What is `null` in JSON is no metadata.
    ///
    /// # Errors
    ///
    /// [`EncodeFailed`](ErrorKind::EncodeFailed) if it can't be JSON, like a map whose keys are not
    /// text. When written: the same if it could not be read again, because it is nested more than 126 levels
    /// deep, or is raw JSON with a number or a text that is none.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let json = serde_json::to_string(value).map_err(encode_failed)?;
        let kept = Kept { survives_javascript: survives_javascript(&json), json };
        let whole = (kept.json != "null").then_some(Whole { kept, add });
        Ok(Self { whole, texts: BTreeMap::new() })
    }

    /// Adds a name and a text. The last text of a name counts.
    ///
    /// If the metadata is a JSON value, the name becomes a field of it: it has to be an object that
    /// has no such field.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.texts.insert(name.into(), text.into());
    }

    /// What is to be kept, if anything is, with a checksum; and the checksum if it can be verified.
    pub(super) fn settle(
        self,
        checksum: Option<String>,
    ) -> Result<(Option<Kept>, Option<Checksum>)> {
        let Self { whole, texts } = self;
        let (texts, checksum) = write::metadata(texts, checksum)?;
        let kept = match whole {
            Some(Whole { kept, .. }) if texts.is_empty() => Some(kept),
            Some(Whole { kept, add }) => Some(Kept { json: add(kept.json, &texts)?, ..kept }),
            None if texts.is_empty() => None,
            None => {
                let json = serde_json::to_string(&texts).map_err(encode_failed)?;
                Some(Kept { json, survives_javascript: true })
            }
        };
        Ok((kept, checksum))
    }
}

impl From<BTreeMap<String, String>> for Metadata {
    fn from(texts: BTreeMap<String, String>) -> Self {
        Self { whole: None, texts }
    }
}

/// An object and these texts. The numbers of the object stay as they are, to the last digit.
fn add(mut json: String, texts: &BTreeMap<String, String>) -> Result<String> {
    let refused = |message: String| Err(Error::new(ErrorKind::InvalidOption, message));
    let Ok(Value::Object(fields)) = serde_json::from_slice(json.as_bytes()) else {
        return refused("metadata that is no object has no room for names and a checksum".into());
    };
    json.pop(); // the closing brace
    let mut comma = if fields.is_empty() { "" } else { "," };
    for (name, text) in texts {
        if fields.contains_key(name) {
            return refused(format!("the metadata has a field `{name}` already"));
        }
        let name = serde_json::to_string(name).map_err(encode_failed)?;
        let text = serde_json::to_string(text).map_err(encode_failed)?;
        let _ = write!(json, "{comma}{name}:{text}"); // a String takes everything
        comma = ",";
    }
    json.push('}');
    Ok(json)
}

fn encode_failed(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::EncodeFailed, "the metadata can't be written as JSON").with_source(error)
}

/// Whether every number of a JSON text is still the same after JavaScript has read and written it:
/// a whole one that a double holds exactly, or one with a fraction.
fn survives_javascript(json: &str) -> bool {
    // Outside of strings, which are every second piece between quotes, a number is a run of these.
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    let unescaped = json.replace(r"\\", "").replace("\\\"", "");
    unescaped
        .split('"')
        .step_by(2)
        .flat_map(|outside| outside.split(|c| !in_number(c)))
        .filter(|run| run.bytes().any(|byte| byte.is_ascii_digit()))
        .all(number_survives)
}

fn number_survives(number: &str) -> bool {
    const WHOLE_MAX: i64 = (1 << 53) - 1;
    match number.split_once(['e', 'E']) {
        Some((_, exponent)) => exponent.starts_with('-'),
        None => match number.split_once('.') {
            Some((_, fraction)) => fraction.bytes().any(|digit| digit != b'0'),
            None => {
                number != "-0"
                    && number
                        .parse()
                        .is_ok_and(|whole: i64| (-WHOLE_MAX..=WHOLE_MAX).contains(&whole))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn numbers_that_javascript_would_change_are_found() {
        for same in [
            "{}",
            "null",
            "[true,false]",
            "9007199254740991",
            "-9007199254740991",
            "[0,1.5,-2.25e-7]",
            r#""9007199254740993""#,
            r#"{"9007199254740993":"a \"9007199254740993\" \\"}"#,
        ] {
            assert!(survives_javascript(same), "{same}");
        }
        for changed in [
            "9007199254740992",
            "-9007199254740993",
            "[1,18446744073709551615]",
            "170141183460469231731687303715884105727",
            "-9223372036854775808",
            "1.0",
            "-0",
            "-0.0",
            "1e16",
            "1.5e+300",
            r#"{"a":"\\","b":9007199254740993}"#,
        ] {
            assert!(!survives_javascript(changed), "{changed}");
        }
    }

    #[test]
    fn names_are_added_to_an_object_that_lacks_them() {
        let settle = |json: &str, checksum: Option<&str>| {
            let json: &RawValue = serde_json::from_str(json).unwrap();
            let mut metadata = Metadata::json(json)?;
            metadata.insert("a", "\"");
            metadata.settle(checksum.map(str::to_owned)).map(|(kept, _)| kept.unwrap().json)
        };
        let large = r#"{"b":170141183460469231731687303715884105727}"#;
        let expected = r#"{"b":170141183460469231731687303715884105727,"a":"\"","checksum":"x"}"#;
        assert_eq!(settle(large, Some("x")).unwrap(), expected);
        assert_eq!(settle("{}", None).unwrap(), r#"{"a":"\""}"#);
        for (json, checksum) in
            [("[1]", None), ("3", None), (r#"{"a":1}"#, None), (r#"{"checksum":1}"#, Some("x"))]
        {
            let error = settle(json, checksum).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidOption, "{json}");
        }
    }
}
