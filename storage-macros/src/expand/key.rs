//! `impl Key for Avatar`, `impl ToKey for Avatar`, and the types of its fields for prefixes.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use storage_core::key_template::FIELDS_MAX;
use syn::{Data, DeriveInput, Fields};

use super::{Expand, at, stub};
use crate::crate_path::CratePath;
use crate::decl::{KeyDecl, PartDecl};

impl Expand for KeyDecl {
    fn expand(&self, root: &CratePath) -> TokenStream {
        let Self { ident, template, head, parts } = self;
        let specs = parts.iter().map(|PartDecl { ident, digits, tail, .. }| {
            let name = super::name(ident);
            let digits = (*digits > 0).then(|| quote!(.digits(#digits)));
            quote!(#root::__private::KeyField::new(#name, #tail) #digits)
        });
        let written =
            parts.iter().map(|PartDecl { ident, ty, .. }| quote_spanned!(at(ty)=> <#ty as #root::__private::Value>::shown(&self.#ident)));
        let read = parts
            .iter()
            .map(|PartDecl { ident, ty, .. }| quote_spanned!(at(ty)=> #ident: <#ty as #root::__private::Value>::read(values)?));
        let key = Key {
            parameters: TokenStream::new(),
            subject: ident.to_token_stream(),
            template: quote!(#template, #head, &[#(#specs),*]),
            fields: parts.iter().map(|part| part.ty.clone()).collect(),
            render: quote!(#root::__private::render(&<Self as #root::__private::Key>::TEMPLATE, &[#(#written),*])),
            parse: quote! {
                #root::__private::parse(key, |values| {
                    ::core::result::Result::Ok(Self { #(#read),* })
                })
            },
        };
        key.declare(root)
    }

    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream {
        let (parameters, subject) = stub::header(declared);
        let key = Key {
            parameters,
            subject,
            template: quote!("", "", &[]),
            fields: field_types(declared),
            render: quote!(::core::unimplemented!()),
            parse: quote!(::core::unimplemented!()),
        };
        key.declare(root)
    }
}

/// The types of the fields in the order of the struct, so that prefixes are as likely right as can be.
fn field_types(declared: &DeriveInput) -> Vec<TokenStream> {
    match &declared.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => {
            let types = data.fields.iter().map(|field| field.ty.to_token_stream());
            types.take(FIELDS_MAX).collect()
        }
        Data::Enum(_) | Data::Struct(_) | Data::Union(_) => Vec::new(),
    }
}

/// The parts in which a working key and a stub differ.
struct Key {
    parameters: TokenStream,
    subject: TokenStream,
    template: TokenStream,
    fields: Vec<TokenStream>,
    render: TokenStream,
    parse: TokenStream,
}

impl Key {
    fn declare(&self, root: &CratePath) -> TokenStream {
        let Self { parameters, subject, template, fields, render, parse } = self;
        quote! {
            #[automatically_derived]
            impl #parameters #root::__private::Key for #subject {
                const TEMPLATE: #root::__private::KeyTemplate =
                    #root::__private::KeyTemplate::new(#template);

                fn parse(key: &::core::primitive::str) -> #root::__private::Result<Self> {
                    #parse
                }
            }

            #[automatically_derived]
            impl #parameters #root::__private::KeyFields<(#(#fields,)*)> for #subject {}

            #[automatically_derived]
            impl #parameters #root::__private::ToKey for #subject {
                fn to_key(&self) -> #root::__private::Result<#root::__private::String> {
                    #render
                }
            }
        }
    }
}
