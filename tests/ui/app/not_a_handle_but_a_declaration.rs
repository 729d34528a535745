#[storage::kv(name = "links")]
struct Links;

#[storage::app(name = "shortener")]
struct App {
    links: Links,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
