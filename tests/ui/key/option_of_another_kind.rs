#[derive(storage::Key)]
#[key("avatars/{user_id}/{file}", name = "avatars")]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
