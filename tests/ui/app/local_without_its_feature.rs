#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::Bucket<UserAssets>,
}

fn main() {
    let _ = App::local("./.storage");
}
