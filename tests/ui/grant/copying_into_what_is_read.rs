#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::bucket(name = "archive")]
struct Archive;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::Bucket<UserAssets>,
    archive: storage::BucketLister<Archive>,
}

fn main() {
    let app = App::memory();
    let _ = app.assets.copy("a", "b").to_bucket(&app.archive);
}
