//! What keys start with that go by a storage Worker.

use super::NameError;
use crate::limits::r2::KEY_BYTES_MAX;

/// Checks what the keys of a field start with: `tenant-a/`.
///
/// It ends in a mark: `tenant-a` is how keys of `tenant-ab/` start, too, and would let one tenant at those of
/// another.
///
/// # Errors
///
/// [`NameError::Prefix`].
pub const fn check_prefix(prefix: &str) -> Result<(), NameError> {
    let mut rest = prefix.as_bytes();
    if rest.len() >= KEY_BYTES_MAX {
        return Err(NameError::Prefix);
    }
    while let [byte, tail @ ..] = rest {
        if byte.is_ascii_control() {
            return Err(NameError::Prefix);
        }
        rest = tail;
    }
    match prefix.as_bytes() {
        [.., last] if last.is_ascii_punctuation() => Ok(()),
        _ => Err(NameError::Prefix),
    }
}

/// The prefix that was meant, if there is one in the text.
#[must_use]
pub fn suggest_prefix(wrong: &str) -> Option<String> {
    let prefix = format!("{}/", wrong.trim());
    (prefix.len() > 1 && check_prefix(&prefix).is_ok()).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_end_in_a_mark() {
        for good in ["tenant-a/", "a:", "ü/", "a/b/c-", "logs_", "/", &("x".repeat(1022) + "/")] {
            assert_eq!(check_prefix(good), Ok(()), "{good}");
        }
        for bad in ["", "tenant-a", "a ", "ü", "a\n/", "a/\0", &("x".repeat(1023) + "/")] {
            assert_eq!(check_prefix(bad), Err(NameError::Prefix), "{bad:?}");
        }
    }

    #[test]
    fn what_was_meant_obeys_the_rule() {
        assert_eq!(suggest_prefix("tenant-a").as_deref(), Some("tenant-a/"));
        assert_eq!(suggest_prefix(" tenant-a ").as_deref(), Some("tenant-a/"));
        assert_eq!(suggest_prefix(""), None);
        assert_eq!(suggest_prefix("a\nb"), None);
    }
}
