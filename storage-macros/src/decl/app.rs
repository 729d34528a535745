//! An application that keeps the rules.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use storage_core::name::WorkerName;
use syn::{Attribute, Data, DeriveInput, Fields, FieldsNamed};

use super::{Validate, ViaDecl, WorkerDecl, via};
use crate::args::{AppArgs, Args, Grammar, Text};
use crate::diag::{Errors, message};
use crate::item::{Item, Shape};

pub(crate) struct AppDecl {
    /// As visible as the struct: what it can be opened with.
    pub(crate) visibility: TokenStream,
    pub(crate) ident: Ident,
    pub(crate) name: WorkerName,
    pub(crate) fields: Vec<FieldDecl>,
    /// What makes it a storage Worker, if it is one.
    pub(crate) worker: Option<WorkerDecl>,
}

/// A field. That its type is a handle is for the compiler to say: only it knows types.
pub(crate) struct FieldDecl {
    /// The `#[cfg]`s that decide whether there is such a field.
    pub(crate) cfgs: TokenStream,
    pub(crate) ident: Ident,
    pub(crate) ty: TokenStream,
    /// The storage Worker it goes by, if it is not bound itself.
    pub(crate) via: Option<ViaDecl>,
}

/// What a struct of handles is, where it is told of.
#[derive(Clone, Copy)]
pub(super) enum Noun {
    Application,
    StorageWorker,
}

impl Noun {
    fn words(self) -> &'static str {
        match self {
            Self::Application => "an application",
            Self::StorageWorker => "a storage Worker",
        }
    }

    /// What such a struct may be called.
    fn name(self) -> &'static str {
        match self {
            Self::Application => "App",
            Self::StorageWorker => "Storage",
        }
    }
}

impl Validate for AppArgs {
    type Decl = AppDecl;

    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<AppDecl> {
        let Self { name } = self;
        let attributes = item.take_field_attributes("storage");
        let name = super::name(name, WorkerName::new, item, Self::GRAMMAR, errors);
        declared(name, None, &attributes, (Self::GRAMMAR, Noun::Application), item, errors)
    }
}

/// The struct of handles, if it is one. `attributes` are those taken off its fields, with their names.
pub(super) fn declared(
    name: Option<(WorkerName, Text)>,
    worker: Option<WorkerDecl>,
    attributes: &[(String, Attribute)],
    (grammar, noun): (&Grammar, Noun),
    item: &Item,
    errors: &mut Errors,
) -> Option<AppDecl> {
    let name = name.map(|(name, _)| name);
    let via = attributes.chunk_by(|(field, _), (next, _)| field == next).filter_map(|of_one| {
        let (field, _) = of_one.first()?;
        let attribute = via::only(of_one.iter().map(|(_, attribute)| attribute), errors)?;
        let app = name.as_ref().map(WorkerName::as_str);
        Some((field.as_str(), ViaDecl::new(attribute, app, errors)?))
    });
    let mut via: BTreeMap<&str, ViaDecl> = via.collect();
    let (declared, fields) = named_fields(item, grammar, noun, errors)?;
    super::not_generic(declared, "is one set of resources", grammar, errors);
    let fields = fields.named.iter().filter_map(|found| {
        let ident = found.ident.clone()?;
        let via = via.remove(ident.to_string().as_str());
        let cfgs = found.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let cfgs = cfgs.map(Attribute::to_token_stream).collect();
        Some(FieldDecl { cfgs, ident, ty: found.ty.to_token_stream(), via })
    });
    let fields = fields.collect();
    let (visibility, ident) = (declared.vis.to_token_stream(), declared.ident.clone());
    Some(AppDecl { visibility, ident, name: name?, fields, worker })
}

/// The fields of a struct that has names for them, and at least one.
fn named_fields<'a>(
    item: &'a Item,
    grammar: &Grammar,
    noun: Noun,
    errors: &mut Errors,
) -> Option<(&'a DeriveInput, &'a FieldsNamed)> {
    let (title, noun_words) = (grammar.title, noun.words());
    let paste = |name: &str| format!("struct {name} {{ assets: storage::Bucket<UserAssets> }}");
    let declared = match item.shape() {
        Shape::Other(keyword) => {
            let found = format!("`{keyword}`");
            let message =
                message::without_named_fields(title, &found, noun_words, &paste(noun.name()));
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
    errors.push(&declared.ident, message::without_named_fields(title, &found, noun_words, &paste));
    None
}
