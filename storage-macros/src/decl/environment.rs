//! The names that a declaration claims in the environment: each stands for one thing.

use storage_core::manifest::Purpose;
use storage_core::name::{
    BindingName, DEFAULT_NAMESPACE, NameError, derive_binding, suggest_label,
};

use crate::args::Text;
use crate::diag::{Errors, message};

/// What is claimed so far.
pub(crate) struct Environment(Vec<(String, Purpose)>);

impl Environment {
    pub(super) fn new(binding: Option<&BindingName>) -> Self {
        let claim = |binding: &BindingName| (binding.to_string(), Purpose::Binding);
        Self(binding.map(claim).into_iter().collect())
    }

    /// The name of a variable or secret by its rule, and of nothing else in this declaration.
    pub(super) fn claim<N>(
        &mut self,
        text: &Text,
        purpose: Purpose,
        new: fn(String) -> Result<N, NameError>,
        errors: &mut Errors,
    ) -> Option<N> {
        let suggestion = suggest_label(&text.content);
        let suggestion = suggestion.map(|label| derive_binding(DEFAULT_NAMESPACE, &label));
        // What starts with a digit is the thing itself, where its name belongs.
        let suggestion = suggestion.filter(|name| !name.starts_with('_'));
        let name = super::checked(text, new, suggestion, errors)?;
        let mut others = self.0.iter();
        let Some(&(_, other)) =
            others.find(|(taken, other)| *taken == text.content && *other != purpose)
        else {
            self.0.push((text.content.clone(), purpose));
            return Some(name);
        };
        let longer = alternative(&text.content, purpose);
        let paste = match new(longer.clone()) {
            Ok(_) => format!("{} = {longer:?}", text.key),
            Err(_) => text.example.to_owned(),
        };
        let message = if purpose.is_key_ring() && other.is_key_ring() {
            message::signing_with_encryption_keys(&text.content, &paste)
        } else {
            message::name_taken(text.key, &text.content, other.words(), &paste)
        };
        errors.push(text, message);
        None
    }
}

/// A name that says what it is for.
fn alternative(name: &str, purpose: Purpose) -> String {
    let suffix = match purpose {
        Purpose::AccessKeyId => "_ACCESS_KEY_ID",
        Purpose::AccountId => "_ACCOUNT_ID",
        Purpose::SecretAccessKey => "_SECRET_ACCESS_KEY",
        Purpose::SigningKeys => "_LINK_KEYS",
        _ => "_KEYS",
    };
    let ends = [suffix, "_ACCESS_KEY_ID", "_ACCOUNT_ID", "_KEYS"];
    let stem = ends.into_iter().find_map(|end| name.strip_suffix(end));
    format!("{}{suffix}", stem.filter(|stem| format!("{stem}{suffix}") != name).unwrap_or(name))
}
