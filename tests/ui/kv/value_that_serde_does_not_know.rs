struct Session;

#[storage::kv(name = "sessions", value = Session)]
struct Sessions;

fn open(env: &storage::Env) -> storage::Result<storage::Kv<Sessions>> {
    storage::Kv::open(env)
}

fn main() {
    let _ = open;
}
