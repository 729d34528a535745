//! A grant read back from bytes: exactly those that writing it gives.

use super::write::{VERSION, flag};
use super::{
    Access, CONTENT_TYPE_MAX, DISPOSITION_MAX, Grant, LIFETIME_MAX, Size, Tracking, USES_MAX,
};
use crate::crypto::KeyId;
use crate::limits;

/// The id of the key that a token was made with, if that is where it should be.
pub(super) fn key_id(signed: &[u8]) -> Option<&str> {
    let mut reader = Reader(signed);
    head(&mut reader).map(|(_, id)| id)
}

/// The grant, if these are the bytes of one and no more.
pub(super) fn grant(signed: &[u8]) -> Option<Grant> {
    let mut reader = Reader(signed);
    let (flags, _) = head(&mut reader)?;
    let has = |bit| flags & bit != 0;
    let bucket = reader.text(limits::r2::BUCKET_NAME_MAX)?.to_owned();
    let key = reader.long_text(limits::r2::KEY_BYTES_MAX)?.to_owned();
    let issued_at = reader.number::<6>()?;
    let lifetime = u32::try_from(reader.number::<3>()?).ok()?;
    let tracking = match (has(flag::TRACKING), has(flag::USES)) {
        (false, false) => None,
        (false, true) => return None,
        (true, false) => Some(Tracking { id: reader.take()?, uses: None }),
        (true, true) => {
            let (id, uses) = (reader.take()?, u16::from_be_bytes(reader.take()?));
            let uses = (1..=USES_MAX).contains(&uses).then_some(uses)?;
            Some(Tracking { id, uses: Some(uses) })
        }
    };
    let content_type = if has(flag::CONTENT_TYPE) {
        Some(reader.text(CONTENT_TYPE_MAX)?.to_owned())
    } else {
        None
    };
    let access = match (has(flag::WRITE), has(flag::CONTENT_DISPOSITION), has(flag::SIZE)) {
        (false, false, false) => Access::Read { content_type, content_disposition: None },
        (false, true, false) => {
            let content_disposition = Some(reader.long_text(DISPOSITION_MAX)?.to_owned());
            Access::Read { content_type, content_disposition }
        }
        (true, false, false) => Access::Write { content_type, size: None },
        (true, false, true) => {
            let size = reader.number::<8>()?;
            let size = if has(flag::EXACT) { Size::Exactly(size) } else { Size::AtMost(size) };
            Access::Write { content_type, size: Some(size) }
        }
        (false, _, true) | (true, true, _) => return None,
    };
    let is_exact_without_size = has(flag::EXACT) && !has(flag::SIZE);
    let is_whole = reader.0.is_empty() && !is_exact_without_size && flags & 0x80 == 0;
    let is_valid = is_whole && (1..=LIFETIME_MAX).contains(&lifetime);
    is_valid.then_some(Grant { bucket, key, access, issued_at, lifetime, tracking })
}

/// The flags and the id of the key.
fn head<'a>(reader: &mut Reader<'a>) -> Option<(u8, &'a str)> {
    let [VERSION, flags] = reader.take()? else { return None };
    Some((flags, reader.text(KeyId::MAX)?))
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// A number of that many bytes, at most 8.
    fn number<const N: usize>(&mut self) -> Option<u64> {
        let bytes = self.take::<N>()?;
        Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn text(&mut self, max: usize) -> Option<&'a str> {
        let [length] = self.take()?;
        self.text_of(length.into(), max)
    }

    fn long_text(&mut self, max: usize) -> Option<&'a str> {
        let length = u16::from_be_bytes(self.take()?);
        self.text_of(length.into(), max)
    }

    fn text_of(&mut self, length: usize, max: usize) -> Option<&'a str> {
        if !(1..=max).contains(&length) {
            return None;
        }
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        str::from_utf8(text).ok()
    }
}
