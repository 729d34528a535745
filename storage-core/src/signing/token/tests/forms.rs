//! Grants and bytes: one for the other, and no others.

use proptest::prelude::*;

use super::{keys, read, write};
use crate::crypto::KeyId;
use crate::signing::token::{Access, Grant, GrantError, Size, Tracking, read, write as written};

fn text(max: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 1..40)
        .prop_map(String::from_iter)
        .prop_filter("short", move |text| text.len() <= max)
}

fn access() -> impl Strategy<Value = Access> {
    let of = proptest::option::of::<BoxedStrategy<String>>;
    let size =
        prop_oneof![any::<u64>().prop_map(Size::AtMost), any::<u64>().prop_map(Size::Exactly)];
    prop_oneof![
        (of(text(255).boxed()), of(text(1024).boxed())).prop_map(
            |(content_type, content_disposition)| Access::Read {
                content_type,
                content_disposition
            }
        ),
        (of(text(255).boxed()), proptest::option::of(size))
            .prop_map(|(content_type, size)| Access::Write { content_type, size }),
    ]
}

fn grant() -> impl Strategy<Value = Grant> {
    let tracking = (any::<[u8; 16]>(), proptest::option::of(1..=1000_u16))
        .prop_map(|(id, uses)| Tracking { id, uses });
    let times = (0..1_u64 << 48, 1..=604_800_u32);
    ("[a-z0-9-]{1,63}", text(1024), access(), times, proptest::option::of(tracking)).prop_map(
        |(bucket, key, access, (issued_at, lifetime), tracking)| {
            let mut grant = Grant::new(bucket, key, access, issued_at, lifetime);
            grant.tracking = tracking;
            grant
        },
    )
}

/// Bytes that are nearly those of a grant.
fn near() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<proptest::sample::Index>(), any::<u8>());
    (grant(), proptest::collection::vec(change, 0..4)).prop_map(|(grant, changes)| {
        let mut bytes = written::write(&grant, &KeyId::new("k").unwrap()).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

proptest! {
    #[test]
    fn a_grant_comes_back(grant in grant()) {
        let token = keys().sign(&grant).unwrap();
        prop_assert_eq!(keys().open(&token, grant.issued_at), Ok(grant));
    }

    #[test]
    fn what_can_be_read_is_what_would_be_written(bytes in near()) {
        if let Some(grant) = read::grant(&bytes) {
            let id = KeyId::new(read::key_id(&bytes).unwrap());
            // Ids are compared with those of the ring, so any text may stand there.
            if let Ok(id) = id {
                prop_assert_eq!(written::write(&grant, &id), Ok(bytes));
            }
        }
    }

    #[test]
    fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read::grant(&bytes);
    }
}

#[test]
fn what_breaks_a_rule_is_not_signed() {
    let refused = |change: &dyn Fn(&mut Grant)| {
        let mut grant = write();
        change(&mut grant);
        keys().sign(&grant).unwrap_err()
    };
    for lifetime in [0, 604_801, u32::MAX] {
        assert_eq!(refused(&|grant| grant.lifetime = lifetime), GrantError::Lifetime);
    }
    for length in [0, 64] {
        assert_eq!(refused(&|grant| grant.bucket = "x".repeat(length)), GrantError::Bucket);
    }
    for length in [0, 1025, 70_000] {
        assert_eq!(refused(&|grant| grant.key = "x".repeat(length)), GrantError::Key);
    }
    for uses in [0, 1001] {
        let tracking = Some(Tracking { id: [0; 16], uses: Some(uses) });
        assert_eq!(refused(&|grant| grant.tracking = tracking), GrantError::Uses);
    }
    assert_eq!(refused(&|grant| grant.issued_at = 1 << 48), GrantError::IssuedAt);
    for length in [0, 256] {
        let content_type = Some("x".repeat(length));
        let access = Access::Write { content_type, size: None };
        assert_eq!(refused(&|grant| grant.access = access.clone()), GrantError::ContentType);
    }
    for length in [0, 1025] {
        let content_disposition = Some("x".repeat(length));
        let access = Access::Read { content_type: None, content_disposition };
        let error = refused(&|grant| grant.access = access.clone());
        assert_eq!(error, GrantError::ContentDisposition);
    }
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let bytes = |grant: &Grant| written::write(grant, &KeyId::new("k").unwrap()).unwrap();
    let (reads, writes) = (bytes(&read()), bytes(&write()));
    let with = |bytes: &[u8], flags: u8| {
        let mut changed = bytes.to_vec();
        changed[1] = flags;
        read::grant(&changed)
    };
    assert_eq!(with(&reads, reads[1]), Some(read()));
    assert_eq!(with(&writes, writes[1]), Some(write()));
    for flags in (0..=u8::MAX).filter(|flags| *flags != reads[1] && *flags != 1) {
        assert_eq!(with(&reads, flags), None, "{flags:08b}");
    }
    let exact = writes[1] | 1 << 6;
    for flags in (0..=u8::MAX).filter(|flags| ![writes[1], exact].contains(flags)) {
        assert_eq!(with(&writes, flags), None, "{flags:08b}");
    }
    let longer = [&reads[..], &[0]].concat();
    assert_eq!(read::grant(&longer), None);
}
