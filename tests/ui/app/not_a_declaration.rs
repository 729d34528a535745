struct Assets;

#[storage::app(name = "media-api")]
struct App {
    assets: storage::Bucket<Assets>,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
