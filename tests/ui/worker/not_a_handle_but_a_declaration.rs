#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::worker(name = "media-storage")]
struct MediaStorage {
    assets: UserAssets,
}

fn main() {}
