//! Lists that somebody else wrote. A message has room for millions of elements, each of which takes more
//! memory than it has bytes.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The elements of a list, of which one more than `MAX` is kept: whoever takes no more than `MAX` sees that
/// there are too many.
pub(super) fn few<'de, const MAX: usize, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_seq(Few::<MAX, T>(PhantomData))
}

/// The same of texts with names.
pub(super) fn few_named<'de, const MAX: usize, D>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(FewNamed::<MAX>)
}

struct Few<const MAX: usize, T>(PhantomData<T>);

impl<'de, const MAX: usize, T: Deserialize<'de>> Visitor<'de> for Few<MAX, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut few = Vec::new();
        while few.len() <= MAX {
            match list.next_element()? {
                Some(element) => few.push(element),
                None => return Ok(few),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(few)
    }
}

struct FewNamed<const MAX: usize>;

impl<'de, const MAX: usize> Visitor<'de> for FewNamed<MAX> {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts with names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut texts: A) -> Result<Self::Value, A::Error> {
        let mut few = BTreeMap::new();
        while few.len() <= MAX {
            match texts.next_entry()? {
                Some((name, text)) => drop(few.insert(name, text)),
                None => return Ok(few),
            }
        }
        while texts.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(few)
    }
}
