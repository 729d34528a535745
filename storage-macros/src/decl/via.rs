//! The storage Worker that a field goes by, if that keeps the rules.

use proc_macro2::TokenStream;
use quote::ToTokens;
use storage_core::name::{
    BindingName, DEFAULT_NAMESPACE, KeyPrefix, WorkerName, derive_binding, suggest_label,
    suggest_prefix,
};
use syn::{Attribute, Meta};

use crate::args::{Args, FieldArgs, Form, Text};
use crate::diag::{Errors, message};

pub(crate) struct ViaDecl {
    pub(crate) service: WorkerName,
    pub(crate) binding: BindingName,
    /// What keys start with, and where that was written.
    pub(crate) prefix: Option<(KeyPrefix, Text)>,
}

impl ViaDecl {
    /// Reports every rule that is broken. `app` is the Worker that the field is one of.
    pub(super) fn new(
        attribute: &Attribute,
        app: Option<&str>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let (form, place) = match &attribute.meta {
            Meta::List(list) => (list.tokens.clone(), list.to_token_stream()),
            other => (TokenStream::new(), other.to_token_stream()),
        };
        let mut form = Form::parse(FieldArgs::GRAMMAR, form, errors);
        let FieldArgs { via, prefix } = FieldArgs::read(&mut form);
        let meaning = "the storage Worker that the field goes by";
        let via = super::required::<FieldArgs, _>(via, "via", meaning, &place, errors);
        let service = via.and_then(|via| service(&via, app, errors));
        let prefix = prefix.and_then(|prefix| {
            let meant = suggest_prefix(&prefix.content);
            Some((super::checked(&prefix, KeyPrefix::new, meant, errors)?, prefix))
        });
        let (service, binding) = service?;
        Some(Self { service, binding, prefix })
    }
}

/// The attribute of a field, of those it has: there is one way to go.
pub(super) fn only<'a>(
    mut attributes: impl Iterator<Item = &'a Attribute>,
    errors: &mut Errors,
) -> Option<&'a Attribute> {
    let first = attributes.next();
    for again in attributes {
        errors.push(again, message::attribute_given_twice("storage", "a field goes one way"));
    }
    first
}

/// The Worker of that name, and the binding that is made of it.
fn service(
    via: &Text,
    app: Option<&str>,
    errors: &mut Errors,
) -> Option<(WorkerName, BindingName)> {
    let service = super::checked(via, WorkerName::new, suggest_label(&via.content), errors)?;
    if app == Some(service.as_str()) {
        errors.push(via, message::via_itself(service.as_str()));
        return None;
    }
    match BindingName::new(derive_binding(DEFAULT_NAMESPACE, service.as_str())) {
        Ok(binding) => Some((service, binding)),
        Err(rule) => {
            errors.push(via, message::refused_name(via.key, &via.content, rule, via.example));
            None
        }
    }
}
