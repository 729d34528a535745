//! What belongs to a photo, and under which keys. All keys are made here, and of nothing that a user wrote.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use storage::{Error, ErrorKind, Key};

use super::album::{Album, is_hexadecimal};

/// What may be uploaded: what browsers show without running anything. SVG has scripts.
pub(super) const CONTENT_TYPES: &[&str] =
    &["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
/// The most that an open album takes of one photo.
pub(super) const OPEN_BYTES_MAX: u64 = 1_000_000_000;
/// The most that passes through a Worker in one request, on the smaller plans.
pub(super) const WORKER_BYTES_MAX: u64 = 100_000_000;
/// What is longer is uploaded in parts of this length.
pub(super) const PART_BYTES: u64 = 8 * 1024 * 1024;
/// The most that a thumbnail has.
pub(super) const THUMBNAIL_BYTES_MAX: u64 = 512 * 1024;
/// The longest name, so that it fits into the header that says it.
const NAME_BYTES_MAX: usize = 255;

/// What is listed: an object without content, with the [details](Details) as its metadata. It is written
/// last, so what is listed is whole.
#[derive(Key)]
#[key("{album}/entries/{photo}")]
pub(super) struct Entry {
    pub(super) album: Album,
    pub(super) photo: Photo,
}

/// The photo as it was uploaded.
#[derive(Key)]
#[key("{album}/originals/{photo}")]
pub(super) struct Original {
    pub(super) album: Album,
    pub(super) photo: Photo,
}

/// What the browser made of it.
#[derive(Key)]
#[key("{album}/thumbnails/{photo}")]
pub(super) struct Thumbnail {
    pub(super) album: Album,
    pub(super) photo: Photo,
}

/// What a photo is called: by when it was made, from the newest to the oldest, and by chance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Photo(String);

impl Photo {
    const LENGTH: usize = 24;

    /// A new name. Listings are in the order of keys, so time runs backwards in it.
    pub(super) fn new() -> storage::Result<Self> {
        let no_chance = |error| {
            Error::new(ErrorKind::Internal, "there are no random numbers").with_source(error)
        };
        let chance = getrandom::u64().map_err(no_chance)? & 0xffff_ffff_ffff;
        let left = 0xffff_ffff_ffff_u64.saturating_sub(now_milliseconds());
        Ok(Self(format!("{left:012x}{chance:012x}")))
    }
}

impl fmt::Display for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Photo {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Photo {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_one = text.len() == Self::LENGTH && text.bytes().all(is_hexadecimal);
        if is_one { Ok(Self(text)) } else { Err("that is not the name of a photo") }
    }
}

/// What is known of a photo beside its bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Details {
    /// What the user calls it: any text, so nothing is made of it but text.
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) size: u64,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) has_thumbnail: bool,
    /// In milliseconds since 1970.
    pub(super) uploaded: u64,
}

/// A name as it is kept: without control characters, and not too long.
pub(super) fn clean(name: &str) -> String {
    let mut clean = String::new();
    for letter in name.trim().chars().filter(|letter| !letter.is_control()) {
        if clean.len() + letter.len_utf8() > NAME_BYTES_MAX {
            break;
        }
        clean.push(letter);
    }
    if clean.is_empty() { "photo".to_owned() } else { clean }
}

/// The time, in milliseconds since 1970.
pub(super) fn now_milliseconds() -> u64 {
    #[cfg(target_arch = "wasm32")]
    return worker::Date::now().as_millis();
    #[cfg(not(target_arch = "wasm32"))]
    {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}
