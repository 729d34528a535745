//! The item below an attribute.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Visibility};

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
