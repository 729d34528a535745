#[storage::bucket(name = "clips", namespace = "media-raw")]
struct RawClips;

#[storage::bucket(name = "raw-clips", namespace = "media", binding = "CLIPS")]
struct Clips;

#[storage::app(name = "media-api")]
struct App {
    raw: storage::Bucket<RawClips>,
    clips: storage::Bucket<Clips>,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
