#[derive(storage::Key)]
#[key("avatars/{file}")]
struct Avatar<'a> {
    file: &'a str,
}

fn main() {}
