//! What a field lets an application do with what it holds.

/// One thing that can be done with a bucket or a KV namespace, as storage Workers grant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "manifest", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "manifest", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Verb {
    /// To read what is there: its content, and what is kept beside it.
    Read,
    /// To write, in place of what is there too.
    Write,
    /// To delete.
    Delete,
    /// To see which keys there are, and what is kept beside them.
    List,
    /// To make signed URLs and to revoke them. One that reads takes [`Read`](Self::Read) as well, one that
    /// writes [`Write`](Self::Write).
    Links,
    /// To encrypt anew what is under old keys.
    Rotate,
}

impl Verb {
    /// All of them, in the order in which they are written.
    pub const ALL: &'static [Self] =
        &[Self::Read, Self::Write, Self::Delete, Self::List, Self::Links, Self::Rotate];

    /// The word for it in manifests and configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::List => "list",
            Self::Links => "links",
            Self::Rotate => "rotate",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verb| verb.name() == name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Some verbs, each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verbs(u8);

impl Verbs {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// All of them.
    pub const ALL: Self = Self::of(Verb::ALL);

    /// Those.
    #[must_use]
    pub const fn of(verbs: &[Verb]) -> Self {
        let mut set = Self::NONE;
        let mut rest = verbs;
        while let [verb, tail @ ..] = rest {
            set = set.with(*verb);
            rest = tail;
        }
        set
    }

    /// And that one.
    #[must_use]
    pub const fn with(self, verb: Verb) -> Self {
        Self(self.0 | verb.bit())
    }

    /// Whether it is among them.
    #[must_use]
    pub const fn contains(self, verb: Verb) -> bool {
        self.0 & verb.bit() != 0
    }

    /// Whether all of those are among them.
    #[must_use]
    pub const fn contains_all(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What can be done with a resource: without keys there is nothing to sign, and nothing to rotate.
    pub(super) const fn possible(has_links: bool, is_encrypted: bool) -> Self {
        let always = Self::of(&[Verb::Read, Verb::Write, Verb::Delete, Verb::List]);
        let verbs = if has_links { always.with(Verb::Links) } else { always };
        if is_encrypted { verbs.with(Verb::Rotate) } else { verbs }
    }

    /// They, in the order of [`Verb::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Verb> {
        Verb::ALL.iter().copied().filter(move |verb| self.contains(*verb))
    }
}

impl FromIterator<Verb> for Verbs {
    fn from_iter<I: IntoIterator<Item = Verb>>(verbs: I) -> Self {
        verbs.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let some = Verbs::of(&[Verb::Delete, Verb::Read, Verb::Read]);
        assert_eq!(some.iter().collect::<Vec<_>>(), [Verb::Read, Verb::Delete]);
        assert_eq!(some.iter().collect::<Verbs>(), some);
        assert_eq!(Verbs::ALL.iter().count(), Verb::ALL.len());
        assert!(Verbs::ALL.contains_all(some) && !some.contains_all(Verbs::ALL));
        assert_eq!(some.intersection(Verbs::of(&[Verb::Delete])), Verbs::of(&[Verb::Delete]));
        assert!(some.intersection(Verbs::of(&[Verb::List])).is_empty());
        assert_eq!(some.union(Verbs::ALL), Verbs::ALL);
    }

    #[test]
    fn words_are_read_back() {
        for verb in Verb::ALL {
            assert_eq!(Verb::parse(verb.name()), Some(*verb));
        }
        assert_eq!(Verb::parse("Read"), None);
    }
}
