#[derive(storage::Key)]
#[key("avatars/{user_id}")]
enum Avatar {
    User(u64),
}

fn main() {}
