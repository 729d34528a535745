//! A grant as bytes.

use super::{
    Access, CONTENT_TYPE_MAX, DISPOSITION_MAX, Grant, GrantError, LIFETIME_MAX, MAC_LEN, Size,
    Tracking, USES_MAX,
};
use crate::crypto::KeyId;
use crate::limits;

/// The version of this encoding.
pub(super) const VERSION: u8 = 1;

/// What there is of what need not be: one bit each, and the highest is zero.
pub(super) mod flag {
    /// It may be written, and if this is not set, read.
    pub(in super::super) const WRITE: u8 = 1;
    pub(in super::super) const TRACKING: u8 = 1 << 1;
    /// Only with tracking.
    pub(in super::super) const USES: u8 = 1 << 2;
    pub(in super::super) const CONTENT_TYPE: u8 = 1 << 3;
    /// Only of reads.
    pub(in super::super) const CONTENT_DISPOSITION: u8 = 1 << 4;
    /// Only of writes.
    pub(in super::super) const SIZE: u8 = 1 << 5;
    /// Only with a size: exactly that one.
    pub(in super::super) const EXACT: u8 = 1 << 6;
}

/// All but the authentication code.
pub(super) fn write(grant: &Grant, key_id: &KeyId) -> Result<Vec<u8>, GrantError> {
    let Grant { bucket, key, access, issued_at, lifetime, tracking } = grant;
    if !(1..=LIFETIME_MAX).contains(lifetime) {
        return Err(GrantError::Lifetime);
    }
    let mut bytes = Vec::with_capacity(64 + bucket.len() + key.len() + MAC_LEN);
    bytes.extend([VERSION, flags(access, tracking.as_ref())]);
    text(&mut bytes, key_id.as_str(), KeyId::MAX, GrantError::KeyId)?;
    text(&mut bytes, bucket, limits::r2::BUCKET_NAME_MAX, GrantError::Bucket)?;
    long_text(&mut bytes, key, limits::r2::KEY_BYTES_MAX, GrantError::Key)?;
    let [0, 0, issued_at @ ..] = issued_at.to_be_bytes() else {
        return Err(GrantError::IssuedAt);
    };
    bytes.extend(issued_at);
    let [_, lifetime @ ..] = lifetime.to_be_bytes();
    bytes.extend(lifetime);
    if let Some(Tracking { id, uses }) = tracking {
        bytes.extend(id);
        if let Some(uses) = uses {
            if !(1..=USES_MAX).contains(uses) {
                return Err(GrantError::Uses);
            }
            bytes.extend(uses.to_be_bytes());
        }
    }
    let (Access::Read { content_type, .. } | Access::Write { content_type, .. }) = access;
    if let Some(content_type) = content_type {
        text(&mut bytes, content_type, CONTENT_TYPE_MAX, GrantError::ContentType)?;
    }
    match access {
        Access::Read { content_disposition: Some(disposition), .. } => {
            let error = GrantError::ContentDisposition;
            long_text(&mut bytes, disposition, DISPOSITION_MAX, error)?;
        }
        Access::Write { size: Some(Size::AtMost(size) | Size::Exactly(size)), .. } => {
            bytes.extend(size.to_be_bytes());
        }
        Access::Read { .. } | Access::Write { .. } => {}
    }
    Ok(bytes)
}

fn flags(access: &Access, tracking: Option<&Tracking>) -> u8 {
    let bit = |there: bool, bit: u8| if there { bit } else { 0 };
    let tracked = bit(tracking.is_some(), flag::TRACKING)
        | bit(tracking.is_some_and(|tracking| tracking.uses.is_some()), flag::USES);
    let access = match access {
        Access::Read { content_type, content_disposition } => {
            bit(content_type.is_some(), flag::CONTENT_TYPE)
                | bit(content_disposition.is_some(), flag::CONTENT_DISPOSITION)
        }
        Access::Write { content_type, size } => {
            flag::WRITE
                | bit(content_type.is_some(), flag::CONTENT_TYPE)
                | bit(size.is_some(), flag::SIZE)
                | bit(matches!(size, Some(Size::Exactly(_))), flag::EXACT)
        }
    };
    tracked | access
}

/// A text of 1 to `max` bytes, at most 255, behind its length in one byte.
fn text(bytes: &mut Vec<u8>, text: &str, max: usize, error: GrantError) -> Result<(), GrantError> {
    let length = u8::try_from(text.len()).map_err(|_| error)?;
    checked(text, max, error)?;
    bytes.push(length);
    bytes.extend(text.as_bytes());
    Ok(())
}

/// The same behind its length in two bytes.
fn long_text(
    bytes: &mut Vec<u8>,
    text: &str,
    max: usize,
    error: GrantError,
) -> Result<(), GrantError> {
    let length = u16::try_from(text.len()).map_err(|_| error)?;
    checked(text, max, error)?;
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.as_bytes());
    Ok(())
}

fn checked(text: &str, max: usize, error: GrantError) -> Result<(), GrantError> {
    if text.is_empty() || text.len() > max { Err(error) } else { Ok(()) }
}
