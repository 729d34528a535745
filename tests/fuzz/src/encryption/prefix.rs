//! Prefixes: salt, commitment and hint. The input is the 56 bytes, and behind them the hint.

use storage_core::crypto::{Context, Key, PREFIX_LEN, Resource, SALT_LEN};

use super::{RING, context};

pub(crate) fn run(input: &[u8]) {
    let mut prefix = [0; PREFIX_LEN];
    prefix.iter_mut().zip(input).for_each(|(to, from)| *to = *from);
    let hint = input.get(PREFIX_LEN..).and_then(|hint| std::str::from_utf8(hint).ok());
    only_what_was_sealed_opens(&prefix, hint);

    // What a key makes of this salt opens, with that key. The commitment that was given does not
    // open it, nor does it open anywhere else.
    let salt = prefix.first_chunk::<SALT_LEN>().unwrap();
    for key in &*RING {
        let sealed = *key.message_keys(salt, &context()).prefix();
        let (id, keys) = RING.open(&sealed, &context(), hint).unwrap();
        assert_eq!((id, keys.prefix()), (key.id(), &sealed));
        only_what_was_sealed_opens(&sealed, hint);
        for at in 0..PREFIX_LEN {
            let mut changed = sealed;
            changed[at] ^= prefix[at] | 1;
            assert!(RING.open(&changed, &context(), hint).is_none(), "byte {at}");
        }
        for elsewhere in [
            Context::body(Resource::Kv, "files", "a.txt"),
            Context::body(Resource::Bucket, "files", "b.txt"),
            Context::metadata(Resource::Bucket, "files", "a.txt", "storage-sealed"),
        ] {
            assert!(RING.open(&sealed, &elsewhere, hint).is_none(), "{elsewhere:?}");
        }
    }
}

/// A prefix opens if it is, byte for byte, what a key of the ring makes of its salt: with that key,
/// whatever is said of it.
fn only_what_was_sealed_opens(prefix: &[u8; PREFIX_LEN], hint: Option<&str>) {
    let salt = prefix.first_chunk::<SALT_LEN>().unwrap();
    let by = RING.iter().find(|key| key.message_keys(salt, &context()).prefix() == prefix);
    let opened = RING.open(prefix, &context(), hint);
    assert_eq!(opened.as_ref().map(|(id, _)| *id), by.map(Key::id), "{hint:?}");
    if let (Some((_, opened)), Some(key)) = (opened, by) {
        let keys = key.message_keys(salt, &context());
        assert_eq!((opened.key(), opened.base_nonce()), (keys.key(), keys.base_nonce()));
    }
}
