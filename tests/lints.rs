//! Private declarations in a program that denies what it can: that this compiles, and that clippy
//! has nothing to say, is the test. Public ones are in the library `renamed`.

#![deny(
    warnings,
    rust_2018_idioms,
    unreachable_pub,
    unused,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::pedantic,
    clippy::missing_docs_in_private_items,
    clippy::question_mark_used
)]
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use storage::{Bucket, Kv};

/// What users upload.
#[storage::bucket(name = "user-assets", metadata(owner = "media"), delete_after_days = 30)]
struct UserAssets;

/// What users choose.
#[storage::kv(name = "app-configs", namespace = "media", ttl_seconds = 86_400)]
struct AppConfigs;

/// How often they did.
#[storage::kv(name = "counts", value = BTreeMap<String, u64>)]
struct Counts;

/// Where an image is.
#[derive(storage::Key)]
#[key("images/{user}/{page:03}-{kind}.png")]
struct Image {
    /// Whose it is.
    user: String,
    /// Which it is.
    page: u32,
    /// For a field of a type that is visible in this crate only.
    kind: Kind,
}

/// A type of the user's.
struct Kind(char);

impl core::fmt::Display for Kind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl core::str::FromStr for Kind {
    type Err = core::char::ParseCharError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// More visible than the type of its field.
#[derive(storage::Key)]
#[key("{kind}")]
pub struct ByKind {
    /// For this crate only.
    kind: Kind,
}

/// Neither opened nor all of it read: that is for the user to mind, and only about what they wrote.
#[storage::app(name = "media-api")]
struct App {
    /// The files.
    assets: Bucket<UserAssets>,
    /// The settings.
    #[cfg(test)]
    configs: Kv<AppConfigs>,
    /// The counts.
    counts: Kv<Counts>,
    /// Not in this build.
    #[cfg(not(test))]
    absent: Kv<Absent>,
}

/// Whatever holds these fields, they are not read here.
#[storage::worker(name = "media-storage", placement = "smart")]
struct MediaStorage {
    /// The files.
    assets: Bucket<UserAssets>,
    /// The settings.
    #[cfg(test)]
    configs: Kv<AppConfigs>,
    /// Not in this build.
    #[cfg(not(test))]
    absent: Kv<Absent>,
}

/// What goes by it.
#[storage::app(name = "media-pages")]
struct Pages {
    /// The files.
    #[storage(via = "media-storage", prefix = "pages/")]
    assets: storage::BucketReader<UserAssets>,
    /// The settings.
    #[cfg(test)]
    #[storage(via = "media-storage")]
    configs: storage::KvLister<AppConfigs>,
    /// Not in this build.
    #[cfg(not(test))]
    #[storage(via = "media-storage")]
    absent: Kv<Absent>,
}

/// Nothing left of it in this build.
#[storage::app(name = "nothing")]
struct Nothing {
    /// Not in this build.
    #[cfg(not(test))]
    absent: Kv<Absent>,
}

/// Items as deep as items go.
mod inner {
    /// What users upload.
    #[storage::bucket(name = "inner")]
    pub(super) struct Assets;

    /// Visible as far as it says.
    #[storage::app(name = "inner-api")]
    pub(super) struct App {
        /// The files.
        pub(super) assets: storage::Bucket<Assets>,
    }
}

#[test]
fn private_applications_are_used_in_part() {
    let App { assets, configs, counts } = App::memory();
    let Nothing {} = Nothing::memory();
    let inner = inner::App::memory();
    let Pages { assets: of_pages, configs: of_some } = Pages::memory();
    drop((assets, configs, counts, inner.assets, of_pages, of_some, MediaStorage::memory()));
}

#[test]
fn keys_are_written_and_not_read() {
    let image = Image { user: "ada".to_owned(), page: 7, kind: Kind('x') };
    drop((storage::ToKey::to_key(&image), storage::ToKey::to_key(&ByKind { kind: Kind('x') })));
}

#[test]
fn an_application_in_a_function() {
    /// A local bucket.
    #[storage::bucket(name = "local")]
    struct Local;

    /// A local application.
    #[storage::app(name = "local")]
    struct App {
        /// The files.
        local: Bucket<Local>,
    }

    drop(App::memory().local);
}
