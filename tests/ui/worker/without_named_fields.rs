#[storage::worker(name = "media-storage")]
struct MediaStorage;

fn main() {}
