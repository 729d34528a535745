//! Which verb is among some grants, told by types, so that a tuple of grants need not be in any order.

use storage_core::manifest::{Verb, Verbs};

use super::{All, Delete, Links, List, Read, Rotate, Write};

/// Whether something is granted.
pub trait Answer {
    /// Whether this or that is.
    type Or<B: Answer>: Answer;
}

pub enum Yes {}

pub enum No {}

/// What holds of [`Yes`] alone.
pub trait Is: Answer {}

impl Is for Yes {}

impl Answer for Yes {
    type Or<B: Answer> = Self;
}

impl Answer for No {
    type Or<B: Answer> = B;
}

/// What is granted, verb by verb.
pub trait Grants {
    type Read: Answer;
    type Write: Answer;
    type Delete: Answer;
    type List: Answer;
    type Links: Answer;
    type Rotate: Answer;

    /// They, as manifests and configurations have them.
    const VERBS: Verbs;
}

/// What a grant is: a line of answers, in the order of [`Verb::ALL`].
macro_rules! grants {
    ($($grant:ident: $read:ident $write:ident $delete:ident $list:ident $links:ident $rotate:ident, $verbs:expr;)*) => {$(
        impl Grants for $grant {
            type Read = $read;
            type Write = $write;
            type Delete = $delete;
            type List = $list;
            type Links = $links;
            type Rotate = $rotate;

            const VERBS: Verbs = $verbs;
        }

        impl super::Grants for $grant {}
    )*};
}

grants! {
    All: Yes Yes Yes Yes Yes Yes, Verbs::ALL;
    Read: Yes No No No No No, Verbs::of(&[Verb::Read]);
    Write: No Yes No No No No, Verbs::of(&[Verb::Write]);
    Delete: No No Yes No No No, Verbs::of(&[Verb::Delete]);
    List: No No No Yes No No, Verbs::of(&[Verb::List]);
    Links: No No No No Yes No, Verbs::of(&[Verb::Links]);
    Rotate: No No No No No Yes, Verbs::of(&[Verb::Rotate]);
}

/// What a tuple is: its first, and the tuple of the others.
macro_rules! tuples {
    ($first:ident $second:ident) => {
        tuple!($first, $second, [$first, $second]);
    };
    ($first:ident $($rest:ident)+) => {
        tuple!($first, ($($rest),+), [$first, $($rest),+]);
        tuples!($($rest)+);
    };
}

macro_rules! tuple {
    ($first:ident, $others:ty, [$($all:ident),+]) => {
        impl<$($all: Grants),+> Grants for ($($all,)+) {
            type Read = <$first::Read as Answer>::Or<<$others as Grants>::Read>;
            type Write = <$first::Write as Answer>::Or<<$others as Grants>::Write>;
            type Delete = <$first::Delete as Answer>::Or<<$others as Grants>::Delete>;
            type List = <$first::List as Answer>::Or<<$others as Grants>::List>;
            type Links = <$first::Links as Answer>::Or<<$others as Grants>::Links>;
            type Rotate = <$first::Rotate as Answer>::Or<<$others as Grants>::Rotate>;

            const VERBS: Verbs = Verbs::NONE$(.union($all::VERBS))+;
        }

        impl<$($all: super::Grants),+> super::Grants for ($($all,)+) {}
    };
}

tuples!(A B C D E F);

#[cfg(test)]
mod tests {
    use super::super::{CanHead, CanList, CanRead};
    use super::*;

    #[test]
    fn tuples_grant_what_their_parts_do() {
        fn reads_and_lists<G: CanRead + CanList + CanHead>() -> Verbs {
            G::VERBS
        }
        let both = Verbs::of(&[Verb::Read, Verb::List]);
        assert_eq!(reads_and_lists::<(Read, List)>(), both);
        assert_eq!(reads_and_lists::<(List, Read)>(), both);
        assert_eq!(reads_and_lists::<(List, List, Read)>(), both);
        assert_eq!(reads_and_lists::<All>(), Verbs::ALL);
        let all = reads_and_lists::<(Rotate, Links, List, Delete, Write, Read)>();
        assert_eq!(all, Verbs::ALL);
    }
}
