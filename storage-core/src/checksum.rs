//! Checksums as callers write them: `sha256:<hexadecimal digest>`.

use std::fmt;

/// Writes the enumeration and all that has a row for each algorithm, so that none can lack one.
macro_rules! algorithms {
    ($($(#[$doc:meta])* $algorithm:ident = $name:literal, $web_crypto_name:literal, $digest_len:literal;)*) => {
        /// A digest algorithm that R2 verifies, and that this library verifies elsewhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Algorithm {
            $($(#[$doc])* $algorithm,)*
        }

        impl Algorithm {
            /// Every algorithm.
            pub const ALL: &'static [Self] = &[$(Self::$algorithm),*];

            /// The name used in checksum texts and in R2's put options.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$algorithm => $name,)*
                }
            }

            /// The name used by WebCrypto's `digest`.
            #[must_use]
            pub const fn web_crypto_name(self) -> &'static str {
                match self {
                    $(Self::$algorithm => $web_crypto_name,)*
                }
            }

            /// Length of a digest, in bytes.
            #[must_use]
            pub const fn digest_len(self) -> usize {
                match self {
                    $(Self::$algorithm => $digest_len,)*
                }
            }
        }
    };
}

algorithms! {
    /// MD5 (RFC 1321), 16 bytes. Detects accidents, not attackers.
    Md5 = "md5", "MD5", 16;
    /// SHA-1 (FIPS 180-4), 20 bytes. Detects accidents, not attackers.
    Sha1 = "sha1", "SHA-1", 20;
    /// SHA-256 (FIPS 180-4), 32 bytes.
    Sha256 = "sha256", "SHA-256", 32;
    /// SHA-384 (FIPS 180-4), 48 bytes.
    Sha384 = "sha384", "SHA-384", 48;
    /// SHA-512 (FIPS 180-4), 64 bytes.
    Sha512 = "sha512", "SHA-512", 64;
}

impl Algorithm {
    /// The algorithm whose name the text begins with, or one of the family. No name begins with another.
    fn at_start(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(|c| *c != '-' && *c != '_').collect();
        let letters = letters.to_ascii_lowercase();
        let named = Self::ALL.iter().copied().find(|one| letters.starts_with(one.name()));
        named.or_else(|| letters.starts_with("sha").then_some(Self::Sha256))
    }

    fn has_name(self, name: &str) -> bool {
        let letters = name.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase());
        letters.eq(self.name().chars())
    }
}

/// A checksum that can be verified: an algorithm and a digest of its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Checksum {
    /// A digest as bytes.
    ///
    /// # Errors
    ///
    /// [`ChecksumError`] if it has not the length of the algorithm's digests.
    pub fn new(algorithm: Algorithm, digest: impl Into<Vec<u8>>) -> Result<Self, ChecksumError> {
        let digest = digest.into();
        if digest.len() == algorithm.digest_len() {
            Ok(Self { algorithm, digest })
        } else {
            Err(ChecksumError { algorithm })
        }
    }

    /// Reads `algorithm:hex`; the name in any case, `sha-256` as well as `sha256`. A text that begins
    /// like no known algorithm (`crc32c:..`) is `None`: it can be stored, but not verified.
    ///
    /// # Errors
    ///
    /// [`ChecksumError`] if the text begins like a known algorithm, but is not its name, a colon and one
    /// of its digests in hexadecimal: a slip must not turn the verification off.
    pub fn parse(text: &str) -> Result<Option<Self>, ChecksumError> {
        let Some(algorithm) = Algorithm::at_start(text) else {
            return Ok(None);
        };
        let error = ChecksumError { algorithm };
        let (name, hex) = text.split_once(':').ok_or(error)?;
        if !algorithm.has_name(name) {
            return Err(error);
        }
        Self::new(algorithm, decode_hex(hex).ok_or(error)?).map(Some)
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The digest.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }
}

impl fmt::Display for Checksum {
    /// `algorithm:hex`, in lower case: what [`parse`](Self::parse) reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.algorithm.name())?;
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        checksum.to_string()
    }
}

fn decode_hex(hex: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(hex_value(*high)? << 4 | hex_value(*low)?)).collect()
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// A checksum names an algorithm, but its value is not a digest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChecksumError {
    algorithm: Algorithm,
}

impl fmt::Display for ChecksumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, digits) = (self.algorithm.name(), self.algorithm.digest_len() * 2);
        write!(f, "a {name} checksum is `{name}:` and {digits} hexadecimal digits")
    }
}

impl std::error::Error for ChecksumError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_found_by_their_names() {
        for algorithm in Algorithm::ALL.iter().copied() {
            let text = format!("{}:{}", algorithm.name(), "0".repeat(algorithm.digest_len() * 2));
            let checksum = Checksum::parse(&text).unwrap().unwrap();
            assert_eq!((checksum.algorithm(), checksum.to_string()), (algorithm, text));
        }
    }

    #[test]
    fn known_algorithms_are_decoded() {
        let checksum = Checksum::parse("MD5:d41d8cd98f00b204E9800998ECF8427E").unwrap().unwrap();
        assert_eq!(checksum.algorithm(), Algorithm::Md5);
        assert_eq!(checksum.digest()[..2], [0xd4, 0x1d]);
        let hyphened = Checksum::parse(&format!("SHA-256:{}", "0".repeat(64))).unwrap().unwrap();
        assert_eq!(hyphened.algorithm(), Algorithm::Sha256);
    }

    #[test]
    fn unknown_algorithms_are_left_alone() {
        assert_eq!(Checksum::parse("crc32c:abcd"), Ok(None));
        assert_eq!(Checksum::parse("anything"), Ok(None));
    }

    #[test]
    fn a_wrong_digest_is_refused_with_the_rule() {
        let digest = "0".repeat(64);
        let slips = [format!("sha256={digest}"), format!("sha3-256:{digest}"), "SHA256".into()];
        let wrong = ["sha256:abc123", "md5:", "sha1:zz", "sha512:ü"].map(str::to_owned);
        for text in slips.iter().chain(&wrong) {
            let error = Checksum::parse(text).unwrap_err();
            assert!(error.to_string().contains("hexadecimal digits"), "{text}");
        }
    }
}
