#[derive(storage::Key)]
#[key("avatars/{0}/{user_id:5}/{file}")]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
