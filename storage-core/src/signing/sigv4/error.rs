//! What is not signed, and why.

use std::fmt;

use crate::key::KeyError;
use crate::limits::LimitError;
use crate::name::NameError;

/// Why a request was not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The bucket has no name that R2 gives.
    Bucket(NameError),
    /// The key has a segment `.` or `..`, which clients take out of a URL before they send it.
    DotSegment,
    /// The URL would be valid for too short or too long.
    Expiry(LimitError),
    /// A header can't be signed.
    Header {
        /// Its name.
        name: String,
        /// The rule that it breaks.
        rule: PairRule,
    },
    /// The key is none that R2 takes.
    Key(KeyError),
    /// A parameter of the query can't be signed.
    Query {
        /// Its name.
        name: String,
        /// The rule that it breaks.
        rule: PairRule,
    },
    /// The year of the time has more than four digits.
    Time {
        /// The time, in seconds since 1970.
        unix_seconds: u64,
    },
}

/// What holds for the name and the value of a header or of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PairRule {
    /// The name is one that HTTP allows.
    Name,
    /// It is given once.
    Once,
    /// It is not what the signature itself is made of, or can't be in a URL that is signed.
    Reserved,
    /// The value is printable ASCII: what else it may be is sent in different bytes by different
    /// clients.
    Value,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bucket(error) => error.fmt(f),
            Self::DotSegment => f.write_str(
                "the key has a segment `.` or `..`: no URL leads to it, since clients take such \
                 segments out\nhelp: use another key for what is reached by a URL",
            ),
            Self::Expiry(error) => error.fmt(f),
            Self::Header { name, rule } => write!(f, "the header {name:?} {rule}"),
            Self::Key(error) => error.fmt(f),
            Self::Query { name, rule } => write!(f, "the query parameter {name:?} {rule}"),
            Self::Time { unix_seconds } => write!(
                f,
                "the time is {unix_seconds} seconds since 1970, and the year has to have four \
                 digits\nhelp: give seconds, not milliseconds"
            ),
        }
    }
}

impl std::error::Error for SignError {}

impl fmt::Display for PairRule {
    /// What is wrong, after the name of the thing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "has a name that HTTP does not allow",
            Self::Once => "is given twice, and it can be there only once",
            Self::Reserved => "can't be chosen: it belongs to the signature",
            Self::Value => "has a value with other characters than printable ASCII",
        })
    }
}

/// Why an address is no [`Endpoint`](super::Endpoint).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// An account id is 32 hexadecimal digits.
    Account,
    /// The host is a name or an IPv4 address.
    Host,
    /// A jurisdiction is a word, `eu`.
    Jurisdiction,
    /// The path is of plain segments.
    Path,
    /// A port is a number from 1 to 65535.
    Port,
    /// It begins with `https://` or `http://`.
    Scheme,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => {
                "the account id is not 32 hexadecimal digits\n\
                 help: it is in the address of the dashboard, https://dash.cloudflare.com/<account id>"
            }
            Self::Host => {
                "the host of the S3 endpoint is neither a name, as `s3.example.com`, nor an IPv4 \
                 address"
            }
            Self::Jurisdiction => {
                "the jurisdiction is not 1 to 32 lowercase letters, as `eu` and `fedramp` are"
            }
            Self::Path => {
                "the path of the S3 endpoint has something else than letters, digits and `-._~` \
                 between its slashes, or a segment that is empty, `.` or `..`"
            }
            Self::Port => "the port of the S3 endpoint is not a number from 1 to 65535",
            Self::Scheme => {
                "the S3 endpoint does not begin with `https://` or `http://`\n\
                 help: that of an account is https://<account id>.r2.cloudflarestorage.com"
            }
        })
    }
}

impl std::error::Error for EndpointError {}

/// Why a text is no part of [`Credentials`](super::Credentials). It never shows the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The id of an access key is 1 to 128 letters, digits and `-._`.
    AccessKeyId,
    /// A secret is printable ASCII without white space.
    SecretAccessKey,
    /// A session token is printable ASCII without white space.
    SessionToken,
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKeyId => "the access key id is not 1 to 128 letters, digits and `-._`",
            Self::SecretAccessKey => {
                "the secret access key is empty or has other characters than printable ASCII \
                 without white space"
            }
            Self::SessionToken => {
                "the session token is empty or has other characters than printable ASCII without \
                 white space"
            }
        })
    }
}

impl std::error::Error for CredentialsError {}
