#[derive(storage::Key)]
#[key("avatars/{user_id}/{file}", crate = storage)]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
