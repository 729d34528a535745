//! What is refused, and how a failure is told.

use std::error::Error as _;

use storage_core::ErrorKind;
use storage_core::rpc::{Failure, Grant};

use crate::backend;
use crate::error::{Error, Result};
use crate::page::{Page, Unreadable};

/// A call that was not granted.
pub(super) fn forbidden(detail: &str) -> Error {
    let message = "this application may not do that with its storage";
    Error::new(ErrorKind::Forbidden, message).with_detail(detail)
}

/// A call that relies on something else than there is.
pub(super) fn mismatch(detail: &str) -> Error {
    let message = "the storage Worker declares something else than this application relies on";
    Error::new(ErrorKind::DeclarationMismatch, message).with_detail(format!(
        "{detail}; help: deploy the storage Worker first, with the same declarations"
    ))
}

/// A call whose words are not known here. Where they are is told, not which they are: the log and the answer
/// have room for other things.
pub(super) fn unreadable(what: &str, error: &serde_json::Error) -> Error {
    let problem = if error.is_data() { "another form is expected" } else { "it is no JSON" };
    let (line, column) = (error.line(), error.column());
    mismatch(&format!("{what}: {problem} at line {line}, column {column}"))
}

/// A page, if all of it is of the prefix that was granted. The platform does not say what it makes of a cursor
/// of another listing, and whoever calls may send any.
pub(super) fn within<T>(page: Page<T>, grant: &Grant, key: impl Fn(&T) -> &str) -> Result<Page<T>> {
    let items = page.items.iter().map(key);
    let unreadable = page.unreadable.iter().map(Unreadable::key);
    let mut all = items.chain(unreadable).chain(page.prefixes.iter().map(String::as_str));
    if all.all(|key| grant.reaches(key)) {
        return Ok(page);
    }
    let message = "the cursor is not one of this listing";
    Err(Error::new(ErrorKind::InvalidOption, message))
}

/// A failure, as a message has it. It is said in the storage Worker's log too if the fault may be on this side.
pub(super) fn failure(error: &Error) -> Failure {
    if error.http_status() >= 500 || error.kind() == ErrorKind::Forbidden {
        backend::note(error);
    }
    let message = error.message().to_owned();
    let mut log = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        log = format!("{log}: {cause}");
        source = cause.source();
    }
    let log = (log != message).then_some(log);
    Failure { code: error.code().to_owned(), message, log }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_prefix_is_no_page() {
        let grant = Grant { prefix: Some("a/".to_owned()), ..Grant::all("kv") };
        let page = |items: &[&str], prefixes: &[&str], unreadable: &[&str]| {
            let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
            let mut page = Page::<String>::new(owned(items), None).with_prefixes(owned(prefixes));
            page.unreadable =
                unreadable.iter().map(|key| Unreadable::new((*key).to_owned())).collect();
            within(page, &grant, |key| key.as_str()).is_ok()
        };
        assert!(page(&[], &[], &[]) && page(&["a/1"], &["a/b/"], &["a/2"]));
        assert!(!page(&["a/1", "b/1"], &[], &[]));
        assert!(!page(&["a/1"], &["b/"], &[]));
        assert!(!page(&["a/1"], &[], &["b/1"]));
    }
}
