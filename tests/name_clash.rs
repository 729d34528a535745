//! A crate that has taken every name an expansion might have leaned on: that this compiles is the
//! test.

#![expect(dead_code, non_camel_case_types, reason = "names are taken here, not used")]

mod storage {
    pub(crate) struct Error;

    pub(crate) mod __private {}
}

mod core {}
mod std {}

enum Result {}
enum Option {}
struct AppSpec;
struct Bucket<T>(T);
struct BucketSpec;
struct Connect;
struct DeclareApp;
struct DeclareBucket;
struct Env;
struct Err;
struct Error;
struct Handle;
struct Kv<T>(T);
struct None;
struct Ok;
struct Some;
struct bool;
struct str;
struct u32;
struct u64;
struct u8;
struct usize;

const SPEC: () = ();
static MANIFEST: () = ();

fn open() {}
fn memory() {}

#[::storage::bucket(name = "user-assets", namespace = "media", delete_after_days = 30)]
struct UserAssets;

#[::storage::kv(name = "app-configs", metadata(owner = "media"), ttl_seconds = 60)]
struct AppConfigs;

/// Named like the parameter of a generated function.
#[::storage::bucket(name = "named-like-a-parameter")]
struct C;

#[::storage::app(name = "media-api")]
struct App {
    assets: ::storage::Bucket<UserAssets>,
    configs: ::storage::Kv<AppConfigs>,
    to: ::storage::Bucket<C>,
}

#[test]
fn nothing_is_confused() {
    let App { assets, configs, to } = App::memory();
    drop((assets, configs, to));
}
