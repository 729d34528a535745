//! What a Worker would no longer reach.

use super::entry::{Entry, Place};

/// An entry that is not as it was.
pub(super) struct Loss<'a> {
    was: &'a Entry,
    how: How<'a>,
}

enum How<'a> {
    /// No declaration has its name or its place.
    Gone,
    /// The name is declared, for another place.
    Moved(&'a Entry),
    /// The place is declared, under another name, and what is there is encrypted under the old one.
    Renamed(&'a Entry),
}

/// What becomes of an entry, if it is not reached as before.
pub(super) fn of<'a>(was: &'a Entry, now: &'a [Entry]) -> Option<Loss<'a>> {
    let mut kin = now.iter().filter(|entry| entry.kind == was.kind);
    let how = if let Some(there) = kin.clone().find(|entry| entry.is_in_place_of(was)) {
        if there.name == was.name || !there.is_encrypted {
            return None;
        }
        How::Renamed(there)
    } else if let Some(named) = kin.find(|entry| entry.name == was.name) {
        How::Moved(named)
    } else {
        How::Gone
    };
    Some(Loss { was, how })
}

impl Loss<'_> {
    pub(super) fn name(&self) -> &str {
        &self.was.name
    }

    /// What is wrong, and the two ways out of it.
    pub(super) fn describe(&self, now: &[Entry], command: &str) -> String {
        let Entry { kind, name, place, .. } = self.was;
        let (noun, attribute) = (kind.noun(), kind.attribute());
        let (what, keep) = match &self.how {
            How::Gone => (
                format!(
                    "the {noun} `{name}` is no longer declared: this Worker would not reach what is in \
                     {place}"
                ),
                match place {
                    Place::Service(_) => {
                        format!("to keep it: a field `#[storage({})]`", place.option())
                    }
                    _ => format!(
                        "if it has another name now, keep what is in it: `#[storage::{attribute}(name = \
                         \"{}\", {})]`",
                        self.successor(now).unwrap_or("..."),
                        place.option()
                    ),
                },
            ),
            How::Moved(named) => (
                format!(
                    "the {noun} `{name}` was {place}, and is declared as {} now: this Worker would \
                     not reach what is in the other one",
                    named.place
                ),
                match (place, &named.place) {
                    (Place::Bucket(bucket), _) if bucket == name => {
                        "to keep it: remove `existing`".into()
                    }
                    (Place::Service(_), _) => {
                        format!("to keep it: `#[storage({})]` on the field", place.option())
                    }
                    (Place::Binding(_), Place::Service(service)) => format!(
                        "to keep it: give the entry of the namespace in the wrangler file of `{service}` its \
                         `id`, and acknowledge that; or take `via` from the field"
                    ),
                    _ => format!("to keep it: `{}`", place.option()),
                },
            ),
            How::Renamed(there) => (
                format!(
                    "{place} was `{name}`, and is declared as `{}` now: what is encrypted in it can \
                     only be read under the name that it was written under",
                    there.name
                ),
                format!("to keep it: `#[storage::{attribute}(name = \"{name}\", ..)]`"),
            ),
        };
        format!(
            "{what}\nhelp: {keep}; if it is meant so, `{command} --acknowledge {name}` (nothing in the \
             account is touched)"
        )
    }

    /// The one of its kind that is new in place of it, if it is clear which.
    fn successor<'a>(&self, now: &'a [Entry]) -> Option<&'a str> {
        let mut kin = now.iter().filter(|entry| entry.kind == self.was.kind);
        match (kin.next(), kin.next()) {
            (Some(only), None) => Some(&only.name),
            _ => None,
        }
    }
}
