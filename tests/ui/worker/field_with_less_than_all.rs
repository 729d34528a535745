#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::kv(name = "app-configs")]
struct AppConfigs;

#[storage::worker(name = "media-storage")]
struct MediaStorage {
    assets: storage::BucketReader<UserAssets>,
    configs: storage::KvWriter<AppConfigs>,
}

fn main() {
    let storage = MediaStorage::memory();
    let _ = (MediaStorage::open, storage);
}
