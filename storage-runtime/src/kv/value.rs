//! What the values of a namespace are.

use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::slice;

use serde::Serialize;
use serde::de::DeserializeOwned;
use storage_core::ErrorKind;

use super::{Entry, EntryInfo};
use crate::body::Body;
use crate::content;
use crate::error::{Error, Result};

/// What the values of a namespace are: [`Raw`], or [`Json`] of a type.
///
/// `#[storage::kv(.., value = Session)]` chooses `Json<Session>`; without `value` it is `Raw`.
pub trait ValueKind: sealed::Sealed + 'static {
    /// What a read gives.
    type Found: Send + 'static;

    /// What a read gives of an entry.
    #[doc(hidden)]
    fn found(entry: Entry) -> impl Future<Output = Result<Self::Found>> + Send;

    /// Why a value that a client of the REST server sends can't be one of these, if it can't.
    #[cfg(feature = "rest")]
    #[doc(hidden)]
    fn refusal(value: &[u8]) -> Option<String>;
}

/// Something that can be put into a namespace whose values are `V`.
///
/// Into a [`Raw`] one, everything that is a [`Body`]; into a [`Json<T>`](Json) one, a `T` or a `&T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of this KV namespace",
    label = "this namespace holds `{V}`",
    note = "help: put what its declaration names as `value`, or if it names nothing, bytes, text or a `storage::Body`"
)]
pub trait IntoValue<V> {
    /// The bytes to store.
    ///
    /// # Errors
    ///
    /// [`EncodeFailed`](crate::ErrorKind::EncodeFailed) if it can't be JSON, or if what it is as JSON is
    /// nested more than 127 levels deep.
    fn into_value(self) -> Result<Body>;
}

/// A type whose values a namespace can hold: serde writes it and reads it, and it owns what it holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the value of a KV namespace",
    label = "not a type that serde writes and reads, and that owns what it holds",
    note = "help: put `#[derive(serde::Serialize, serde::Deserialize)]` on `{Self}`"
)]
pub trait JsonValue: Serialize + DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + 'static> JsonValue for T {}

/// Values of any kind: bytes, text, JSON, streams. A read gives an [`Entry`].
pub enum Raw {}

/// Values of one type, stored as JSON exactly as `serde_json` writes them. A read gives a `T`.
pub struct Json<T>(PhantomData<fn() -> T>);

/// Values of one type, each with what is known beside it. Made by
/// [`Get::with_info`](super::Get::with_info).
pub struct WithInfo<T>(PhantomData<fn() -> T>);

impl ValueKind for Raw {
    type Found = Entry;

    fn found(entry: Entry) -> impl Future<Output = Result<Entry>> + Send {
        ready(Ok(entry))
    }

    #[cfg(feature = "rest")]
    fn refusal(_: &[u8]) -> Option<String> {
        None
    }
}

impl<T: JsonValue> ValueKind for Json<T> {
    type Found = T;

    fn found(entry: Entry) -> impl Future<Output = Result<T>> + Send {
        entry.json()
    }

    #[cfg(feature = "rest")]
    fn refusal(value: &[u8]) -> Option<String> {
        crate::rest::terse::from_slice::<T>(value).err().map(|error| error.to_string())
    }
}

impl<T: JsonValue> ValueKind for WithInfo<T> {
    type Found = (T, EntryInfo);

    async fn found(entry: Entry) -> Result<(T, EntryInfo)> {
        let info = entry.info().clone();
        Ok((entry.json().await?, info))
    }

    #[cfg(feature = "rest")]
    fn refusal(value: &[u8]) -> Option<String> {
        <Json<T>>::refusal(value)
    }
}

#[diagnostic::do_not_recommend]
impl<B: Into<Body>> IntoValue<Raw> for B {
    fn into_value(self) -> Result<Body> {
        Ok(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoValue<Json<T>> for T {
    fn into_value(self) -> Result<Body> {
        json(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoValue<Json<T>> for &T {
    fn into_value(self) -> Result<Body> {
        json(self)
    }
}

/// A value as JSON that can be read again.
fn json<T: Serialize>(value: &T) -> Result<Body> {
    let json = content::write_json(value)?;
    if depth(&json) > DEPTH_MAX {
        let message = "the value is nested too deeply to be read again: 127 levels are";
        return Err(Error::new(ErrorKind::EncodeFailed, message));
    }
    Ok(Body::of_json(json))
}

/// How many levels of JSON `serde_json` reads.
pub(crate) const DEPTH_MAX: usize = 127;

/// How deeply a JSON text is nested.
pub(crate) fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    deepest
}

/// Skips the rest of a string.
fn skip_string(bytes: &mut slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Raw {}
    impl<T> Sealed for super::Json<T> {}
    impl<T> Sealed for super::WithInfo<T> {}
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn nested(levels: usize) -> Value {
        (1..levels).fold(Value::Array(Vec::new()), |inner, level| match level % 2 {
            0 => Value::Array(vec![inner]),
            _ => serde_json::json!({ "a\\\"[": inner }),
        })
    }

    #[tokio::test]
    async fn what_is_written_can_be_read() {
        let body: Body = IntoValue::<Json<Value>>::into_value(nested(DEPTH_MAX)).unwrap();
        assert_eq!(body.content_type(), Some("application/json"));
        let json = body.gather(u64::MAX).await.unwrap();
        assert_eq!(content::json::<Value>(&json).unwrap(), nested(DEPTH_MAX));
    }

    #[test]
    fn what_could_not_be_read_is_refused() {
        let too_deep = nested(DEPTH_MAX + 1);
        assert!(content::json::<Value>(too_deep.to_string().as_bytes()).is_err());
        for refused in [
            IntoValue::<Json<Value>>::into_value(&too_deep),
            IntoValue::<Json<Value>>::into_value(too_deep.clone()),
        ] {
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::EncodeFailed);
        }
    }

    #[test]
    fn brackets_in_text_are_no_levels() {
        for (json, levels) in [
            ("null", 0),
            (r#""[[[""#, 0),
            (r#""\"[[[""#, 0),
            (r#"["\\",[]]"#, 2),
            (r#"{"a":[],"}":{"b":[1]}}"#, 3),
            ("[[],[],[]]", 2),
        ] {
            assert_eq!(depth(json.as_bytes()), levels, "{json}");
        }
    }
}
