//! A typed key that keeps the rules.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use storage_core::key_template::{self, FIELDS_MAX, ParsedField, ParsedTemplate, TemplateError};
use storage_core::name::suggest_label;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Field, Fields};

use super::Validate;
use crate::args::{Args, KeyArgs, Required, Text, nearest};
use crate::diag::{Errors, message};
use crate::item::Item;

pub(crate) struct KeyDecl {
    pub(crate) ident: Ident,
    /// The template as it was written.
    pub(crate) template: String,
    /// The text in front of the first part.
    pub(crate) head: String,
    /// In the order of the template.
    pub(crate) parts: Vec<PartDecl>,
}

/// A field, and the text behind it. That its type can be written and read is for the compiler to
/// say.
pub(crate) struct PartDecl {
    pub(crate) ident: Ident,
    pub(crate) ty: TokenStream,
    pub(crate) digits: usize,
    pub(crate) tail: String,
}

impl Validate for KeyArgs {
    type Decl = KeyDecl;

    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<KeyDecl> {
        let Self { template } = self;
        let declared = item.as_type()?;
        let fields = named_fields(declared, errors);
        let what = "reads a text into fields that own their values";
        super::not_generic(declared, what, Self::GRAMMAR, errors);
        let template = match template {
            Required::Given(text) => text,
            Required::Missing => {
                missing(item, declared, &fields.unwrap_or_default(), errors);
                return None;
            }
            Required::Reported => return None,
        };
        let (parsed, mistakes) = key_template::parse(&template.content);
        for mistake in &mistakes {
            let fields = fields.as_deref().unwrap_or_default();
            let suggestion = suggest(declared, fields);
            errors.push(&template, describe(mistake, &template.content, &suggestion));
        }
        let fields = fields?;
        let ParsedTemplate { head, fields: placeholders } = parsed;
        // A placeholder that could not be read may have meant any field.
        let unread = mistakes.iter().any(|mistake| {
            matches!(
                mistake,
                TemplateError::Empty
                    | TemplateError::EmptyPlaceholder
                    | TemplateError::NotAPlaceholder(_)
                    | TemplateError::Unclosed(_)
            )
        });
        let parts = parts(placeholders, &fields, unread, &template, errors);
        let ident = declared.ident.clone();
        Some(KeyDecl { ident, template: template.content, head, parts })
    }
}

/// The fields of a struct that has names for them, and at least one.
fn named_fields<'a>(declared: &'a DeriveInput, errors: &mut Errors) -> Option<Vec<&'a Field>> {
    if let Data::Struct(data) = &declared.data
        && let Fields::Named(fields) = &data.fields
        && !fields.named.is_empty()
    {
        let fields: Vec<&Field> = fields.named.iter().collect();
        let attributes = fields.iter().flat_map(|field| &field.attrs);
        for attribute in attributes.filter(|attribute| attribute.path().is_ident("key")) {
            errors.push(attribute, message::key_on_a_field());
        }
        return Some(fields);
    }
    let found = super::describe(declared);
    let paste = format!("struct {} {{ user_id: u64, file: String }}", declared.ident);
    errors.push(&declared.ident, message::not_a_key_struct(&found, &paste));
    None
}

/// Says that there is no template, and suggests one.
fn missing(item: &Item, declared: &DeriveInput, fields: &[&Field], errors: &mut Errors) {
    let template = suggest(declared, fields);
    let message = message::missing_template(&declared.ident.to_string(), &template);
    match item.attributes("key").next() {
        Some(attribute) => errors.push(attribute, message),
        None => errors.push_at(Span::call_site(), message),
    }
}

/// A template that has every field.
fn suggest(declared: &DeriveInput, fields: &[&Field]) -> String {
    let label = suggest_label(&declared.ident.unraw().to_string());
    let placeholders = fields.iter().map(|field| format!("/{{{}}}", name(field)));
    label.unwrap_or_else(|| "keys".to_owned()) + &placeholders.collect::<String>()
}

/// The fields that the placeholders stand for, each of them once and none left over.
fn parts(
    placeholders: Vec<ParsedField>,
    fields: &[&Field],
    unread: bool,
    template: &Text,
    errors: &mut Errors,
) -> Vec<PartDecl> {
    let names: Vec<String> = fields.iter().map(|field| name(field)).collect();
    let known = || names.iter().map(String::as_str);
    let mut used: Vec<String> = Vec::new();
    let mut parts = Vec::new();
    for ParsedField { name, digits, tail } in placeholders {
        if used.contains(&name) {
            errors.push(template, message::placeholder_given_twice(&name));
            continue;
        }
        let field = fields.iter().zip(&names).find(|(_, known)| **known == name);
        if let Some((field, _)) = field
            && let Some(ident) = field.ident.clone()
        {
            parts.push(PartDecl { ident, ty: field.ty.to_token_stream(), digits, tail });
        } else {
            let meant =
                nearest(&name, known().filter(|known| !used.iter().any(|used| used == known)));
            let all: Vec<String> = known().map(|known| format!("`{known}`")).collect();
            let message = message::unknown_placeholder(&name, &all.join(", "), meant);
            errors.push(template, message);
            used.extend(meant.map(str::to_owned));
        }
        used.push(name);
    }
    for (field, name) in fields.iter().zip(&names) {
        if !unread && !used.contains(name) {
            errors.push(&field.ident, message::field_not_in_template(name));
        }
    }
    parts
}

/// A field as the template calls it.
fn name(field: &Field) -> String {
    field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default()
}

fn describe(mistake: &TemplateError, template: &str, suggestion: &str) -> String {
    match mistake {
        TemplateError::Adjacent { first, second } => message::adjacent_placeholders(first, second),
        TemplateError::Control(character) => message::control_character(*character),
        TemplateError::Dots(segment) => message::dot_segment(segment),
        TemplateError::Empty => message::empty_template(suggestion),
        TemplateError::EmptyPlaceholder => message::empty_placeholder(),
        TemplateError::EmptySegment => {
            let segments: Vec<&str> = template.split('/').filter(|text| !text.is_empty()).collect();
            message::empty_segment(template, &segments.join("/"))
        }
        TemplateError::NotAPlaceholder(found) => message::not_a_placeholder(found),
        TemplateError::StrayBrace => message::stray_brace(),
        TemplateError::TooLong { bytes, max } => message::template_too_long(*bytes, *max),
        TemplateError::TooManyFields(count) => message::too_many_placeholders(*count, FIELDS_MAX),
        TemplateError::Unclosed(text) => message::unclosed_brace(text),
    }
}
