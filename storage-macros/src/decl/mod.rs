//! What the rules allow: declarations that are valid by construction, one file per kind.
//!
//! The rules themselves are in `storage-core`. Every function here reports what it finds and goes
//! on, so that one mistake does not hide another.

mod app;
mod bucket;
mod cors;
mod encryption;
mod environment;
mod key;
mod kv;
mod s3;
mod signed_urls;
mod via;
mod worker;

pub(crate) use app::{AppDecl, FieldDecl};
pub(crate) use bucket::BucketDecl;
pub(crate) use cors::CorsDecl;
pub(crate) use encryption::EncryptionDecl;
pub(crate) use key::{KeyDecl, PartDecl};
pub(crate) use kv::KvDecl;
pub(crate) use s3::S3Decl;
pub(crate) use signed_urls::SignedUrlsDecl;
pub(crate) use via::ViaDecl;
pub(crate) use worker::WorkerDecl;

use environment::Environment;
use proc_macro2::{Ident, Span, TokenStream};
use storage_core::limits::Limit;
use storage_core::manifest::{Access, metadata_bytes};
use storage_core::name::{
    BindingName, DEFAULT_NAMESPACE, NameError, NamespaceName, derive_binding, suggest_label,
};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Generics};

use crate::args::{Args, Grammar, Number, Pairs, Required, Text, Texts, Value};
use crate::diag::{Errors, message, show};
use crate::expand::Expand;
use crate::item::{Item, Shape};

/// The way from what was written to what is valid.
pub(crate) trait Validate: Args {
    type Decl: Expand;

    /// Reports every rule that is broken. What it returns then is not to be used.
    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<Self::Decl>;
}

/// The name of a struct that can be a declaration: no fields, no parameters.
fn unit_struct(item: &Item, grammar: &Grammar, errors: &mut Errors) -> Option<Ident> {
    let title = grammar.title;
    let declared = match item.shape() {
        Shape::Other(keyword) => {
            let found = format!("`{keyword}`");
            errors.push(keyword, message::not_a_unit_struct(title, &found, "struct Name;"));
            return None;
        }
        Shape::Type(declared) => declared,
    };
    if !matches!(&declared.data, Data::Struct(data) if matches!(data.fields, Fields::Unit)) {
        let paste = format!("struct {};", declared.ident);
        let message = message::not_a_unit_struct(title, &describe(declared), &paste);
        errors.push(&declared.ident, message);
        return None;
    }
    let what = "declares one resource, which is one type";
    not_generic(declared, what, grammar, errors).then(|| declared.ident.clone())
}

fn not_generic(declared: &DeriveInput, what: &str, grammar: &Grammar, errors: &mut Errors) -> bool {
    let Generics { params, where_clause, .. } = &declared.generics;
    if params.is_empty() && where_clause.is_none() {
        return true;
    }
    let name = declared.ident.to_string();
    let message = message::generic(what, grammar.title, &name);
    if params.is_empty() {
        errors.push(where_clause, message);
    } else {
        errors.push(&declared.generics, message);
    }
    false
}

/// The name of a resource or a Worker, by the rule of its kind.
fn name<N>(
    name: Required<Text>,
    new: fn(String) -> Result<N, NameError>,
    item: &Item,
    grammar: &Grammar,
    errors: &mut Errors,
) -> Option<(N, Text)> {
    match name {
        Required::Given(text) => {
            let name = checked(&text, new, suggest_label(&text.content), errors)?;
            Some((name, text))
        }
        Required::Missing => {
            let declared = item.as_type().map(|declared| declared.ident.unraw());
            let suggestion = declared.and_then(|name| suggest_label(&name.to_string()));
            let paste = match suggestion {
                Some(suggestion) => format!("name = {suggestion:?}"),
                None => grammar.example("name").unwrap_or_default().to_owned(),
            };
            let message = message::missing_option(grammar.title, "name", grammar.name, &paste);
            errors.push_at(Span::call_site(), message);
            None
        }
        Required::Reported => None,
    }
}

fn namespace(namespace: Option<&Text>, errors: &mut Errors) -> Option<NamespaceName> {
    match namespace {
        None => NamespaceName::new(DEFAULT_NAMESPACE).ok(),
        Some(text) => checked(text, NamespaceName::new, suggest_label(&text.content), errors),
    }
}

/// The binding that was given, or the one that follows from the names.
fn binding(
    binding: Option<&Text>,
    namespace: Option<&NamespaceName>,
    name: Option<&Text>,
    errors: &mut Errors,
) -> Option<BindingName> {
    if let Some(text) = binding {
        let suggestion = suggest_label(&text.content);
        let suggestion = suggestion.map(|label| derive_binding(DEFAULT_NAMESPACE, &label));
        return checked(text, BindingName::new, suggestion, errors);
    }
    let name = name?;
    let derived = derive_binding(namespace?.as_str(), &name.content);
    match BindingName::new(derived.clone()) {
        Ok(binding) => Some(binding),
        Err(error) => {
            errors.push(name, message::derived_binding_too_long(&derived, error.rule()));
            None
        }
    }
}

fn access(access: Option<&Text>, errors: &mut Errors) {
    let available = Access::Private.name();
    if let Some(text) = access
        && text.content != available
    {
        errors.push(text, message::access_not_available(&text.content, available));
    }
}

/// A number in its range. What is suggested instead is the nearest that is.
fn number(number: &Number, limit: Limit, errors: &mut Errors) -> Option<u64> {
    let found = number.content.filter(|found| limit.check(*found).is_ok());
    if found.is_none() {
        let key = number.key;
        let paste = match number.content {
            Some(found) => format!("{key} = {}", found.clamp(limit.min(), limit.max())),
            None => number.example.to_owned(),
        };
        let written = show(&number.written);
        errors.push(number, message::number_out_of_range(key, &written, limit, &paste));
    }
    found
}

/// The same for a number that fits into 32 bits wherever it is in its range.
fn number_u32(written: &Number, limit: Limit, errors: &mut Errors) -> Option<u32> {
    number(written, limit, errors).and_then(|found| u32::try_from(found).ok())
}

/// What an option that has options of its own can't do without.
fn required<A: Args, T>(
    value: Required<T>,
    key: &str,
    meaning: &str,
    list: &TokenStream,
    errors: &mut Errors,
) -> Option<T> {
    match value {
        Required::Given(value) => Some(value),
        Required::Missing => {
            let paste = A::GRAMMAR.example(key).unwrap_or_default();
            errors.push(list, message::missing_option(A::GRAMMAR.title, key, meaning, paste));
            None
        }
        Required::Reported => None,
    }
}

fn metadata(metadata: Option<Value<Pairs>>, limit: Limit, errors: &mut Errors) -> Pairs {
    let Some(metadata) = metadata else {
        return Pairs::new();
    };
    let borrowed: Vec<_> =
        metadata.content.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let size = metadata_bytes(&borrowed);
    if let Err(rule) = limit.check(size) {
        let surplus = size.saturating_sub(limit.max());
        errors.push(&metadata, message::metadata_too_large(rule, surplus));
    }
    metadata.content
}

/// A name by its rule. What is suggested instead obeys the rule as well.
fn checked<N>(
    text: &Text,
    new: fn(String) -> Result<N, NameError>,
    suggestion: Option<String>,
    errors: &mut Errors,
) -> Option<N> {
    let rule = match new(text.content.clone()) {
        Ok(name) => return Some(name),
        Err(rule) => rule,
    };
    let paste = match suggestion.filter(|suggestion| new(suggestion.clone()).is_ok()) {
        Some(suggestion) => format!("{} = {suggestion:?}", text.key),
        None => text.example.to_owned(),
    };
    errors.push(text, message::refused_name(text.key, &text.content, rule, &paste));
    None
}

/// Every entry by its rule, each once. What is suggested instead obeys the rule as well.
fn entries<T>(
    list: &Texts,
    new: fn(&str) -> Result<T, NameError>,
    suggest: fn(&str) -> Option<String>,
    errors: &mut Errors,
) -> Option<Vec<T>> {
    let mut entries = Vec::new();
    let mut seen = Vec::new();
    for text in &list.content {
        let found = text.content.as_str();
        if seen.iter().any(|seen: &&str| seen.eq_ignore_ascii_case(found)) {
            errors.push(text, message::duplicate_entry(text.key, found));
            continue;
        }
        seen.push(found);
        match new(found) {
            Ok(entry) => entries.push(entry),
            Err(rule) => {
                let meant = suggest(found).filter(|meant| new(meant).is_ok());
                let paste = match meant {
                    Some(meant) => format!("{meant:?}"),
                    None => text.example.to_owned(),
                };
                errors.push(text, message::refused_entry(text.key, found, rule, &paste));
            }
        }
    }
    (entries.len() == list.content.len()).then_some(entries)
}

/// An item in a few words: "the enum `Colour`".
fn describe(declared: &DeriveInput) -> String {
    let name = &declared.ident;
    match &declared.data {
        Data::Enum(_) => format!("the enum `{name}`"),
        Data::Union(_) => format!("the union `{name}`"),
        Data::Struct(data) => {
            let fields = match &data.fields {
                Fields::Named(fields) if fields.named.is_empty() => "empty braces",
                Fields::Named(_) => "fields",
                Fields::Unnamed(fields) if fields.unnamed.is_empty() => "empty parentheses",
                Fields::Unnamed(_) => "fields without names",
                Fields::Unit => "no fields",
            };
            format!("the struct `{name}`, which has {fields}")
        }
    }
}
