#[derive(storage::Key)]
#[key("avatars/{user_id}/{user_id}/{file}")]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
