#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::Bucket<UserAssets>,
    images: storage::Bucket<UserAssets>,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
