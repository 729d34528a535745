#[derive(storage::Key)]
#[key("avatars/{}/{file}")]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
