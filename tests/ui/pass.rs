//! What the attributes accept, where it is unusual.

use storage::Key;

mod media {
    #[storage::bucket(name = "user-assets", namespace = r"media", delete_after_days = 0x1e,)]
    pub(crate) struct UserAssets;

    /// Declared below another attribute, and above one.
    #[derive(Debug)]
    #[storage::kv(name = "app-configs", metadata(type = "settings", "cost-center" = "42"))]
    #[derive(Clone)]
    pub struct AppConfigs;
}

macro_rules! bucket {
    ($declaration:ident, $name:literal, $days:expr) => {
        #[storage::bucket(name = $name, delete_after_days = $days)]
        struct $declaration;
    };
}

bucket!(Reports, "reports", 30);

/// Lists and their entries out of another macro, raw strings, commas at every end.
macro_rules! shared {
    ($declaration:ident, $origins:expr, $method:literal) => {
        #[storage::bucket(
            name = "shared",
            signed_urls(secret = r"LINK_KEYS",),
            cors(origins = $origins, methods = ["HEAD", $method,], headers = [], expose = ["*"],),
            infrequent_access_after_days = 30,
        )]
        struct $declaration;
    };
}

shared!(Shared, ["https://app.example.com", "http://[::1]:3000"], "DELETE");

#[storage::bucket(
    name = "direct",
    s3(account_id = "ID", access_key_id = "KEY_ID", secret_access_key = "KEY"),
    cors(origins = ["*"], methods = ["GET"], max_age_seconds = 0)
)]
struct Direct;

fn signed<D: storage::Signed>() {}

macro_rules! kv {
    ($declaration:ident, $value:ty) => {
        #[storage::kv(name = "values", value = $value)]
        struct $declaration;
    };
}

kv!(Values, (u8, Vec<std::collections::HashMap<String, Option<u8>>>));

/// A type with commas of its own.
#[storage::kv(name = "maps", value = std::collections::BTreeMap<String, (u8, u8)>, ttl_seconds = 60)]
struct Maps;

async fn typed(values: storage::Kv<Values>, maps: storage::Kv<Maps>) -> storage::Result<u8> {
    values.put("1", (1, vec![])).await?;
    maps.put("1", &[("a".to_owned(), (1, 2))].into()).await?;
    Ok(maps.get("1").await?.map_or(0, |map| map["a"].1))
}

type Handle<T> = storage::Bucket<T>;

#[storage::app(name = "media-api")]
#[derive(Clone, Debug)]
struct App {
    assets: Handle<media::UserAssets>,
    /// A word of the language as a name.
    r#type: storage::Kv<media::AppConfigs>,
    #[cfg(all())]
    reports: storage::Bucket<Reports>,
    #[cfg(any())]
    absent: storage::Bucket<NotEvenDeclared>,
}

#[storage::app(name = "nothing")]
struct Nothing {
    #[cfg(any())]
    absent: storage::Bucket<NotEvenDeclared>,
}

#[storage::bucket(name = "gone")]
#[cfg(any())]
struct Gone;

/// Any grants, in any order, and an alias of the user's own.
type Auditor<D> = storage::Bucket<D, (storage::grant::List, storage::grant::Read)>;

#[storage::app(name = "audit")]
struct Audit {
    #[storage(via = "media-storage", prefix = "audits/")]
    reports: Auditor<Reports>,
    #[storage(via = "2024-storage")]
    r#type: storage::KvReader<media::AppConfigs>,
    #[cfg(any())]
    #[storage(via = "media-storage")]
    absent: storage::Bucket<NotEvenDeclared>,
}

#[storage::worker(name = "media-storage")]
struct MediaStorage {
    reports: storage::Bucket<Reports>,
    #[cfg(any())]
    absent: storage::Bucket<NotEvenDeclared>,
}

/// Whatever reads and lists will do.
fn look<D, G>(bucket: &storage::Bucket<D, G>)
where
    G: storage::grant::CanRead + storage::grant::CanList + storage::grant::CanHead,
{
    let _ = (bucket.get("a"), bucket.list(), bucket.head("a"));
}

/// Names that are words of the language, escaped braces, and types of every kind.
#[derive(storage::Key, Debug)]
#[cfg_attr(all(), key(r"{{v1}}/{type}/{at:020}.{ext}"))]
struct Upload {
    r#type: std::net::IpAddr,
    at: u64,
    #[cfg(any())]
    absent: NotEvenDeclared,
    ext: String,
}

macro_rules! key {
    ($key:ident, $template:literal, $type:ty) => {
        #[derive(storage::Key)]
        #[key($template)]
        struct $key {
            id: $type,
        }
    };
}

key!(Session, "sessions/{id}", u128);

fn main() {
    let _ = (Upload::parse, Upload::prefix::<_, ()>, Session::prefix(()));
    let App { assets, r#type, reports } = App::memory();
    let Nothing {} = Nothing::memory();
    let Audit { reports: audited, r#type: of_audit } = Audit::memory();
    look(&audited);
    look(&reports);
    look(&reports.with_grants::<(storage::grant::Read, storage::grant::List)>());
    let _ = (of_audit.get("a"), MediaStorage::memory());
    let _ = (signed::<Shared>, signed::<Direct>);
    let _ = (typed, assets, r#type, reports, App::open, Nothing::open);
}
