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
        let observability = self.observability.then(|| quote!(.observability()));
        let signed_urls = super::signed_urls(self.signed_urls.as_ref(), root);
        let s3 = super::s3(self.s3.as_ref(), root);
        let cors = super::cors(self.cors.as_ref(), root);
        let deleted = self.delete_after_days.map(|days| quote!(.delete_after_days(#days)));
        let moved = self
            .infrequent_access_after_days
            .map(|days| quote!(.infrequent_access_after_days(#days)));
        let aborted =
            self.abort_uploads_after_days.map(|days| quote!(.abort_uploads_after_days(#days)));
        let spec = quote! {
            new(#name, #binding) #namespace #existing #metadata #encryption #observability
            #signed_urls #s3 #cors #deleted #moved #aborted
        };
        let mut code = declare(&TokenStream::new(), &self.ident, &spec, root);
        if self.encryption.is_some() {
            code.extend(super::encrypted(&TokenStream::new(), &self.ident, root));
        }
        if self.signed_urls.is_some() || self.s3.is_some() {
            code.extend(signed(&TokenStream::new(), &self.ident, root));
        }
        code
    }

    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream {
        let (parameters, subject) = stub::header(declared);
        let (name, binding) = (stub::NAME, stub::binding(&declared.ident));
        let mut code = declare(&parameters, &subject, &quote!(new(#name, #binding)), root);
        // What is wrong may well be the option that its uses rely on.
        code.extend(super::encrypted(&parameters, &subject, root));
        code.extend(signed(&parameters, &subject, root));
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

/// That there are URLs to sign.
fn signed(parameters: &TokenStream, subject: &impl ToTokens, root: &CratePath) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #parameters #root::__private::Signed for #subject {}
    }
}
