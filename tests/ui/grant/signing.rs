#[storage::bucket(
    name = "user-assets",
    encryption(secret = "ASSET_KEYS"),
    signed_urls(secret = "LINK_KEYS", host = "files.example.com"),
)]
struct UserAssets;

#[storage::kv(name = "app-configs", encryption(secret = "CONFIG_KEYS"))]
struct AppConfigs;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::BucketWriter<UserAssets>,
    configs: storage::KvReader<AppConfigs>,
}

fn main() {
    let app = App::memory();
    let _ = app.assets.signed_url("a");
    let _ = app.assets.signed_urls();
    let upload = app.assets.resume_upload("a", "id").unwrap();
    let _ = upload.signed_part(1);
}
