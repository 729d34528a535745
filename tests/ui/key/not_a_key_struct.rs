#[derive(storage::Key)]
#[key("avatars/{user_id}")]
struct Avatar(u64);

fn main() {}
