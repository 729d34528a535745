//! Implementation of the attributes and the derive. Their documentation is on the re-exports in `storage-runtime`.
//!
//! The road of a declaration: `args` reads the form, `decl` checks it against the rules of
//! `storage-core`, `expand` writes it out, and `pipeline` walks the three.

mod args;
mod crate_path;
mod decl;
mod diag;
mod expand;
mod item;
mod pipeline;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn app(form: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<args::AppArgs>(form.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn bucket(form: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<args::BucketArgs>(form.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_derive(Key, attributes(key))]
pub fn key(item: TokenStream) -> TokenStream {
    pipeline::derive::<args::KeyArgs>("key", item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn kv(form: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<args::KvArgs>(form.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented where it is re-exported")]
#[proc_macro_attribute]
pub fn worker(form: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<args::WorkerArgs>(form.into(), item.into()).into()
}
