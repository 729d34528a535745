#[derive(storage::Key)]
#[key("avatars/{user_id}/{file}"txt)]
struct Avatar {
    user_id: u64,
    file: String,
}

fn main() {}
