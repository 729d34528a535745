//! What is said to the user, and where.

pub(crate) mod message;
mod show;

pub(crate) use show::show;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// All that is wrong with one attribute, each with its place.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Underlines `place`, from its first token to its last.
    pub(crate) fn push(&mut self, place: &impl ToTokens, message: String) {
        self.0.push(syn::Error::new_spanned(place, message));
    }

    /// For what is not there to be underlined.
    pub(crate) fn push_at(&mut self, place: Span, message: String) {
        self.0.push(syn::Error::new(place, message));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn to_compile_errors(&self) -> TokenStream {
        self.0.iter().map(syn::Error::to_compile_error).collect()
    }
}
