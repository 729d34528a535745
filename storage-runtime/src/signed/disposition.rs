//! What a browser is told to do with an object.

use std::fmt::Write as _;

use storage_core::signing::token::DISPOSITION_MAX;

use super::wanted::invalid;
use crate::error::Result;

/// To save it.
pub(super) const ATTACHMENT: &str = "attachment";

/// To show it.
pub(super) const INLINE: &str = "inline";

/// To do that, and to save it under that name if it is saved (RFC 6266): in UTF-8 (RFC 8187), and in front of
/// that in ASCII, for those that know nothing else, if both fit.
pub(super) fn named(disposition: &str, name: &str) -> Result<String> {
    if name.is_empty() {
        return Err(invalid("the file name of a link is empty"));
    }
    if let Some(control) = name.chars().find(|letter| letter.is_control()) {
        let number = u32::from(control);
        return Err(invalid(format!(
            "the file name of a link has the control character U+{number:04X}: it is a text without such"
        )));
    }
    let plain: String =
        name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let with_plain = format!("{disposition}; filename=\"{plain}\"");
    if plain == name {
        return Ok(with_plain);
    }
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // a `String` takes everything
        }
    }
    let with_both = format!("{with_plain}; filename*=UTF-8''{encoded}");
    if with_both.len() <= DISPOSITION_MAX {
        return Ok(with_both);
    }
    Ok(format!("{disposition}; filename*=UTF-8''{encoded}"))
}

/// Checks that nothing in it would end the header.
pub(super) fn check(disposition: Option<&str>) -> Result<()> {
    let is_wrong = |letter: &char| letter.is_control() && *letter != '\t';
    let Some(control) = disposition.and_then(|text| text.chars().find(is_wrong)) else {
        return Ok(());
    };
    let number = u32::from(control);
    Err(invalid(format!(
        "the content disposition has the control character U+{number:04X}: it is one line of visible ASCII text"
    )))
}

/// What every client reads in quotes as it stands: some take a backslash or a percent sign for the beginning of
/// another letter.
fn is_plain(letter: char) -> bool {
    matches!(letter, ' '..='~') && !matches!(letter, '"' | '%' | '/' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_for_old_and_new_clients() {
        for (name, written) in [
            ("report 1.pdf", "filename=\"report 1.pdf\""),
            ("Übersicht.pdf", "filename=\"_bersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf"),
            ("100%.txt", "filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("a\"; b=\\c", "filename=\"a_; b=_c\"; filename*=UTF-8''a%22%3B%20b%3D%5Cc"),
            ("../a'b", "filename=\".._a'b\"; filename*=UTF-8''..%2Fa%27b"),
            ("写真.png", "filename=\"__.png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png"),
        ] {
            assert_eq!(
                named(ATTACHMENT, name).unwrap(),
                format!("attachment; {written}"),
                "{name}"
            );
            assert_eq!(named(INLINE, name).unwrap(), format!("inline; {written}"), "{name}");
        }
        // Of the longest file name that there is.
        let longest = named(ATTACHMENT, &"\"".repeat(255)).unwrap();
        assert!(longest.len() <= DISPOSITION_MAX, "{}", longest.len());
        assert!(longest.starts_with("attachment; filename*=UTF-8''%22"), "{longest}");
    }
}
