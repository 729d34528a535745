//! Whom a server answers at all: by address, and how often.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use ipnet::IpNet;
use storage_core::ErrorKind;

use super::environment::misconfigured;
use super::failure::Failure;
use super::incoming::Incoming;
use crate::error::Result;

/// Counts requests, and says when there are too many.
///
/// On Workers a binding of the platform is one
/// ([`KvServer::rate_limit`](super::KvServer::rate_limit)); make one of your own elsewhere.
///
/// # Examples
///
/// ```
/// use storage::rest::RateLimiter;
///
/// // Nobody is asked too often here.
/// let limiter = RateLimiter::new(|key: String| async move { Ok(!key.is_empty()) });
/// ```
#[derive(Clone)]
pub struct RateLimiter(Arc<Limit>);

type Limit = dyn Fn(String) -> BoxFuture<'static, Result<bool>> + Send + Sync;

/// The addresses that are answered. An empty list is all.
#[derive(Clone, Debug, Default)]
pub(super) struct Addresses(Vec<IpNet>);

/// A limit, and after how many seconds to come back.
#[derive(Clone, Debug)]
pub(super) struct RateLimit {
    pub(super) limiter: RateLimiter,
    pub(super) retry_after: u64,
}

impl RateLimiter {
    /// A limiter that is asked with who is asking, and says whether there is room for one more request.
    pub fn new<F, A>(limit: F) -> Self
    where
        F: Fn(String) -> A + Send + Sync + 'static,
        A: Future<Output = Result<bool>> + Send + 'static,
    {
        Self(Arc::new(move |key| Box::pin(limit(key))))
    }
}

impl Addresses {
    /// Addresses and networks, one or more: `192.0.2.7`, `2001:db8::/32`.
    pub(super) fn parse(texts: &[String]) -> Result<Self> {
        let parse = |text: &String| {
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            let network = network
                .map_err(|_| misconfigured(format!("`{text}` is no address and no network")))?;
            canonical(network).ok_or_else(|| {
                misconfigured(format!(
                    "`{text}` would be a network of IPv6; help: one of IPv4 is like `10.0.0.0/8`"
                ))
            })
        };
        if texts.is_empty() {
            return Err(misconfigured(
                "the list of addresses is empty, so nobody would be answered; help: name some, or \
                 leave out `.allow_addresses(..)`",
            ));
        }
        texts.iter().map(parse).collect::<Result<_>>().map(Self)
    }

    pub(super) fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn check(&self, request: &Incoming) -> Result<(), Failure> {
        let refused = || Failure::forbidden("this address is not answered");
        // An IPv4 address may come in the clothes of IPv6.
        let address = request.address().map(|address| address.to_canonical());
        let is_in = |address| self.0.iter().any(|network| network.contains(&address));
        if self.is_all() || address.is_some_and(is_in) { Ok(()) } else { Err(refused()) }
    }
}

impl RateLimit {
    /// By address, before anybody is asked for credentials: so that nobody can try them all.
    pub(super) async fn check(&self, request: &Incoming) -> Result<(), Failure> {
        let key = request.address().map_or_else(|| "unknown".to_owned(), who);
        if (self.limiter.0)(key).await? {
            return Ok(());
        }
        let failure = Failure::of(ErrorKind::RateLimited, "there are too many requests");
        Err(failure.with("retry-after", self.retry_after.to_string()))
    }
}

/// A network of IPv4 without the clothes of IPv6, as addresses are looked at. `None` if only its address has them on:
/// who writes `::ffff:10.0.0.0/8` does not mean the network of `::1`.
fn canonical(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(of_v6) = network else { return Some(network) };
    let Some(address) = of_v6.addr().to_ipv4_mapped() else { return Some(network) };
    let len = of_v6.prefix_len().checked_sub(96)?;
    IpNet::new(address.into(), len).ok()
}

/// What is counted as one: an IPv4 address, or 64 bits of one of IPv6. With the other 64 everybody has as many
/// addresses as they want.
fn who(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64));
            format!("{network}/64")
        }
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RateLimiter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::testing;

    #[test]
    fn addresses_are_in_their_networks() {
        let networks = ["192.0.2.0/24", "203.0.113.9", "2001:db8::/32"].map(str::to_owned);
        let addresses = Addresses::parse(&networks).unwrap();
        let allows = |ip: &str| {
            let request = testing::request("GET", "/").peer(ip.parse().ok());
            addresses.check(&request).is_ok()
        };
        for ip in ["192.0.2.1", "203.0.113.9", "2001:db8:1::2", "::ffff:192.0.2.1"] {
            assert!(allows(ip), "{ip}");
        }
        // What begins alike is another address.
        for ip in ["192.0.20.1", "203.0.113.90", "203.0.113.8", "2001:db9::1", "", "unknown"] {
            assert!(!allows(ip), "{ip}");
        }
    }

    #[test]
    fn a_network_of_ipv4_may_be_in_the_clothes_of_ipv6() {
        let parse = |text: &str| Addresses::parse(&[text.to_owned()]);
        let allows = |text: &str, ip: &str| {
            let request = testing::request("GET", "/").peer(ip.parse().ok());
            parse(text).unwrap().check(&request).is_ok()
        };
        for ip in ["127.0.0.1", "::ffff:127.0.0.1"] {
            assert!(allows("::ffff:127.0.0.1", ip) && allows("::ffff:127.0.0.0/104", ip), "{ip}");
            assert!(!allows("::ffff:10.0.0.0/104", ip) && !allows("::/0", ip), "{ip}");
        }
        let error = parse("::ffff:10.0.0.0/8").unwrap_err();
        assert!(error.to_string().contains("like `10.0.0.0/8`"), "{error}");
    }

    #[test]
    fn whoever_has_many_addresses_is_counted_once() {
        let who = |ip: &str| who(ip.parse().unwrap());
        assert_eq!(who("192.0.2.7"), "192.0.2.7");
        assert_eq!(who("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(who("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(who("2001:db8:1:2::1"), who("2001:db8:1:2:ffff::"));
        assert_ne!(who("2001:db8:1:2::1"), who("2001:db8:1:3::1"));
    }

    #[test]
    fn what_is_no_address_stops_the_server() {
        assert_eq!(Addresses::parse(&[]).unwrap_err().kind(), ErrorKind::Misconfigured);
        for text in ["", "192.0.2", "192.0.2.0/33", "example.com"] {
            let error = Addresses::parse(&[text.to_owned()]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Misconfigured, "{text}");
        }
    }
}
