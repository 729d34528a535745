//! `impl DeclareKv for AppConfigs`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::DeriveInput;

use super::{Expand, stub};
use crate::crate_path::CratePath;
use crate::decl::KvDecl;

impl Expand for KvDecl {
    fn expand(&self, root: &CratePath) -> TokenStream {
        let (name, binding) = (self.name.as_str(), self.binding.as_str());
        let namespace = super::namespace(&self.namespace);
        let existing = self.existing.as_ref().map(|existing| {
            let existing = existing.as_str();
            quote!(.existing(#existing))
        });
        let metadata = super::metadata(&self.metadata);
        let seconds = self.ttl_seconds.map(|seconds| quote!(.ttl_seconds(#seconds)));
        let spec = quote!(new(#name, #binding) #namespace #existing #metadata #seconds);
        declare(&TokenStream::new(), &self.ident, &spec, root)
    }

    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream {
        let (parameters, subject) = stub::header(declared);
        let (name, binding) = (stub::NAME, stub::binding(&declared.ident));
        declare(&parameters, &subject, &quote!(new(#name, #binding)), root)
    }
}

fn declare(
    parameters: &TokenStream,
    subject: &impl ToTokens,
    spec: &TokenStream,
    root: &CratePath,
) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #parameters #root::__private::DeclareKv for #subject {
            const SPEC: &'static #root::__private::KvSpec =
                &#root::__private::KvSpec::#spec;
        }
    }
}
