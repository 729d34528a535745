//! What the values of a namespace are.

use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Entry, EntryInfo};
use crate::body::Body;
use crate::error::Result;

/// What the values of a namespace are: [`Raw`], or [`Json`] of a type.
///
/// `#[storage::kv(.., value = Session)]` chooses `Json<Session>`; without `value` it is `Raw`.
pub trait ValueKind: sealed::Sealed + 'static {
    /// What a read gives.
    type Found: Send + 'static;

    /// What a read gives of an entry.
    #[doc(hidden)]
    fn found(entry: Entry) -> impl Future<Output = Result<Self::Found>> + Send;
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
    /// [`EncodeFailed`](crate::ErrorKind::EncodeFailed) if it can't be JSON.
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
}

impl<T: JsonValue> ValueKind for Json<T> {
    type Found = T;

    fn found(entry: Entry) -> impl Future<Output = Result<T>> + Send {
        entry.json()
    }
}

impl<T: JsonValue> ValueKind for WithInfo<T> {
    type Found = (T, EntryInfo);

    async fn found(entry: Entry) -> Result<(T, EntryInfo)> {
        let info = entry.info().clone();
        Ok((entry.json().await?, info))
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
        Body::json(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoValue<Json<T>> for &T {
    fn into_value(self) -> Result<Body> {
        Body::json(self)
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
