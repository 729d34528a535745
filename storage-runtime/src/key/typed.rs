//! Keys with a template.

use std::fmt::Display;
use std::str::FromStr;

use storage_core::ErrorKind;
use storage_core::key_template::{FieldError, FieldRule, KeyField, KeyTemplate, KeyValues};

use super::{Leading, Prefix, ToKey};
use crate::error::{Error, Result};

/// A typed key: a struct that is written as text by a template, and read back from it.
///
/// Implemented by the [derive of the same name](macro@crate::Key), which says what templates and
/// values there are. `use storage::Key` brings both into scope.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a typed key",
    label = "not a typed key",
    note = "help: declare it: `#[derive(storage::Key)] #[key(\"...\")] struct {Self} {{ ... }}`"
)]
pub trait Key: ToKey + Sized {
    /// How it is written. Its `Display` form is the text that was declared.
    const TEMPLATE: KeyTemplate;

    /// Reads a key back, from a listing for instance.
    ///
    /// Only what [`to_key`](ToKey::to_key) would have written is read, so that a value has one key
    /// and a key one value: `007` and `+7` are not the number 7.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`] if the text has another form, or a part of it is not a value of its
    /// field.
    ///
    /// # Examples
    ///
    /// ```
    /// use storage::{Key, ToKey};
    ///
    /// #[derive(Key, Debug, PartialEq)]
    /// #[key("avatars/{user_id}/{file}")]
    /// struct Avatar {
    ///     user_id: u64,
    ///     file: String,
    /// }
    ///
    /// let avatar = Avatar::parse("avatars/7/small.png")?;
    /// assert_eq!(avatar, Avatar { user_id: 7, file: "small.png".to_owned() });
    ///
    /// let error = Avatar::parse("avatars/007/small.png").unwrap_err();
    /// assert_eq!(error.code(), "storage_invalid_key");
    /// assert_eq!(error.message(), "the part `user_id` of the key is spelt in an unusual way");
    /// # Ok::<(), storage::Error>(())
    /// ```
    fn parse(key: &str) -> Result<Self>;

    /// What the keys with these values start with, for [listings](crate::bucket::List::prefix).
    ///
    /// The values are a tuple of the first fields in the order of the template: none, `()`, up to
    /// all but the last. The prefix reaches up to the next field, so it never finds the keys of
    /// another value: `avatars/1/`, not `avatars/1`. A value that can't be in a key is an error when
    /// the listing is awaited ([`ErrorKind::InvalidKey`]).
    ///
    /// # Examples
    ///
    /// ```
    /// # use storage::Key;
    /// # #[derive(Key)]
    /// # #[key("avatars/{user_id}/{file}")]
    /// # struct Avatar { user_id: u64, file: String }
    /// # #[storage::bucket(name = "user-assets")]
    /// # struct UserAssets;
    /// # #[storage::app(name = "media-api")]
    /// # struct App { assets: storage::Bucket<UserAssets> }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> storage::Result<()> {
    /// # let app = App::memory();
    /// for user_id in [1, 10] {
    ///     app.assets.put(Avatar { user_id, file: "small.png".to_owned() }, "").await?;
    /// }
    /// let page = app.assets.list().prefix(Avatar::prefix((1,))).await?;
    /// let keys: Vec<_> = page.items.iter().map(|object| object.key()).collect();
    /// assert_eq!(keys, ["avatars/1/small.png"]);
    /// # Ok(())
    /// # }
    /// ```
    fn prefix<F, L>(leading: L) -> Prefix
    where
        Self: KeyFields<F>,
        L: Leading<F>,
    {
        Prefix::new(Self::TEMPLATE.render(&leading.values()))
    }
}

/// A typed key whose fields, in the order of its template, are of the types in the tuple `F`.
///
/// Implemented by the [derive](macro@crate::Key) once for each key.
pub trait KeyFields<F>: Key {}

/// A type that a field of a key can have: whatever can be shown and read back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a field of a key",
    label = "not both `Display` and `FromStr`",
    note = "help: implement `std::fmt::Display` and `std::str::FromStr` for it: a key is written by the one and read by the other"
)]
pub trait Value: Sized {
    /// The value, to be written.
    fn shown(&self) -> &dyn Display;

    /// The value of the next field.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`] if the key has another form, or the value is not one of the field.
    fn read(values: &mut Values<'_>) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Display + FromStr> Value for T {
    fn shown(&self) -> &dyn Display {
        self
    }

    fn read(values: &mut Values<'_>) -> Result<Self> {
        let (field, text) = values.next()?;
        let value: T = text.parse().map_err(|_| refused(field.error(FieldRule::Type)))?;
        if value.to_string() == text {
            Ok(value)
        } else {
            Err(refused(field.error(FieldRule::Spelling)))
        }
    }
}

/// The text of a key with all its values.
///
/// # Errors
///
/// [`ErrorKind::InvalidKey`] if one of them can't be in a key.
pub fn render(template: &KeyTemplate, values: &[&dyn Display]) -> Result<String> {
    template.render(values).map_err(refused)
}

/// A key from its text: `make` takes the values in the order of the template.
///
/// # Errors
///
/// Those of [`Value::read`].
pub fn parse<K: Key>(key: &str, make: impl FnOnce(&mut Values<'_>) -> Result<K>) -> Result<K> {
    make(&mut Values(K::TEMPLATE.values(key)))
}

/// The values in the text of a key, taken one by one.
#[derive(Debug)]
pub struct Values<'a>(KeyValues<'a>);

impl<'a> Values<'a> {
    fn next(&mut self) -> Result<(&'static KeyField, &'a str)> {
        match self.0.read() {
            Some(read) => read.map_err(refused),
            None => Err(another_form(self.0.template())),
        }
    }
}

/// Which field, and which rule it breaks. The value is the user's own and stays out of it.
pub(super) fn refused(error: FieldError) -> Error {
    Error::new(ErrorKind::InvalidKey, error.to_string())
}

fn another_form(template: KeyTemplate) -> Error {
    Error::new(ErrorKind::InvalidKey, "the key has another form")
        .with_detail(format!("expected `{template}`"))
}
