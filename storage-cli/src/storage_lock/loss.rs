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
    /// It is where it was, and its keys are to come from another secret.
    Rekeyed(Rename<'a>),
    /// The place is declared, under another name, and what is there is encrypted under the old one.
    Renamed(&'a Entry),
}

/// A secret that has another name.
#[derive(Clone, Copy)]
pub(super) struct Rename<'a> {
    pub(super) was: &'a str,
    pub(super) is: &'a str,
}

/// What becomes of an entry, if it is not reached as before.
pub(super) fn of<'a>(was: &'a Entry, now: &'a [Entry]) -> Option<Loss<'a>> {
    let mut kin = now.iter().filter(|entry| entry.kind == was.kind);
    let how = if let Some(there) = kin.clone().find(|entry| entry.is_in_place_of(was)) {
        if there.name != was.name && there.is_encrypted {
            How::Renamed(there)
        } else {
            let secrets = (was.secret.as_deref()?, there.secret.as_deref()?);
            let rename = Rename { was: secrets.0, is: secrets.1 };
            (rename.was != rename.is).then_some(How::Rekeyed(rename))?
        }
    } else if let Some(named) = kin.find(|entry| entry.name == was.name) {
        How::Moved(named)
    } else {
        How::Gone
    };
    Some(Loss { was, how })
}

impl<'a> Loss<'a> {
    pub(super) fn name(&self) -> &'a str {
        &self.was.name
    }

    pub(super) fn renamed_secret(&self) -> Option<Rename<'a>> {
        match self.how {
            How::Rekeyed(rename) => Some(rename),
            _ => None,
        }
    }

    /// What is wrong, and the two ways out of it.
    pub(super) fn describe(&self, before: &[Entry], now: &[Entry], command: &str) -> String {
        let Entry { kind, name, place, .. } = self.was;
        let (noun, attribute) = (kind.noun(), kind.attribute());
        let mut meant = "if it is meant so".to_owned();
        let own_name = format!("to keep it: `#[storage::{attribute}(name = \"{name}\", ..)]`");
        let (what, keep) = match &self.how {
            How::Gone => {
                let successor = self.successor(before, now);
                let is_encrypted = successor.is_some_and(|entry| entry.is_encrypted);
                (
                    format!(
                        "the {noun} `{name}` is no longer declared: this Worker would not reach what is in \
                         {place}"
                    ),
                    match place {
                        _ if is_encrypted || self.was.secret.is_some() => format!(
                            "{own_name}, since what is encrypted in it can only be read under the name that it \
                             was written under"
                        ),
                        Place::Service(_) => {
                            format!("to keep it: a field `#[storage({})]`", place.option())
                        }
                        _ => format!(
                            "if it has another name now, keep what is in it: `#[storage::{attribute}(name = \
                             \"{}\", {})]`",
                            successor.map_or("...", |entry| &entry.name),
                            place.option()
                        ),
                    },
                )
            }
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
            How::Rekeyed(Rename { was, is }) => {
                meant = format!("if `{is}` gets the text that `{was}` has");
                (
                    format!(
                        "what is in the {noun} `{name}` is encrypted with the keys of `{was}`, and it is declared \
                         with those of `{is}` now: with a new key there, nothing of it could be read"
                    ),
                    format!("to keep the secret: `encryption(secret = \"{was}\")`"),
                )
            }
            How::Renamed(there) => (
                format!(
                    "{place} was `{name}`, and is declared as `{}` now: what is encrypted in it can \
                     only be read under the name that it was written under",
                    there.name
                ),
                own_name,
            ),
        };
        format!(
            "{what}\nhelp: {keep}; {meant}, `{command} --acknowledge {name}` (nothing in the account is touched)"
        )
    }

    /// The one of its kind that is new in place of it, if it is clear which.
    fn successor<'b>(&self, before: &[Entry], now: &'b [Entry]) -> Option<&'b Entry> {
        let is_kin = |entry: &&Entry| entry.kind == self.was.kind;
        let was_there =
            |entry: &Entry| before.iter().filter(is_kin).any(|old| old.name == entry.name);
        let mut new = now.iter().filter(is_kin).filter(|entry| !was_there(entry));
        match (new.next(), new.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }
}
