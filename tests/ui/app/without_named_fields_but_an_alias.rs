#[storage::app(name = "media-api")]
type App = ();

fn main() {
    let _: App = ();
}
