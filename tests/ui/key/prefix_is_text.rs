use storage::Key;

#[derive(Key)]
#[key("{album}/{name}")]
struct Photo {
    album: String,
    name: String,
}

fn main() {
    let _ = Photo::prefix("ada");
}
