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

use storage::{Bucket, Kv};

/// What users upload.
#[storage::bucket(name = "user-assets", metadata(owner = "media"), delete_after_days = 30)]
struct UserAssets;

/// What users choose.
#[storage::kv(name = "app-configs", namespace = "media", ttl_seconds = 86_400)]
struct AppConfigs;

/// Neither opened nor all of it read: that is for the user to mind, and only about what they wrote.
#[storage::app(name = "media-api")]
struct App {
    /// The files.
    assets: Bucket<UserAssets>,
    /// The settings.
    #[cfg(test)]
    configs: Kv<AppConfigs>,
    /// Not in this build.
    #[cfg(not(test))]
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
    let App { assets, configs } = App::memory();
    let Nothing {} = Nothing::memory();
    let inner = inner::App::memory();
    drop((assets, configs, inner.assets));
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
