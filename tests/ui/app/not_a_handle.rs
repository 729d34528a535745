#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::Bucket<UserAssets>,
    started: std::time::Instant,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
