//! What broken declarations of every kind have in common.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use storage_core::limits::worker::BINDING_MAX;
use storage_core::name::{DEFAULT_NAMESPACE, derive_binding, suggest_label};
use syn::DeriveInput;
use syn::ext::IdentExt;

/// A name that every kind allows.
pub(super) const NAME: &str = "invalid-declaration";

/// A binding that no other declaration has, so that two broken ones do not seem to share one.
pub(super) fn binding(ident: &Ident) -> String {
    let label = suggest_label(&ident.unraw().to_string()).unwrap_or_default();
    let mut binding = derive_binding(DEFAULT_NAMESPACE, &format!("invalid-{label}"));
    binding.truncate(BINDING_MAX);
    binding
}

/// The parameters of an implementation, and the type it is for with its bounds.
pub(super) fn header(declared: &DeriveInput) -> (TokenStream, TokenStream) {
    let ident = &declared.ident;
    let (parameters, arguments, bounds) = declared.generics.split_for_impl();
    (quote!(#parameters), quote!(#ident #arguments #bounds))
}
