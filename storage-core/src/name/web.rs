//! Names of the web: hosts, origins and header fields.

use super::{NameError, str_eq};

/// Checks a host: `files.example.com`, `localhost:8787`, `[::1]`.
///
/// # Errors
///
/// [`NameError::HostScheme`] if there is a scheme in front, else [`NameError::Host`].
pub const fn check_host(host: &str) -> Result<(), NameError> {
    if split_scheme(host.as_bytes()).is_some() {
        return Err(NameError::HostScheme);
    }
    let (host, port) = split_port(host.as_bytes());
    if is_host(host) && is_port(port) { Ok(()) } else { Err(NameError::Host) }
}

/// Checks a name that a Worker can be given: `files.example.com`.
///
/// # Errors
///
/// [`NameError::Domain`].
pub const fn check_domain(host: &str) -> Result<(), NameError> {
    let host = host.as_bytes();
    let mut last_label: &[u8] = host;
    let mut dots = 0;
    let mut rest = host;
    while let [byte, tail @ ..] = rest {
        if *byte == b'.' {
            last_label = tail;
            dots += 1;
        }
        rest = tail;
    }
    // A number at the end is an address.
    if dots > 0 && is_name(host) && matches!(last_label, [b'a'..=b'z', ..]) {
        Ok(())
    } else {
        Err(NameError::Domain)
    }
}

/// Checks an origin: `https://app.example.com`, `http://localhost:3000`, or `*` for any.
///
/// Browsers and R2 compare origins byte by byte, so what a browser never sends is refused: capitals, and
/// the port that the scheme implies.
///
/// # Errors
///
/// [`NameError::Origin`].
pub const fn check_origin(origin: &str) -> Result<(), NameError> {
    if str_eq(origin, "*") {
        return Ok(());
    }
    let Some((scheme, rest)) = split_scheme(origin.as_bytes()) else {
        return Err(NameError::Origin);
    };
    let (host, port) = split_port(rest);
    if is_scheme(scheme) && is_host(host) && is_port(port) && !is_implied(scheme, port) {
        Ok(())
    } else {
        Err(NameError::Origin)
    }
}

/// Checks the name of a header field. `*`, which is one, stands for all.
///
/// # Errors
///
/// [`NameError::Header`].
pub const fn check_header(name: &str) -> Result<(), NameError> {
    let mut rest = name.as_bytes();
    if rest.is_empty() {
        return Err(NameError::Header);
    }
    while let [byte, tail @ ..] = rest {
        let is_mark = matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        );
        if !byte.is_ascii_alphanumeric() && !is_mark {
            return Err(NameError::Header);
        }
        rest = tail;
    }
    Ok(())
}

/// The host that was meant, if there is one in the text.
#[must_use]
pub fn suggest_host(wrong: &str) -> Option<String> {
    let host = authority(wrong.split_once("://").map_or(wrong, |(_, rest)| rest));
    check_host(&host).is_ok().then_some(host)
}

/// The name that was meant, if there is one in the text.
#[must_use]
pub fn suggest_domain(wrong: &str) -> Option<String> {
    let host = suggest_host(wrong)?;
    let (name, _) = host.split_once(':').unwrap_or((&host, ""));
    check_domain(name).is_ok().then(|| name.to_owned())
}

/// The origin that was meant, if there is one in the text.
#[must_use]
pub fn suggest_origin(wrong: &str) -> Option<String> {
    let (scheme, rest) = wrong.trim().split_once("://").unwrap_or(("https", wrong));
    let scheme = scheme.to_ascii_lowercase();
    let host = authority(rest);
    let host = match (scheme.as_str(), host.rsplit_once(':')) {
        ("https", Some((host, "443"))) | ("http", Some((host, "80"))) => host.to_owned(),
        _ => host,
    };
    let origin = format!("{scheme}://{host}");
    check_origin(&origin).is_ok().then_some(origin)
}

/// The name of a header field that was meant, if there is one in the text.
#[must_use]
pub fn suggest_header(wrong: &str) -> Option<String> {
    let name = wrong.split(':').next()?.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    check_header(&name).is_ok().then_some(name)
}

/// What of a URL without its scheme is its host and port.
fn authority(rest: &str) -> String {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default().trim();
    authority.trim_end_matches(['.', ':']).to_ascii_lowercase()
}

const fn split_scheme(origin: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while let Some((scheme, rest)) = origin.split_at_checked(at) {
        if let [b':', b'/', b'/', host @ ..] = rest {
            return Some((scheme, host));
        }
        at += 1;
    }
    None
}

/// A host and the digits of its port, if it has one. Colons in brackets are an address's own.
const fn split_port(host: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut in_brackets = false;
    let mut at = 0;
    while let Some((name, [byte, port @ ..])) = host.split_at_checked(at) {
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            b':' if !in_brackets => return (name, Some(port)),
            _ => {}
        }
        at += 1;
    }
    (host, None)
}

/// Lowercase letters and digits, `+`, `-` and `.`, starting with a letter.
const fn is_scheme(scheme: &[u8]) -> bool {
    let [b'a'..=b'z', rest @ ..] = scheme else {
        return false;
    };
    let mut rest = rest;
    while let [byte, tail @ ..] = rest {
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.') {
            return false;
        }
        rest = tail;
    }
    true
}

/// A name, an address, or an address of version 6 in brackets.
const fn is_host(host: &[u8]) -> bool {
    match host {
        [b'[', address @ .., b']'] => is_address(address),
        name => is_name(name),
    }
}

/// Labels of 1 to 63 lowercase letters, digits, hyphens and underscores, with dots in between.
const fn is_name(name: &[u8]) -> bool {
    if name.len() > 253 {
        return false;
    }
    let mut label = 0;
    let mut before = b'.';
    let mut rest = name;
    while let [byte, tail @ ..] = rest {
        match byte {
            b'.' if label == 0 || before == b'-' => return false,
            b'.' => label = 0,
            b'-' if label == 0 => return false,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => label += 1,
            _ => return false,
        }
        if label > 63 {
            return false;
        }
        before = *byte;
        rest = tail;
    }
    label > 0 && before != b'-'
}

/// What an address of version 6 is made of, in lowercase.
const fn is_address(address: &[u8]) -> bool {
    let mut colons = 0;
    let mut rest = address;
    while let [byte, tail @ ..] = rest {
        match byte {
            b':' => colons += 1,
            b'0'..=b'9' | b'a'..=b'f' | b'.' => {}
            _ => return false,
        }
        rest = tail;
    }
    colons >= 2 && colons <= 7 && address.len() <= 45
}

/// 1 to 65535 without leading zeros, if there is one.
const fn is_port(port: Option<&[u8]>) -> bool {
    let Some(digits) = port else {
        return true;
    };
    let mut number: u32 = 0;
    let mut rest = digits;
    while let [byte @ b'0'..=b'9', tail @ ..] = rest {
        number = number * 10 + (*byte - b'0') as u32;
        if number == 0 || number > 65_535 {
            return false;
        }
        rest = tail;
    }
    rest.is_empty() && number > 0
}

/// Whether the scheme alone says as much.
const fn is_implied(scheme: &[u8], port: Option<&[u8]>) -> bool {
    matches!((scheme, port), (b"https", Some(b"443")) | (b"http", Some(b"80")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_what_a_url_has_between_scheme_and_path() {
        for good in [
            "files.example.com",
            "localhost",
            "localhost:8787",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:65535",
            "my_files.example.com",
            "xn--bcher-kva.example",
            &"x".repeat(63),
        ] {
            assert_eq!(check_host(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "files.example.com/",
            "files.example.com/a",
            "user@files.example.com",
            "Files.example.com",
            "files.example.com.",
            ".example.com",
            "a..b",
            "-a.example",
            "a-.example",
            "a.example-",
            "a b",
            "bücher.example",
            "*.example.com",
            "a:",
            "a:0",
            "a:080",
            "a:65536",
            "a:99999999999",
            "a:8o",
            "a:1:2",
            "[::1",
            "::1",
            "[]",
            "[1]",
            "[::g]",
            ":80",
            &"x".repeat(64),
            &["x"; 128].join("."),
        ] {
            assert_eq!(check_host(bad), Err(NameError::Host), "{bad}");
        }
        for bad in ["https://files.example.com", "http://localhost:8787/", "://", "a b://c"] {
            assert_eq!(check_host(bad), Err(NameError::HostScheme), "{bad}");
        }
    }

    #[test]
    fn domains_are_names_in_a_zone() {
        for good in ["files.example.com", "a.b", "xn--bcher-kva.example"] {
            assert_eq!(check_domain(good), Ok(()), "{good}");
        }
        for bad in
            ["", "localhost", "127.0.0.1", "[::1]", "files.example.com:8787", "a..b", "a.b.", ".a"]
        {
            assert_eq!(check_domain(bad), Err(NameError::Domain), "{bad}");
        }
        let meant = suggest_domain("https://Files.example.com:8443/x");
        assert_eq!(meant.as_deref(), Some("files.example.com"));
        assert_eq!(suggest_domain("localhost"), None);
    }

    #[test]
    fn origins_are_as_browsers_send_them() {
        for good in [
            "*",
            "https://app.example.com",
            "http://localhost:3000",
            "https://app.example.com:8443",
            "http://app.example.com:443",
            "tauri://localhost",
            "http://[::1]:3000",
        ] {
            assert_eq!(check_origin(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "null",
            "app.example.com",
            "https://",
            "://app.example.com",
            "https://app.example.com/",
            "https://app.example.com/page",
            "https://App.example.com",
            "HTTPS://app.example.com",
            "https://app.example.com:443",
            "http://app.example.com:80",
            "https://*.example.com",
            "https:/app.example.com",
            "https://app.example.com https://b.example.com",
        ] {
            assert_eq!(check_origin(bad), Err(NameError::Origin), "{bad}");
        }
    }

    #[test]
    fn headers_are_tokens() {
        for good in ["content-type", "X-Amz-Meta-Owner", "*", "x"] {
            assert_eq!(check_header(good), Ok(()), "{good}");
        }
        for bad in ["", "content type", "content-type:", "größe", "a,b", "a\n"] {
            assert_eq!(check_header(bad), Err(NameError::Header), "{bad}");
        }
    }

    #[test]
    fn what_was_meant_obeys_the_rule() {
        let origin = |wrong| suggest_origin(wrong);
        assert_eq!(
            origin("https://App.Example.com:443/x?y").as_deref(),
            Some("https://app.example.com")
        );
        assert_eq!(origin("app.example.com").as_deref(), Some("https://app.example.com"));
        assert_eq!(origin("http://localhost:80/").as_deref(), Some("http://localhost"));
        assert_eq!(origin("https://*.example.com"), None);
        assert_eq!(origin(""), None);
        assert_eq!(
            suggest_host("https://Files.example.com/").as_deref(),
            Some("files.example.com")
        );
        assert_eq!(suggest_host("files example com"), None);
        assert_eq!(suggest_header("Content Type:").as_deref(), Some("content-type"));
        assert_eq!(suggest_header("größe"), None);
    }
}
