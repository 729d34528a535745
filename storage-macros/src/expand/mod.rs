//! What the compiler gets to see, one file per kind. Nothing is decided here.
//!
//! Generated code names nothing but `::core` and `__private` of the library. Its tokens count as
//! the macro's own, so that no lint of the user's applies to them; where the compiler may have
//! something to say about a token of the user's, they are [`at`] its place.

mod app;
mod bucket;
mod key;
mod kv;
mod stub;
mod worker;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use storage_core::manifest::MetadataEncryption;
use storage_core::name::{DEFAULT_NAMESPACE, HeaderName, Host, NamespaceName, Origin};
use syn::DeriveInput;
use syn::ext::IdentExt;

use crate::args::Pairs;
use crate::crate_path::CratePath;
use crate::decl::{CorsDecl, EncryptionDecl, S3Decl, SignedUrlsDecl};
use crate::diag::Errors;

/// Something that can be written out.
pub(crate) trait Expand {
    fn expand(&self, root: &CratePath) -> TokenStream;

    /// What stands in for a declaration that has errors, so that its uses have none.
    fn stub(declared: &DeriveInput, root: &CratePath) -> TokenStream;
}

/// The user's item, then what is added to it, then the errors.
pub(crate) fn output(item: TokenStream, code: TokenStream, errors: &Errors) -> TokenStream {
    let mut output = item;
    output.extend(code);
    output.extend(errors.to_compile_errors());
    output
}

/// For tokens that are the macro's own, but are shown where the user wrote something.
fn at(place: &impl ToTokens) -> Span {
    let first = place.to_token_stream().into_iter().next();
    let own = Span::call_site();
    first.map_or(own, |token| own.located_at(token.span()))
}

/// A field as text, without the mark of a raw identifier.
fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// An option as the method of the constant that takes it; nothing for an option that is not given.
fn namespace(namespace: &NamespaceName) -> Option<TokenStream> {
    let namespace = namespace.as_str();
    (namespace != DEFAULT_NAMESPACE).then(|| quote!(.namespace(#namespace)))
}

fn encryption(encryption: Option<&EncryptionDecl>, root: &CratePath) -> Option<TokenStream> {
    let EncryptionDecl { secret, metadata } = encryption?;
    let secret = secret.as_str();
    let with_metadata =
        (*metadata == MetadataEncryption::Encrypted).then(|| quote!(.with_metadata()));
    let spec = quote!(#root::__private::EncryptionSpec::new(#secret) #with_metadata);
    Some(quote!(.encryption(#spec)))
}

fn signed_urls(signed_urls: Option<&SignedUrlsDecl>, root: &CratePath) -> Option<TokenStream> {
    let SignedUrlsDecl { secret, host, other_hosts, max_age_seconds } = signed_urls?;
    let secret = secret.as_str();
    let host = host.as_ref().map(|host| {
        let host = host.as_str();
        quote!(.host(#host))
    });
    let others = other_hosts.iter().map(Host::as_str);
    let others = (!other_hosts.is_empty()).then(|| quote!(.other_hosts(&[#(#others),*])));
    let seconds = max_age_seconds.map(|seconds| quote!(.max_age_seconds(#seconds)));
    let spec = quote!(#root::__private::SignedUrlsSpec::new(#secret) #host #others #seconds);
    Some(quote!(.signed_urls(#spec)))
}

fn s3(s3: Option<&S3Decl>, root: &CratePath) -> Option<TokenStream> {
    let S3Decl { account_id, access_key_id, secret_access_key } = s3?;
    let (account, id) = (account_id.as_str(), access_key_id.as_str());
    let key = secret_access_key.as_str();
    Some(quote!(.s3(#root::__private::S3Spec::new(#account, #id, #key))))
}

fn cors(cors: Option<&CorsDecl>, root: &CratePath) -> Option<TokenStream> {
    let CorsDecl { origins, methods, headers, expose, max_age_seconds } = cors?;
    let origins = origins.iter().map(Origin::as_str);
    let methods = methods.iter().map(|method| {
        let method = Ident::new(&format!("{method:?}"), Span::call_site());
        quote!(#root::__private::CorsMethod::#method)
    });
    let names = |names: &[HeaderName], method: TokenStream| {
        let list = names.iter().map(HeaderName::as_str);
        (!names.is_empty()).then(|| quote!(.#method(&[#(#list),*])))
    };
    let headers = names(headers, quote!(headers));
    let expose = names(expose, quote!(expose));
    let seconds = max_age_seconds.map(|seconds| quote!(.max_age_seconds(#seconds)));
    let spec = quote!(#root::__private::CorsSpec::new(&[#(#origins),*], &[#(#methods),*]));
    Some(quote!(.cors(#spec #headers #expose #seconds)))
}

/// What lets the keys of an encrypted declaration be rotated. Stand-ins have it too, so that no use of a broken
/// declaration is refused for what the declaration may say.
fn encrypted(parameters: &TokenStream, subject: &impl ToTokens, root: &CratePath) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #parameters #root::__private::Encrypted for #subject {}
    }
}

fn metadata(metadata: &Pairs) -> Option<TokenStream> {
    let pairs = metadata.iter().map(|(key, value)| quote!((#key, #value)));
    (!metadata.is_empty()).then(|| quote!(.metadata(&[#(#pairs),*])))
}
