//! What a message is bound to.

/// What is encrypted: its resource, its key and its purpose. Bytes that were sealed for one context
/// do not open in another, so two objects can't be swapped.
///
/// # Encoding
///
/// One byte each for the version of this encoding (1), the purpose (1: body, 2: value of metadata) and
/// the kind of resource (1: bucket, 2: KV namespace); then the name of the resource and the key, and
/// for metadata its name, each as its length in bytes (8 bytes, big-endian) and its UTF-8. Every
/// field says where it ends, so no two contexts have the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context(Vec<u8>);

const VERSION: u8 = 1;
const BODY: u8 = 1;
const METADATA: u8 = 2;

/// A kind of resource that holds what is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// An R2 bucket.
    Bucket,
    /// A KV namespace.
    Kv,
}

impl Resource {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Bucket => 1,
            Self::Kv => 2,
        }
    }
}

impl Context {
    /// The body of an object, or the value of an entry.
    ///
    /// The name is the one in the declaration, `user-assets`, or with a namespace `media-user-assets`. It
    /// is the same in every environment: a copy of a bucket under another name in the account stays
    /// readable.
    #[must_use]
    pub fn body(resource: Resource, name: &str, key: &str) -> Self {
        Self::new(BODY, resource, &[name, key])
    }

    /// The value of one field of an object's or an entry's metadata. What this project seals has
    /// `storage-sealed` as the field, of an entry too.
    #[must_use]
    pub fn metadata(resource: Resource, name: &str, key: &str, field: &str) -> Self {
        Self::new(METADATA, resource, &[name, key, field])
    }

    /// The encoding.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Any bytes, for vectors of others.
    #[doc(hidden)]
    #[must_use]
    pub fn raw(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    fn new(purpose: u8, resource: Resource, fields: &[&str]) -> Self {
        let text: usize = fields.iter().map(|field| size_of::<u64>() + field.len()).sum();
        let mut bytes = Vec::with_capacity(3 + text);
        bytes.extend([VERSION, purpose, resource.code()]);
        for field in fields {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All that a context is made of.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Parts {
        resource: Resource,
        name: String,
        key: String,
        field: Option<String>,
    }

    impl Parts {
        fn encode(&self) -> Context {
            let Self { resource, name, key, field } = self;
            match field {
                None => Context::body(*resource, name, key),
                Some(field) => Context::metadata(*resource, name, key, field),
            }
        }
    }

    /// Reads the encoding back, as its documentation says: what can be read back is injective.
    fn decode(bytes: &[u8]) -> Option<Parts> {
        let (head, mut rest) = bytes.split_first_chunk::<3>()?;
        let [1, purpose @ (1 | 2), resource @ (1 | 2)] = *head else { return None };
        let mut text = || {
            let (length, after) = rest.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
            let (text, after) = after.split_at_checked(length)?;
            rest = after;
            String::from_utf8(text.to_vec()).ok()
        };
        let (name, key) = (text()?, text()?);
        let field = if purpose == 2 { Some(text()?) } else { None };
        let resource = if resource == 1 { Resource::Bucket } else { Resource::Kv };
        rest.is_empty().then_some(Parts { resource, name, key, field })
    }

    fn parts() -> impl Strategy<Value = Parts> {
        // Few letters and short texts, so that near-collisions are common; and what looks like a length.
        let text = || "[ab\\x00\\x01/ü]{0,10}";
        let resource = prop_oneof![Just(Resource::Bucket), Just(Resource::Kv)];
        (resource, text(), text(), proptest::option::of(text()))
            .prop_map(|(resource, name, key, field)| Parts { resource, name, key, field })
    }

    proptest! {
        #[test]
        fn an_encoding_has_one_reading(parts in parts()) {
            prop_assert_eq!(decode(parts.encode().as_bytes()), Some(parts));
        }

        #[test]
        fn contexts_are_the_same_only_if_all_parts_are(a in parts(), b in parts()) {
            prop_assert_eq!(a == b, a.encode() == b.encode());
        }
    }

    #[test]
    fn the_same_text_cut_elsewhere_is_another_context() {
        let body = |name, key| Context::body(Resource::Bucket, name, key);
        assert_ne!(body("ab", "c"), body("a", "bc"));
        assert_ne!(body("", "abc"), body("abc", ""));
        let field = Context::metadata(Resource::Bucket, "a", "b", "");
        assert_ne!(field, body("a", "b"));
        assert_ne!(body("a", "b"), Context::body(Resource::Kv, "a", "b"));
    }

    #[test]
    fn the_encoding_stays_as_it_is_documented() {
        let bytes = b"\x01\x02\x02\0\0\0\0\0\0\0\x01n\0\0\0\0\0\0\0\x02\xc3\xbc\0\0\0\0\0\0\0\x01f";
        assert_eq!(Context::metadata(Resource::Kv, "n", "ü", "f").as_bytes(), bytes);
    }
}
