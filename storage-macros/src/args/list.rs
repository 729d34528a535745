//! `["one", "two"]`: a list of strings as a value.

use proc_macro2::TokenStream;
use syn::LitStr;
use syn::parse::{ParseStream, Parser};

use super::segment;
use super::{Text, Value};
use crate::diag::{Errors, message, show};

/// The strings of a list, as far as they are strings. The rest is reported, and hides none of them.
pub(super) fn read_texts(list: &Value<()>, errors: &mut Errors) -> Option<Vec<Text>> {
    let Value { key, example, written, .. } = list;
    let Ok(inside) = in_brackets.parse2(written.clone()) else {
        let found = show(written);
        let paste = match syn::parse2::<LitStr>(written.clone()) {
            Ok(literal) => format!("{key} = [{:?}]", literal.value()),
            Err(_) => (*example).to_owned(),
        };
        errors.push(list, message::not_a_list_of_strings(key, &found, &paste));
        return None;
    };
    let mut texts = Vec::new();
    let mut is_empty = true;
    for segment in segment::split(inside, errors) {
        let written: TokenStream = segment.into_iter().collect();
        is_empty = false;
        match syn::parse2::<LitStr>(written.clone()) {
            Ok(literal) if literal.suffix().is_empty() => {
                texts.push(Value { key, content: literal.value(), example, written });
            }
            _ => {
                let found = show(&written);
                errors.push(&written, message::not_a_string_in_list(key, &found, example));
            }
        }
    }
    (is_empty || !texts.is_empty()).then_some(texts)
}

fn in_brackets(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let inside;
    syn::bracketed!(inside in input);
    inside.parse()
}
