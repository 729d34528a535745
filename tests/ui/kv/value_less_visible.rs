#[derive(serde::Serialize, serde::Deserialize)]
struct Session;

#[storage::kv(name = "sessions", value = Session)]
pub struct Sessions;

fn main() {}
