//! Percent-encoding as S3 has it.

use std::cmp::Ordering;

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";
const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";

/// Appends a text of the query, or one segment of a path.
pub(super) fn push(url: &mut String, text: &str) {
    // Most of a text stays as it is, and is copied at once.
    for piece in text.split_inclusive(|character| !is_plain(character)) {
        match piece.char_indices().next_back() {
            Some((end, last)) if !is_plain(last) => {
                let (plain, last) = piece.split_at_checked(end).unwrap_or((piece, ""));
                url.push_str(plain);
                last.bytes().for_each(|byte| push_byte(url, byte));
            }
            _ => url.push_str(piece),
        }
    }
}

/// Appends a key: its slashes stay what they are.
pub(super) fn push_key(url: &mut String, key: &str) {
    for (index, segment) in key.split('/').enumerate() {
        if index > 0 {
            url.push('/');
        }
        push(url, segment);
    }
}

/// Two names, in the order that they have when they are encoded. It is another one than before:
/// `|` stands after `a`, and `%7C` before.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    one.bytes().map(rank).cmp(other.bytes().map(rank))
}

/// A digest as lower-case hexadecimal digits.
pub(super) fn hex(digest: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    let pairs = text.chunks_exact_mut(2).zip(digest);
    pairs.for_each(|(to, byte)| to.copy_from_slice(&digits(HEX_LOWER, *byte)));
    text
}

/// Letters, digits and `-._~` stay; every other byte of the UTF-8 becomes `%` and two digits.
pub(super) fn push_byte(url: &mut String, byte: u8) {
    if stays(byte) {
        url.push(char::from(byte));
    } else {
        let [high, low] = digits(HEX_UPPER, byte).map(char::from);
        url.extend(['%', high, low]);
    }
}

fn is_plain(character: char) -> bool {
    u8::try_from(character).is_ok_and(stays)
}

fn stays(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Bytes compare as what they are encoded to: those of one sort by themselves, and `%` before all.
fn rank(byte: u8) -> (bool, u8) {
    (stays(byte), byte)
}

fn digits(hex: &[u8; 16], byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| hex.get(usize::from(digit)).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str) -> String {
        let mut url = String::new();
        push(&mut url, text);
        url
    }

    fn key(text: &str) -> String {
        let mut url = String::new();
        push_key(&mut url, text);
        url
    }

    #[test]
    fn every_byte_of_ascii() {
        for byte in 0..=0x7f_u8 {
            let text = char::from(byte).to_string();
            let stays = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
            let expected =
                if stays.contains(&text) { text.clone() } else { format!("%{byte:02X}") };
            assert_eq!(segment(&text), expected);
        }
    }

    #[test]
    fn every_byte_of_a_character_is_encoded() {
        assert_eq!(segment("a b+c%d"), "a%20b%2Bc%25d");
        assert_eq!(segment("\u{fc}\u{20ac}\u{1f600}"), "%C3%BC%E2%82%AC%F0%9F%98%80");
    }

    #[test]
    fn slashes_stay_in_keys_only() {
        assert_eq!(segment("a/b"), "a%2Fb");
        assert_eq!(key("a/b"), "a/b");
        assert_eq!(key("/a//b c/"), "/a//b%20c/");
        assert_eq!(key("a/%2e%2E/b"), "a/%252e%252E/b");
    }

    #[test]
    fn names_are_in_the_order_of_what_is_sent() {
        assert_eq!(compare("|", "a"), Ordering::Less);
        assert_eq!(compare("a b", "a-b"), Ordering::Less);
        assert_eq!(compare("a", "a"), Ordering::Equal);
    }

    #[test]
    fn hex_has_two_digits_a_byte() {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&[0, 0x0f, 0xa5, 0xff]);
        assert_eq!(hex(&digest)[..10], *b"000fa5ff00");
    }

    #[test]
    fn every_pair_of_bytes_is_in_that_order() {
        for one in (0..=0x7f).map(|byte: u8| char::from(byte).to_string()) {
            for other in (0..=0x7f).map(|byte: u8| char::from(byte).to_string()) {
                let expected = segment(&one).cmp(&segment(&other));
                assert_eq!(compare(&one, &other), expected, "{one:?} {other:?}");
            }
        }
    }
}
