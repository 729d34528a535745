#[derive(storage::Key)]
#[key("/avatars/{user}/{file}{file}", crat = ::storage)]
struct Avatar {
    user_id: u64,
    file: String,
    size: u32,
}

fn list(user_id: u64) -> storage::key::Prefix {
    <Avatar as storage::Key>::prefix((user_id,))
}

fn main() {}
