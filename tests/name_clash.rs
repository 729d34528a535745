//! A crate that has taken every name an expansion might have leaned on: that this compiles is the
//! test.

#![expect(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    reason = "names are taken here, not used"
)]

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
struct DeclareWorker;
struct Env;
struct Err;
struct Error;
struct Grants;
struct Handle;
struct Json;
struct Key;
struct KeyField;
struct KeyFields;
struct KeyTemplate;
struct Kv<T>(T);
struct None;
struct Ok;
struct Placement;
struct Raw;
struct ServiceSpec;
struct Some;
struct String;
struct ToKey;
struct Value;
struct Wanted;
struct WorkerSpec;
struct bool;
struct str;
struct u32;
struct u64;
struct u8;
struct usize;

const SPEC: () = ();
static _MANIFEST: () = ();

fn open() {}
fn memory() {}
fn parse() {}
fn render() {}

#[::storage::bucket(name = "user-assets", namespace = "media", delete_after_days = 30)]
struct UserAssets;

#[::storage::kv(name = "app-configs", metadata(owner = "media"), ttl_seconds = 60)]
struct AppConfigs;

#[::storage::kv(name = "counts", value = ::std::primitive::u8)]
struct Counts;

/// Named like the parameter of a generated function.
#[::storage::bucket(name = "named-like-a-parameter")]
struct C;

#[::storage::app(name = "media-api")]
struct App {
    assets: ::storage::Bucket<UserAssets>,
    configs: ::storage::Kv<AppConfigs>,
    to: ::storage::Bucket<C>,
}

/// A storage Worker, with fields named like the parameters of generated functions.
#[::storage::worker(name = "media-storage", placement = "smart")]
struct MediaStorage {
    to: ::storage::Bucket<UserAssets>,
    wanted: ::storage::Kv<AppConfigs>,
}

#[::storage::app(name = "media-pages")]
struct Pages {
    #[storage(via = "media-storage", prefix = "pages/")]
    to: ::storage::Bucket<UserAssets, (::storage::grant::Read, ::storage::grant::List)>,
    #[storage(via = "media-storage")]
    service: ::storage::KvWriter<AppConfigs>,
}

/// Fields named like the names in generated functions, and like its methods.
#[derive(::storage::Key)]
#[key("{key}/{values}/{self_}/{r}/{parse}.{TEMPLATE}")]
struct Path {
    key: ::core::primitive::u64,
    values: ::core::primitive::u64,
    self_: ::std::string::String,
    r: ::core::primitive::char,
    parse: ::core::primitive::i8,
    TEMPLATE: ::core::primitive::u8,
}

impl Path {
    const TEMPLATE: () = ();
    fn parse() {}
    fn to_key() {}
}

#[test]
fn keys_are_read_and_written() {
    let key = "1/2/three/4/-5.6";
    let path = <Path as ::storage::Key>::parse(key).unwrap();
    let Path { key: 1, values: 2, r: '4', parse: -5, TEMPLATE: 6, ref self_ } = path else {
        panic!("read as other values");
    };
    assert_eq!(self_, "three");
    assert_eq!(::storage::ToKey::to_key(&path).unwrap(), key);
}

#[test]
fn nothing_is_confused() {
    let App { assets, configs, to } = App::memory();
    drop((assets, configs, to));
    let MediaStorage { to, wanted } = MediaStorage::memory();
    drop((to, wanted));
    let Pages { to, service } = Pages::memory();
    drop((to, service));
}
