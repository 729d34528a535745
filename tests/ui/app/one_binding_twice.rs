#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::kv(name = "user-configs", binding = "USER_ASSETS")]
struct UserConfigs;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::Bucket<UserAssets>,
    configs: storage::Kv<UserConfigs>,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
