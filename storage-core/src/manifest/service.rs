//! Which storage Worker a field goes by, where it is not bound itself.

use super::environment::Names;
use super::{Purpose, Verb, Verbs, must};
use crate::const_text::Writer;
use crate::name;

/// A storage Worker, as the applications that go by it name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceSpec {
    /// The Worker, `media-storage`.
    pub service: &'static str,
    /// What the application calls it, `MEDIA_STORAGE`.
    pub binding: &'static str,
    /// What every key that goes there starts with.
    pub prefix: Option<&'static str>,
}

impl ServiceSpec {
    /// The Worker of that name, and the binding that [`derive_binding`](name::derive_binding) makes of it.
    ///
    /// # Panics
    ///
    /// In the constant, if the name breaks the rule for Workers, or the binding is another.
    #[must_use]
    pub const fn new(service: &'static str, binding: &'static str) -> Self {
        must(name::check_worker(service));
        must(name::check_binding(binding));
        assert!(is_derived(service, binding), "the binding of a service is made of its name");
        Self { service, binding, prefix: None }
    }

    /// For keys that start with it, and no others.
    ///
    /// # Panics
    ///
    /// In the constant, if it breaks the rule for prefixes.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        must(name::check_prefix(prefix));
        self.prefix = Some(prefix);
        self
    }

    /// The names it claims in the environment.
    pub(super) const fn names(&self) -> Names {
        [Some((self.binding, Purpose::Service)), None, None, None, None, None]
    }

    pub(super) const fn write<const N: usize>(&self, grants: Verbs, out: &mut Writer<N>) {
        out.key("via");
        out.raw("{\"service\":");
        out.string(self.service);
        out.key("grants");
        out.raw("[");
        let mut rest = Verb::ALL;
        let mut is_first = true;
        while let [verb, tail @ ..] = rest {
            if grants.contains(*verb) {
                out.raw(if is_first { "" } else { "," });
                out.string(verb.name());
                is_first = false;
            }
            rest = tail;
        }
        out.raw("]");
        if let Some(prefix) = self.prefix {
            out.key("prefix");
            out.string(prefix);
        }
        out.raw("}");
    }
}

/// Whether it is the binding that is derived from that name.
const fn is_derived(service: &str, binding: &str) -> bool {
    let (mut service, mut binding) = (service.as_bytes(), binding.as_bytes());
    if let ([b'0'..=b'9', ..], [b'_', rest @ ..]) = (service, binding) {
        binding = rest;
    }
    loop {
        match (service, binding) {
            ([], []) => return true,
            ([b'-', ours @ ..], [b'_', theirs @ ..]) => (service, binding) = (ours, theirs),
            ([our, ours @ ..], [their, theirs @ ..])
                if *our != b'-' && our.to_ascii_uppercase() == *their =>
            {
                (service, binding) = (ours, theirs);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_derived;
    use crate::name::{DEFAULT_NAMESPACE, derive_binding};

    #[test]
    fn bindings_follow_from_names() {
        for service in ["media-storage", "a", "2024-logs", "a--b", "0"] {
            let binding = derive_binding(DEFAULT_NAMESPACE, service);
            assert!(is_derived(service, &binding), "{service} {binding}");
            assert!(!is_derived(service, &format!("{binding}X")), "{service}");
            assert!(!is_derived(&format!("{service}x"), &binding), "{service}");
        }
        for (service, binding) in [("a-b", "A-B"), ("a", "a"), ("ab", "A_"), ("a", "_A")] {
            assert!(!is_derived(service, binding), "{service} {binding}");
        }
    }
}
