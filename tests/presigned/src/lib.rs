//! What the AWS SDK for Rust makes of a request, to compare presigned URLs with.

use std::time::{Duration, SystemTime};

use anyhow::Result;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningParams, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use storage_core::signing::sigv4::Request;

/// The id of the access key of both.
pub const ID: &str = "0123456789abcdef0123456789abcdef";
/// Its secret, which is as long as those of R2.
pub const SECRET: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
/// Where both send their requests.
pub const ENDPOINT: &str = "https://9d4b5a7c0e1f42d38a6b7c8d9e0f1a2b.r2.cloudflarestorage.com";

const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/');

/// The URL of a request, by the crate `aws-sigv4`.
///
/// # Errors
///
/// If the crate refuses the request.
pub fn aws_sigv4(request: &Request<'_>, now_unix_seconds: u64) -> Result<String> {
    let identity = Credentials::from_keys(ID, SECRET, None).into();
    let mut settings = SigningSettings::default();
    settings.expires_in = Some(Duration::from_secs(request.expires_seconds));
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let parameters: SigningParams<'_> = v4::SigningParams::builder()
        .identity(&identity)
        .region("auto")
        .name("s3")
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(now_unix_seconds))
        .settings(settings)
        .build()?
        .into();

    let mut url =
        format!("{ENDPOINT}/{}/{}", request.bucket, utf8_percent_encode(request.key, IN_PATH));
    for (index, (name, value)) in request.query.iter().enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.extend(utf8_percent_encode(name, IN_QUERY));
        url.push('=');
        url.extend(utf8_percent_encode(value, IN_QUERY));
    }
    let signable = SignableRequest::new(
        request.method.as_str(),
        &url,
        request.headers.iter().copied(),
        SignableBody::UnsignedPayload,
    )?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let mut signed = http::Request::builder().uri(&url).body(())?;
    instructions.apply_to_request_http1x(&mut signed);
    Ok(signed.uri().to_string())
}
