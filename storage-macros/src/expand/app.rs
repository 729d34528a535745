//! `impl DeclareApp for App`, the two ways to open it, and its manifest in the artifact.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use storage_core::manifest::SECTION;
use syn::DeriveInput;

use super::{Expand, at, stub};
use crate::crate_path::CratePath;
use crate::decl::{AppDecl, FieldDecl, ViaDecl};

impl Expand for AppDecl {
    fn expand(&self, root: &CratePath) -> TokenStream {
        let Self { visibility, ident, name, fields, worker } = self;
        let name = name.as_str();
        let is_worker = worker.is_some();
        let specs = fields.iter().map(|field| field.spec(is_worker, root));
        let handles = fields.iter().map(|field| field.handle(root));
        let app = App {
            parameters: TokenStream::new(),
            subject: ident.to_token_stream(),
            visibility: visibility.clone(),
            spec: {
                let worker = worker.as_ref().map(|worker| worker.spec(root));
                quote!(new(#name, &[#(#specs),*]) #worker)
            },
            connect: quote!(::core::result::Result::Ok(Self { #(#handles),* })),
        };
        let declaration = app.declare(root);
        let manifest = self.manifest(root);
        let exports = worker.is_some().then(|| super::worker::serve(ident, fields, root));
        quote!(#declaration #manifest #exports)
    }

    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream {
        let (parameters, subject) = stub::header(declared);
        let name = stub::NAME;
        let app = App {
            parameters,
            subject,
            visibility: declared.vis.to_token_stream(),
            spec: quote!(new(#name, &[])),
            connect: quote!(::core::unimplemented!()),
        };
        app.declare(root)
    }
}

impl AppDecl {
    /// The record that the linker puts into the artifact, and the checks that take constants: that no two
    /// fields are one resource, shown at the later one, that keys can start with their prefix, and those of
    /// storage Workers.
    fn manifest(&self, root: &CratePath) -> TokenStream {
        let ident = &self.ident;
        let checks = self.fields.iter().skip(1).map(|FieldDecl { cfgs, ident, .. }| {
            let name = super::name(ident);
            // A constant of its own: the compiler takes long ones for endless.
            quote_spanned!(at(ident)=> #cfgs const _: () = SPEC.assert_distinct(#name);)
        });
        let prefixes = self.fields.iter().filter_map(|FieldDecl { cfgs, ident, via, .. }| {
            let (_, written) = via.as_ref()?.prefix.as_ref()?;
            let name = super::name(ident);
            Some(quote_spanned!(at(written)=> #cfgs const _: () = SPEC.assert_prefix(#name);))
        });
        let of_worker = self.worker.as_ref().map(|worker| worker.checks(&self.fields));
        quote! {
            const _: () = {
                const SPEC: #root::__private::AppSpec =
                    <#ident as #root::__private::DeclareApp>::SPEC;
                #[cfg_attr(target_arch = "wasm32", unsafe(link_section = #SECTION))]
                static _MANIFEST: [::core::primitive::u8; SPEC.rendered_len()] = SPEC.render();
                #(#checks)*
                #(#prefixes)*
                #of_worker
            };
        }
    }
}

impl FieldDecl {
    fn spec(&self, is_of_worker: bool, root: &CratePath) -> TokenStream {
        let Self { cfgs, ident, ty, via } = self;
        let name = super::name(ident);
        let via = via.as_ref().map(|via| {
            let service = via.spec(root);
            quote!(.via(#service))
        });
        let grants = (via.is_some() || is_of_worker)
            .then(|| quote!(.grants(<#ty as #root::__private::Handle>::GRANTS)));
        quote! {
            #cfgs #root::__private::FieldSpec::new(
                #name,
                <#ty as #root::__private::Handle>::RESOURCE,
            ) #grants #via
        }
    }

    fn handle(&self, root: &CratePath) -> TokenStream {
        let Self { cfgs, ident, ty, via } = self;
        // The type is named here too, and not inferred, so that one that is no handle is refused
        // once: the compiler drops the second of two equal errors.
        let handle = quote!(<#ty as #root::__private::Handle>);
        match via {
            None => quote!(#cfgs #ident: #handle::connect(to)?),
            Some(via) => {
                let service = via.spec(root);
                quote!(#cfgs #ident: #handle::connect_via(to, const { #service })?)
            }
        }
    }
}

impl ViaDecl {
    fn spec(&self, root: &CratePath) -> TokenStream {
        let Self { service, binding, prefix } = self;
        let (service, binding) = (service.as_str(), binding.as_str());
        let prefix = prefix.as_ref().map(|(prefix, _)| {
            let prefix = prefix.as_str();
            quote!(.prefix(#prefix))
        });
        quote!(#root::__private::ServiceSpec::new(#service, #binding) #prefix)
    }
}

/// The parts in which a working application and a stub differ.
struct App {
    parameters: TokenStream,
    subject: TokenStream,
    visibility: TokenStream,
    spec: TokenStream,
    connect: TokenStream,
}

impl App {
    fn declare(&self, root: &CratePath) -> TokenStream {
        let Self { parameters, subject, visibility, spec, connect } = self;
        quote! {
            #[automatically_derived]
            impl #parameters #root::__private::DeclareApp for #subject {
                const SPEC: #root::__private::AppSpec = #root::__private::AppSpec::#spec;

                fn connect<__C: #root::__private::Connect>(
                    to: &__C,
                ) -> ::core::result::Result<Self, __C::Error> {
                    #connect
                }
            }

            #[automatically_derived]
            impl #parameters #subject {
                /// Opens every field on the binding it declares.
                ///
                /// # Errors
                ///
                /// If the Worker has no such binding, or it is of another kind: its configuration
                /// is older than the declarations.
                #visibility fn open(
                    env: &#root::__private::Env,
                ) -> ::core::result::Result<Self, #root::__private::Error> {
                    #root::__private::open(env)
                }

                /// Opens every field in a folder on disk, which is made if it is not there.
                ///
                /// # Errors
                ///
                /// If the folder can't be read or written, or a newer version of the library wrote
                /// it.
                #visibility fn local(
                    folder: impl #root::__private::LocalFolder,
                ) -> ::core::result::Result<Self, #root::__private::Error> {
                    #root::__private::local(folder)
                }

                /// Opens every field in memory, each application for itself: for tests.
                #visibility fn memory() -> Self {
                    #root::__private::memory()
                }

                /// Makes several requests at the same time, a `Vec` or a tuple of them, and gives what came
                /// of each: those to one storage Worker in one message.
                #visibility fn batch<__R: #root::__private::Requests>(
                    &self,
                    requests: __R,
                ) -> #root::__private::BoxFuture<'static, __R::Results> {
                    #root::__private::batch_of_app(requests)
                }
            }
        }
    }
}
