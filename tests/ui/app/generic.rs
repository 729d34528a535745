#[storage::bucket(name = "user-assets")]
struct UserAssets;

#[storage::app(name = "media-api")]
struct App<T> {
    assets: storage::Bucket<UserAssets>,
    more: T,
}

fn main() {
    let app = App::<()>::memory();
    let _ = (App::<()>::open, app.assets, app.more);
}
