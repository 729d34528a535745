//! The attributes as functions from tokens to tokens.
//!
//! How their output fares with the compiler, and how their errors look, is tested by the
//! compile-fail tests of the workspace.

mod expansion;
mod form;
mod paths;
mod robust;

use proc_macro2::TokenStream;

use crate::args::{AppArgs, BucketArgs, KeyArgs, KvArgs, WorkerArgs};
use crate::pipeline;

/// Expands `#[storage::<kind>(form)] item`, or `#[derive(storage::Key)] #[key(form)] item`.
fn expand(kind: &str, form: &str, item: &str) -> TokenStream {
    if kind == "key" {
        return pipeline::derive::<KeyArgs>("key", tokens(&format!("#[key({form})] {item}")));
    }
    let (form, item) = (tokens(form), tokens(item));
    match kind {
        "app" => pipeline::run::<AppArgs>(form, item),
        "bucket" => pipeline::run::<BucketArgs>(form, item),
        "kv" => pipeline::run::<KvArgs>(form, item),
        "worker" => pipeline::run::<WorkerArgs>(form, item),
        other => panic!("no such attribute: {other}"),
    }
}

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("tokens")
}

fn file(tokens: TokenStream) -> syn::File {
    syn::parse2(tokens).expect("an expansion that parses")
}

/// The messages of the errors in an expansion, in their order.
fn messages(tokens: TokenStream) -> Vec<String> {
    let errors = file(tokens).items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(error) => Some(error.mac),
        _ => None,
    });
    errors
        .map(|error| {
            assert!(error.path.segments.last().is_some_and(|name| name.ident == "compile_error"));
            error.parse_body::<syn::LitStr>().expect("a message").value()
        })
        .collect()
}
