//! Cutting a list of options at its commas.
//!
//! Done before anything is parsed, so that a mistake in one option hides none in the next.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use crate::diag::{Errors, message, show};

/// What stands between two commas.
pub(super) type Segment = Vec<TokenTree>;

pub(super) fn split(list: TokenStream, errors: &mut Errors) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut segment = Segment::new();
    let mut rest = list.into_iter().peekable();
    while let Some(token) = rest.next() {
        if is_punct(&token, ',') && !in_angles(&segment) {
            if segment.is_empty() {
                errors.push(&token, message::stray_comma());
            } else {
                segments.push(std::mem::take(&mut segment));
            }
            continue;
        }
        // `name = "a" binding = "B"`: said once, and read as two options.
        if let TokenTree::Ident(word) = &token
            && segment.last().is_some_and(ends_value)
            && rest.peek().is_some_and(starts_value)
        {
            errors.push(word, message::missing_comma(&word.to_string()));
            segments.push(std::mem::take(&mut segment));
        }
        segment.push(token);
    }
    if !segment.is_empty() {
        segments.push(segment);
    }
    segments
}

/// One option or entry, taken apart.
pub(super) enum Part {
    /// `key = value`
    Assigned(TokenStream),
    /// `key`, or `key =`
    Bare,
    /// `key(list)`
    List(Group),
}

impl Part {
    /// As it would be written after that key.
    pub(super) fn show(&self, key: &str) -> String {
        match self {
            Self::Assigned(value) => format!("{key} = {}", show(value)),
            Self::Bare => key.to_owned(),
            Self::List(list) => format!("{key}({})", show(&list.stream())),
        }
    }
}

/// The key of a segment and what follows it, or the segment as it is if it has no such parts.
pub(super) fn take_apart(segment: Segment) -> Result<(Ident, Part), TokenStream> {
    match segment.as_slice() {
        [TokenTree::Ident(key)] => Ok((key.clone(), Part::Bare)),
        [TokenTree::Ident(key), equals] if is_punct(equals, '=') => Ok((key.clone(), Part::Bare)),
        [TokenTree::Ident(key), equals, value @ ..] if is_punct(equals, '=') => {
            Ok((key.clone(), Part::Assigned(value.iter().cloned().collect())))
        }
        [TokenTree::Ident(key), TokenTree::Group(list)] if is_list(list) => {
            Ok((key.clone(), Part::List(list.clone())))
        }
        _ => Err(segment.into_iter().collect()),
    }
}

/// Whether a `<` is still open: the comma of `value = HashMap<String, u64>` separates no options.
fn in_angles(segment: &[TokenTree]) -> bool {
    let mut open = 0_usize;
    let mut before = None;
    for token in segment {
        if is_punct(token, '<') {
            open += 1;
        } else if is_punct(token, '>') && !before.is_some_and(|before| is_punct(before, '-')) {
            open = open.saturating_sub(1);
        }
        before = Some(token);
    }
    open > 0
}

fn ends_value(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Literal(_))
        || matches!(token, TokenTree::Group(group) if is_list(group))
}

fn starts_value(token: &TokenTree) -> bool {
    is_punct(token, '=') || matches!(token, TokenTree::Group(group) if is_list(group))
}

fn is_list(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
