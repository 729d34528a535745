//! Etags as HTTP requests name them.

use super::super::Etags;

/// How two etags are compared (RFC 9110, section 8.8.3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// A weak etag is never the same as any.
    Strong,
    /// Whether an etag is weak does not matter.
    Weak,
}

/// The etags of `If-Match` (compared strongly) or `If-None-Match` (weakly), that can be the same as
/// that of an object, which is strong.
///
/// From the first that is not written as HTTP has it on, nothing is: such a text is no etag of ours.
pub(super) fn list(value: &str, comparison: Comparison) -> Etags {
    if value.trim() == "*" {
        return Etags::Any;
    }
    let mut etags = Vec::new();
    let mut rest = value;
    while let Some((etag, is_weak, behind)) = first(rest) {
        if !is_weak || comparison == Comparison::Weak {
            etags.push(etag.to_owned());
        }
        rest = behind;
    }
    Etags::OneOf(etags)
}

/// A single strong etag, as in `If-Range`.
pub(super) fn strong(value: &str) -> Option<&str> {
    match first(value) {
        Some((etag, false, "")) => Some(etag),
        _ => None,
    }
}

/// The first etag of a list, whether it is weak, and what is behind it. A comma may be in an etag, so
/// the list can't just be split.
fn first(list: &str) -> Option<(&str, bool, &str)> {
    let list = list.trim_start_matches([' ', '\t', ',']);
    let weak = list.strip_prefix("W/");
    let (etag, behind) = weak.unwrap_or(list).strip_prefix('"')?.split_once('"')?;
    let behind = behind.trim_start_matches([' ', '\t']);
    let is_whole = behind.is_empty() || behind.starts_with(',');
    (is_whole && !etag.contains(|c| c <= ' ' || c == '\x7f')).then_some((
        etag,
        weak.is_some(),
        behind,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        use Comparison::{Strong, Weak};
        let cases: &[(&str, Comparison, &[&str])] = &[
            (r#""a""#, Strong, &["a"]),
            (r#""a", "b","c""#, Strong, &["a", "b", "c"]),
            (r#" ,, "a" ,	"b" , "#, Strong, &["a", "b"]),
            (r#""a,b", "c""#, Strong, &["a,b", "c"]),
            (r#"W/"a", "b""#, Strong, &["b"]),
            (r#"W/"a", "b""#, Weak, &["a", "b"]),
            (r#""""#, Strong, &[""]),
            (r#""*""#, Strong, &["*"]),
            (r#""ü""#, Strong, &["ü"]),
            ("", Strong, &[]),
            ("a", Weak, &[]),
            (r#""a"#, Weak, &[]),
            (r#"w/"a""#, Weak, &[]),
            (r#"W/ "a""#, Weak, &[]),
            (r#""a b""#, Weak, &[]),
            (r#""a""b""#, Weak, &[]),
            (r#""a", b, "c""#, Weak, &["a"]),
            (r#"*, "a""#, Weak, &[]),
        ];
        for (value, comparison, etags) in cases {
            let etags = etags.iter().map(|etag| (*etag).to_owned()).collect();
            assert_eq!(list(value, *comparison), Etags::OneOf(etags), "{value}");
        }
        assert_eq!(list(" * ", Strong), Etags::Any);
    }

    #[test]
    fn a_single_one_is_strong() {
        assert_eq!(strong(r#""a""#), Some("a"));
        for value in ["", "a", r#"W/"a""#, r#""a", "b""#, "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(strong(value), None, "{value}");
        }
    }
}
