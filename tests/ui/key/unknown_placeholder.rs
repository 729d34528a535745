#[derive(storage::Key)]
#[key("avatars/{userid}/{file}")]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
