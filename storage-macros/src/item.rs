//! The item below an attribute or a derive.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Meta, Visibility};

use crate::diag::{Errors, message};

/// An item, exactly as it was written, and what could be learned from it.
pub(crate) struct Item {
    tokens: TokenStream,
    shape: Shape,
}

pub(crate) enum Shape {
    /// Something other than a type, with the word that says so: `fn`, `trait`, `type`.
    Other(TokenStream),
    /// A struct, an enum or a union.
    Type(Box<DeriveInput>),
}

impl Item {
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        let shape = match syn::parse2(tokens.clone()) {
            Ok(declared) => Shape::Type(Box::new(declared)),
            Err(_) => Shape::Other(keyword(tokens.clone())),
        };
        Self { tokens, shape }
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The type that can be given an implementation.
    pub(crate) fn as_type(&self) -> Option<&DeriveInput> {
        match &self.shape {
            Shape::Other(_) => None,
            Shape::Type(declared) => Some(declared),
        }
    }

    /// The options that a derive is given by an attribute of that name.
    pub(crate) fn form(&self, name: &str, errors: &mut Errors) -> TokenStream {
        let mut ours = self.attributes(name);
        let first = ours.next();
        for again in ours {
            errors.push(again, message::attribute_given_twice(name, "one type is one kind of key"));
        }
        match first.map(|attribute| &attribute.meta) {
            Some(Meta::List(list)) => list.tokens.clone(),
            Some(Meta::NameValue(_) | Meta::Path(_)) | None => TokenStream::new(),
        }
    }

    /// The attributes of that name, in their order.
    pub(crate) fn attributes<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Attribute> {
        let all = self.as_type().map(|declared| declared.attrs.as_slice()).unwrap_or_default();
        all.iter().filter(move |attribute| attribute.path().is_ident(name))
    }

    /// Takes the attributes of that name off the fields of a struct, because the compiler would
    /// report each of them a second time. Returns them with the names of their fields.
    pub(crate) fn take_field_attributes(&mut self, name: &str) -> Vec<(String, Attribute)> {
        let Shape::Type(declared) = &mut self.shape else {
            return Vec::new();
        };
        let Data::Struct(data) = &mut declared.data else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        for field in &mut data.fields {
            let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            let ours = field.attrs.extract_if(.., |attribute| attribute.path().is_ident(name));
            taken.extend(ours.map(|attribute| (ident.clone(), attribute)));
        }
        if !taken.is_empty() {
            self.tokens = declared.to_token_stream();
        }
        taken
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.tokens
    }
}

/// The word that says what an item is: the `fn` of `pub async fn`.
fn keyword(item: TokenStream) -> TokenStream {
    let words = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<TokenStream>()
    };
    let rest = words.parse2(item).unwrap_or_default();
    let mut words = rest
        .into_iter()
        .take_while(|token| matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_)));
    let first = words.next();
    let later = words.find(|word| word.to_string() == "fn");
    later.or(first).into_iter().collect()
}
