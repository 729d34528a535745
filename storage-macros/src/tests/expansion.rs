//! Golden expansions: what the attributes write, for people to read.
//!
//! `UPDATE_GOLDEN=1 cargo test -p storage-macros` writes the files anew; the diff is for review.

use std::path::Path;

use super::{expand, file};

/// Compares with `tests/expansion/<name>.rs`.
#[track_caller]
fn assert_golden(name: &str, kind: &str, form: &str, item: &str) {
    let expansion = prettyplease::unparse(&file(expand(kind, form, item)));
    let attribute = match kind {
        "key" => format!("#[derive(storage::Key)]\n#[key({form})]\n{item}"),
        _ => format!("#[storage::{kind}({form})]\n{item}"),
    };
    let commented = attribute.replace('\n', "\n// ");
    let actual = format!("// {commented}\n\n{expansion}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/expansion/{name}.rs"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).expect("a golden file that can be written");
    }
    let expected = std::fs::read_to_string(&path).expect("a golden file");
    assert!(actual == expected, "tests/expansion/{name}.rs should read:\n\n{actual}");
}

#[test]
fn bucket() {
    assert_golden("bucket", "bucket", r#"name = "user-assets""#, "pub struct UserAssets;");
}

#[test]
fn bucket_with_every_option() {
    assert_golden(
        "bucket_with_every_option",
        "bucket",
        r#"
    name = "user-assets",
    namespace = "media",
    binding = "ASSETS",
    access = "private",
    existing = "assets-2019",
    metadata(owner = "media", "cost-center" = "42"),
    encryption(secret = "ASSET_KEYS", metadata = "encrypted"),
    observability = true,
    signed_urls(secret = "LINK_KEYS", host = "files.example.com", other_hosts = ["cdn.example.com"], max_age_seconds = 86_400),
    s3(
        account_id = "R2_ACCOUNT_ID",
        access_key_id = "R2_ACCESS_KEY_ID",
        secret_access_key = "R2_SECRET_ACCESS_KEY",
    ),
    cors(
        origins = ["https://app.example.com", "http://localhost:3000"],
        methods = ["GET", "PUT"],
        headers = ["content-type"],
        expose = ["etag"],
        max_age_seconds = 3600,
    ),
    delete_after_days = 365,
    infrequent_access_after_days = 30,
    abort_uploads_after_days = 7,
    crate = ::my_storage,
"#,
        "/// What users upload.\n#[derive(Debug)]\npub(crate) struct UserAssets;",
    );
}

#[test]
fn key() {
    assert_golden(
        "key",
        "key",
        r#""avatars/{user_id}/{file}""#,
        "pub struct Avatar { user_id: u64, file: String }",
    );
}

#[test]
fn key_with_every_option() {
    assert_golden(
        "key_with_every_option",
        "key",
        r#""{{v1}}/{page:03}-{type}.png", crate = ::my_storage"#,
        "struct Page { r#type: kinds::Kind, page: u8 }",
    );
}

#[test]
fn broken_key() {
    assert_golden(
        "broken_key",
        "key",
        r#""avatars/{user}//{name}""#,
        "pub struct Avatar<T> { user_id: u64, file: T }",
    );
}

#[test]
fn kv() {
    assert_golden("kv", "kv", r#"name = "app-configs""#, "pub struct AppConfigs;");
}

#[test]
fn kv_with_every_option() {
    assert_golden(
        "kv_with_every_option",
        "kv",
        r#"
    name = "app-configs",
    namespace = "media",
    binding = "CONFIGS",
    access = "private",
    existing = "0f2ac74b498b48021cb68387c421e279",
    metadata(owner = "media"),
    encryption(secret = "CONFIG_KEYS"),
    observability = true,
    ttl_seconds = 86_400,
    value = std::collections::HashMap<String, Config>,
    crate = crate::storage,
"#,
        "struct AppConfigs;",
    );
}

#[test]
fn app() {
    assert_golden(
        "app",
        "app",
        r#"name = "media-api""#,
        r#"#[derive(Clone)]
pub struct App {
    pub assets: Bucket<UserAssets>,
    #[cfg(feature = "configs")]
    pub r#type: Kv<AppConfigs>,
}"#,
    );
}

#[test]
fn app_of_storage_workers() {
    assert_golden(
        "app_of_storage_workers",
        "app",
        r#"name = "media-api""#,
        r#"pub struct App {
    #[storage(via = "media-storage")]
    pub assets: Bucket<UserAssets>,
    #[cfg(feature = "configs")]
    #[storage(via = "2024-storage", prefix = "tenant-a/")]
    pub r#type: KvReader<AppConfigs>,
    pub sessions: Kv<Sessions>,
}"#,
    );
}

#[test]
fn worker() {
    assert_golden(
        "worker",
        "worker",
        r#"name = "media-storage""#,
        r"struct MediaStorage {
    assets: Bucket<UserAssets>,
}",
    );
}

#[test]
fn worker_with_every_option() {
    assert_golden(
        "worker_with_every_option",
        "worker",
        r#"
    name = "media-storage",
    placement = "smart",
    public_host = "files.example.com",
    crate = ::my_storage,
"#,
        r#"/// What everybody stores by.
pub(crate) struct MediaStorage {
    assets: Bucket<UserAssets>,
    #[cfg(feature = "configs")]
    r#type: Kv<AppConfigs>,
}"#,
    );
}

#[test]
fn broken_declaration() {
    assert_golden(
        "broken_declaration",
        "kv",
        r#"nmae = "app-configs", ttl_seconds = 30"#,
        "pub struct AppConfigs;",
    );
}

#[test]
fn broken_app() {
    assert_golden(
        "broken_app",
        "app",
        "",
        r#"pub(crate) struct App<T> where T: Copy {
    #[storage(via = "media", prefix = "a")]
    #[doc(hidden)]
    assets: T,
}"#,
    );
}
