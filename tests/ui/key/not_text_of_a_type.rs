#[derive(storage::Key)]
#[key("avatars/{size}/{file}")]
struct Avatar {
    size: Size,
    file: String,
}

struct Size(u32, u32);

fn main() {}
