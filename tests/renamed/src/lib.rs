//! A crate that knows the library as `my_storage`, and denies all it can: that it compiles, and that
//! clippy has nothing to say, is the test.
//!
//! It is a library, because nobody misses documentation in a test.

#![deny(
    warnings,
    missing_docs,
    rust_2018_idioms,
    trivial_casts,
    trivial_numeric_casts,
    unnameable_types,
    unreachable_pub,
    unused,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::question_mark_used,
    clippy::std_instead_of_core
)]
#![forbid(unsafe_code)]

pub use my_storage as reexported;

/// What users upload.
#[my_storage::bucket(name = "user-assets", crate = ::my_storage)]
#[derive(Clone, Copy, Debug)]
pub struct UserAssets;

/// What users choose.
#[my_storage::kv(name = "app-configs", crate = crate::reexported)]
#[derive(Clone, Copy, Debug)]
pub struct AppConfigs;

/// Where an image is.
#[derive(my_storage::Key, Clone, Debug)]
#[key("images/{user_id}/{page:03}", crate = ::my_storage)]
pub struct Image {
    /// Whose it is.
    pub user_id: u64,
    /// Which it is.
    page: u8,
}

impl Image {
    /// The first.
    #[must_use]
    #[inline]
    pub const fn first(user_id: u64) -> Self {
        Self { user_id, page: 1 }
    }
}

/// Both.
#[my_storage::app(name = "media-api", crate = ::my_storage)]
#[derive(Clone, Debug)]
pub struct App {
    /// The files.
    pub assets: my_storage::Bucket<UserAssets>,
    /// The settings.
    pub configs: reexported::Kv<AppConfigs>,
}
