//! What keys start with.

use std::borrow::Cow;
use std::fmt::Display;

use storage_core::key_template::FieldError;

use super::typed;
use crate::error::Result;

/// Something that the keys of a listing start with: text of any ownership, or the
/// [prefix](super::Key::prefix) of a typed key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a prefix of keys",
    note = "help: prefixes are text: `&str` or `String`, or made by `prefix` of a typed key"
)]
pub trait ToPrefix {
    /// The prefix as text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidKey`](crate::ErrorKind::InvalidKey) if a part of it can't be in a key.
    fn to_prefix(&self) -> Result<String>;
}

impl ToPrefix for str {
    fn to_prefix(&self) -> Result<String> {
        Ok(self.to_owned())
    }
}

impl ToPrefix for String {
    fn to_prefix(&self) -> Result<String> {
        Ok(self.clone())
    }
}

impl ToPrefix for Cow<'_, str> {
    fn to_prefix(&self) -> Result<String> {
        Ok(self.as_ref().to_owned())
    }
}

impl<T: ToPrefix + ?Sized> ToPrefix for &T {
    fn to_prefix(&self) -> Result<String> {
        (**self).to_prefix()
    }
}

/// What the typed keys with certain values start with. Made by [`Key::prefix`](super::Key::prefix).
#[must_use = "a prefix does nothing until it is given to a listing"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(Result<String, FieldError>);

impl Prefix {
    pub(super) fn new(text: Result<String, FieldError>) -> Self {
        Self(text)
    }
}

impl ToPrefix for Prefix {
    fn to_prefix(&self) -> Result<String> {
        self.0.clone().map_err(typed::refused)
    }
}

/// A tuple of the first values of a key with the fields `F`: none of them, up to all but the last.
///
/// A value is given as it is, or by reference; where the field is a `String`, a `&str` will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lead a key with the fields `{F}`",
    label = "not the first fields of the key",
    note = "help: give a tuple of the first fields, of their types and in the order of the template, all but the last at most: `()`, `(first,)`"
)]
pub trait Leading<F> {
    /// The values, to be written.
    fn values(&self) -> Vec<&dyn Display>;
}

/// Something that is written as a value of a field of type `T` is.
pub trait Part<T>: Display {}

impl<T: Display> Part<T> for T {}
impl<T: Display> Part<T> for &T {}
impl Part<String> for &str {}

/// Each `(T P p)` is a field: its type, the type of the value given for it, and the value.
///
/// None is recommended, so that the compiler says what to give, and not which tuples there are.
macro_rules! leading {
    // A key of one field, of two, of three, and so on.
    (@keys [$($fields:tt)*]) => {};
    (@keys [$($fields:tt)*] $next:tt $($rest:tt)*) => {
        leading!(@tuples [$($fields)* $next] [] $($fields)* $next);
        leading!(@keys [$($fields)* $next] $($rest)*);
    };
    // The tuples that lead it, up to all fields but the last.
    (@tuples $fields:tt [$($given:tt)*] $last:tt) => { leading!(@lead $fields [$($given)*]); };
    (@tuples $fields:tt [$($given:tt)*] $next:tt $($rest:tt)+) => {
        leading!(@lead $fields [$($given)*]);
        leading!(@tuples $fields [$($given)* $next] $($rest)+);
    };
    (@lead [$(($T:ident $P:ident $p:ident))*] [$(($U:ident $Q:ident $q:ident))*]) => {
        #[diagnostic::do_not_recommend]
        impl<$($T,)* $($Q: Part<$U>),*> Leading<($($T,)*)> for ($($Q,)*) {
            fn values(&self) -> Vec<&dyn Display> {
                let ($($q,)*) = self;
                vec![$($q),*]
            }
        }
    };
}

leading!(@keys [] (A I i) (B J j) (C K k) (D L l) (E M m) (F N n) (G O o) (H P p));
