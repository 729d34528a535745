//! What can name an object or an entry: text, or a struct with a template.

mod prefix;
pub(crate) mod typed;

use std::borrow::Cow;

pub use prefix::{Leading, Part, Prefix, ToPrefix};
pub use storage_core::key_template::KeyTemplate;
pub use typed::{Key, KeyFields, Value, Values};

use crate::error::Result;

/// Something that names an object or an entry: text of any ownership, or a [typed key](trait@Key).
///
/// The rules of the platform are checked when the request is sent, so a bad key is an error of the
/// operation ([`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey)), not a panic.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key",
    note = "help: keys are text: `&str` or `String`, or structs with `#[derive(storage::Key)]`"
)]
pub trait ToKey {
    /// The key as text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if a part of it can't be in a key.
    fn to_key(&self) -> Result<String>;
}

impl ToKey for str {
    fn to_key(&self) -> Result<String> {
        Ok(self.to_owned())
    }
}

impl ToKey for String {
    fn to_key(&self) -> Result<String> {
        Ok(self.clone())
    }
}

impl ToKey for Cow<'_, str> {
    fn to_key(&self) -> Result<String> {
        Ok(self.as_ref().to_owned())
    }
}

impl<T: ToKey + ?Sized> ToKey for &T {
    fn to_key(&self) -> Result<String> {
        (**self).to_key()
    }
}
