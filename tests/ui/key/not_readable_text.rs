#[derive(storage::Key)]
#[key("avatars/{size}")]
struct Avatar {
    size: Size,
}

struct Size(u32);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn main() {}
