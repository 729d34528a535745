//! What a storage Worker has beside an application: a constant more, checks, and what other Workers call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::at;
use crate::crate_path::CratePath;
use crate::decl::{FieldDecl, WorkerDecl};

impl WorkerDecl {
    /// As the method of the constant that takes it.
    pub(super) fn spec(&self, root: &CratePath) -> TokenStream {
        let Self { placement, public_host } = self;
        let placement = placement.map(|placement| {
            let placement = Ident::new(&format!("{placement:?}"), Span::call_site());
            quote!(.placement(#root::__private::Placement::#placement))
        });
        let host = public_host.as_ref().map(|(host, _)| {
            let host = host.as_str();
            quote!(.public_host(#host))
        });
        quote!(.worker(#root::__private::WorkerSpec::new() #placement #host))
    }

    /// Each shown at what is at fault. `SPEC` is in scope.
    pub(super) fn checks(&self, fields: &[FieldDecl]) -> TokenStream {
        let whole = fields.iter().map(|FieldDecl { cfgs, ident, ty, .. }| {
            let name = super::name(ident);
            quote_spanned!(at(ty)=> #cfgs const _: () = SPEC.assert_whole(#name);)
        });
        let public = self
            .public_host
            .as_ref()
            .map(|(_, written)| quote_spanned!(at(written)=> const _: () = SPEC.assert_public();));
        quote!(#(#whole)* #public)
    }
}

/// What answers other Workers: the fields, and the exports that they and browsers reach. Those are in the user's
/// crate and nowhere else: whatever a linked crate exports, every bound Worker can call.
pub(super) fn serve(ident: &Ident, fields: &[FieldDecl], root: &CratePath) -> TokenStream {
    let looks = fields.iter().map(|FieldDecl { cfgs, ty, .. }| {
        quote!(#cfgs <#ty as #root::__private::Handle>::look(to, wanted)?;)
    });
    // A storage Worker holds what it never touches itself: without this the compiler warns of every field.
    let reads =
        fields.iter().map(|FieldDecl { cfgs, ident, .. }| quote!(#cfgs { let _ = &to.#ident; }));
    let exports = exports(ident, root);
    quote! {
        const _: fn(&#ident) = |to| { #(#reads)* };

        #[automatically_derived]
        impl #root::__private::DeclareWorker for #ident {
            fn offer<__C: #root::__private::Connect>(
                to: &__C,
                wanted: &mut #root::__private::Wanted,
            ) -> ::core::result::Result<(), __C::Error> {
                #(#looks)*
                ::core::result::Result::Ok(())
            }
        }

        #exports
    }
}

fn exports(ident: &Ident, root: &CratePath) -> TokenStream {
    let exports = quote!(#root::__private);
    let bindgen = quote!(#exports::wasm_bindgen);
    quote! {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[#bindgen::prelude::wasm_bindgen(wasm_bindgen = #bindgen, this, js_name = storageCall)]
            pub fn storage_call(
                this: #bindgen::JsValue,
                head: #bindgen::JsValue,
                body: #bindgen::JsValue,
            ) -> #bindgen::JsValue {
                #exports::storage_call::<#ident>(this, head, body)
            }

            #[#bindgen::prelude::wasm_bindgen(wasm_bindgen = #bindgen, js_name = fetch)]
            pub fn storage_fetch(
                request: #bindgen::JsValue,
                env: #bindgen::JsValue,
            ) -> #bindgen::JsValue {
                #exports::storage_fetch::<#ident>(request, env)
            }
        };
    }
}
