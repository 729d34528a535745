//! Changed tokens grant nothing.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use super::{NOW, keys, other_keys, read, ring, write};
use crate::signing::token::{Access, Grant, Size, TOKEN_MAX, TokenError, Tracking};

#[test]
fn every_bit_counts() {
    for grant in [read(), write()] {
        let token = keys().sign(&grant).unwrap();
        let bytes = Base64UrlUnpadded::decode_vec(&token).unwrap();
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = Base64UrlUnpadded::encode_string(&changed);
            assert_eq!(keys().open(&changed, NOW), Err(TokenError::Invalid), "bit {bit}");
        }
    }
}

#[test]
fn a_token_has_one_text() {
    let token = keys().sign(&write()).unwrap();
    for at in 0..token.len() {
        for other in (0..=0x7f).map(char::from).filter(|other| !token[at..].starts_with(*other)) {
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(keys().open(&changed, NOW), Err(TokenError::Invalid), "{at} {other:?}");
        }
    }
    let around = [
        format!("{token}="),
        format!("{token}A"),
        format!("{token}AAAA"),
        format!("{token}\n"),
        format!(" {token}"),
        format!("A{token}"),
        format!("{token}{token}"),
        format!("%{token}"),
        String::new(),
        "A".repeat(TOKEN_MAX),
        "A".repeat(TOKEN_MAX + 1),
        "ü".to_owned(),
    ];
    for text in around {
        assert_eq!(keys().open(&text, NOW), Err(TokenError::Invalid), "{text}");
    }
    for end in 0..token.len() {
        assert_eq!(keys().open(&token[..end], NOW), Err(TokenError::Invalid), "{end}");
    }
}

/// The code of one grant in front of which the content of another is put.
#[test]
fn no_part_of_a_grant_can_be_swapped() {
    let original = write();
    let token = Base64UrlUnpadded::decode_vec(&keys().sign(&original).unwrap()).unwrap();
    let mac = &token[token.len() - 32..];
    let of = |change: &dyn Fn(&mut Grant)| {
        let mut grant = original.clone();
        change(&mut grant);
        assert_ne!(grant, original);
        grant
    };
    let access = |access: Access| of(&|grant| grant.access = access.clone());
    let content_type = Some("image/png".to_owned());
    let written = |size| access(Access::Write { content_type: content_type.clone(), size });
    let others = [
        of(&|grant| grant.bucket = "filez".into()),
        of(&|grant| grant.key = "a/c.txt".into()),
        of(&|grant| (grant.bucket, grant.key) = ("filesa".into(), "/b.txt".into())),
        of(&|grant| grant.issued_at += 1),
        of(&|grant| grant.lifetime += 1),
        of(&|grant| grant.tracking = None),
        of(&|grant| grant.tracking = Some(Tracking { id: [7; 16], uses: None })),
        of(&|grant| grant.tracking = Some(Tracking { id: [7; 16], uses: Some(4) })),
        of(&|grant| grant.tracking = Some(Tracking { id: [8; 16], uses: Some(3) })),
        access(Access::Read { content_type: content_type.clone(), content_disposition: None }),
        access(Access::Write { content_type: None, size: Some(Size::AtMost(1000)) }),
        written(None),
        written(Some(Size::AtMost(1001))),
        written(Some(Size::Exactly(1000))),
    ];
    for other in others {
        let mut swapped = Base64UrlUnpadded::decode_vec(&keys().sign(&other).unwrap()).unwrap();
        swapped.truncate(swapped.len() - 32);
        swapped.extend(mac);
        let swapped = Base64UrlUnpadded::encode_string(&swapped);
        assert_eq!(keys().open(&swapped, NOW), Err(TokenError::Invalid), "{other:?}");
    }
}

#[test]
fn it_takes_the_very_key() {
    let token = other_keys().sign(&read()).unwrap();
    assert_eq!(keys().open(&token, NOW), Err(TokenError::Invalid)); // the same id
    let gone = ring(&[("gone", 1)]).sign(&read()).unwrap();
    assert_eq!(keys().open(&gone, NOW), Err(TokenError::Invalid)); // the same bytes, another id
    let before = ring(&[("c", 3)]).sign(&read()).unwrap();
    assert_eq!(keys().open(&before, NOW), Ok(read())); // one of the older keys
}

#[test]
fn it_is_good_from_its_time_to_its_end_and_no_second_longer() {
    let token = keys().sign(&read()).unwrap();
    let at = |now| keys().open(&token, now).map(|_| ());
    assert_eq!(at(NOW - 61), Err(TokenError::NotYet));
    assert_eq!(at(NOW - 60), Ok(()));
    assert_eq!(at(NOW + 59), Ok(()));
    assert_eq!(at(NOW + 60), Err(TokenError::Expired));
    assert_eq!(at(u64::MAX), Err(TokenError::Expired));
    assert_eq!(at(0), Err(TokenError::NotYet));
    assert_eq!(keys().open_at_any_time(&token), Ok(read()));
}

#[test]
fn nothing_secret_is_printed() {
    assert_eq!(format!("{:?}", keys()), r#"TokenKeys(["a", "b", "c"])"#);
}
