//! One value of a form, with its place.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// A string.
pub(crate) type Text = Value<String>;

/// A list of strings.
pub(crate) type Texts = Value<Vec<Text>>;

/// Names and values, in the order written.
pub(crate) type Pairs = Vec<(String, String)>;

/// A whole number, unless it is under zero or over what 64 bits hold.
pub(crate) type Number = Value<Option<u64>>;

/// A value, and where it was written.
pub(crate) struct Value<T> {
    pub(crate) key: &'static str,
    pub(crate) content: T,
    /// The whole option, as it could be pasted.
    pub(crate) example: &'static str,
    pub(crate) written: TokenStream,
}

impl<T> Value<T> {
    pub(super) fn with<U>(self, content: U) -> Value<U> {
        let Self { key, content: _, example, written } = self;
        Value { key, content, example, written }
    }
}

/// What is underlined is the value.
impl<T> ToTokens for Value<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.written.to_tokens(tokens);
    }
}
