//! What stands in a URL: keys and parameters.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use storage_core::ErrorKind;

use super::failure::Failure;

/// A key as it stands in a path: slashes are slashes, and so are those that are escaped.
pub(super) fn key(path: &str) -> Result<String, Failure> {
    match percent_decode_str(path).decode_utf8() {
        Ok(key) => Ok(key.into_owned()),
        Err(_) => Err(Failure::of(ErrorKind::InvalidKey, "the key is not UTF-8")),
    }
}

/// The parameters of a query, in the order of the names. Each may be there once, and no others.
pub(super) fn parameters<const N: usize>(
    query: Option<&str>,
    names: [&'static str; N],
) -> Result<[Option<String>; N], Failure> {
    let mut values = [const { None }; N];
    let fields = query.unwrap_or_default().split('&').filter(|field| !field.is_empty());
    for field in fields {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        let at = names.iter().position(|known| **known == *name);
        let Some(place) = at.and_then(|at| values.get_mut(at)) else {
            let message = format!("there is no parameter `{name}` here");
            return Err(Failure::invalid_option(match names.join("`, `") {
                known if known.is_empty() => message + ", and no other",
                known => format!("{message}; help: there is `{known}`"),
            }));
        };
        if place.replace(value.into_owned()).is_some() {
            return Err(Failure::invalid_option(format!("the parameter `{name}` is there twice")));
        }
    }
    Ok(values)
}

/// A whole number.
pub(super) fn number<T: std::str::FromStr>(
    name: &str,
    value: Option<String>,
) -> Result<Option<T>, Failure> {
    let Some(text) = value else { return Ok(None) };
    // What Rust reads besides, a sign in front.
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse()
    {
        return Ok(Some(number));
    }
    let message = format!("the parameter `{name}` is no whole number, or too large a one");
    Err(Failure::invalid_option(message))
}

/// A part of a query, where `+` is a space.
fn decode(text: &str) -> Result<Cow<'_, str>, Failure> {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => Ok(Cow::Owned(decoded.into_owned())),
        Err(_) => Err(Failure::invalid_option("a parameter is not UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_forms_are() {
        let [a, b] = parameters(Some("b=1%2B1+2&&a=%C3%BC"), ["a", "b"]).unwrap();
        assert_eq!(a.as_deref(), Some("ü"));
        assert_eq!(b.as_deref(), Some("1+1 2"));
        assert_eq!(parameters(None, ["a"]).unwrap(), [None]);
    }

    #[test]
    fn what_is_unknown_or_there_twice_is_refused() {
        for query in ["c=1", "a=1&a=1", "a=%FF"] {
            assert_eq!(parameters(Some(query), ["a", "b"]).unwrap_err().status(), 400, "{query}");
        }
    }

    #[test]
    fn only_digits_are_a_number() {
        let read = |text: &str| number::<u32>("n", Some(text.to_owned())).ok().flatten();
        assert_eq!(read("010"), Some(10));
        for text in ["", "+1", "-1", "1.0", "4294967296", "x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_decoded_once() {
        assert_eq!(key("a/b%2Fc%252F+").unwrap(), "a/b/c%2F+");
        assert!(key("%FF").is_err());
    }
}
