//! An application that keeps the rules.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use storage_core::name::WorkerName;
use syn::{Attribute, Data, DeriveInput, Field, Fields, FieldsNamed};

use super::Validate;
use crate::args::{AppArgs, Args, Grammar};
use crate::diag::{Errors, message};
use crate::item::{Item, Shape};

pub(crate) struct AppDecl {
    /// As visible as the struct: what it can be opened with.
    pub(crate) visibility: TokenStream,
    pub(crate) ident: Ident,
    pub(crate) name: WorkerName,
    pub(crate) fields: Vec<FieldDecl>,
}

/// A field. That its type is a handle is for the compiler to say: only it knows types.
pub(crate) struct FieldDecl {
    /// The `#[cfg]`s that decide whether there is such a field.
    pub(crate) cfgs: TokenStream,
    pub(crate) ident: Ident,
    pub(crate) ty: TokenStream,
}

impl Validate for AppArgs {
    type Decl = AppDecl;

    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<AppDecl> {
        let Self { name } = self;
        for (field, attribute) in item.take_field_attributes("storage") {
            errors.push(&attribute, message::field_option(&field));
        }
        let name = super::name(name, WorkerName::new, item, Self::GRAMMAR, errors);
        let (declared, fields) = named_fields(item, Self::GRAMMAR, errors)?;
        super::not_generic(declared, "is one set of resources", Self::GRAMMAR, errors);
        let (name, _) = name?;
        Some(AppDecl {
            visibility: declared.vis.to_token_stream(),
            ident: declared.ident.clone(),
            name,
            fields: fields.named.iter().filter_map(field).collect(),
        })
    }
}

/// The fields of a struct that has names for them, and at least one.
fn named_fields<'a>(
    item: &'a Item,
    grammar: &Grammar,
    errors: &mut Errors,
) -> Option<(&'a DeriveInput, &'a FieldsNamed)> {
    let title = grammar.title;
    let paste = |name: &str| format!("struct {name} {{ assets: storage::Bucket<UserAssets> }}");
    let declared = match item.shape() {
        Shape::Other(keyword) => {
            let found = format!("`{keyword}`");
            let message = message::without_named_fields(title, &found, &paste("App"));
            errors.push(keyword, message);
            return None;
        }
        Shape::Type(declared) => declared,
    };
    if let Data::Struct(data) = &declared.data
        && let Fields::Named(fields) = &data.fields
        && !fields.named.is_empty()
    {
        return Some((declared, fields));
    }
    let found = super::describe(declared);
    let paste = paste(&declared.ident.to_string());
    errors.push(&declared.ident, message::without_named_fields(title, &found, &paste));
    None
}

fn field(field: &Field) -> Option<FieldDecl> {
    let cfgs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    Some(FieldDecl {
        cfgs: cfgs.map(Attribute::to_token_stream).collect(),
        ident: field.ident.clone()?,
        ty: field.ty.to_token_stream(),
    })
}
