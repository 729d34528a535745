//! Where requests go.

use core::net::Ipv4Addr; // only a parser: nothing is opened
use std::fmt;

use super::error::EndpointError;

/// The domain under which every account has its endpoint.
const R2_DOMAIN: &str = "r2.cloudflarestorage.com";

/// The address of an S3 endpoint: a scheme, a host, and a path that buckets stand under.
///
/// # Rules
///
/// * It is `https://host`, with a port and a path if there are any: `http://127.0.0.1:8787/s3`.
///   A slash at its end does not count.
/// * The host is a name or an IPv4 address. Neither a user, nor a query, nor a fragment.
/// * The path has letters, digits and `-._~` between its slashes, and no segment that is empty, `.` or
///   `..`: whatever a client would change, so that the signature no longer fits.
///
/// # Examples
///
/// ```
/// use storage_core::signing::sigv4::Endpoint;
///
/// let account = Endpoint::account("9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b")?;
/// assert_eq!(
///     account.as_str(),
///     "https://9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b.r2.cloudflarestorage.com"
/// );
///
/// let local = Endpoint::new("http://127.0.0.1:8787/cdn-cgi/local/r2/s3")?;
/// assert_eq!(local.host(), "127.0.0.1:8787");
///
/// assert!(Endpoint::new("r2.cloudflarestorage.com").is_err(), "no scheme");
/// # Ok::<(), storage_core::signing::sigv4::EndpointError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    host_start: usize,
    path_start: usize,
}

impl Endpoint {
    /// Checks an address and takes it over: the host in lower case, without the scheme's own port.
    ///
    /// # Errors
    ///
    /// [`EndpointError`] says which rule it breaks.
    pub fn new(address: &str) -> Result<Self, EndpointError> {
        let (scheme, own_port, rest) =
            match (strip_scheme(address, "https://"), strip_scheme(address, "http://")) {
                (Some(rest), _) => ("https://", "443", rest),
                (None, Some(rest)) => ("http://", "80", rest),
                (None, None) => return Err(EndpointError::Scheme),
            };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, Some(path)),
            None => (rest, None),
        };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        check_host(host)?;
        port.map_or(Ok(()), check_port)?;
        path.map_or(Ok(()), |path| path.split('/').try_for_each(check_segment))?;

        let mut url = String::with_capacity(address.len());
        url.push_str(scheme);
        let host_start = url.len();
        url.push_str(&host.to_ascii_lowercase());
        if let Some(port) = port.filter(|port| *port != own_port) {
            url.push(':');
            url.push_str(port);
        }
        let path_start = url.len();
        if let Some(path) = path {
            url.push('/');
            url.push_str(path);
        }
        Ok(Self { url, host_start, path_start })
    }

    /// The endpoint of an account, which is known by its id. Buckets of a jurisdiction have
    /// [another](Self::in_jurisdiction).
    ///
    /// # Errors
    ///
    /// [`EndpointError::Account`] if it is not 32 hexadecimal digits.
    pub fn account(id: &str) -> Result<Self, EndpointError> {
        if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(EndpointError::Account);
        }
        Self::new(&["https://", id, ".", R2_DOMAIN].concat())
    }

    /// The endpoint of an account for its buckets in a jurisdiction, `eu`:
    /// `https://<account id>.eu.r2.cloudflarestorage.com`.
    ///
    /// # Errors
    ///
    /// Those of [`account`](Self::account), and [`EndpointError::Jurisdiction`] if that is not 1 to 32
    /// lowercase letters.
    pub fn in_jurisdiction(id: &str, jurisdiction: &str) -> Result<Self, EndpointError> {
        Self::account(id)?;
        let is_word = jurisdiction.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_word || !(1..=32).contains(&jurisdiction.len()) {
            return Err(EndpointError::Jurisdiction);
        }
        Self::new(&["https://", id, ".", jurisdiction, ".", R2_DOMAIN].concat())
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The host, with its port if that is not the scheme's own: what clients send as `host`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.get(self.host_start..self.path_start).unwrap_or_default()
    }

    /// Where the path begins in a URL under this endpoint.
    pub(super) fn path_start(&self) -> usize {
        self.path_start
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.url).finish()
    }
}

fn strip_scheme<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let (start, rest) = address.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// A name of labels, or an address as everybody writes it: clients read `127.1` as one, too.
fn check_host(host: &str) -> Result<(), EndpointError> {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return Err(EndpointError::Host);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with(|first: char| first.is_ascii_digit());
    if is_number && host.parse::<Ipv4Addr>().is_err() {
        return Err(EndpointError::Host);
    }
    Ok(())
}

fn check_port(port: &str) -> Result<(), EndpointError> {
    let is_written_as_clients_do =
        port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    match port.parse::<u16>() {
        Ok(_) if is_written_as_clients_do => Ok(()),
        _ => Err(EndpointError::Port),
    }
}

fn check_segment(segment: &str) -> Result<(), EndpointError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if matches!(segment, "" | "." | "..") || !segment.bytes().all(is_plain) {
        return Err(EndpointError::Path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str) -> EndpointError {
        Endpoint::new(address).expect_err(address)
    }

    #[test]
    fn what_clients_send_is_what_is_signed() {
        for (address, url, host) in [
            ("https://a.example", "https://a.example", "a.example"),
            ("HTTPS://A.Example:443/", "https://a.example", "a.example"),
            ("http://a.example:80/s3/", "http://a.example/s3", "a.example"),
            ("http://a.example:443", "http://a.example:443", "a.example:443"),
            ("https://127.0.0.1:8787/a/b", "https://127.0.0.1:8787/a/b", "127.0.0.1:8787"),
            ("http://localhost:65535", "http://localhost:65535", "localhost:65535"),
        ] {
            let endpoint = Endpoint::new(address).unwrap();
            assert_eq!((endpoint.as_str(), endpoint.host()), (url, host), "{address}");
        }
    }

    #[test]
    fn what_clients_would_change_is_refused() {
        for address in ["", "a.example", "ftp://a", "https:/a", "//a", "ä"] {
            assert_eq!(refused(address), EndpointError::Scheme, "{address}");
        }
        for host in [
            "",
            ".",
            "a.",
            "a..b",
            "a_b",
            "me@a",
            "[::1]",
            "127.1",
            "010.0.0.1",
            "0x7f.1",
            "a?b",
            "a#b",
            "ä",
            "a b",
        ] {
            assert_eq!(refused(&format!("https://{host}")), EndpointError::Host, "{host}");
        }
        for port in ["", "0", "080", "+80", "65536", "a", "80:80"] {
            assert_eq!(refused(&format!("https://a:{port}")), EndpointError::Port, "{port}");
        }
        for path in ["/", "a//b", "..", "a/./b", "a?b", "a#b", "a%20b", "a b", "ä", "a\\b"] {
            assert_eq!(refused(&format!("https://a/{path}")), EndpointError::Path, "{path}");
        }
    }

    #[test]
    fn an_account_is_known_by_its_id() {
        for id in ["", "9d4b5a7c0e1f42d3", "9d4b5a7c0e1f42d38a6b7c8d9e0f1a2g"] {
            assert_eq!(Endpoint::account(id), Err(EndpointError::Account), "{id}");
            assert_eq!(Endpoint::in_jurisdiction(id, "eu"), Err(EndpointError::Account), "{id}");
        }
    }

    #[test]
    fn a_jurisdiction_has_a_host_of_its_own() {
        let id = "9D4b5a7c0e1f42d38a6b7c8d9e0f1a2b";
        let endpoint = Endpoint::in_jurisdiction(id, "eu").unwrap();
        let host = "9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b.eu.r2.cloudflarestorage.com";
        assert_eq!(endpoint.host(), host);
        for other in ["", "EU", "e.u", "eu.", "e/u", "e u", "ü", &"a".repeat(33)] {
            let refused = Endpoint::in_jurisdiction(id, other);
            assert_eq!(refused, Err(EndpointError::Jurisdiction), "{other}");
        }
    }
}
