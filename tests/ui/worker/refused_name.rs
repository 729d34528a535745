#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::kv(name = "app-configs")]
struct AppConfigs;

#[storage::worker(name = "Media Storage")]
struct MediaStorage {
    assets: storage::Bucket<UserAssets>,
    configs: storage::Kv<AppConfigs>,
}

fn main() {
    let storage = MediaStorage::memory();
    let _ = (MediaStorage::open, storage);
}
