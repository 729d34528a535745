//! `impl DeclareBucket for UserAssets`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::DeriveInput;

use super::{Expand, stub};
use crate::crate_path::CratePath;
use crate::decl::BucketDecl;

impl Expand for BucketDecl {
    fn expand(&self, root: &CratePath) -> TokenStream {
        let (name, binding) = (self.name.as_str(), self.binding.as_str());
        let namespace = super::namespace(&self.namespace);
        let existing = self.existing.as_ref().map(|existing| {
            let existing = existing.as_str();
            quote!(.existing(#existing))
        });
        let metadata = super::metadata(&self.metadata);
        let encryption = super::encryption(self.encryption.as_ref(), root);
        let days = self.delete_after_days.map(|days| quote!(.delete_after_days(#days)));
        let spec = quote!(new(#name, #binding) #namespace #existing #metadata #encryption #days);
        let mut code = declare(&TokenStream::new(), &self.ident, &spec, root);
        if self.encryption.is_some() {
            code.extend(super::encrypted(&TokenStream::new(), &self.ident, root));
        }
        code
    }

    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream {
        let (parameters, subject) = stub::header(declared);
        let (name, binding) = (stub::NAME, stub::binding(&declared.ident));
        let mut code = declare(&parameters, &subject, &quote!(new(#name, #binding)), root);
        code.extend(super::encrypted(&parameters, &subject, root));
        code
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
        impl #parameters #root::__private::DeclareBucket for #subject {
            const SPEC: &'static #root::__private::BucketSpec =
                &#root::__private::BucketSpec::#spec;
        }
    }
}
