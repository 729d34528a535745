#[derive(storage::Key)]
#[key("avatars/default.png")]
struct Avatar;

fn main() {}
