#[storage::app(name = "media-api")]
struct App;

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
