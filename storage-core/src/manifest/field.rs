//! One field of an application, as a constant.

use super::environment::{self, Names};
use super::{ResourceSpec, ServiceSpec, Verbs, stop};
use crate::const_text::Writer;
use crate::limits::{self, LimitError};
use crate::name;

/// One field of an application.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    field: &'static str,
    resource: ResourceSpec,
    grants: Verbs,
    via: Option<ServiceSpec>,
}

impl FieldSpec {
    /// The field `field` holds `resource`.
    #[must_use]
    pub const fn new(field: &'static str, resource: ResourceSpec) -> Self {
        Self { field, resource, grants: resource.verbs(), via: None }
    }

    /// For nothing but that, as far as it can be done with the resource at all.
    #[must_use]
    pub const fn grants(mut self, grants: Verbs) -> Self {
        self.grants = self.resource.verbs().intersection(grants);
        self
    }

    /// By that storage Worker, and not bound itself.
    #[must_use]
    pub const fn via(mut self, service: ServiceSpec) -> Self {
        self.via = Some(service);
        self
    }

    pub(super) const fn name(&self) -> &'static str {
        self.field
    }

    pub(super) const fn service(&self) -> Option<&ServiceSpec> {
        self.via.as_ref()
    }

    pub(super) const fn check(&self) {
        self.resource.check();
    }

    /// Whether it is for all that can be done with the resource.
    pub(super) const fn is_whole(&self) -> bool {
        self.grants.contains_all(self.resource.verbs())
    }

    /// Whether what it holds signs URLs that lead to the Worker.
    pub(super) const fn signs_urls(&self) -> bool {
        matches!(self.resource, ResourceSpec::Bucket(spec) if spec.signed_urls.is_some())
    }

    /// Whether a key can start with the prefix.
    pub(super) const fn check_prefix(&self) -> Result<(), LimitError> {
        match &self.via {
            Some(ServiceSpec { prefix: Some(prefix), .. }) => {
                limits::key_prefix(self.resource.key_bytes_max()).check(prefix.len() as u64)
            }
            _ => Ok(()),
        }
    }

    /// The names it claims in the environment.
    const fn names(&self) -> Names {
        match &self.via {
            Some(service) => service.names(),
            None => self.resource.names(),
        }
    }

    pub(super) const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.raw("{\"field\":");
        out.string(self.field);
        if let Some(service) = &self.via {
            service.write(self.grants, out);
        }
        self.resource.write(out);
        out.raw("}");
    }

    #[track_caller]
    pub(super) const fn assert_distinct(&self, later: &Self) {
        let (ours, theirs) = (&self.resource, &later.resource);
        if self.via.is_some() && later.via.is_some() && ours.is_declared_like(theirs) {
            let help = "an application has one field for a declaration, with all verbs that it needs, and one \
                        prefix or none";
            self.stop_at(later, "declaration", ours.qualified(), help);
        }
        if name::str_eq(ours.binding(), theirs.binding()) {
            let help = if ours.is_declared_like(theirs) {
                "hold a declaration in one field; if they are two, give one another `name`"
            } else {
                "give one of the declarations its own: `binding = \"...\"`"
            };
            self.stop(later, "binding", ours.binding(), help);
        }
        if let Some((name, [first, second])) = environment::conflict(&self.names(), &later.names())
        {
            self.stop(later, "name in the environment", name, first.help_to_part(second));
        }
        if let (Some(ours_by), Some(theirs_by)) = (&self.via, &later.via)
            && name::str_eq(ours_by.service, theirs_by.service)
            && same_text(ours.qualified(), theirs.qualified())
        {
            let help = "give one of the declarations another `name` or `namespace`";
            self.stop_at(later, "name in the storage Worker", ours.qualified(), help);
        }
        if !name::str_eq(ours.kind(), theirs.kind()) {
            return;
        }
        if let (Some(ours_is), Some(theirs_is)) = (ours.in_account(), theirs.in_account())
            && same_text(ours_is, theirs_is)
        {
            let help = match ours {
                ResourceSpec::Bucket(_) => {
                    "use one declaration for both, or give one of them another `name`, \
                     `namespace` or `existing`"
                }
                ResourceSpec::Kv(_) => {
                    "use one declaration for both, or give one of them another `existing`"
                }
            };
            self.stop_at(later, ours.kind(), ours_is, help);
        }
    }

    #[track_caller]
    const fn stop_at(&self, later: &Self, what: &str, shared: [&str; 3], help: &str) -> ! {
        let mut text = Writer::<128>::new();
        let [one, two, three] = shared;
        text.raw(one);
        text.raw(two);
        text.raw(three);
        self.stop(later, what, text.as_str(), help)
    }

    #[track_caller]
    const fn stop(&self, later: &Self, what: &str, shared: &str, help: &str) -> ! {
        let mut message = Writer::<512>::new();
        message.raw("fields `");
        message.raw(self.field);
        message.raw("` and `");
        message.raw(later.field);
        message.raw("` claim one ");
        message.raw(what);
        message.raw(", `");
        message.raw(shared);
        message.raw("`\nhelp: ");
        message.raw(help);
        stop(&message)
    }
}

/// Whether two texts in pieces are the same, but for the case of ASCII letters.
const fn same_text(one: [&str; 3], other: [&str; 3]) -> bool {
    let mut at = 0;
    loop {
        match (byte(one, at), byte(other, at)) {
            (Some(ours), Some(theirs)) if ours.eq_ignore_ascii_case(&theirs) => at += 1,
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// A byte of a text in pieces.
const fn byte(text: [&str; 3], mut at: usize) -> Option<u8> {
    let mut pieces: &[&str] = &text;
    while let [piece, rest @ ..] = pieces {
        if let Some((_, tail)) = piece.as_bytes().split_at_checked(at)
            && let [byte, ..] = tail
        {
            return Some(*byte);
        }
        at = at.saturating_sub(piece.len());
        pieces = rest;
    }
    None
}
