//! From a request to a URL.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, Mac as _};
use sha2::digest::Output;
use sha2::{Digest as _, Sha256};

use super::canonical::{Parameter, headers, lower, parameters};
use super::date::Timestamp;
use super::encode;
use super::error::SignError;
use super::{Credentials, Endpoint, REGION, Request};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What ends the scope of a signature, after the day and the region.
const SCOPE_END: &str = "/s3/aws4_request";
/// In place of a digest: who signs does not know what will be sent.
const PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// Longest that the parameters of the signature are, without what differs in length.
const OWN_PARAMETERS_MAX: usize = 384;

/// Signs requests to one endpoint with the same credentials.
///
/// The key of a day is derived once, and kept until another day is asked for.
///
/// # Examples
///
/// ```
/// use storage_core::signing::sigv4::{Credentials, Endpoint, Method, Presigner, Request};
///
/// let endpoint = Endpoint::new("http://127.0.0.1:8787/cdn-cgi/local/r2/s3")?;
/// let presigner = Presigner::new(endpoint, Credentials::new("local", "local-secret")?);
///
/// let url = presigner.sign(&Request::new(Method::Get, "files", "a b.txt", 60), 1_369_353_600)?;
/// assert_eq!(
///     url,
///     "http://127.0.0.1:8787/cdn-cgi/local/r2/s3/files/a%20b.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
///      &X-Amz-Credential=local%2F20130524%2Fauto%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z\
///      &X-Amz-Expires=60&X-Amz-SignedHeaders=host\
///      &X-Amz-Signature=0cc3d6fe73faf1f63df95187531cbd82ae67277acdf2b0a7c1d3ae67e91aacaa"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Presigner {
    endpoint: Endpoint,
    credentials: Credentials,
    region: &'static str,
    /// On the heap, so that moving the presigner leaves no copy behind.
    day_key: Mutex<Option<Box<DayKey>>>,
}

/// HMAC keyed for the signatures of a day.
struct DayKey {
    day_number: u64,
    keyed: Hmac<Sha256>,
}

impl Presigner {
    /// Takes what every request is signed with.
    #[must_use]
    pub fn new(endpoint: Endpoint, credentials: Credentials) -> Self {
        Self { endpoint, credentials, region: REGION, day_key: Mutex::new(None) }
    }

    /// For the example of AWS, whose buckets have regions.
    #[cfg(test)]
    pub(super) fn of_region(
        region: &'static str,
        endpoint: Endpoint,
        credentials: Credentials,
    ) -> Self {
        Self { region, ..Self::new(endpoint, credentials) }
    }

    /// Where the URLs lead.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Signs a request. The time is in seconds since 1970; servers refuse a URL from the future.
    ///
    /// The parameters of the query are in the order of the alphabet, the signature after them.
    ///
    /// # Errors
    ///
    /// [`SignError`] says what of the request can't be signed.
    pub fn sign(&self, request: &Request<'_>, now_unix_seconds: u64) -> Result<String, SignError> {
        request.check()?;
        let time = Timestamp::new(now_unix_seconds)?;
        Ok(self.sign_path(&[request.bucket, request.key], request, &time))
    }

    /// Signs what is checked already, at a path of parts under the endpoint.
    pub(super) fn sign_path(
        &self,
        path: &[&str],
        request: &Request<'_>,
        time: &Timestamp,
    ) -> String {
        let mut url = String::with_capacity(self.length_max(path, request));
        url.push_str(self.endpoint.as_str());
        for part in path {
            url.push('/');
            encode::push_key(&mut url, part);
        }
        let query_start = url.len();
        let mut separator = '?';
        for parameter in parameters(request, self.credentials.token()) {
            url.push(separator);
            separator = '&';
            self.push_parameter(&mut url, parameter, request, time);
        }

        let digest = self.canonical_request(request, &url, query_start);
        let mut mac = self.keyed(time);
        for text in [ALGORITHM.as_bytes(), b"\n", time.day(), time.time(), b"\n"] {
            mac.update(text);
        }
        for text in [time.day(), b"/", self.region.as_bytes(), SCOPE_END.as_bytes(), b"\n"] {
            mac.update(text);
        }
        mac.update(&encode::hex(&digest.into()));
        url.push_str("&X-Amz-Signature=");
        let signature = encode::hex(&mac.finalize().into_bytes().into());
        push_ascii(&mut url, &signature);
        url
    }

    fn push_parameter(
        &self,
        url: &mut String,
        parameter: Parameter<'_>,
        request: &Request<'_>,
        time: &Timestamp,
    ) {
        encode::push(url, parameter.name());
        url.push('=');
        match parameter {
            Parameter::Algorithm => url.push_str(ALGORITHM),
            Parameter::Credential => {
                encode::push(url, self.credentials.access_key_id());
                url.push_str("%2F");
                push_ascii(url, time.day());
                url.push_str("%2F");
                url.push_str(self.region);
                encode::push(url, SCOPE_END);
            }
            Parameter::Date => {
                push_ascii(url, time.day());
                push_ascii(url, time.time());
            }
            Parameter::Expires => {
                let _ = write!(url, "{}", request.expires_seconds); // a `String` takes everything
            }
            Parameter::Given { value, .. } | Parameter::SecurityToken(value) => {
                encode::push(url, value);
            }
            Parameter::SignedHeaders => {
                for (index, (name, _)) in headers(request, self.endpoint.host()).enumerate() {
                    if index > 0 {
                        url.push_str("%3B");
                    }
                    lower(name).for_each(|byte| encode::push_byte(url, byte));
                }
            }
        }
    }

    /// The digest of what the server makes of the request. Path and query are in the URL as they are
    /// here.
    fn canonical_request(
        &self,
        request: &Request<'_>,
        url: &str,
        query_start: usize,
    ) -> Output<Sha256> {
        let path = url.get(self.endpoint.path_start()..query_start).unwrap_or_default();
        let query = url.get(query_start + 1..).unwrap_or_default();
        let mut hash = Sha256::new();
        for text in [request.method.as_str(), "\n", path, "\n", query, "\n"] {
            hash.update(text);
        }
        for (name, value) in headers(request, self.endpoint.host()) {
            update_lower(&mut hash, name);
            hash.update(":");
            for (index, word) in value.split(' ').filter(|word| !word.is_empty()).enumerate() {
                if index > 0 {
                    hash.update(" ");
                }
                hash.update(word);
            }
            hash.update("\n");
        }
        hash.update("\n");
        for (index, (name, _)) in headers(request, self.endpoint.host()).enumerate() {
            if index > 0 {
                hash.update(";");
            }
            update_lower(&mut hash, name);
        }
        hash.update("\n");
        hash.update(PAYLOAD);
        hash.finalize()
    }

    /// The key of the day, derived if it is another day than last time.
    fn keyed(&self, time: &Timestamp) -> Hmac<Sha256> {
        // A key is whole or not there, so a lock that a panic has poisoned tells nothing.
        let mut day_key = self.day_key.lock().unwrap_or_else(PoisonError::into_inner);
        match &*day_key {
            Some(key) if key.day_number == time.day_number() => key.keyed.clone(),
            _ => {
                let keyed = self.credentials.of_day(time, self.region);
                let key = DayKey { day_number: time.day_number(), keyed: keyed.clone() };
                *day_key = Some(Box::new(key));
                keyed
            }
        }
    }

    /// More than enough for the URL, so that it is allocated once.
    pub(super) fn length_max(&self, path: &[&str], request: &Request<'_>) -> usize {
        let pair = |(name, value): &(&str, &str)| 3 * (name.len() + value.len()) + 2;
        let path: usize = path.iter().map(|part| 3 * part.len() + 1).sum();
        let query: usize = request.query.iter().map(pair).sum();
        let headers: usize = request.headers.iter().map(|(name, _)| 3 * (name.len() + 1)).sum();
        let token = self.credentials.token().map_or(0, |token| 3 * token.len());
        let id = self.credentials.access_key_id().len();
        self.endpoint.as_str().len() + path + query + headers + token + id + OWN_PARAMETERS_MAX
    }
}

impl fmt::Debug for Presigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presigner")
            .field("endpoint", &self.endpoint)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

fn push_ascii(url: &mut String, bytes: &[u8]) {
    url.extend(bytes.iter().map(|byte| char::from(*byte)));
}

/// A name of a header: at once, if it is in lower case as most are.
fn update_lower(hash: &mut Sha256, name: &str) {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        lower(name).for_each(|byte| hash.update([byte]));
    } else {
        hash.update(name);
    }
}
