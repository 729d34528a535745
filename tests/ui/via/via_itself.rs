#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::kv(name = "app-configs")]
struct AppConfigs;

#[storage::app(name = "media-api")]
struct App {
    #[storage(via = "media-api")]
    assets: storage::Bucket<UserAssets>,
    configs: storage::Kv<AppConfigs>,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
