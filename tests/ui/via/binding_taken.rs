#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::kv(name = "media-storage")]
struct MediaStorage;

#[storage::app(name = "media-api")]
struct App {
    #[storage(via = "media-storage")]
    assets: storage::Bucket<UserAssets>,
    storage: storage::Kv<MediaStorage>,
}

fn main() {
    let _ = App::memory();
}
