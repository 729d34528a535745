//! `impl DeclareKv for AppConfigs`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Type};

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
        let encryption = super::encryption(self.encryption.as_ref(), root);
        let observability = self.observability.then(|| quote!(.observability()));
        let seconds = self.ttl_seconds.map(|seconds| quote!(.ttl_seconds(#seconds)));
        let spec = quote! {
            new(#name, #binding) #namespace #existing #metadata #encryption #observability #seconds
        };
        let json = |ty: &Type| {
            // Shown at the user's type, which is at fault if it can't be JSON.
            let place = super::at(ty);
            let root = root.to_token_stream().into_iter().map(|mut token| {
                token.set_span(place);
                token
            });
            quote_spanned!(place=> #(#root)*::__private::Json<#ty>)
        };
        let raw = || quote!(#root::__private::Raw);
        let value = self.value.as_ref().map_or_else(raw, json);
        let mut code = declare(&TokenStream::new(), &self.ident, &value, &spec, root);
        if self.encryption.is_some() {
            code.extend(super::encrypted(&TokenStream::new(), &self.ident, root));
        }
        code
    }

    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream {
        let (parameters, subject) = stub::header(declared);
        let (name, binding) = (stub::NAME, stub::binding(&declared.ident));
        let value = quote!(#root::__private::Raw);
        let mut code = declare(&parameters, &subject, &value, &quote!(new(#name, #binding)), root);
        code.extend(super::encrypted(&parameters, &subject, root));
        code
    }
}

fn declare(
    parameters: &TokenStream,
    subject: &impl ToTokens,
    value: &TokenStream,
    spec: &TokenStream,
    root: &CratePath,
) -> TokenStream {
    let value = quote_spanned!(super::at(value)=> type Value = #value;);
    quote! {
        #[automatically_derived]
        impl #parameters #root::__private::DeclareKv for #subject {
            #value

            const SPEC: &'static #root::__private::KvSpec =
                &#root::__private::KvSpec::#spec;
        }
    }
}
