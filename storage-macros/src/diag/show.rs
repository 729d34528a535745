//! Tokens as people write them. The compiler's own text of them reads `:: storage`.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

pub(crate) fn show(tokens: &TokenStream) -> String {
    let mut text = String::new();
    let mut before = None;
    for (at, token) in tokens.clone().into_iter().enumerate() {
        // What comes first is a sign.
        let signed = at == 1 && matches!(before, Some(TokenTree::Punct(_)));
        if !signed && before.as_ref().is_some_and(|before| apart(before, &token)) {
            text.push(' ');
        }
        match &token {
            TokenTree::Group(group) => show_group(group, &mut text),
            other => text.push_str(&other.to_string()),
        }
        before = Some(match token {
            // The second half of `->` is no bracket.
            TokenTree::Punct(punct) if text.ends_with("->") => {
                TokenTree::Punct(Punct::new('=', punct.spacing()))
            }
            other => other,
        });
    }
    text
}

fn show_group(group: &Group, text: &mut String) {
    let (open, close) = match group.delimiter() {
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
        Delimiter::Parenthesis => ("(", ")"),
    };
    let inner = show(&group.stream());
    let is_empty_brace = inner.is_empty() && group.delimiter() == Delimiter::Brace;
    let (open, close) = if is_empty_brace { ("{", "}") } else { (open, close) };
    text.push_str(open);
    text.push_str(&inner);
    text.push_str(close);
}

/// Whether there is a space between two tokens.
fn apart(left: &TokenTree, right: &TokenTree) -> bool {
    match (left, right) {
        (TokenTree::Punct(left), TokenTree::Punct(_)) if left.spacing() == Spacing::Joint => false,
        (TokenTree::Punct(left), _) if TIGHT.contains(left.as_char()) => false,
        (TokenTree::Punct(_), TokenTree::Punct(right)) => !",;".contains(right.as_char()),
        (_, TokenTree::Punct(right)) => {
            !TIGHT.contains(right.as_char()) && !",;".contains(right.as_char())
        }
        (TokenTree::Ident(_), TokenTree::Group(list)) => list.delimiter() == Delimiter::Brace,
        _ => true,
    }
}

/// What stands without spaces: paths, generics, references, calls of macros.
const TIGHT: &str = ":<>.&'!?#$";

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn what_is_shown_reads_as_written() {
        for text in [
            "::storage",
            "crate::storage",
            "7 * 4",
            "-1",
            "\"a :: b\" + \"c\"",
            "std::collections::HashMap<String, Vec<u64>>",
            "fn(u8, &str) -> [u8; 2]",
            "concat!(\"a\", \"b\")",
            "Session {}",
            "owner = \"media\", tier = { 1 }",
        ] {
            assert_eq!(show(&text.parse().expect("tokens")), text);
        }
    }
}
